"""Metrics: what the latest value is, histories, NaN and infinities, long series."""

import math
import time

from mlflow.entities import Metric

from .harness import CLIENT, INVALID, WIRE, check, equal, new_run, refuses

LARGEST = 1.7976931348623157e308


def points(run_id, key):
    return [(m.step, m.timestamp, m.value) for m in CLIENT.get_metric_history(run_id, key)]


@check("The latest metric is the one of the greatest step, then time, then value")
def latest():
    run_id = new_run()
    written = [(5, 100, 1.0), (3, 900, 2.0), (5, 50, 3.0), (5, 100, 0.5), (-7, 999, 4.0)]
    for step, timestamp, value in written:
        CLIENT.log_metric(run_id, "m", value, timestamp=timestamp, step=step)
    equal(CLIENT.get_run(run_id).data.metrics, {"m": 1.0})
    equal(sorted(points(run_id, "m")), sorted(written))


@check("The same point twice is kept once; another value at the step is another point")
def duplicates():
    run_id = new_run()
    for value in (1.0, 1.0, 2.0, 1.0):
        CLIENT.log_metric(run_id, "m", value, timestamp=10, step=1)
    CLIENT.log_batch(run_id, metrics=[Metric("m", 2.0, 10, 1), Metric("m", 1.0, 10, 1)])
    equal(sorted(points(run_id, "m")), [(1, 10, 1.0), (1, 10, 2.0)])


@check("NaN and the infinities are kept, the latter as the largest numbers")
def not_finite():
    run_id = new_run()
    for step, value in enumerate((math.nan, math.inf, -math.inf)):
        CLIENT.log_metric(run_id, "m", value, timestamp=1, step=step)
    values = [value for _, _, value in sorted(points(run_id, "m"), key=lambda p: p[0])]
    assert math.isnan(values[0]), values
    assert values[1] in (math.inf, LARGEST) and values[2] in (-math.inf, -LARGEST), values
    CLIENT.log_metric(run_id, "n", math.nan)
    assert math.isnan(CLIENT.get_run(run_id).data.metrics["n"])


@check("On the wire NaN and the infinities are texts that are read both ways")
def not_finite_on_the_wire():
    run_id = new_run()
    for step, value in enumerate(("NaN", "Infinity", "-Infinity")):
        WIRE.ok("POST", "runs/log-metric",
                {"run_id": run_id, "key": "m", "value": value, "timestamp": 1, "step": step})
    history = WIRE.ok("GET", "metrics/get-history", run_id=run_id, metric_key="m")["metrics"]
    values = {point["step"]: point["value"] for point in history}
    equal(values[0], "NaN")
    assert values[1] in ("Infinity", LARGEST) and values[2] in ("-Infinity", -LARGEST), values


@check("Values survive to the last bit: tiny, huge, negative zero, 0.1")
def exact_values():
    run_id = new_run()
    values = [0.1, 5e-324, LARGEST, -0.0, 1 / 3, 123456789.123456789, -1e-300, 2.0**53 + 2]
    for step, value in enumerate(values):
        CLIENT.log_metric(run_id, "m", value, timestamp=1, step=step)
    equal([v for _, _, v in sorted(points(run_id, "m"))], values)


@check("Steps are any whole number of 64 bits")
def steps():
    run_id = new_run()
    wanted = [-(2**63), -1, 0, 2**53 + 1, 2**63 - 1]
    for step in wanted:
        CLIENT.log_metric(run_id, "m", 1.0, timestamp=1, step=step)
    equal(sorted(step for step, _, _ in points(run_id, "m")), wanted)
    WIRE.ok("POST", "runs/log-metric", {
        "run_id": run_id, "key": "text", "value": 1, "timestamp": "17", "step": "9007199254740993"})
    equal(points(run_id, "text"), [(9007199254740993, 17, 1.0)])


@check("Metric names may have slashes, dots, spaces and letters of any script")
def odd_keys():
    run_id = new_run()
    keys = ["val/acc@".strip("@"), "a.b.c", "with space", "µ-score", "精度", "x:y", "_-_", "A" * 250]
    for n, key in enumerate(keys):
        CLIENT.log_metric(run_id, key, n, step=1)
    equal(CLIENT.get_run(run_id).data.metrics, {key: float(n) for n, key in enumerate(keys)})
    for n, key in enumerate(keys):
        equal([value for _, _, value in points(run_id, key)], [float(n)])


@check("The history of a metric that was never logged is empty")
def no_history():
    equal(points(new_run(), "never"), [])


@check("A history is paged by max_results, each point once, the last page without a token")
def pages():
    run_id = new_run()
    CLIENT.log_batch(run_id, metrics=[Metric("m", n / 2, 1000 + n, n) for n in range(10)])
    seen, token, lengths = [], None, []
    while True:
        query = {"page_token": token} if token else {}
        page = WIRE.ok("GET", "metrics/get-history", run_id=run_id, metric_key="m",
                       max_results=4, **query)
        lengths.append(len(page["metrics"]))
        seen += [(point["step"], point["value"]) for point in page["metrics"]]
        token = page.get("next_page_token")
        if not token:
            break
    equal((lengths, sorted(seen)), ([4, 4, 2], [(n, n / 2) for n in range(10)]))
    refuses(INVALID, "GET", "metrics/get-history", run_id=run_id, metric_key="m",
            page_token="garbage", max_results=4)


@check("A history of 30,000 points comes back whole and in order")
def long_history():
    run_id = new_run()
    now = int(time.time() * 1000)
    for start in range(0, 30_000, 1000):
        CLIENT.log_batch(run_id, metrics=[
            Metric("loss", 1 / (n + 1), now + n, n) for n in range(start, start + 1000)])
    history = CLIENT.get_metric_history(run_id, "loss")
    equal([m.step for m in history], list(range(30_000)))
    equal([m.value for m in history], [1 / (n + 1) for n in range(30_000)])
    equal(CLIENT.get_run(run_id).data.metrics, {"loss": 1 / 30_000})
