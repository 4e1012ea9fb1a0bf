"""Registered models, versions, aliases, tags, stages, and their search."""

from .runs import ABSENT, new_run


def model_life(s):
    s.post("registered-models/create", name="m", description="what", tags=[
        {"key": "k", "value": "v"}])
    for name in ("m", "", " ", "a/b", "a:b", "ü 🙂", "x" * 256, "x" * 1000, "M"):
        s.post("registered-models/create", name=name)
    s.post("registered-models/create")
    s.post("registered-models/create", name="twice", tags=[
        {"key": "k", "value": "1"}, {"key": "k", "value": "2"}])
    for name in ("m", "ü 🙂", "never", ""):
        s.get("registered-models/get", name=name)
    s.get("registered-models/get")
    s.patch("registered-models/update", name="m", description="new")
    s.patch("registered-models/update", name="m", description="")
    s.patch("registered-models/update", name="m")
    s.patch("registered-models/update", name="never", description="x")
    s.post("registered-models/create", name="other")
    for old, new in (("m", "other"), ("m", ""), ("m", "a/b"), ("never", "x"), ("m", "renamed"),
                     ("renamed", "renamed"), ("renamed", "m")):
        s.post("registered-models/rename", name=old, new_name=new)
    s.post("registered-models/rename", name="m")
    s.get("registered-models/get", name="m")
    for key, value in (("t", "1"), ("t", "2"), ("", "1"), ("ü/x.y", ""), ("k" * 250, "1"),
                       ("k" * 251, "1"), ("long", "v" * 100000), ("longer", "v" * 100001)):
        s.post("registered-models/set-tag", name="m", key=key, value=value)
    s.post("registered-models/set-tag", name="never", key="k", value="v")
    s.get("registered-models/get", name="m")
    for key in ("t", "t", "never", ""):
        s.delete("registered-models/delete-tag", name="m", key=key)
    s.delete("registered-models/delete-tag", name="never", key="k")
    s.get("registered-models/get", name="m")
    for name in ("m", "m", "never", ""):
        s.delete("registered-models/delete", name=name)
    s.get("registered-models/get", name="m")
    s.post("registered-models/create", name="m", description="soon gone")
    s.patch("registered-models/update", name="m")
    s.get("registered-models/alias", name="m", alias="latest")
    for name in (".", "..", "..x", ".x"):
        s.post("registered-models/create", name=name)


def versions(s):
    e, run = new_run(s, "registry")
    uri = f"mlflow-artifacts:/{e}/{run}/artifacts/model"
    s.post("registered-models/create", name="v")
    s.post("model-versions/create", name="v", source=uri, run_id=run, description="one",
           tags=[{"key": "k", "value": "v"}], run_link="http://x/1")
    for more in ({"source": f"runs:/{run}/model", "run_id": run}, {"source": uri},
                 {"source": uri, "run_id": ABSENT}, {"source": ""}, {}, {"source": "/etc"},
                 {"source": "file:///etc"}, {"source": "relative"}, {"source": "s3://bucket/x"},
                 {"source": "mlflow-artifacts:/0/../../x", "run_id": run},
                 {"source": f"mlflow-artifacts:/{e}/%2e%2e/x", "run_id": run},
                 {"source": "models:/m-" + "0" * 32}, {"source": "models:/v/1"},
                 {"source": "dbfs:/x"}):
        s.post("model-versions/create", name="v", **more)
    s.post("registered-models/create", name="v-http")
    for scheme in ("http", "HTTPS", "ftp", "sftp", "hdfs", "r2", "abfss", "mlflow-artifacts",
                   "wasbs", "gs"):
        s.post("model-versions/create", name="v-http", source=f"{scheme}://example.org/m")
    s.post("model-versions/create", name="never", source=uri, run_id=run)
    s.post("model-versions/create", source=uri, run_id=run)
    for v in ("1", "2", "99", "0", "-1", "x", "", "1.0"):
        s.get("model-versions/get", name="v", version=v)
        s.get("model-versions/get-download-uri", name="v", version=v)
    s.get("model-versions/get", name="never", version="1")
    s.get("model-versions/get", name="v")
    s.get("registered-models/get", name="v")
    s.patch("model-versions/update", name="v", version="1", description="new")
    s.patch("model-versions/update", name="v", version="1")
    s.patch("model-versions/update", name="v", version="99", description="x")
    for key, value in (("t", "1"), ("t", "2"), ("", "1"), ("k" * 251, "1"), ("long", "v" * 100001)):
        s.post("model-versions/set-tag", name="v", version="1", key=key, value=value)
    s.post("model-versions/set-tag", name="v", version="99", key="k", value="v")
    for key in ("t", "t", ""):
        s.delete("model-versions/delete-tag", name="v", version="1", key=key)
    s.get("model-versions/get", name="v", version="1")
    for v in ("2", "2", "99", "x"):
        s.delete("model-versions/delete", name="v", version=v)
    s.get("model-versions/get", name="v", version="2")
    s.post("model-versions/create", name="v", source=uri, run_id=run)
    s.get("registered-models/get", name="v")
    s.post("registered-models/rename", name="v", new_name="w")
    s.get("model-versions/get", name="w", version="1")
    s.get("model-versions/get", name="v", version="1")


def with_versions(s, name, count):
    e, run = new_run(s, "registry")
    s.post("registered-models/create", name=name)
    for _ in range(count):
        s.post("model-versions/create", name=name, run_id=run,
               source=f"mlflow-artifacts:/{e}/{run}/artifacts/model")
    return run


def aliases(s):
    with_versions(s, "al", 3)
    for alias, version in (
            ("champion", "1"), ("champion", "2"), ("A_b-9", "2"), ("latest", "1"), ("Latest", "1"),
            ("v1", "1"), ("V22", "1"), ("v1x", "1"), ("", "1"), ("a b", "1"), ("a.b", "1"),
            ("a" * 255, "3"), ("a" * 256, "1"), ("x", "99"), ("x", "zero"), ("x", "")):
        s.post("registered-models/alias", name="al", alias=alias, version=version)
    s.post("registered-models/alias", name="never", alias="x", version="1")
    s.get("registered-models/get", name="al")
    with_versions(s, "al-letters", 1)
    s.post("registered-models/alias", name="al-letters", alias="ü", version="1")
    for alias in ("champion", "A_b-9", "latest", "never", "", "v1", "CHAMPION"):
        s.get("registered-models/alias", name="al", alias=alias)
    s.get("registered-models/alias", name="never", alias="champion")
    s.get("model-versions/get", name="al", version="2")
    s.delete("model-versions/delete", name="al", version="2")
    s.get("registered-models/get", name="al")
    for alias in ("a" * 255, "never", ""):
        s.delete("registered-models/alias", name="al", alias=alias)
    s.delete("registered-models/alias", name="never", alias="x")
    s.get("registered-models/get", name="al")


def stages(s):
    with_versions(s, "st", 4)
    for version, stage, archive in (
            ("1", "Staging", False), ("2", "production", False), ("3", "PRODUCTION", True),
            ("4", "Archived", False), ("4", "none", False), ("1", "Heaven", False),
            ("1", "", False),
            ("99", "Staging", False), ("1", "Staging", True), ("2", "None", True)):
        s.post("model-versions/transition-stage", name="st", version=version, stage=stage,
               archive_existing_versions=archive)
        s.get("registered-models/get", name="st")
    s.post("model-versions/transition-stage", name="st", version="1", stage="Production")
    for stages_asked in ([], ["Production"], ["none", "Staging"], ["Heaven"], ["production"]):
        s.post("registered-models/get-latest-versions", name="st", stages=stages_asked)
    s.post("registered-models/get-latest-versions", name="never")
    s.get("registered-models/get-latest-versions", name="st")
    s.get("model-versions/search", filter="name = 'st'", max_results=10)


def model_search(s):
    for name, tags in (("rs-one", {"c": "red"}), ("rs-Two", {"c": "blue", "x.y z": "1"}),
                       ("rs-three", {}), ("RS-four", {"c": "Red",
                       "mlflow.prompt.is_prompt": "true"}),
                       ("rs-five", {"mlflow.prompt.is_prompt": "false"})):
        s.post("registered-models/create", name=name,
               tags=[{"key": k, "value": v} for k, v in tags.items()])
    base = "name ILIKE 'rs-%'"
    prompt = "tags.`mlflow.prompt.is_prompt` "
    for text in (
            base, "name LIKE 'rs-%'", "name = 'rs-one'", "name != 'rs-one' AND " + base,
            "name LIKE 'rs-t%'", "name ILIKE 'RS-T%'", "name IN ('rs-one', 'rs-Two')",
            "name NOT IN ('rs-one') AND " + base, "name > 'a'", "name = 5", "name", "nome = 'x'",
            "tags.c = 'red'", "tag.c = 'red'", "tags.c != 'red' AND " + base, "tags.c LIKE 'r%'",
            "tags.c ILIKE 'r%'", "tags.`x.y z` = '1'", 'tags."x.y z" = "1"', "tags.none = 'x'",
            "tags.c IS NULL", "tags.c IN ('red')", f"{prompt} != 'true' AND {base}",
            f"{prompt} = 'true' AND {base}", f"{prompt} = 'false' AND {base}",
            f"{prompt} = 'TRUE' AND {base}", f"{prompt} != 'false' AND {base}",
            f"{prompt} LIKE 't%' AND {base}", f"{prompt} != 'true' AND {prompt} = 'true' AND {base}",
            f"{base} AND tags.c = 'red'",
            f"tag.`mlflow.prompt.is_prompt` != 'true' AND {base}", "name = 'a' OR name = 'b'",
            "attribute.name = 'rs-one'", "model.name = 'rs-one'", "creation_timestamp > 1",
            "1 = 1"):
        s.get("registered-models/search", filter=text, max_results=100)
    for by in (["name"], ["name DESC"], ["name asc"], ["timestamp"], ["timestamp DESC"],
               ["last_updated_timestamp DESC"], ["creation_timestamp"], ["name", "name"], ["nope"],
               ["tags.c"], ["name SIDEWAYS"], ["last_updated_timestamp", "name DESC"]):
        s.get("registered-models/search", filter=base, max_results=100, order_by=by)
    token = None
    for _ in range(6):
        more = {"page_token": token} if token else {}
        token = s.get("registered-models/search", filter=base, max_results=2,
                      **more).get("next_page_token")
        if not token:
            break
    for number in (0, -1, 1000, 1001, "x"):
        s.get("registered-models/search", filter=base, max_results=number)
    for token in ("garbage", "", "e30="):
        s.get("registered-models/search", filter=base, max_results=2, page_token=token)


def version_search(s):
    run = with_versions(s, "vs-a", 3)
    with_versions(s, "vs-B", 2)
    s.post("model-versions/set-tag", name="vs-a", version="2", key="c", value="red")
    s.post("model-versions/set-tag", name="vs-B", version="1", key="c", value="Blue")
    s.post("registered-models/alias", name="vs-a", alias="best", version="2")
    base = "name ILIKE 'vs-%'"
    for text in (
            base, "name = 'vs-a'", "name != 'vs-a' AND " + base, "name LIKE 'vs-%'",
            "name IN ('vs-a')",
            f"run_id = '{run}'", f"run_id IN ('{run}', 'x')", f"run_id IN ('{run}')",
            "run_id IN ()",
            f"run_id NOT IN ('{run}') AND " + base, f"run_id != '{run}' AND " + base,
            f"source_path LIKE '%{run}%'",
            f"run_id LIKE '{run}'", "source_path = 'x'", "version_number = 2 AND " + base,
            "version_number > 1 AND " + base, "version_number != 1 AND " + base,
            "version_number = 'x'",
            "version_number LIKE '1'", "version = 1", "tags.c = 'red'",
            "tag.c != 'red' AND " + base,
            "tags.c ILIKE 'b%'", "tags.c IS NULL", "name > 'a'", "nome = 'x'", "name = 5", "name",
            "name = 'a' OR name = 'b'", "attribute.name = 'vs-a'", "alias = 'best'", "1 = 1"):
        s.get("model-versions/search", filter=text, max_results=100)
    for by in (["name ASC", "version_number DESC"], ["version_number DESC", "name"], ["name DESC"],
               ["creation_timestamp"], ["last_updated_timestamp DESC"], ["nope"], ["run_id"],
               ["version_number", "version_number"], ["name SIDEWAYS"]):
        s.get("model-versions/search", filter=base, max_results=100, order_by=by)
    token = None
    for _ in range(6):
        more = {"page_token": token} if token else {}
        token = s.get("model-versions/search", filter=base, max_results=2,
                      **more).get("next_page_token")
        if not token:
            break
    for number in (0, -1, 200000, 200001, "x"):
        s.get("model-versions/search", filter="name = 'vs-a'", max_results=number)
    s.get("model-versions/search", filter=base, max_results=2, page_token="garbage")


SECTIONS = [model_life, versions, aliases, stages, model_search, version_search]
