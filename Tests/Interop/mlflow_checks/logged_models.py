"""Logged models through MlflowClient: their life, params, tags, metrics, search."""

import functools

from mlflow.entities import Dataset, DatasetInput, LoggedModelStatus, Metric

from .harness import (
    CLIENT, INVALID, MISSING, WIRE, check, equal, new_experiment, new_run, refused, refuses)


@check("A logged model is created pending, with params and tags, and reads back")
def create():
    experiment_id = new_experiment()
    run_id = new_run(experiment_id)
    made = CLIENT.create_logged_model(
        experiment_id, name="größe", source_run_id=run_id, model_type="agent",
        params={"lr": "0.1", "ü": "ja"}, tags={"a": "1"})
    assert made.model_id.startswith("m-") and len(made.model_id) == 34, made.model_id
    for model in (made, CLIENT.get_logged_model(made.model_id)):
        equal((model.name, model.source_run_id, model.model_type, model.experiment_id),
              ("größe", run_id, "agent", experiment_id))
        equal((model.status, model.params, model.tags),
              (LoggedModelStatus.PENDING, {"lr": "0.1", "ü": "ja"}, {"a": "1"}))
        equal(model.artifact_location,
              f"mlflow-artifacts:/{experiment_id}/models/{made.model_id}/artifacts")


@check("A logged model without a name is given one")
def invented_name():
    assert CLIENT.create_logged_model(new_experiment()).name


@check("More than 100 params of a logged model arrive in several calls")
def many_params():
    params = {f"p{n}": str(n) for n in range(230)}
    model = CLIENT.create_logged_model(new_experiment(), name="m", params=params)
    equal(CLIENT.get_logged_model(model.model_id).params, params)
    CLIENT.log_model_params(model.model_id, {"later": "1"})
    equal(CLIENT.get_logged_model(model.model_id).params, {**params, "later": "1"})


@check("A logged model is finalised as ready or failed")
def finalize():
    for status in (LoggedModelStatus.READY, LoggedModelStatus.FAILED):
        model = CLIENT.create_logged_model(new_experiment(), name="m")
        done = CLIENT.finalize_logged_model(model.model_id, status)
        equal(done.status, status)
        equal(CLIENT.get_logged_model(model.model_id).status, status)
        assert done.last_updated_timestamp >= done.creation_timestamp, done


@check("Tags of a logged model are set, replaced and deleted")
def tags():
    model_id = CLIENT.create_logged_model(new_experiment(), name="m", tags={"a": "1"}).model_id
    CLIENT.set_logged_model_tags(model_id, {"a": "2", "b.c/d": "ü"})
    equal(CLIENT.get_logged_model(model_id).tags, {"a": "2", "b.c/d": "ü"})
    CLIENT.delete_logged_model_tag(model_id, "a")
    equal(CLIENT.get_logged_model(model_id).tags, {"b.c/d": "ü"})
    with refused(MISSING):
        CLIENT.delete_logged_model_tag(model_id, "a")


@check("A deleted logged model is not found any more")
def delete():
    experiment_id = new_experiment()
    model_id = CLIENT.create_logged_model(experiment_id, name="m").model_id
    CLIENT.delete_logged_model(model_id)
    with refused(MISSING):
        CLIENT.get_logged_model(model_id)
    equal(list(CLIENT.search_logged_models([experiment_id])), [])


@check("Every call about a missing logged model is RESOURCE_DOES_NOT_EXIST")
def missing():
    absent = "logged-models/m-" + "0" * 32
    refuses(MISSING, "GET", absent)
    refuses(MISSING, "DELETE", absent)
    refuses(MISSING, "PATCH", absent, {
        "model_id": "m-" + "0" * 32, "status": "LOGGED_MODEL_READY"})
    refuses(MISSING, "PATCH", absent + "/tags", {"tags": [{"key": "a", "value": "1"}]})
    refuses(MISSING, "POST", "logged-models", {"experiment_id": "987654321", "name": "m"})


@check("Metrics logged with a model belong to the run and to the model")
def metrics():
    experiment_id = new_experiment()
    run_id = new_run(experiment_id)
    model_id = CLIENT.create_logged_model(experiment_id, name="m", source_run_id=run_id).model_id
    dataset = Dataset(name="test", digest="d1", source_type="local", source="{}")
    CLIENT.log_inputs(run_id, [DatasetInput(dataset, [])])
    CLIENT.log_metric(run_id, "acc", 0.5, step=1, model_id=model_id,
                      dataset_name="test", dataset_digest="d1")
    CLIENT.log_batch(run_id, metrics=[
        Metric("f1", 0.25, 10, 2, model_id=model_id),
        Metric("acc", 0.75, 11, 2, model_id=model_id)])
    CLIENT.log_metric(run_id, "alone", 1.0)
    equal(CLIENT.get_run(run_id).data.metrics, {"acc": 0.75, "f1": 0.25, "alone": 1.0})
    kept = CLIENT.get_logged_model(model_id).metrics
    equal(sorted((m.key, m.value, m.dataset_name) for m in kept if m.key == "f1"),
          [("f1", 0.25, None)])
    assert ("acc", 0.5, "test", "d1") in [
        (m.key, m.value, m.dataset_name, m.dataset_digest) for m in kept], kept


@functools.cache
def population():
    """Three models with a metric, params and tags, and their experiment."""
    experiment_id = new_experiment("models")
    run_id = new_run(experiment_id)
    for name, kind, acc, lr in (("a", "x", 0.9, "0.1"), ("b", "y", 0.5, "0.2"),
        ("c", "x", None, "0.1")):
        model = CLIENT.create_logged_model(
            experiment_id, name=name, source_run_id=run_id, model_type=kind,
            params={"lr": lr}, tags={"letter": name.upper()})
        if acc is not None:
            CLIENT.log_metric(run_id, "acc", acc, model_id=model.model_id)
        if name != "c":
            CLIENT.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    return experiment_id, run_id


FILTERS = [
    ("", "abc"), ("name = 'a'", "a"), ("name != 'a'", "bc"), ("name LIKE 'a%'", "a"),
    ("name IN ('a', 'c')", "ac"), ("name ILIKE 'B'", "b"), ("attributes.name = 'b'", "b"),
    ("model_type = 'x'", "ac"),
    ("source_run_id = '{r}'", "abc"), ("params.lr = '0.1'", "ac"),
    ("params.lr != '0.1'", "b"), ("tags.letter = 'C'", "c"), ("tags.letter LIKE '%'", "abc"),
    ("metrics.acc > 0.6", "a"), ("metrics.acc <= 0.9", "ab"), ("creation_timestamp > 0", "abc"),
    ("params.lr = '0.1' AND metrics.acc > 0.1", "a"), ("metrics.none > 0", ""),
]


def filter_check(text, wanted):
    @check(f"Logged models where {text or 'nothing is asked'}")
    def run():
        experiment_id, run_id = population()
        found = CLIENT.search_logged_models(
            [experiment_id], text.format(r=run_id) or None)
        equal("".join(sorted(model.name for model in found)), wanted)


for item in FILTERS:
    filter_check(*item)


@check("Logged models are ordered by attributes and metrics, missing ones last")
def order():
    experiment_id, _ = population()
    for field, ascending, wanted in (
            ("name", True, "abc"), ("name", False, "cba"), ("metrics.acc", True, "bac"),
            ("metrics.acc", False, "abc"), ("creation_timestamp", True, "abc")):
        found = CLIENT.search_logged_models(
            [experiment_id], order_by=[{"field_name": field, "ascending": ascending}])
        equal((field, ascending, "".join(model.name for model in found)),
            (field, ascending, wanted))


@check("Logged models are paged; a token belongs to its search")
def pages():
    experiment_id, _ = population()
    by = [{"field_name": "name", "ascending": True}]
    first = CLIENT.search_logged_models([experiment_id], max_results=2, order_by=by)
    second = CLIENT.search_logged_models(
        [experiment_id], max_results=2, order_by=by, page_token=first.token)
    equal("".join(m.name for m in [*first, *second]), "abc")
    assert first.token and not second.token, (first.token, second.token)
    refuses(INVALID, "POST", "logged-models/search", {
        "experiment_ids": [experiment_id], "max_results": 2, "page_token": first.token,
        "filter": "name = 'a'"})


@check("A search of logged models that cannot be read is INVALID_PARAMETER_VALUE")
def bad_searches():
    experiment_id, _ = population()
    for text in ("name", "name > 'a'", "name = 'a' OR name = 'b'"):
        refuses(INVALID, "POST", "logged-models/search",
                {"experiment_ids": [experiment_id], "filter": text})
    refuses(INVALID, "POST", "logged-models/search", {
        "experiment_ids": [experiment_id], "order_by": [{"field_name": "nome", "ascending": True}]})
    equal(WIRE.ok("POST", "logged-models/search", {"experiment_ids": ["987654321"]}), {})
