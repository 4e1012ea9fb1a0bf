"""Service routes and experiments."""


def service(s):
    s.send("GET", "/health")
    s.get("/api/3.0/mlflow/server-info")
    for method, path in (
            ("GET", "/api/2.0/mlflow/nothing"), ("POST", "/api/2.0/mlflow/runs/explode"),
            ("GET", "/api/9.9/mlflow/runs/get"), ("GET", "/api/2.0/preview/mlflow/runs/get"),
            ("GET", "/api/2.0/mlflow/runs/create"), ("DELETE", "/api/2.0/mlflow/runs/create"),
            ("PUT", "/api/2.0/mlflow/experiments/create"), ("POST", "/api/2.0/mlflow/runs/get"),
            ("GET", "/ajax-api/2.0/mlflow/experiments/get?experiment_id=0")):
        s.send(method, path)


def experiment_life(s):
    s.get("experiments/get", experiment_id="0")
    s.get("experiments/get-by-name", experiment_name="Default")
    a = s.post("experiments/create", name="a", tags=[
        {"key": "k", "value": "v"}, {"key": "ü", "value": ""}]).get("experiment_id")
    b = s.post("experiments/create", name="b ü 🙂",
               artifact_location="mlflow-artifacts:/own/place").get("experiment_id")
    for name in ("a", "", " ", "x" * 500, "x" * 501, "b ü 🙂", None):
        s.post("experiments/create", **({"name": name} if name is not None else {}))
    s.post("experiments/create", name="twice", tags=[
        {"key": "k", "value": "1"}, {"key": "k", "value": "2"}])
    s.post("experiments/create", name="located", artifact_location="file:///tmp/elsewhere?a=b#c")
    for e in (a, b, "0", "99999", "", "abc", "-1", "1.0"):
        s.get("experiments/get", experiment_id=e)
    for name in ("a", "b ü 🙂", "never", "", "A"):
        s.get("experiments/get-by-name", experiment_name=name)
    s.post("experiments/update", experiment_id=a, new_name="renamed")
    for name in ("b ü 🙂", "", "renamed", "y" * 501):
        s.post("experiments/update", experiment_id=a, new_name=name)
    s.post("experiments/update", experiment_id=a)
    s.get("experiments/get", experiment_id=a)
    s.post("experiments/delete", experiment_id=a)
    for _ in range(2):
        s.post("experiments/delete", experiment_id=a)
    s.get("experiments/get", experiment_id=a)
    s.get("experiments/get-by-name", experiment_name="renamed")
    s.post("experiments/create", name="renamed")
    s.post("experiments/update", experiment_id=a, new_name="other")
    s.post("experiments/set-experiment-tag", experiment_id=a, key="t", value="v")
    s.post("runs/create", experiment_id=a, start_time=1)
    s.post("experiments/restore", experiment_id=a)
    s.post("experiments/restore", experiment_id=a)
    s.get("experiments/get", experiment_id=a)
    for e in ("99999", "", "abc"):
        s.post("experiments/delete", experiment_id=e)
        s.post("experiments/restore", experiment_id=e)
        s.post("experiments/update", experiment_id=e, new_name="z")


def experiment_tags(s):
    e = s.post("experiments/create", name="tags").get("experiment_id")
    for key, value in (
            ("plain", "v"), ("plain", "again"), ("empty", ""), ("ü/x.y -:_", "ü\n"), ("", "v"),
            ("a*b", "v"), ("..", "v"), ("/a", "v"), ("k" * 250, "v"), ("k" * 251, "v"),
            ("long", "v" * 20000), ("longer", "v" * 20001), ("mlflow.note.content", "# text")):
        s.post("experiments/set-experiment-tag", experiment_id=e, key=key, value=value)
    s.get("experiments/get", experiment_id=e)
    for key in ("plain", "plain", "never", "ü/x.y -:_", ""):
        s.post("experiments/delete-experiment-tag", experiment_id=e, key=key)
    s.get("experiments/get", experiment_id=e)
    s.post("experiments/set-experiment-tag", experiment_id="99999", key="k", value="v")
    s.post("experiments/delete-experiment-tag", experiment_id="99999", key="k")


def experiment_search(s):
    ids = []
    for name, tags in (("s-one", {"c": "red"}), ("s-Two", {"c": "blue", "x.y z": "1"}),
                       ("s-three", {}), ("s-four", {"c": "Red"}), ("S-five", {"c": "red"})):
        ids.append(s.post("experiments/create", name=name, tags=[
            {"key": k, "value": v} for k, v in tags.items()]).get("experiment_id"))
    s.post("experiments/delete", experiment_id=ids[3])
    base = "name ILIKE 's-%'"
    for text in (
            base, "name LIKE 's-%'", "name = 's-one'", "name != 's-one' AND " + base,
            'name = "s-one"', "name = s-one", "name LIKE 's-t%'", "name ILIKE 'S-T%'",
            "name LIKE '%_o%'", "name LIKE 's\\-%'", "name LIKE 's-o_e'",
            "name LIKE '%' AND " + base,
            "attribute.name = 's-one'", "attr.name = 's-one'", "experiment.name = 's-one'",
            "attributes.name = 's-one'", "run.name = 's-one'", "experiment_id ILIKE '1'",
            "tags.c = 'red' AND " + base, "tag.c = 'red' AND " + base, "tags.c != 'red'",
            "tags.c LIKE 'r%'", "tags.c ILIKE 'r%' AND " + base, "tags.`x.y z` = '1'",
            'tags."x.y z" = "1"', "tags.none = 'x'", "tags.c IS NULL AND " + base,
            "tags.c IN ('red')",
            "creation_time > 5 AND " + base, "creation_time < 5",
            "last_update_time >= 1 AND " + base,
            "creation_time = 'x'", "creation_time LIKE 'x'", f"experiment_id = '{ids[1]}'",
            f"experiment_id IN ('{ids[1]}', '{ids[0]}')",
            f"experiment_id NOT IN ('{ids[1]}') AND " + base,
            "experiment_id IN ()", "experiment_id > '1'", "experiment_id LIKE '1'",
            "name IN ('s-one')",
            "lifecycle_stage = 'active'", "name", "name =", "= 'a'", "name = 's-one' OR name = 'a'",
            "NOT name = 'a'", "name == 'a'", "name = 'a' AND", "name = 'it''s'", "name = 5",
            "metrics.m > 1", "nome = 'x'", "(name = 's-one')", "name = 's-one';", "1 = 1", "   "):
        s.post("experiments/search", filter=text, max_results=50)
    for by in (["name"], ["name DESC"], ["name ASC"], ["name asc"], ["experiment_id"],
               ["experiment_id DESC"], ["creation_time"], ["creation_time DESC", "name"],
               ["last_update_time DESC"], ["attribute.name"], ["name", "name DESC"], ["nope"],
               ["tags.c"], ["name SIDEWAYS"], [""], ["name,experiment_id"]):
        s.post("experiments/search", filter=base, max_results=50, order_by=by)
    for view in ("ACTIVE_ONLY", "DELETED_ONLY", "ALL"):
        s.post("experiments/search", filter=base, max_results=50, view_type=view)
    token = None
    for _ in range(4):
        more = {"page_token": token} if token else {}
        token = s.post("experiments/search", filter=base, max_results=2,
            **more).get("next_page_token")
        if not token:
            break
    for number in (0, -1, 1, 50000, 50001, "3", 2.0):
        s.post("experiments/search", filter="name = 's-one'", max_results=number)
    for token in ("garbage", "", "e30=", "AAAA", "eyJvZmZzZXQiOiAieCJ9"):
        s.post("experiments/search", filter=base, max_results=2, page_token=token)
    s.get("experiments/search", filter=base, max_results=2, order_by=["name DESC", "experiment_id"])
    s.get("experiments/search", filter=base, max_results=2, view_type="ALL")
    s.get("experiments/search")
    s.post("experiments/search")


SECTIONS = [service, experiment_life, experiment_tags, experiment_search]
