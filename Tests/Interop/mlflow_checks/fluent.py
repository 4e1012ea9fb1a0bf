"""The fluent API, as scripts and notebooks call it."""

import os
import tempfile

import mlflow
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from .harness import CLIENT, check, equal, unique


def in_experiment():
    """Makes an experiment active and gives its id."""
    return mlflow.set_experiment(unique("fluent")).experiment_id


def read(run):
    return CLIENT.get_run(run.info.run_id)


@check("set_experiment makes an experiment once and finds it again")
def set_experiment():
    name = unique("fluent")
    first = mlflow.set_experiment(name)
    equal(mlflow.set_experiment(name).experiment_id, first.experiment_id)
    equal(mlflow.set_experiment(experiment_id=first.experiment_id).name, name)
    assert first.artifact_location.startswith("mlflow-artifacts:/"), first.artifact_location
    mlflow.set_experiment_tags({"team": "blue", "goal": "words with spaces"})
    tags = mlflow.get_experiment(first.experiment_id).tags
    equal({k: tags[k] for k in ("team", "goal")}, {"team": "blue", "goal": "words with spaces"})


@check("The experiment named Default has the id 0")
def default_experiment():
    equal(mlflow.get_experiment_by_name("Default").experiment_id, "0")


@check("A run that is logged with the fluent API reads back whole")
def logging():
    experiment_id = in_experiment()
    with mlflow.start_run(run_name="whole", tags={"stage": "dev"}, description="why") as run:
        mlflow.log_param("alpha", 0.5)
        mlflow.log_params({"layers": 3, "text": "a b", "flag": True, "none": None})
        mlflow.log_metric("loss", 1.0, step=1)
        mlflow.log_metric("loss", 0.5, step=2)
        mlflow.log_metrics({"acc": 0.9, "auc": np.float32(0.75)}, step=2)
        mlflow.set_tag("owner", "me")
        mlflow.set_tags({"a": 1, "b": "two"})
    data, info = read(run).data, read(run).info
    equal(data.params,
          {"alpha": "0.5", "layers": "3", "text": "a b", "flag": "True", "none": "None"})
    equal(data.metrics, {"loss": 0.5, "acc": 0.9, "auc": 0.75})
    wanted = {"owner": "me", "a": "1", "b": "two", "stage": "dev", "mlflow.runName": "whole",
              "mlflow.note.content": "why"}
    equal({key: data.tags.get(key) for key in wanted}, wanted)
    equal((info.experiment_id, info.run_name, info.status, info.lifecycle_stage),
          (experiment_id, "whole", "FINISHED", "active"))
    assert info.end_time >= info.start_time > 0, info


@check("Nested runs name their parent, which is found from the child")
def nested():
    in_experiment()
    with mlflow.start_run() as parent:
        with mlflow.start_run(nested=True) as child:
            with mlflow.start_run(nested=True) as grandchild:
                mlflow.log_metric("depth", 2)
    equal(read(child).data.tags["mlflow.parentRunId"], parent.info.run_id)
    equal(mlflow.get_parent_run(grandchild.info.run_id).info.run_id, child.info.run_id)
    found = mlflow.search_runs(
        filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'", output_format="list")
    equal([run.info.run_id for run in found], [child.info.run_id])


@check("A run whose block raises is FAILED")
def raising():
    in_experiment()
    try:
        with mlflow.start_run() as run:
            raise KeyError("wrong")
    except KeyError:
        pass
    equal(read(run).info.status, "FAILED")


@check("A run is resumed by its id and keeps what it had")
def resumed():
    in_experiment()
    with mlflow.start_run() as run:
        mlflow.log_param("first", 1)
    with mlflow.start_run(run_id=run.info.run_id):
        equal(read(run).info.status, "RUNNING")
        mlflow.log_param("second", 2)
        mlflow.delete_tag("mlflow.source.name")
    equal(read(run).data.params, {"first": "1", "second": "2"})
    assert "mlflow.source.name" not in read(run).data.tags
    equal(mlflow.last_active_run().info.run_id, run.info.run_id)
    mlflow.delete_run(run.info.run_id)
    equal(read(run).info.lifecycle_stage, "deleted")


@check("log_params of 250 arrives in batches of 100, whole")
def many_params():
    in_experiment()
    with mlflow.start_run() as run:
        mlflow.log_params({f"p{n}": n for n in range(250)})
    equal(read(run).data.params, {f"p{n}": str(n) for n in range(250)})


@check("Text, dictionaries, figures, images and tables are logged and loaded")
def documents():
    in_experiment()
    table = {"question": ["why", "how"], "score": [1, 2]}
    with mlflow.start_run() as run:
        mlflow.log_text("grüße\n", "notes/a.txt")
        mlflow.log_dict({"a": [1, 2]}, "data.json")
        mlflow.log_dict({"b": "ü"}, "data.yaml")
        mlflow.log_image(np.zeros((4, 4, 3), dtype=np.uint8), "image.png")
        figure = Figure()
        figure.subplots().plot([0, 1], [1, 0])
        mlflow.log_figure(figure, "figure.png")
        mlflow.log_table(table, "table.json")
    uri = f"runs:/{run.info.run_id}"
    equal(mlflow.artifacts.load_text(uri + "/notes/a.txt"), "grüße\n")
    equal(mlflow.artifacts.load_dict(uri + "/data.json"), {"a": [1, 2]})
    equal(mlflow.artifacts.load_image(uri + "/image.png").size, (4, 4))
    equal(mlflow.load_table("table.json", [run.info.run_id]).to_dict("list"), table)
    listed = {item.path for item in CLIENT.list_artifacts(run.info.run_id)}
    equal(listed, {"notes", "data.json", "data.yaml", "image.png", "figure.png", "table.json"})


@check("log_artifact and log_artifacts keep folders")
def files():
    in_experiment()
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
        os.makedirs(os.path.join(folder, "sub", "deep"))
        for path in ("one.txt", "sub/two.txt", "sub/deep/three.txt"):
            with open(os.path.join(folder, path), "w") as out:
                out.write(path)
        mlflow.log_artifact(os.path.join(folder, "one.txt"))
        mlflow.log_artifact(os.path.join(folder, "one.txt"), "copy/here")
        mlflow.log_artifacts(folder, "all")
    run_id = run.info.run_id
    equal(sorted(i.path for i in CLIENT.list_artifacts(run_id)), ["all", "copy", "one.txt"])
    with tempfile.TemporaryDirectory() as folder:
        mlflow.artifacts.download_artifacts(f"runs:/{run_id}/all", dst_path=folder)
        with open(os.path.join(folder, "all/sub/deep/three.txt")) as text:
            equal(text.read(), "sub/deep/three.txt")


@check("log_input keeps the data set, its digest and its context")
def inputs():
    in_experiment()
    frame = pd.DataFrame({"x": [1.0, 2.0], "y": ["a", "b"]})
    dataset = mlflow.data.from_pandas(frame, name="small", targets="y")
    with mlflow.start_run() as run:
        mlflow.log_input(dataset, context="training", tags={"split": "first"})
        mlflow.log_input(dataset, context="training")
    kept = read(run).inputs.dataset_inputs
    equal(len(kept), 1)
    equal((kept[0].dataset.name, kept[0].dataset.digest), ("small", dataset.digest))
    tags = {tag.key: tag.value for tag in kept[0].tags}
    equal(tags.get("mlflow.data.context"), "training")
    assert '"num_rows": 2' in kept[0].dataset.profile, kept[0].dataset.profile


@check("search_runs gives a table of params, metrics and tags")
def table_of_runs():
    experiment_id = in_experiment()
    for n in range(3):
        with mlflow.start_run(run_name=f"r{n}"):
            mlflow.log_param("n", n)
            if n:
                mlflow.log_metric("score", n / 10)
    frame = mlflow.search_runs([experiment_id], order_by=["metrics.score DESC"])
    equal(list(frame["tags.mlflow.runName"]), ["r2", "r1", "r0"])
    equal(list(frame["params.n"]), ["2", "1", "0"])
    assert np.isnan(frame["metrics.score"][2]) and frame["metrics.score"][0] == 0.2, frame
    equal(list(frame["status"].unique()), ["FINISHED"])
    found = mlflow.search_runs([experiment_id], "metrics.score > 0.15", output_format="list")
    equal([run.info.run_name for run in found], ["r2"])


@check("search_experiments finds one by name and by tag")
def find_experiments():
    name = unique("fluent")
    mlflow.set_experiment(name)
    mlflow.set_experiment_tag("kind", name)
    for text in (f"name = '{name}'", f"tags.kind = '{name}'", f"name ILIKE '{name.upper()}'"):
        equal([e.name for e in mlflow.search_experiments(filter_string=text)], [name])
