"""log_batch: all of it or nothing, duplicates, order."""

from mlflow.entities import Metric, Param, RunTag

from .harness import CLIENT, INVALID, check, equal, new_run, refused, refuses


@check("A batch of metrics, params and tags arrives whole")
def whole():
    run_id = new_run()
    CLIENT.log_batch(
        run_id, metrics=[Metric("m", n / 10, n, n) for n in range(800)],
        params=[Param(f"p{n}", str(n)) for n in range(100)],
        tags=[RunTag(f"t{n}", str(n)) for n in range(100)])
    data = CLIENT.get_run(run_id).data
    equal(data.metrics, {"m": 79.9})
    equal(len(CLIENT.get_metric_history(run_id, "m")), 800)
    equal(data.params, {f"p{n}": str(n) for n in range(100)})
    equal({k: v for k, v in data.tags.items() if k[0] == "t"},
        {f"t{n}": str(n) for n in range(100)})


@check("A batch whose param conflicts leaves no metric and no tag")
def conflict():
    run_id = new_run()
    CLIENT.log_param(run_id, "p", "1")
    with refused(INVALID):
        CLIENT.log_batch(run_id, metrics=[Metric("m", 1.0, 1, 1)], tags=[RunTag("t", "1")],
                         params=[Param("p", "2"), Param("q", "1")])
    data = CLIENT.get_run(run_id).data
    equal((data.metrics, data.params, "t" in data.tags), ({}, {"p": "1"}, False))
    CLIENT.log_batch(run_id, params=[Param("p", "1"), Param("q", "1")])
    equal(CLIENT.get_run(run_id).data.params, {"p": "1", "q": "1"})


@check("A param twice in one batch is refused, and nothing is stored")
def double_param():
    run_id = new_run()
    for values in (("1", "2"), ("1", "1")):
        refuses(INVALID, "POST", "runs/log-batch", {
            "run_id": run_id, "params": [{"key": "p", "value": value} for value in values],
            "tags": [{"key": "t", "value": "1"}]})
    data = CLIENT.get_run(run_id).data
    equal((data.params, "t" in data.tags), ({}, False))


@check("A tag twice in one batch takes the last value")
def double_tag():
    run_id = new_run()
    CLIENT.log_batch(run_id, tags=[RunTag("t", "1"), RunTag("t", "2")])
    equal(CLIENT.get_run(run_id).data.tags["t"], "2")


@check("A metric repeated in one batch is one point; many points of a key are all kept")
def repeated_metric():
    run_id = new_run()
    CLIENT.log_batch(run_id, metrics=[Metric("m", 1.0, 5, 1)] * 3 + [Metric("m", 2.0, 5, 2)])
    equal([m.value for m in CLIENT.get_metric_history(run_id, "m")], [1.0, 2.0])
    equal(CLIENT.get_run(run_id).data.metrics, {"m": 2.0})


@check("An empty batch is fine")
def empty():
    run_id = new_run()
    CLIENT.log_batch(run_id)
    equal(CLIENT.get_run(run_id).data.params, {})


@check("A batch with one bad item stores none of the others")
def bad_item():
    run_id = new_run()
    good = {"metrics": [{"key": "m", "value": 1, "timestamp": 1, "step": 1}],
            "params": [{"key": "p", "value": "1"}], "tags": [{"key": "t", "value": "1"}]}
    for field, item in (
            ("metrics", {"key": "", "value": 1, "timestamp": 1}),
            ("metrics", {"key": "a", "value": 1}),
            ("metrics", {"key": "a*b", "value": 1, "timestamp": 1}),
            ("metrics", {"key": "a", "value": 1, "timestamp": -1}),
            ("params", {"key": "../x", "value": "1"}), ("params", {"value": "1"}),
            ("tags", {"key": "a" * 251, "value": "1"})):
        document = {"run_id": run_id, **good, field: good[field] + [item]}
        refuses(INVALID, "POST", "runs/log-batch", document)
    data = CLIENT.get_run(run_id).data
    equal((data.metrics, data.params, "t" in data.tags), ({}, {}, False))
