"""Inputs and outputs of runs: data sets, models."""

from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput

from .harness import CLIENT, INVALID, WIRE, check, equal, new_experiment, new_run, refuses


def data(name="d", digest="1", **more):
    return Dataset(name=name, digest=digest, source_type="local", source='{"uri": "x"}', **more)


@check("A data set is kept with source, schema, profile and tags")
def dataset():
    run_id = new_run()
    entity = data("größe", "abc123", schema='{"columns": []}', profile='{"rows": 5}')
    CLIENT.log_inputs(run_id, [DatasetInput(entity, [
        InputTag("mlflow.data.context", "training"), InputTag("own", "ü")])])
    kept = CLIENT.get_run(run_id).inputs.dataset_inputs
    equal(len(kept), 1)
    equal(dict(kept[0].dataset), dict(entity))
    equal({tag.key: tag.value for tag in kept[0].tags},
          {"mlflow.data.context": "training", "own": "ü"})


@check("The same data set logged twice is one input; another digest is another")
def twice():
    run_id = new_run()
    for digest in ("1", "1", "2"):
        CLIENT.log_inputs(run_id, [DatasetInput(data(digest=digest), [])])
    kept = CLIENT.get_run(run_id).inputs.dataset_inputs
    equal(sorted(i.dataset.digest for i in kept), ["1", "2"])


@check("Two runs share a data set, each with its own context")
def shared():
    experiment_id = new_experiment()
    runs = [new_run(experiment_id) for _ in range(2)]
    for run_id, context in zip(runs, ("train", "test")):
        CLIENT.log_inputs(
            run_id, [DatasetInput(data(), [InputTag("mlflow.data.context", context)])])
    for run_id, context in zip(runs, ("train", "test")):
        found = CLIENT.search_runs([experiment_id], f"dataset.context = '{context}'")
        equal([run.info.run_id for run in found], [run_id])
        equal(CLIENT.get_run(run_id).inputs.dataset_inputs[0].tags[0].value, context)


@check("A run names models as inputs and outputs")
def models():
    experiment_id = new_experiment()
    run_id = new_run(experiment_id)
    first = CLIENT.create_logged_model(experiment_id, name="in").model_id
    second = CLIENT.create_logged_model(experiment_id, name="out", source_run_id=run_id).model_id
    for _ in range(2):
        CLIENT.log_inputs(run_id, models=[LoggedModelInput(first)])
    CLIENT.log_outputs(run_id, [LoggedModelOutput(second, step=3)])
    run = CLIENT.get_run(run_id)
    equal([i.model_id for i in run.inputs.model_inputs], [first])
    equal([(o.model_id, o.step) for o in run.outputs.model_outputs], [(second, 3)])
    found = CLIENT.search_runs([experiment_id])[0]
    equal([o.model_id for o in found.outputs.model_outputs], [second])


@check("A data set with a field that is too long is INVALID_PARAMETER_VALUE")
def bad_datasets():
    run_id = new_run()
    good = {"name": "d", "digest": "1", "source_type": "local", "source": "x"}
    for change in ({"name": "n" * 501}, {"digest": "d" * 37}, {"source": "s" * 65536},
                   {"schema": "s" * 1048576}):
        refuses(INVALID, "POST", "runs/log-inputs",
                {"run_id": run_id, "datasets": [{"dataset": {**good, **change}}]})
    refuses(INVALID, "POST", "runs/log-inputs", {"run_id": run_id, "datasets": [
        {"dataset": good, "tags": [{"key": "k" * 256, "value": "v"}]}]})
    refuses(INVALID, "POST", "runs/log-inputs", {"run_id": run_id, "datasets": [
        {"dataset": good, "tags": [{"key": "k", "value": "v" * 501}]}]})
    equal(CLIENT.get_run(run_id).inputs.dataset_inputs, [])
    WIRE.ok("POST", "runs/log-inputs", {"run_id": run_id, "datasets": [{"dataset": good}]})
