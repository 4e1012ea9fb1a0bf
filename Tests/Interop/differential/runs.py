"""Runs: life, params, metrics, histories, tags, inputs and outputs."""

ABSENT = "0123456789abcdef0123456789abcdef"


def new_run(s, experiment="runs", **more):
    e = s.get("experiments/get-by-name", experiment_name=experiment).get("experiment", {})
    e = e.get("experiment_id") or s.post(
        "experiments/create", name=experiment).get("experiment_id")
    run = s.post("runs/create", **{"experiment_id": e, "start_time": 1000, **more})
    return e, run.get("run", {}).get("info", {}).get("run_id", ABSENT)


def run_life(s):
    e, run = new_run(s, run_name="first", user_id="me", tags=[{"key": "a", "value": "1"}])
    s.get("runs/get", run_id=run)
    s.get("runs/get", run_id=run, run_uuid=run)
    s.get("runs/get", run_uuid=run)
    for wrong in (ABSENT, "", "x", "../x", run.upper()):
        s.get("runs/get", run_id=wrong)
    s.get("runs/get")
    for more in ({}, {"run_name": ""}, {"run_name": "n" * 300}, {"run_name": "ü 🙂"},
                 {"start_time": 0}, {"start_time": -5}, {"start_time": 2**62}, {"user_id": ""},
                 {"tags": [{"key": "mlflow.runName", "value": "tagged"}]},
                 {"run_name": "x", "tags": [{"key": "mlflow.runName", "value": "x"}]},
                 {"run_name": "x", "tags": [{"key": "mlflow.runName", "value": "y"}]},
                 {"tags": [{"key": "k", "value": "1"}, {"key": "k", "value": "2"}]},
                 {"tags": [{"key": "", "value": "1"}]}, {"tags": [{"key": "k"}]},
                 {"tags": [{"key": "k" * 251, "value": "1"}]},
                 {"tags": [{"key": "k", "value": "v" * 8001}]}):
        s.post("runs/create", **{"experiment_id": e, "start_time": 1, **more})
    for wrong in ("99999", "", "abc"):
        s.post("runs/create", experiment_id=wrong, start_time=1)
    for change in ({"status": "FINISHED", "end_time": 5}, {"run_name": "renamed"},
        {"status": "RUNNING"},
                   {"status": "SCHEDULED"}, {"status": "KILLED", "end_time": 1}, {"end_time": 0},
                   {"run_name": ""}, {}, {"status": 3}):
        s.post("runs/update", run_id=run, **change)
    _, other = new_run(s)  # not read: one server may take what the other refuses
    for change in ({"status": "NONSENSE"}, {"end_time": -1}):
        s.post("runs/update", run_id=other, **change)
    s.post("runs/update", run_id=ABSENT, status="FINISHED")
    s.get("runs/get", run_id=run)
    s.post("runs/set-tag", run_id=run, key="mlflow.runName", value="by tag")
    s.post("runs/delete-tag", run_id=run, key="mlflow.runName")
    s.get("runs/get", run_id=run)
    for route in ("delete", "delete", "restore", "restore", "delete"):
        s.post(f"runs/{route}", run_id=run)
    s.get("runs/get", run_id=run)
    for route, item in writes():
        s.post(f"runs/{route}", run_id=run, **item)
        s.post(f"runs/{route}", run_id=ABSENT, **item)
        s.post(f"runs/{route}", **item)
    s.post("runs/update", run_id=run, run_name="deleted")
    for route in ("delete", "restore"):
        s.post(f"runs/{route}", run_id=ABSENT)
    s.post("runs/restore", run_id=run)
    s.get("runs/get", run_id=run)
    s.post("experiments/delete", experiment_id=e)
    s.get("runs/get", run_id=run)
    s.post("runs/set-tag", run_id=run, key="k", value="v")
    s.post("experiments/restore", experiment_id=e)
    s.get("runs/get", run_id=run)


def writes():
    return (("log-metric", {"key": "m", "value": 1, "timestamp": 1}),
            ("log-parameter", {"key": "p", "value": "1"}), ("set-tag", {"key": "t", "value": "1"}),
            ("delete-tag", {"key": "t"}), ("log-batch", {"params": [{"key": "p", "value": "1"}]}),
            ("log-inputs", {"datasets": [{"dataset": {
                "name": "d", "digest": "1", "source_type": "s", "source": "x"}}]}),
            ("outputs", {"models": [{"model_id": "m-1", "step": 1}]}))


def params(s):
    _, run = new_run(s)
    for key, value in (
            ("p", "1"), ("p", "1"), ("p", "2"), ("p", ""), ("empty", ""), ("long", "x" * 6000),
            ("longer", "x" * 6001), ("text", "ü 🙂 \n\t\\ \"q\" 'q'"), ("k" * 250, "1"),
            ("k" * 251, "1"),
            ("a.b/c-d e:f", "1"), ("ü", "1"), ("", "1"), (".", "1"), ("..", "1"), ("../x", "1"),
            ("/x", "1"), ("x/", "1"), ("x//y", "1"), ("x/./y", "1"), ("a*b", "1"), ("a,b", "1"),
            ("a\nb", "1"), ("🙂", "1"), ("nul\u0000", "1")):
        s.post("runs/log-parameter", run_id=run, key=key, value=value)
    s.post("runs/log-parameter", run_id=run, key="none")
    s.get("runs/get", run_id=run)
    s.post("runs/log-parameter", run_id=run, key="v", value="nul\u0000inside")


def metrics(s):
    _, run = new_run(s)
    for item in (
            {"value": 1.5, "step": 1}, {"value": 1.5, "step": 1}, {"value": 2, "step": 1},
            {"value": -1, "step": -3}, {"value": 0.25, "timestamp": 5, "step": 1}, {"value": 9},
            {"value": "NaN", "step": 2}, {"value": "Infinity", "step": 3},
            {"value": "-Infinity", "step": 4}, {"value": "1.25", "step": 5},
            {"value": 1e308, "step": 6},
            {"value": 5e-324, "step": 7}, {"value": -0.0, "step": 8}, {"value": "text"},
            {"value": None}, {"value": 1, "step": "7"}, {"value": 1, "step": "x"},
            {"value": 1, "step": 2**63 - 1}, {"value": 1, "step": -2**63},
            {"value": 1, "timestamp": -1}, {"value": 1, "timestamp": "12"},
            {"value": 1, "timestamp": "x"},
            {"value": 1, "timestamp": None}, {"value": 3, "step": None}, {"value": ""},
            {"value": "1e5"}):
        s.post("runs/log-metric", **{"run_id": run, "key": "m", "timestamp": 10, **item})
    s.get("metrics/get-history", run_id=run, metric_key="m")
    s.get("runs/get", run_id=run)
    _, other = new_run(s)  # not read: one server may take what the other refuses
    for item in ({"value": True}, {"value": 1, "step": 2**63}, {"value": 1, "timestamp": 2**63},
                 {"value": "nan", "step": 20}, {"value": "inf", "step": 21}):
        s.post("runs/log-metric", **{"run_id": other, "key": "m", "timestamp": 10, **item})
    for key in ("k" * 250, "k" * 251, "a.b/c-d e:f", "ü", "", ".", "..", "../x", "x/", "a*b",
        "a\nb"):
        s.post("runs/log-metric", run_id=run, key=key, value=1, timestamp=1)
        s.get("metrics/get-history", run_id=run, metric_key=key)
    s.post("runs/log-metric", run_uuid=run, key="old", value=1, timestamp=1)
    s.get("metrics/get-history", run_uuid=run, metric_key="old")


def history(s):
    _, run = new_run(s)
    for start in (0, 500):
        s.post("runs/log-batch", run_id=run, metrics=[
            {"key": "h", "value": n % 7, "timestamp": 10 + n // 3, "step": n // 2}
            for n in range(start, start + 500)])
    s.get("metrics/get-history", run_id=run, metric_key="h")
    token = None
    for _ in range(12):
        more = {"page_token": token} if token else {}
        token = s.get("metrics/get-history", run_id=run, metric_key="h", max_results=120,
                      **more).get("next_page_token")
        if not token:
            break
    s.get("metrics/get-history", run_id=run, metric_key="none")
    s.get("metrics/get-history", run_id=ABSENT, metric_key="h")
    s.get("metrics/get-history", run_id=run)
    s.get("metrics/get-history", metric_key="h")
    for more in ({"max_results": 0}, {"max_results": -1}, {"max_results": "x"},
                 {"max_results": 3, "page_token": "garbage"}):
        s.get("metrics/get-history", run_id=run, metric_key="none", **more)
    # Equal steps: the later time is the latest, then the greater value.
    for value, timestamp, step in ((1, 5, 1), (3, 5, 1), (2, 5, 1), (9, 4, 1), (0, 6, 1),
        (7, 1, 0)):
        s.post("runs/log-metric", run_id=run, key="tie", value=value, timestamp=timestamp,
            step=step)
        s.get("runs/get", run_id=run)


def tags(s):
    _, run = new_run(s)
    for key, value in (
            ("t", "1"), ("t", "2"), ("empty", ""), ("long", "x" * 8000), ("longer", "x" * 8001),
            ("ü/x.y -:_", "🙂\n"), ("k" * 250, "1"), ("k" * 251, "1"), ("", "1"), ("a*b", "1"),
            ("..", "1"), ("/a", "1"), ("mlflow.note.content", "# note"), ("mlflow.user", "other"),
            ("mlflow.parentRunId", ABSENT), ("mlflow.runName", "")):
        s.post("runs/set-tag", run_id=run, key=key, value=value)
    s.post("runs/set-tag", run_id=run, key="none")
    s.get("runs/get", run_id=run)
    for key in ("t", "t", "never", "", "ü/x.y -:_"):
        s.post("runs/delete-tag", run_id=run, key=key)
    s.get("runs/get", run_id=run)


def inputs(s):
    e, run = new_run(s)
    good = {"name": "d", "digest": "1", "source_type": "local", "source": "{}"}
    context = [{"key": "mlflow.data.context", "value": "training"}]
    for item in (
            {"dataset": good, "tags": context}, {"dataset": good, "tags": context},
            {"dataset": {**good, "digest": "2", "schema": "{}", "profile": "{}"}},
            {"dataset": {**good, "name": "ü"}, "tags": [{"key": "k", "value": ""}]},
            {"dataset": {**good, "name": "n" * 500, "digest": "d" * 36}},
            {"dataset": {**good, "name": "n" * 501}}, {"dataset": {**good, "digest": "d" * 37}},
            {"dataset": {**good, "source": "s" * 65536}},
            {"dataset": good, "tags": [{"key": "k" * 256, "value": "v"}]},
            {"dataset": good, "tags": [{"key": "k", "value": "v" * 501}]}):
        s.post("runs/log-inputs", run_id=run, datasets=[item])
    s.post("runs/log-inputs", run_id=run, datasets=[])
    s.post("runs/log-inputs", run_id=run)
    s.get("runs/get", run_id=run)
    model = s.post("logged-models", experiment_id=e, name="m").get("model", {})
    model = model.get("info", {}).get("model_id", "m-")
    s.post("runs/log-inputs", run_id=run, models=[{"model_id": model}])
    s.post("runs/log-inputs", run_id=run, models=[{"model_id": model}])
    s.post("runs/outputs", run_id=run, models=[{"model_id": model, "step": 4}])
    s.post("runs/outputs", run_id=run, models=[{"model_id": model, "step": 4}])
    s.post("runs/outputs", run_id=run, models=[])
    s.get("runs/get", run_id=run)


SECTIONS = [run_life, params, metrics, history, tags, inputs]
