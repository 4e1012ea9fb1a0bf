"""log-batch: whole or not at all, sizes, bad items."""

import json

from .runs import ABSENT, new_run


def good():
    return {"metrics": [{"key": "m", "value": 1, "timestamp": 1, "step": 1}],
            "params": [{"key": "p", "value": "1"}], "tags": [{"key": "t", "value": "1"}]}


def batch_items(s):
    for field, item in (
            ("metrics", {"key": "", "value": 1, "timestamp": 1}),
            ("metrics", {"value": 1, "timestamp": 1}), ("metrics", {"key": "a", "timestamp": 1}),
            ("metrics", {"key": "a", "value": 1}),
            ("metrics", {"key": "a", "value": 1, "timestamp": 1}),
            ("metrics", {"key": "a*", "value": 1, "timestamp": 1}),
            ("metrics", {"key": "a", "value": "NaN", "timestamp": 1}),
            ("metrics", {"key": "a", "value": "Infinity", "timestamp": 1}),
            ("metrics", {"key": "a", "value": "text", "timestamp": 1}),
            ("metrics", {"key": "a", "value": 1, "timestamp": -1}),
            ("metrics", {"key": "a", "value": 1, "timestamp": 1, "step": "x"}),
            ("metrics", {"key": "a", "value": 1, "timestamp": 1, "run_id": "other"}),
            ("metrics", {"key": "k" * 251, "value": 1, "timestamp": 1}),
            ("metrics", {"key": "m", "value": 1, "timestamp": 1, "step": 1}),
            ("metrics", {"key": "m", "value": 2, "timestamp": 1, "step": 1}),
            ("metrics", {"key": "m", "value": 2, "timestamp": 1, "step": -9}),
            ("params", {"key": "", "value": "1"}), ("params", {"value": "1"}),
            ("params", {"key": "q"}),
            ("params", {"key": "q", "value": ""}), ("params", {"key": "q", "value": "x" * 6001}),
            ("params", {"key": "p", "value": "1"}), ("params", {"key": "p", "value": "2"}),
            ("params", {"key": "..", "value": "1"}), ("params", {"key": "k" * 251, "value": "1"}),
            ("tags", {"key": "", "value": "1"}), ("tags", {"value": "1"}), ("tags", {"key": "u"}),
            ("tags", {"key": "t", "value": "2"}), ("tags", {"key": "u", "value": "x" * 8001}),
            ("tags", {"key": "k" * 251, "value": "1"}), ("tags", {"key": "a*", "value": "1"}),
            ("tags", {"key": "mlflow.runName", "value": "new name"}),
            ("metrics", 5), ("params", "x"), ("tags", None), ("metrics", [])):
        _, run = new_run(s)
        s.note(f"{field} {json.dumps(item)[:80]}")
        document = good()
        s.post("runs/log-batch", run_id=run, **{**document, field: document[field] + [item]})
        s.get("runs/get", run_id=run)
        s.note("")


def batch_conflicts(s):
    _, run = new_run(s)
    s.post("runs/log-parameter", run_id=run, key="p", value="0")
    s.post("runs/log-batch", run_id=run, **good())
    s.get("runs/get", run_id=run)
    s.post("runs/log-batch", run_id=run, params=[
        {"key": "p", "value": "0"}, {"key": "q", "value": "1"}])
    s.post("runs/log-batch", run_id=run, params=[
        {"key": "r", "value": "1"}, {"key": "q", "value": "2"}])
    s.get("runs/get", run_id=run)
    s.post("runs/log-batch", run_id=run)
    s.post("runs/log-batch", run_id=run, metrics=[], params=[], tags=[])
    s.post("runs/log-batch", run_id=ABSENT, **good())
    s.post("runs/log-batch", run_id=ABSENT)
    s.post("runs/log-batch", **good())
    s.post("runs/delete", run_id=run)
    s.post("runs/log-batch", run_id=run, **good())
    s.post("runs/log-batch", run_id=run)


def batch_sizes(s):
    for metrics, params, tags in (
            (1000, 0, 0), (1001, 0, 0), (0, 100, 0), (0, 101, 0), (0, 0, 100), (0, 0, 101),
            (800, 100, 100), (801, 100, 100)):
        _, run = new_run(s)
        s.note(f"{metrics} metrics, {params} params, {tags} tags")
        s.post("runs/log-batch", run_id=run,
               metrics=[{"key": f"m{n % 10}", "value": n, "timestamp": n, "step": n}
                        for n in range(metrics)],
               params=[{"key": f"p{n}", "value": str(n)} for n in range(params)],
               tags=[{"key": f"t{n}", "value": str(n)} for n in range(tags)])
        s.get("runs/get", run_id=run)
        s.note("")


SECTIONS = [batch_items, batch_conflicts, batch_sizes]
