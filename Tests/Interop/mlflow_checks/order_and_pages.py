"""Search of runs: order, ties, NaN and missing values, views, pages over thousands of rows."""

import functools
import math
import os
from concurrent.futures import ThreadPoolExecutor

from mlflow.entities import Metric, Param, RunTag, ViewType

from .harness import CLIENT, INVALID, MISSING, WIRE, check, equal, new_experiment, refuses

ROWS = int(os.environ["BANCADA_CHECK_ROWS"])
# Name, start, end, metric (None: missing), param, tag, status.
RUNS = [
    ("a", 10, 99, 1.0, "b", "x", "FINISHED"), ("b", 20, 98, math.nan, "a", None, "FAILED"),
    ("c", 30, 97, None, None, "z", "RUNNING"), ("d", 40, 96, 2.0, "10", "y", "KILLED"),
    ("e", 50, 95, 1.0, "9", "X", "FINISHED"), ("f", 60, None, -math.inf, "b", "", "SCHEDULED"),
    ("g", 70, 93, None, "a", None, "FINISHED"), ("h", 80, 92, math.inf, "ä", "x", "FINISHED"),
    ("i", 90, 91, math.nan, "B", "xx", "FINISHED"),
]


@functools.cache
def population():
    experiment_id = new_experiment("order")
    for name, start, end, metric, param, tag, status in RUNS:
        run_id = CLIENT.create_run(experiment_id, start_time=start, run_name=name).info.run_id
        CLIENT.log_batch(
            run_id, [] if metric is None else [Metric("m/x", metric, 1, 1)],
            [] if param is None else [Param("p", param)], [] if tag is None else [RunTag("t", tag)])
        WIRE.ok("POST", "runs/update",
                {"run_id": run_id, "status": status, **({"end_time": end} if end else {})})
    return experiment_id


ORDERS = [
    # NaN, then missing, are last in both directions; ties go by the latest start.
    ([], "ihgfedcba"),
    (["metrics.`m/x` ASC"], "feadhibgc"), (["metrics.`m/x` DESC"], "hdeafibgc"),
    (["metrics.`m/x`"], "feadhibgc"), (["metric.`m/x` desc"], "hdeafibgc"),
    (['metrics."m/x" DESC'], "hdeafibgc"),
    (["params.p ASC"], "deigbfahc"), (["params.p DESC"], "hfagbiedc"),
    (["tags.t"], "fehaidcgb"), (["tags.t DESC"], "cdihaefgb"),
    (["start_time ASC"], "abcdefghi"), (["attributes.start_time DESC"], "ihgfedcba"),
    (["attribute.start_time"], "abcdefghi"), (["created DESC"], "ihgfedcba"),
    (["end_time"], "ihgedcbaf"), (["end_time DESC"], "abcdeghif"),
    (["run_name"], "abcdefghi"), (["run_name DESC"], "ihgfedcba"),
    (["tags.mlflow.runName DESC"], "ihgfedcba"), (["tags.`mlflow.runName`"], "abcdefghi"),
    (["status"], "bihgeadcf"), (["status DESC", "run_name ASC"], "fcdaeghib"),
    (["params.p DESC", "metrics.`m/x` DESC"], "hafbgiedc"),
    (["metrics.`m/x` DESC", "run_name"], "hdaefbicg"), (["metrics.none"], "ihgfedcba"),
    (["params.none DESC", "start_time ASC"], "abcdefghi"),
]


def order_check(order_by, wanted):
    @check(f"Runs ordered by {', '.join(order_by) or 'nothing'}")
    def run():
        runs = CLIENT.search_runs([population()], order_by=order_by)
        equal("".join(run.info.run_name for run in runs), wanted)


for item in ORDERS:
    order_check(*item)


@check("Small pages in every order give the same rows as one large page")
def small_pages():
    for order_by, wanted in ORDERS:
        for size in (1, 2, 4):
            got, token = "", None
            while True:
                page = CLIENT.search_runs(
                    [population()], order_by=order_by, max_results=size, page_token=token)
                assert 0 < len(page) <= size, len(page)
                got += "".join(run.info.run_name for run in page)
                token = page.token
                if not token:
                    break
            equal(got, wanted)


@check("Pages keep to a filter, and a page of exactly the rest has no token")
def filtered_pages():
    first = CLIENT.search_runs([population()], "status = 'FINISHED'", max_results=3)
    second = CLIENT.search_runs(
        [population()], "status = 'FINISHED'", max_results=2, page_token=first.token)
    equal("".join(run.info.run_name for run in [*first, *second]), "ihgea")
    assert not second.token, second.token
    assert not CLIENT.search_runs([population()], max_results=len(RUNS)).token


@check("An order that cannot be read is INVALID_PARAMETER_VALUE")
def bad_orders():
    for order_by in ("nonsense", "metrics.m x ASC", "params.p SIDEWAYS", "p.x",
                     "start_time ASC DESC", "ASC", "", "lifecycle"):
        refuses(INVALID, "POST", "runs/search", {
            "experiment_ids": [population()], "order_by": [order_by], "max_results": 5})


@check("max_results out of range and garbage page tokens are INVALID_PARAMETER_VALUE")
def bad_pages():
    base = {"experiment_ids": [population()]}
    for number in (0, -1, 50_001):
        refuses(INVALID, "POST", "runs/search", {**base, "max_results": number})
    for token in ("garbage", "e30=", "eyJvZmZzZXQiOiAieCJ9", "AAAA", "-1", "1"):
        refuses(INVALID, "POST", "runs/search", {**base, "max_results": 2, "page_token": token})


@check("Runs of several experiments are found together; of none or missing ones, nothing")
def several_experiments():
    first, second = new_experiment(), new_experiment()
    ids = [CLIENT.create_run(e, start_time=n).info.run_id
           for n, e in enumerate((first, second, first), 1)]
    equal([r.info.run_id for r in CLIENT.search_runs([first, second])], ids[::-1])
    equal([r.info.run_id for r in CLIENT.search_runs([second, "987654321"])], [ids[1]])
    equal(list(CLIENT.search_runs(["987654321"])), [])
    equal(WIRE.ok("POST", "runs/search", {"experiment_ids": [], "max_results": 5}), {})
    CLIENT.delete_experiment(second)
    equal(len(CLIENT.search_runs([second], run_view_type=ViewType.ALL)), 1)


@check("An unknown experiment to read is missing, an unknown view is harmless")
def unknown_view():
    refuses(MISSING, "GET", "experiments/get", experiment_id="987654321")
    answer = WIRE.post("runs/search", experiment_ids=[population()], run_view_type="SIDEWAYS",
                       max_results=5)
    assert answer.status in (200, 400), answer


@check("Runs that start at the same time are each shown once, page by page")
def ties():
    experiment_id = new_experiment()
    ids = {CLIENT.create_run(experiment_id, start_time=5).info.run_id for _ in range(25)}
    seen, token = [], None
    while True:
        page = CLIENT.search_runs([experiment_id], max_results=4, page_token=token)
        seen += [run.info.run_id for run in page]
        token = page.token
        if not token:
            break
    equal((len(seen), set(seen)), (25, ids))
    equal(seen, sorted(seen))


@functools.cache
def thousands():
    experiment_id = new_experiment("thousands")

    def make(n):
        run_id = CLIENT.create_run(experiment_id, start_time=n // 3, run_name=f"r{n}").info.run_id
        CLIENT.log_metric(run_id, "m", (n * 7919) % 1000, step=1)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(ROWS)))
    return experiment_id


def paged(size, **search):
    rows, token = [], None
    while True:
        page = CLIENT.search_runs([thousands()], max_results=size, page_token=token, **search)
        rows += page
        token = page.token
        if not token:
            return rows


@check(f"{ROWS} runs are paged through, each once, in order")
def page_through():
    runs = paged(333)
    equal(len({run.info.run_id for run in runs}), ROWS)
    keys = [(-run.info.start_time, run.info.run_id) for run in runs]
    equal(keys, sorted(keys))


@check(f"{ROWS} runs ordered by a metric with a filter are paged through, each once, in order")
def page_through_ordered():
    runs = paged(400, filter_string="metrics.m >= 500", order_by=["metrics.m DESC"])
    wanted = sorted((n * 7919 % 1000 for n in range(ROWS) if n * 7919 % 1000 >= 500), reverse=True)
    equal([run.data.metrics["m"] for run in runs], [float(value) for value in wanted])
    equal(len({run.info.run_id for run in runs}), len(wanted))
    keys = [(-r.data.metrics["m"], -r.info.start_time, r.info.run_id) for r in runs]
    equal(keys, sorted(keys))
