"""Limits: what is just allowed, what is too long, too many, or no key."""

from .harness import (
    CLIENT, INVALID, WIRE, check, equal, new_experiment, new_run, refuses, unique)


@check("Keys of 250 characters are fine and of 251 refused")
def key_lengths():
    run_id, long, too_long = new_run(), "k" * 250, "k" * 251
    for route, item in (("log-metric", {"value": 1, "timestamp": 1}),
        ("log-parameter", {"value": "1"}),
                        ("set-tag", {"value": "1"})):
        WIRE.ok("POST", f"runs/{route}", {"run_id": run_id, "key": long, **item})
        refuses(INVALID, "POST", f"runs/{route}", {"run_id": run_id, "key": too_long, **item})
    experiment_id = CLIENT.get_run(run_id).info.experiment_id
    for key, fine in ((long, True), (too_long, False)):
        document = {"experiment_id": experiment_id, "key": key, "value": "v"}
        if fine:
            WIRE.ok("POST", "experiments/set-experiment-tag", document)
        else:
            refuses(INVALID, "POST", "experiments/set-experiment-tag", document)


@check("Long values of params and run tags are cut, not refused")
def value_lengths():
    run_id = new_run()
    WIRE.ok("POST", "runs/log-parameter", {"run_id": run_id, "key": "p", "value": "ü" * 6500})
    WIRE.ok("POST", "runs/set-tag", {"run_id": run_id, "key": "t", "value": "ü" * 8500})
    data = CLIENT.get_run(run_id).data
    equal((data.params["p"], data.tags["t"]), ("ü" * 6000, "ü" * 8000))


@check("Long values of experiment and registry tags and names are refused")
def refused_lengths():
    experiment_id = new_experiment()
    document = {"experiment_id": experiment_id, "key": "k"}
    WIRE.ok("POST", "experiments/set-experiment-tag", {**document, "value": "v" * 20_000})
    refuses(INVALID, "POST", "experiments/set-experiment-tag", {**document, "value": "v" * 20_001})
    refuses(INVALID, "POST", "experiments/create", {"name": "n" * 501})
    refuses(INVALID, "POST", "experiments/create", {"name": ""})
    refuses(INVALID, "POST", "experiments/create", {})
    refuses(INVALID, "POST", "experiments/update", {"experiment_id": experiment_id})
    name = CLIENT.create_registered_model(unique("limits")).name
    WIRE.ok("POST", "registered-models/set-tag", {"name": name, "key": "k", "value": "v" * 100_000})
    refuses(INVALID, "POST", "registered-models/set-tag",
            {"name": name, "key": "k", "value": "v" * 100_001})


@check("A batch takes 1,000 metrics, 100 params and 100 tags and no more")
def batch_sizes():
    run_id = new_run()

    def batch(metrics=0, params=0, tags=0):
        return {"run_id": run_id,
                "metrics": [{"key": "m", "value": n, "timestamp": 1,
                "step": n} for n in range(metrics)],
                "params": [{"key": f"p{n}", "value": "1"} for n in range(params)],
                "tags": [{"key": f"t{n}", "value": "1"} for n in range(tags)]}

    for sizes in ((1001,), (0, 101), (0, 0, 101), (901, 50, 50)):
        refuses(INVALID, "POST", "runs/log-batch", batch(*sizes))
    equal(CLIENT.get_run(run_id).data.metrics, {})
    for sizes in ((1000,), (800, 100, 100), (0, 100), (0, 0, 100)):
        WIRE.ok("POST", "runs/log-batch", batch(*sizes))
    equal(len(CLIENT.get_metric_history(run_id, "m")), 1000)


for odd_key in ("", ".", "..", "../a", "/a", "a//b", "a/", "a/./b", "a/../b", "a*b", "a?", "a#b",
    "a%b",
                "a\\b", "a,b", "a=b", "a\nb", "a\tb", "🙂", "a'b", "a(b)", "./a"):
    @check(f"The key {odd_key!r} names no metric and no param")
    def bad_key(key=odd_key):
        run_id = new_run()
        refuses(INVALID, "POST", "runs/log-metric",
                {"run_id": run_id, "key": key, "value": 1, "timestamp": 1})
        refuses(INVALID, "POST", "runs/log-parameter", {"run_id": run_id, "key": key, "value": "1"})
        refuses(INVALID, "POST", "runs/log-batch",
                {"run_id": run_id, "params": [{"key": key, "value": "1"}]})
        data = CLIENT.get_run(run_id).data
        equal((data.metrics, data.params), ({}, {}))


@check("Negative times are refused, negative steps are not")
def times():
    run_id = new_run()
    refuses(INVALID, "POST", "runs/log-metric",
            {"run_id": run_id, "key": "m", "value": 1, "timestamp": -1})
    WIRE.ok("POST", "runs/log-metric",
            {"run_id": run_id, "key": "m", "value": 1, "timestamp": 0, "step": -5})
    equal([(m.step, m.timestamp) for m in CLIENT.get_metric_history(run_id, "m")], [(-5, 0)])


@check("What a call needs is asked for: missing fields are INVALID_PARAMETER_VALUE")
def missing_fields():
    run_id = new_run()
    for route, document in (
            ("runs/log-metric", {"run_id": run_id, "key": "m", "timestamp": 1}),
            ("runs/log-metric", {"run_id": run_id, "value": 1, "timestamp": 1}),
            ("runs/log-metric", {"run_id": run_id, "key": "m", "value": 1}),
            ("runs/log-metric", {"key": "m", "value": 1, "timestamp": 1}),
            ("runs/log-parameter", {"run_id": run_id, "value": "1"}),
            ("runs/log-parameter", {"key": "p", "value": "1"}),
            ("runs/set-tag", {"run_id": run_id, "value": "1"}),
            ("runs/set-tag", {"key": "t", "value": "1"}),
            ("runs/delete-tag", {"run_id": run_id}), ("runs/delete", {}), ("runs/restore", {}),
            ("runs/log-batch", {"params": []}),
            ("experiments/delete", {}), ("experiments/restore", {}),
            ("experiments/update", {"new_name": "x"}),
            ("experiments/set-experiment-tag", {"key": "k", "value": "v"}),
            ("registered-models/create", {}), ("registered-models/rename", {"new_name": "x"}),
            ("model-versions/create", {"source": "x"}), ("logged-models", {"name": "x"})):
        refuses(INVALID, "POST", route, document)
    for route in ("runs/get", "experiments/get", "experiments/get-by-name", "registered-models/get",
                  "model-versions/get", "metrics/get-history"):
        refuses(INVALID, "GET", route)
