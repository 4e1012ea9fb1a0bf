"""Many callers at once: threads, asynchronous logging, races over one name."""

import math
from concurrent.futures import ThreadPoolExecutor

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.exceptions import MlflowException

from .harness import CLIENT, EXISTS, check, equal, new_experiment, new_run, unique


def at_once(function, count=20):
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(function, range(count)))


@check("20 threads with a run each lose nothing and mix nothing up")
def run_each():
    experiment_id = new_experiment()

    def work(n):
        client = MlflowClient()
        run_id = client.create_run(experiment_id, run_name=f"thread {n}").info.run_id
        for step in range(5):
            client.log_metric(run_id, "m", n * 100 + step, step=step)
        client.log_batch(run_id, [Metric("b", n, 1, 1)], [Param("p", str(n))],
            [RunTag("t", str(n))])
        client.log_text(run_id, f"text {n}", f"file-{n}.txt")
        client.set_terminated(run_id)
        return run_id

    for n, run_id in enumerate(at_once(work)):
        run = CLIENT.get_run(run_id)
        equal((run.info.status, run.info.run_name), ("FINISHED", f"thread {n}"))
        equal((run.data.metrics, run.data.params), ({"m": n * 100.0 + 4, "b": n}, {"p": str(n)}))
        equal(len(CLIENT.get_metric_history(run_id, "m")), 5)
        equal([i.path for i in CLIENT.list_artifacts(run_id)], [f"file-{n}.txt"])
    equal(len(CLIENT.search_runs([experiment_id])), 20)


@check("20 threads on one run lose nothing; the latest metric is the latest step")
def one_run():
    run_id = new_run()

    def work(n):
        for step in range(10):
            CLIENT.log_metric(run_id, "shared", n + step / 10, step=step * 20 + n, timestamp=1)
        CLIENT.log_param(run_id, f"p{n}", n)
        CLIENT.set_tag(run_id, "last", n)

    at_once(work)
    equal(sorted(m.step for m in CLIENT.get_metric_history(run_id, "shared")), list(range(200)))
    data = CLIENT.get_run(run_id).data
    equal(data.metrics, {"shared": 19 + 0.9})
    equal(data.params, {f"p{n}": str(n) for n in range(20)})
    assert data.tags["last"] in data.params.values(), data.tags


@check("20 threads write one param: one value wins, the rest are refused")
def param_race():
    run_id = new_run()

    def work(n):
        try:
            CLIENT.log_param(run_id, "p", n % 10)
            return str(n % 10)
        except MlflowException as error:
            equal(error.error_code, "INVALID_PARAMETER_VALUE")
            return None

    kept = CLIENT.get_run(run_id).data.params
    winners = {value for value in at_once(work) if value is not None}
    kept = CLIENT.get_run(run_id).data.params
    equal(winners, {kept["p"]})


@check("20 threads create one experiment, one model: each is made once")
def name_race():
    name = unique("race")

    def attempt(create):
        try:
            return create(name)
        except MlflowException as error:
            assert error.error_code in (EXISTS, "BAD_REQUEST"), error
            return None

    for create in (CLIENT.create_experiment, CLIENT.create_registered_model):
        made = [item for item in at_once(lambda n: attempt(create)) if item is not None]
        equal(len(made), 1)


@check("Threads that register versions of one model get a number each")
def version_race():
    name, run_id = CLIENT.create_registered_model(unique("race")).name, new_run()
    source = CLIENT.get_run(run_id).info.artifact_uri + "/model"
    numbers = at_once(
        lambda n: CLIENT.create_model_version(name, source, run_id).version, count=6)
    equal(sorted(map(int, numbers)), list(range(1, 7)))


@check("Asynchronous logging arrives whole once it is flushed")
def asynchronous():
    mlflow.set_experiment(unique("async"))
    with mlflow.start_run() as run:
        pending = [mlflow.log_metric("m", step / 10, step=step, synchronous=False)
                   for step in range(500)]
        pending += [mlflow.log_param(f"p{n}", n, synchronous=False) for n in range(50)]
        pending += [mlflow.set_tag(f"t{n}", n, synchronous=False) for n in range(50)]
        for operation in pending:
            if operation is not None:
                operation.wait()
        mlflow.flush_async_logging()
    read = CLIENT.get_run(run.info.run_id).data
    equal(sorted(m.step for m in CLIENT.get_metric_history(run.info.run_id, "m")), list(range(500)))
    assert math.isclose(read.metrics["m"], 49.9), read.metrics
    equal(read.params, {f"p{n}": str(n) for n in range(50)})
    equal({k: v for k, v in read.tags.items() if k[0] == "t"}, {f"t{n}": str(n) for n in range(50)})


@check("Threads that upload to one run's folder keep every file")
def uploads():
    run_id = new_run()
    at_once(lambda n: CLIENT.log_text(run_id, f"{n}" * 1000, f"folder/{n:02}.txt"))
    equal([i.path for i in CLIENT.list_artifacts(run_id, "folder")],
          [f"folder/{n:02}.txt" for n in range(20)])
