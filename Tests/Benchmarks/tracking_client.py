"""The part of the tracking timings that MLflow's unmodified client does, in MLflow's environment.

`tracking_client.py URL WORK COUNT [ID]` prints the seconds of the work as JSON; what was written is
counted, what was read is checked, before.
"""

import json
import os
import sys
import time

os.environ.update(MLFLOW_HTTP_REQUEST_MAX_RETRIES="0", MLFLOW_DISABLE_TELEMETRY="true")

from mlflow import MlflowClient
from mlflow.entities import Metric

URL, WORK, COUNT = sys.argv[1], sys.argv[2], int(sys.argv[3])
ARGUMENT = sys.argv[4] if len(sys.argv) > 4 else ""
CLIENT = MlflowClient(URL)


def timed(function, count):
    """Seconds of each call."""
    samples = []
    for n in range(count):
        start = time.perf_counter()
        function(n)
        samples.append(time.perf_counter() - start)
    return samples


def new_run():
    run_id = CLIENT.create_run("0").info.run_id
    CLIENT.log_metric(run_id, "warm", 0.0)
    return run_id


def log_metric():
    """One by one; waits for the other clients of the same measurement before it starts."""
    run_id = new_run()
    print("ready", flush=True)
    sys.stdin.readline()
    samples = timed(lambda n: CLIENT.log_metric(run_id, "m", n / 7, step=n), COUNT)
    if WORK == "log_metric_unread":
        return {"samples": samples}
    history = CLIENT.get_metric_history(run_id, "m")
    assert sorted(m.step for m in history) == list(range(COUNT)), len(history)
    return {"samples": samples}


def log_batch():
    run_id = new_run()
    now = int(time.time() * 1000)
    batches = [[Metric("h", float(j % 97), now + j, i * 1000 + j) for j in range(1000)]
               for i in range(COUNT)]
    samples = timed(lambda n: CLIENT.log_batch(run_id, metrics=batches[n]), COUNT)
    if WORK == "log_batch_unread":
        return {"samples": samples}
    assert len(CLIENT.get_metric_history(run_id, "h")) == COUNT * 1000
    return {"samples": samples}


def search_runs():
    names = []

    def search(n):
        page = CLIENT.search_runs([ARGUMENT], "metrics.acc > 0.5", order_by=["metrics.acc DESC"],
                                  max_results=100)
        names[:] = [run.info.run_name for run in page]

    return {"samples": timed(search, COUNT), "answer": names}


def search_models():
    found = []

    def search(n):
        found[:] = CLIENT.search_registered_models(max_results=1000)

    return {"samples": timed(search, COUNT), "answer": [model.name for model in found]}


def history():
    points = []

    def read(n):
        points[:] = CLIENT.get_metric_history(ARGUMENT, "long")

    samples = timed(read, COUNT)
    return {"samples": samples, "answer": [len(points), sum(m.step for m in points)]}


WORKS = {"log_metric": log_metric, "log_metric_unread": log_metric, "log_batch": log_batch,
         "log_batch_unread": log_batch,
         "search_runs": search_runs, "search_models": search_models, "history": history}
print(json.dumps(WORKS[WORK]()), flush=True)
