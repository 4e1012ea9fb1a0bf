"""Models of scikit-learn: logged, registered, loaded and predicting; autolog's record."""

import functools
import os

import mlflow
import numpy as np
import pandas as pd
import sklearn.metrics
from mlflow.models import infer_signature
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from .harness import CLIENT, check, equal, unique


@functools.cache
def data():
    return load_iris(return_X_y=True, as_frame=True)


def fitted():
    return LogisticRegression(max_iter=500).fit(*data())


@functools.cache
def registered():
    """A model logged, registered and called champion: its name, info and predictions."""
    X, _ = data()
    model, name = fitted(), unique("iris")
    mlflow.set_experiment(unique("sklearn"))
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(
            model, name="classifier", registered_model_name=name, input_example=X.head(2),
            signature=infer_signature(X, model.predict(X)), metadata={"note": "ü"})
    CLIENT.set_registered_model_alias(name, "champion", "1")
    return name, run.info.run_id, info, model.predict(X)


@check("A logged model is registered and predicts the same when loaded by alias")
def by_alias():
    name, _, _, wanted = registered()
    loaded = mlflow.pyfunc.load_model(f"models:/{name}@champion")
    assert np.array_equal(loaded.predict(data()[0]), wanted)
    equal(loaded.metadata.metadata, {"note": "ü"})
    equal(loaded.metadata.signature.inputs.input_names(), list(data()[0].columns))


@check("The model loads by version, as the newest, by its id and from its run")
def by_other_names():
    name, run_id, info, wanted = registered()
    for uri in (f"models:/{name}/1", f"models:/{name}/latest", f"models:/{info.model_id}",
                f"runs:/{run_id}/classifier", info.model_uri):
        loaded = mlflow.sklearn.load_model(uri)
        assert np.array_equal(loaded.predict(data()[0]), wanted), uri


@check("The registered version knows its run, its source and its logged model")
def version():
    name, run_id, info, _ = registered()
    kept = CLIENT.get_model_version(name, "1")
    equal((kept.run_id, kept.status, kept.aliases), (run_id, "READY", ["champion"]))
    location = CLIENT.get_logged_model(info.model_id).artifact_location
    equal(CLIENT.get_model_version_download_uri(name, "1"), location)
    tag = CLIENT.get_logged_model(info.model_id).tags["mlflow.modelVersions"]
    assert name in tag, tag


@check("The model's files are listed and downloaded through its run")
def model_files(tmp=None):
    _, run_id, info, _ = registered()
    listed = [item.path for item in CLIENT.list_artifacts(run_id, "classifier")]
    for file in ("MLmodel", "requirements.txt", "input_example.json"):
        assert f"classifier/{file}" in listed, listed
    folder = mlflow.artifacts.download_artifacts(info.model_uri)
    assert os.path.exists(os.path.join(folder, "MLmodel")), folder
    equal(mlflow.models.get_model_info(info.model_uri).model_id, info.model_id)


@check("register_model makes the next version from a run's model")
def register():
    name, run_id, _, wanted = registered()
    made = mlflow.register_model(f"runs:/{run_id}/classifier", name)
    equal(made.version, "2")
    loaded = mlflow.pyfunc.load_model(f"models:/{name}/2")
    assert np.array_equal(loaded.predict(data()[0]), wanted)


@check("The run shows the model it made, which search finds")
def outputs():
    _, run_id, info, _ = registered()
    run = CLIENT.get_run(run_id)
    equal([o.model_id for o in run.outputs.model_outputs], [info.model_id])
    found = mlflow.search_logged_models(
        [run.info.experiment_id], filter_string="name = 'classifier'", output_format="list")
    equal([model.model_id for model in found], [info.model_id])
    equal(found[0].status, "READY")


@check("A Python function as model is logged, loaded and predicts")
def own_model():
    class Doubler(mlflow.pyfunc.PythonModel):
        def predict(self, context, model_input: list[float], params=None):
            return [2 * x for x in model_input]

    mlflow.set_experiment(unique("pyfunc"))
    with mlflow.start_run():
        info = mlflow.pyfunc.log_model(name="doubler", python_model=Doubler(), pip_requirements=[])
    equal(mlflow.pyfunc.load_model(info.model_uri).predict([1.5, 2.0]), [3.0, 4.0])


def autologged(train, **options):
    """The run that autolog makes of a training, read back."""
    mlflow.set_experiment(unique("autolog"))
    mlflow.sklearn.autolog(silent=True, **options)
    try:
        with mlflow.start_run() as run:
            train()
    finally:
        mlflow.sklearn.autolog(disable=True)
    return CLIENT.get_run(run.info.run_id)


@check("autolog records params, training metrics, model, data set and later metrics")
def autolog():
    X, y = data()

    def train():
        model = LogisticRegression(C=0.5, max_iter=321).fit(X, y)
        later_X = pd.DataFrame(X)
        sklearn.metrics.accuracy_score(y, model.predict(later_X))

    run = autologged(train)
    equal(run.info.status, "FINISHED")
    equal({k: run.data.params.get(k) for k in ("C", "max_iter", "solver")},
          {"C": "0.5", "max_iter": "321", "solver": "lbfgs"})
    names = {"training_accuracy_score", "training_f1_score", "training_log_loss",
             "training_precision_score", "training_recall_score", "training_roc_auc",
             "training_score", "accuracy_score_later_X"}
    assert names <= set(run.data.metrics), run.data.metrics
    assert 0.9 < run.data.metrics["training_accuracy_score"] <= 1, run.data.metrics
    equal(run.data.metrics["accuracy_score_later_X"], run.data.metrics["training_accuracy_score"])
    equal((run.data.tags["estimator_name"], run.data.tags["estimator_class"]),
          ("LogisticRegression", "sklearn.linear_model._logistic.LogisticRegression"))
    inputs = run.inputs.dataset_inputs
    equal([(i.dataset.name, i.tags[0].value) for i in inputs], [("dataset", "train")])
    assert '"num_rows": 150' in inputs[0].dataset.profile, inputs[0].dataset.profile
    files = {item.path for item in CLIENT.list_artifacts(run.info.run_id)}
    assert {"estimator.html", "training_confusion_matrix.png"} <= files, files
    (output,) = run.outputs.model_outputs
    model = CLIENT.get_logged_model(output.model_id)
    equal((model.status, model.source_run_id), ("READY", run.info.run_id))
    assert "training_accuracy_score" in {metric.key for metric in model.metrics}, model.metrics
    loaded = mlflow.sklearn.load_model(f"models:/{output.model_id}")
    equal(sklearn.metrics.accuracy_score(y, loaded.predict(X)),
        run.data.metrics["training_accuracy_score"])


@check("autolog records a pipeline and registers its model when asked")
def autolog_pipeline():
    name = unique("auto")
    run = autologged(
        lambda: make_pipeline(StandardScaler(),
        RandomForestClassifier(n_estimators=3)).fit(*data()),
        registered_model_name=name)
    equal(run.data.params["randomforestclassifier__n_estimators"], "3")
    equal(CLIENT.get_model_version(name, "1").run_id, run.info.run_id)
    equal(len(mlflow.pyfunc.load_model(f"models:/{name}/1").predict(data()[0])), 150)


@check("autolog records a grid search with a child run for each candidate")
def autolog_grid():
    run = autologged(lambda: GridSearchCV(
        LogisticRegression(max_iter=300), {"C": [0.1, 1.0, 10.0]}, cv=2).fit(*data()),
        max_tuning_runs=3, log_models=False)
    children = CLIENT.search_runs(
        [run.info.experiment_id], f"tags.mlflow.parentRunId = '{run.info.run_id}'")
    equal(sorted(child.data.params["C"] for child in children), ["0.1", "1.0", "10.0"])
    assert all("mean_test_score" in child.data.metrics for child in children)
    assert "best_cv_score" in run.data.metrics and "best_C" in run.data.params, run.data
    assert "cv_results.csv" in {i.path for i in CLIENT.list_artifacts(run.info.run_id)}
