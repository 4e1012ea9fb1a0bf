"""Experiments through MlflowClient: their life, names, tags and search."""

from mlflow.entities import ViewType

from .harness import (
    CLIENT, EXISTS, INVALID, MISSING, check, equal, names, new_experiment, refused, refuses, unique)


@check("An experiment is created with tags and read by id and by name")
def create():
    name = unique("exp")
    experiment_id = CLIENT.create_experiment(name, tags={"a": "1", "b": "zwei ü"})
    by_id, by_name = CLIENT.get_experiment(experiment_id), CLIENT.get_experiment_by_name(name)
    equal(dict(by_id), dict(by_name))
    equal((by_id.name, by_id.lifecycle_stage, by_id.tags),
        (name, "active", {"a": "1", "b": "zwei ü"}))
    equal(by_id.artifact_location, f"mlflow-artifacts:/{experiment_id}")
    assert by_id.creation_time == by_id.last_update_time > 1_600_000_000_000, by_id
    assert experiment_id.isdigit(), experiment_id


@check("An experiment keeps the artifact location that it was given")
def location():
    experiment_id = CLIENT.create_experiment(
        unique("exp"), artifact_location="mlflow-artifacts:/elsewhere/x")
    equal(CLIENT.get_experiment(experiment_id).artifact_location, "mlflow-artifacts:/elsewhere/x")
    run = CLIENT.create_run(experiment_id).info
    equal(run.artifact_uri, f"mlflow-artifacts:/elsewhere/x/{run.run_id}/artifacts")


@check("A missing experiment is RESOURCE_DOES_NOT_EXIST by id, and nothing by name")
def missing():
    equal(CLIENT.get_experiment_by_name(unique("never")), None)
    refuses(MISSING, "GET", "experiments/get-by-name", experiment_name=unique("never"))
    with refused(MISSING):
        CLIENT.get_experiment("987654321")
    for route in ("experiments/delete", "experiments/restore"):
        refuses(MISSING, "POST", route, {"experiment_id": "987654321"})
    refuses(MISSING, "POST", "experiments/update", {"experiment_id": "987654321", "new_name": "x"})
    refuses(MISSING, "POST", "experiments/set-experiment-tag",
            {"experiment_id": "987654321", "key": "a", "value": "b"})


@check("A name is taken once, also by a deleted experiment")
def names_are_unique():
    name = unique("exp")
    experiment_id = CLIENT.create_experiment(name)
    with refused(EXISTS):
        CLIENT.create_experiment(name)
    CLIENT.delete_experiment(experiment_id)
    with refused(EXISTS):
        CLIENT.create_experiment(name)
    CLIENT.restore_experiment(experiment_id)
    equal(CLIENT.get_experiment_by_name(name).experiment_id, experiment_id)
    equal(CLIENT.get_experiment(experiment_id).lifecycle_stage, "active")


@check("Renaming changes the name alone and refuses a name that is taken")
def rename():
    old, new, taken = unique("old"), unique("neu ü"), unique("taken")
    experiment_id = CLIENT.create_experiment(old)
    CLIENT.create_experiment(taken)
    CLIENT.rename_experiment(experiment_id, new)
    equal(CLIENT.get_experiment(experiment_id).name, new)
    equal(CLIENT.get_experiment_by_name(old), None)
    refuses(("BAD_REQUEST", EXISTS), "POST", "experiments/update",
            {"experiment_id": experiment_id, "new_name": taken})
    equal(CLIENT.get_experiment(experiment_id).name, new)


@check("A deleted experiment is read by id, takes no runs, and comes back with its runs")
def delete_and_restore():
    experiment_id = new_experiment()
    run = CLIENT.create_run(experiment_id).info.run_id
    CLIENT.delete_experiment(experiment_id)
    equal(CLIENT.get_experiment(experiment_id).lifecycle_stage, "deleted")
    equal(CLIENT.get_run(run).info.lifecycle_stage, "deleted")
    with refused(INVALID):
        CLIENT.create_run(experiment_id)
    CLIENT.restore_experiment(experiment_id)
    equal(CLIENT.get_run(run).info.lifecycle_stage, "active")
    equal([r.info.run_id for r in CLIENT.search_runs([experiment_id])], [run])


@check("Experiment tags are set, replaced and deleted")
def tags():
    experiment_id = new_experiment()
    for value in ("one", "two", ""):
        CLIENT.set_experiment_tag(experiment_id, "key.with dots/x", value)
        equal(CLIENT.get_experiment(experiment_id).tags, {"key.with dots/x": value})
    CLIENT.delete_experiment_tag(experiment_id, "key.with dots/x")
    equal(CLIENT.get_experiment(experiment_id).tags, {})
    with refused(MISSING):
        CLIENT.delete_experiment_tag(experiment_id, "key.with dots/x")


@check("Experiment names may be unicode, spaces, quotes and 500 characters long")
def odd_names():
    for name in ("Ünïcödé 实验 🧪 ", "it's \"quoted\" `so`", "a/b\\c%20?&=#", "n" * 480, " lead"):
        name = unique(name)
        experiment_id = CLIENT.create_experiment(name)
        equal(CLIENT.get_experiment_by_name(name).experiment_id, experiment_id)


def found(text=None, order=None, view=ViewType.ACTIVE_ONLY):
    return names(CLIENT.search_experiments(view, filter_string=text, order_by=order))


class Population:
    """Four experiments under a prefix; the last is deleted."""

    made = None

    @classmethod
    def prefix(cls):
        if cls.made is None:
            cls.made = unique("pop")
            for n, tag in enumerate(("red", "green", "red", "blue")):
                experiment_id = CLIENT.create_experiment(
                    f"{cls.made}_{'AbCd'[n]}", tags={"colour": tag})
            CLIENT.delete_experiment(experiment_id)
        return cls.made


FILTERS = [
    ("name = '{p}_A'", "A"),
    ("name != '{p}_A' AND name LIKE '{p}%'", "bC"),
    ("name LIKE '{p}%'", "AbC"),
    ("name LIKE '{p}__'", "AbC"),
    ("name LIKE '{p}\\_a'", ""),
    ("name LIKE '{p}_a'", ""),
    ("name ILIKE '{p}_a'", "A"),
    ("attribute.name = '{p}_b'", "b"),
    ("tags.colour = 'red' AND name LIKE '{p}%'", "AC"),
    ("tags.`colour` = 'red' AND name LIKE '{p}%'", "AC"),
    ("tag.colour != 'red' AND name LIKE '{p}%'", "b"),
    ("tags.colour LIKE 'r%' AND name LIKE '{p}%'", "AC"),
    ("tags.colour ILIKE 'GR%' AND name LIKE '{p}%'", "b"),
    ("tags.none = 'red' AND name LIKE '{p}%'", ""),
    ("creation_time > 0 AND name LIKE '{p}%'", "AbC"),
    ("creation_time >= 0 AND last_update_time > 1000 AND name LIKE '{p}%'", "AbC"),
    ("creation_time < 1000 AND name LIKE '{p}%'", ""),
]


def filter_check(text, wanted):
    @check(f"Experiments where {text}")
    def run():
        prefix = Population.prefix()
        got = {name[-1] for name in found(text.format(p=prefix))}
        equal(got, set(wanted))


for item in FILTERS:
    filter_check(*item)


@check("Experiments are found by a list of ids")
def by_ids():
    ids = [new_experiment() for _ in range(3)]
    for text, wanted in ((f"experiment_id = '{ids[0]}'", ids[:1]),
                         (f"experiment_id IN ('{ids[0]}', '{ids[2]}', '99999999')",
                         [ids[2], ids[0]]),
                         (f"experiment_id IN ('{ids[1]}')", ids[1:2])):
        equal([e.experiment_id for e in CLIENT.search_experiments(filter_string=text)], wanted)


@check("Experiments are shown by their view: active, deleted, all")
def views():
    prefix = Population.prefix()
    text = f"name LIKE '{prefix}%'"
    equal({n[-1] for n in found(text, view=ViewType.ACTIVE_ONLY)}, set("AbC"))
    equal({n[-1] for n in found(text, view=ViewType.DELETED_ONLY)}, set("d"))
    equal({n[-1] for n in found(text, view=ViewType.ALL)}, set("AbCd"))


@check("Experiments come newest first, and by name or id either way")
def order():
    text = f"name LIKE '{Population.prefix()}%'"
    last = {"name": "ACb", "name DESC": "bCA", "experiment_id": "AbC", "experiment_id ASC": "AbC",
            "experiment_id DESC": "CbA", "creation_time ASC": "AbC", "attribute.name desc": "bCA"}
    for by, wanted in last.items():
        equal("".join(n[-1] for n in found(text, [by])), wanted)
    equal("".join(n[-1] for n in found(text)), "CbA")


@check("Experiments are paged; the last page has no token")
def pages():
    text = f"name LIKE '{Population.prefix()}%'"
    first = CLIENT.search_experiments(max_results=2, filter_string=text)
    second = CLIENT.search_experiments(max_results=2, filter_string=text, page_token=first.token)
    equal("".join(n[-1] for n in names(first) + names(second)), "CbA")
    assert first.token and not second.token, (first.token, second.token)
    assert not CLIENT.search_experiments(max_results=3, filter_string=text).token


@check("A search of experiments that cannot be read is INVALID_PARAMETER_VALUE")
def bad_searches():
    # The real server refuses `like` and `attributes.` here, which it reads for runs; both are
    # harmless.
    for text in ("name", "name = ", "name = 1", "nome = 'a'", "name > 'a'",
                 "name = 'a' OR name = 'b'", "metrics.a = 1", "creation_time = 'a'",
                 "tags.a > 'b'", "(name = 'a')", "'a' = name", "name IN ('a')"):
        refuses(INVALID, "POST", "experiments/search", {"filter": text, "max_results": 5})
    for order_by in ("nome", "name SIDEWAYS", "tags.a", "name ASC, experiment_id"):
        refuses(INVALID, "POST", "experiments/search", {"order_by": [order_by], "max_results": 5})
    for number in (0, -1, 50001):
        refuses(INVALID, "POST", "experiments/search", {"max_results": number})
    refuses(INVALID, "POST", "experiments/search", {"max_results": 5, "page_token": "garbage"})
