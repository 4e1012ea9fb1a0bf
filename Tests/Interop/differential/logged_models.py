"""Logged models: life, params, tags, metrics, search."""

from .runs import new_run

ABSENT = "m-" + "0" * 32


def made(answer):
    return answer.get("model", {}).get("info", {}).get("model_id", ABSENT)


def logged_model_life(s):
    e, run = new_run(s, "logged")
    model = made(s.post("logged-models", experiment_id=e, name="m", model_type="agent",
                        source_run_id=run, params=[{"key": "p", "value": "1"}],
                        tags=[{"key": "t", "value": "ü"}]))
    for more in ({}, {"name": ""}, {"name": "ü 🙂"}, {"name": "a/b"}, {"name": "a:b"},
        {"name": "a.b"},
                 {"name": "m"}, {"name": "n" * 500}, {"name": "n" * 501},
                 {"source_run_id": "absent"},
                 {"name": "q", "params": [{"key": "", "value": "1"}]},
                 {"name": "q", "params": [{"key": "k", "value": "v" * 6001}]},
                 {"name": "q", "tags": [{"key": "", "value": "1"}]}):
        s.post("logged-models", experiment_id=e, **more)
    s.post("logged-models", name="m")
    s.post("logged-models", experiment_id="99999", name="m")
    s.get(f"logged-models/{model}")
    for wrong in (ABSENT, "m-x", "x", "m-" + "g" * 32):
        s.get(f"logged-models/{wrong}")
        s.delete(f"logged-models/{wrong}")
        s.patch(f"logged-models/{wrong}", model_id=wrong, status="LOGGED_MODEL_READY")
        s.patch(f"logged-models/{wrong}/tags", tags=[{"key": "a", "value": "1"}])
        s.post(f"logged-models/{wrong}/params", model_id=wrong, params=[{"key": "a", "value": "1"}])
        s.delete(f"logged-models/{wrong}/tags/a")
    for status in ("LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED"):
        s.patch(f"logged-models/{model}", model_id=model, status=status)
    # Not read: one server may take what the other refuses.
    other = made(s.post("logged-models", experiment_id=e, name="other"))
    for status in ("LOGGED_MODEL_PENDING", "NONSENSE", 2):
        s.patch(f"logged-models/{other}", model_id=other, status=status)
    s.patch(f"logged-models/{other}/tags", tags=[{"key": "", "value": "1"}])
    s.post(f"logged-models/{other}/params", model_id=other, params=[{"key": "", "value": "1"}])
    s.patch(f"logged-models/{model}", model_id=model)
    for key, value in (("t", "2"), ("x.y/z", ""), ("k" * 251, "1"),
        ("long", "v" * 8001)):
        s.patch(f"logged-models/{model}/tags", tags=[{"key": key, "value": value}])
    s.patch(f"logged-models/{model}/tags", tags=[])
    s.get(f"logged-models/{model}")
    for key in ("t", "t", "never"):
        s.delete(f"logged-models/{model}/tags/{key}")
    for items in ([("q", "2")], [("q", "2")], [("p", "other")], [],
                  [("a", "1"), ("a", "2")], [("k" * 251, "1")]):
        s.post(f"logged-models/{model}/params", model_id=model,
               params=[{"key": key, "value": value} for key, value in items])
    s.get(f"logged-models/{model}")
    s.post("runs/log-metric", run_id=run, key="acc", value=0.5, timestamp=1, step=1, model_id=model)
    s.post("runs/log-metric", run_id=run, key="acc", value=0.7, timestamp=1, step=2, model_id=model)
    s.post("runs/log-batch", run_id=run, metrics=[
        {"key": "f1", "value": 0.25, "timestamp": 3, "step": 1, "model_id": model,
         "dataset_name": "d", "dataset_digest": "1", "run_id": run}])
    s.post("runs/log-metric", run_id=run, key="bad", value=1, timestamp=1, model_id=ABSENT)
    s.get(f"logged-models/{model}")
    s.get("runs/get", run_id=run)
    s.delete(f"logged-models/{model}")
    s.delete(f"logged-models/{model}")
    s.get(f"logged-models/{model}")
    s.patch(f"logged-models/{model}", model_id=model, status="LOGGED_MODEL_READY")
    s.post("logged-models/search", experiment_ids=[e], filter="name = 'm'")


def logged_model_versions(s):
    e, _ = new_run(s, "logged")
    model = made(s.post("logged-models", experiment_id=e, name="reg"))
    s.post("registered-models/create", name="lm")
    s.post("model-versions/create", name="lm", source=f"models:/{model}", model_id=model)
    s.post("model-versions/create", name="lm", source=f"models:/{model}")
    s.get("model-versions/get-download-uri", name="lm", version="1")
    s.get("model-versions/get", name="lm", version="1")
    s.get(f"logged-models/{model}")


def logged_model_search(s):
    e, run = new_run(s, "logged-search")
    for n, (name, kind, acc, lr) in enumerate((
            ("a", "x", 0.9, "0.1"), ("b", "y", 0.5, "0.2"), ("C", "x", None, "0.1"),
            ("d", "", "NaN", "0.3"), ("a", "x", 0.5, "0.2"))):
        model = made(s.post("logged-models", experiment_id=e, name=name, model_type=kind,
                            source_run_id=run, params=[{"key": "lr", "value": lr}],
                            tags=[{"key": "letter", "value": name}]))
        if acc is not None:
            s.post("runs/log-metric", run_id=run, key="acc", value=acc, timestamp=n, step=n,
                   model_id=model)
    for text in (
            "", "name = 'a'", "name != 'a'", "name LIKE 'a%'", "name ILIKE 'c'",
            "name IN ('a', 'b')",
            "name NOT IN ('a')", "attributes.name = 'a'", "attribute.name = 'a'", "metric.acc > 0",
            "tag.letter = 'C'", "param.lr = '0.1'",
            "model_type = 'x'",
            f"source_run_id = '{run}'", "params.lr = '0.1'", "params.lr != '0.1'",
            "params.lr LIKE '0%'",
            "tags.letter = 'C'", "tags.letter LIKE '%'", "metrics.acc > 0.6", "metrics.acc <= 0.9",
            "metrics.acc = 0.5", "metrics.none > 0", "creation_timestamp > 0",
            "creation_timestamp < 0",
            "last_updated_timestamp > 0", "params.lr = '0.1' AND metrics.acc > 0.1",
            f"model_id = '{model}'",
            "name", "name > 'a'", "name = 'a' OR name = 'b'", "nome = 'a'", "metrics.acc = 'x'",
            "creation_timestamp = 'x'", "1 = 1"):
        s.post("logged-models/search", experiment_ids=[e], filter=text)
    for field in ("name", "metrics.acc", "creation_timestamp", "last_updated_timestamp", "model_id",
                  "nome", "params.lr", "", "model_type"):
        for ascending in (True, False):
            if field in ("model_id",):
                continue
            s.post("logged-models/search", experiment_ids=[e],
                   order_by=[{"field_name": field, "ascending": ascending}])
    s.post("logged-models/search", experiment_ids=[e], order_by=[{"field_name": "name"}])
    token = None
    for _ in range(4):
        more = {"page_token": token} if token else {}
        token = s.post("logged-models/search", experiment_ids=[e], max_results=2,
                       **more).get("next_page_token")
        if not token:
            break
    for number in (0, -1, 50, 51, 100, 1000):
        s.post("logged-models/search", experiment_ids=[e], max_results=number, filter="name = 'b'")
    s.post("logged-models/search", experiment_ids=[e], page_token="garbage")
    s.post("logged-models/search", experiment_ids=[e], datasets=[{"dataset_name": "d"}])
    for ids in ([], ["99999"], [e, "0"]):
        s.post("logged-models/search", experiment_ids=ids)
    s.post("logged-models/search")


SECTIONS = [logged_model_life, logged_model_versions, logged_model_search]
