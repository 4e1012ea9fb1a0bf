"""Search of registered models and versions: filters, order, pages."""

import functools

from .harness import CLIENT, INVALID, WIRE, check, equal, names, new_run, refuses, unique


@functools.cache
def population():
    """Models PREFIX_Ab, PREFIX_ab, PREFIX_c with 2, 1, 0 versions; the prefix and the first run."""
    prefix, first_run = unique("rs"), None
    for suffix, versions, tags in (
            ("Ab", 2, {"team": "red", "x.y": "1"}), ("ab", 1, {"team": "Blue"}), ("c", 0, {})):
        CLIENT.create_registered_model(f"{prefix}_{suffix}", tags=tags)
        for n in range(versions):
            run_id = new_run()
            first_run = first_run or run_id
            CLIENT.create_model_version(
                f"{prefix}_{suffix}", CLIENT.get_run(run_id).info.artifact_uri + "/model", run_id,
                tags={"kind": f"{suffix}{n}"})
    return prefix, first_run


def suffixes(text, **more):
    prefix, run_id = population()
    text = text.format(p=prefix, r=run_id) + (" AND " if text else "") + f"name LIKE '{prefix}%'"
    return [n.rpartition("_")[2]
            for n in names(CLIENT.search_registered_models(text, **more))]


MODELS = [
    ("", ["Ab", "ab", "c"]), ("name = '{p}_ab'", ["ab"]), ("name != '{p}_ab'", ["Ab", "c"]),
    ("name LIKE '{p}_A%'", ["Ab"]), ("name ILIKE '{p}_A%'", ["Ab", "ab"]),
    ("tags.team = 'red'", ["Ab"]), ("tags.team != 'red'", ["ab"]), ("tag.team = 'Blue'", ["ab"]),
    ("tags.team ILIKE 'B%'", ["ab"]), ("tags.team LIKE 'b%'", []), ("tags.`x.y` = '1'", ["Ab"]),
    ("tags.none = 'a'", []), ("tags.team = 'red' AND tags.`x.y` = '1'", ["Ab"]),
]


def model_check(text, wanted):
    @check(f"Registered models where {text or 'nothing is asked'}")
    def run():
        equal(suffixes(text), wanted)


for item in MODELS:
    model_check(*item)


@check("A search without a filter finds models that are no prompts")
def prompt_filter():
    prefix, _ = population()
    CLIENT.register_prompt(f"{prefix}_prompt", "say {{word}}")
    found = [n for n in names(CLIENT.search_registered_models(max_results=1000)) if prefix in n]
    if len(found) < 3:  # more models than a page holds
        found = [f"{prefix}_{s}" for s in suffixes("")]
    equal(found, [f"{prefix}_{s}" for s in ("Ab", "ab", "c")])


@check("Registered models are ordered by name and by times, either way")
def model_order():
    for order_by, wanted in (
            ([], ["Ab", "ab", "c"]), (["name DESC"], ["c", "ab", "Ab"]),
            (["name"], ["Ab", "ab", "c"]),
            (["last_updated_timestamp ASC", "name ASC"], None), (["timestamp DESC"], None)):
        got = suffixes("", order_by=order_by)
        equal(got, wanted) if wanted else equal(sorted(got), ["Ab", "ab", "c"])
    prefix, _ = population()
    CLIENT.update_registered_model(f"{prefix}_ab", "touched")
    equal(suffixes("", order_by=["last_updated_timestamp DESC"])[0], "ab")


@check("Registered models are paged; the last page has no token")
def model_pages():
    prefix, _ = population()
    text = f"name LIKE '{prefix}%'"
    first = CLIENT.search_registered_models(text, max_results=2)
    second = CLIENT.search_registered_models(text, max_results=2, page_token=first.token)
    equal([len(first), len(second), bool(first.token), bool(second.token)], [2, 1, True, False])
    equal(len(set(names(first) + names(second))), 3)


@check("A search of models that cannot be read is INVALID_PARAMETER_VALUE")
def bad_model_searches():
    for text in ("name", "name > 'a'", "name = 5", "nome = 'a'", "name = 'a' OR name = 'b'",
                 "version_number = 1", "name = a"):
        refuses(INVALID, "GET", "registered-models/search", filter=text, max_results=5)
    refuses(INVALID, "GET", "registered-models/search", max_results=1001)
    for order_by in ("nome", "name SIDEWAYS", "tags.a"):
        refuses(INVALID, "GET", "registered-models/search", order_by=order_by, max_results=5)
    refuses(INVALID, "GET", "registered-models/search", page_token="garbage", max_results=5)


def versions(text, **more):
    prefix, run_id = population()
    found = CLIENT.search_model_versions(text.format(p=prefix, r=run_id), **more)
    return [(v.name.rpartition("_")[2], v.version) for v in found if v.name.startswith(prefix)]


ALL = [("Ab", "1"), ("Ab", "2"), ("ab", "1")]
VERSIONS = [
    ("name = '{p}_Ab'", ALL[:2]), ("name LIKE '{p}%'", ALL), ("name ILIKE '{p}_AB'", ALL),
    ("name != '{p}_Ab' AND name LIKE '{p}%'", ALL[2:]),
    ("name IN ('{p}_Ab', '{p}_c')", None), ("run_id = '{r}'", ALL[:1]),
    ("run_id IN ('{r}', 'x')", ALL[:1]),
    ("source_path LIKE '%{r}%'", ALL[:1]), ("name = '{p}_Ab' AND version_number = 2", ALL[1:2]),
    ("name LIKE '{p}%' AND version_number > 1", ALL[1:2]),
    ("name LIKE '{p}%' AND version_number <= 1", [ALL[0], ALL[2]]),
    ("name LIKE '{p}%' AND version_number != 1", ALL[1:2]),
    ("name LIKE '{p}%' AND tags.kind = 'Ab1'", ALL[1:2]),
    ("name LIKE '{p}%' AND tags.kind LIKE 'Ab%'", ALL[:2]),
    ("name LIKE '{p}%' AND tags.kind != 'Ab1'", [ALL[0], ALL[2]]),
    ("name = '{p}_none'", []),
]


def version_check(text, wanted):
    @check(f"Model versions where {text}")
    def run():
        equal(sorted(versions(text)), wanted)


for item in VERSIONS:
    if item[1] is not None:
        version_check(*item)


@check("Model versions are ordered by number, name and times, either way")
def version_order():
    prefix = "name LIKE '{p}%'"
    equal(versions(prefix, order_by=["name ASC", "version_number DESC"]),
          [("Ab", "2"), ("Ab", "1"), ("ab", "1")])
    equal(versions(prefix, order_by=["version_number ASC", "name DESC"]),
          [("ab", "1"), ("Ab", "1"), ("Ab", "2")])
    equal(len(versions(prefix, order_by=["creation_timestamp DESC"])), 3)
    equal(len(versions(prefix, order_by=["last_updated_timestamp ASC"])), 3)


@check("Model versions are paged; the last page has no token")
def version_pages():
    prefix, _ = population()
    first = CLIENT.search_model_versions(f"name LIKE '{prefix}%'", max_results=2)
    second = CLIENT.search_model_versions(
        f"name LIKE '{prefix}%'", max_results=2, page_token=first.token)
    equal([len(first), len(second), bool(second.token)], [2, 1, False])
    equal(len({(v.name, v.version) for v in [*first, *second]}), 3)


@check("A search of versions that cannot be read is INVALID_PARAMETER_VALUE")
def bad_version_searches():
    for text in ("name", "name > 'a'", "version_number = 'a'", "nome = 'a'", "run_id > 'a'",
                 "name = 'a' OR name = 'b'", "version_number LIKE '1'", "run_id IN ()"):
        refuses(INVALID, "GET", "model-versions/search", filter=text, max_results=5)
    for number in (0, -1, 200_001):
        refuses(INVALID, "GET", "model-versions/search", max_results=number)
    refuses(INVALID, "GET", "model-versions/search", order_by="nome", max_results=5)
    refuses(INVALID, "GET", "model-versions/search", page_token="garbage", max_results=5)
    equal(WIRE.ok("GET", "model-versions/search", filter="name = 'never never'"), {})
