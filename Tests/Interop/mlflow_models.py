"""Models between Bancada and the MLflow client: `python mlflow_models.py BINARY`.

A model that Bancada trained is listed, aliased and downloaded by the unmodified client; a
scikit-learn model that the client logged and registered is served by `bancada serve`. The plugin
runs in this Python, which must have mlflow and scikit-learn.
"""
import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.path.abspath(sys.argv[1])
PENGUINS = ROOT / "workspace" / "data" / "penguins.csv"


def bancada(*arguments):
    """What the command printed as JSON."""
    done = subprocess.run(
        [BINARY, *arguments, "--json", "--quiet"], check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout)


@contextlib.contextmanager
def server(*arguments):
    """A server on a free port: its address, until the end of the block."""
    with tempfile.NamedTemporaryFile() as out:
        process = subprocess.Popen([BINARY, *arguments, "--port", "0", "--json"], stdout=out)
        try:
            for _ in range(600):
                text = pathlib.Path(out.name).read_text(encoding="utf-8")
                if text.endswith("}\n"):
                    break
                if process.poll() is not None:
                    sys.exit(f"the server ended with {process.returncode}")
                time.sleep(0.05)
            yield json.loads(text)["url"]
        finally:
            process.terminate()
            process.wait()


def use_this_python(workspace):
    """The sklearn plugin in this Python, without a private environment."""
    folder = workspace / "plugins" / "sklearn"
    shutil.copytree(ROOT / "Plugins" / "sklearn", folder)
    lines = (folder / "plugin.yaml").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("requirements:")]
    lines = [
        f"command: [{json.dumps(sys.executable)}, main.py]" if line.startswith("command:") else line
        for line in lines
    ]
    (folder / "plugin.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def check(condition, sentence):
    if not condition:
        sys.exit(f"FAILED models: {sentence}")
    print(f"OK models: {sentence}", flush=True)


def client_uses_ours(work, url):
    from mlflow import MlflowClient
    from mlflow.artifacts import download_artifacts

    client = MlflowClient()
    names = [model.name for model in client.search_registered_models()]
    check(names == ["penguins"], "the client lists a model that bancada train registered")
    client.set_registered_model_alias("penguins", "best", "1")
    folder = pathlib.Path(download_artifacts("models:/penguins@best", dst_path=str(work / "down")))
    bancada("models", "export", "models:/penguins@best", str(work / "export"),
            "--workspace", str(work / "ws"))
    same = all(
        (folder / path.name).read_bytes() == path.read_bytes()
        for path in (work / "export").iterdir())
    check(same, "what the client downloads are the bytes that bancada models export writes")
    version = client.get_model_version_by_alias("penguins", "best")
    run = client.get_run(version.run_id)
    check("algorithm" in run.data.params and run.data.metrics,
          "the client reads the params and metrics of the training run")


def train_ours(work):
    """The model that the client will register, and rows with what it predicts for them."""
    import mlflow
    import pandas
    from sklearn.compose import make_column_transformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    table = pandas.read_csv(PENGUINS).dropna()
    rows, species = table.drop(columns=["species"]), table["species"]
    texts = ["island", "sex"]
    numbers = [name for name in rows if name not in texts]
    model = make_pipeline(
        make_column_transformer((StandardScaler(), numbers), (OneHotEncoder(), texts)),
        LogisticRegression(max_iter=1000))
    mlflow.set_experiment("penguins of a client")
    mlflow.sklearn.autolog(log_input_examples=True, registered_model_name="mixed")
    with mlflow.start_run():
        model.fit(rows, species)
    matrix = rows[numbers].to_numpy()
    mlflow.sklearn.autolog(disable=True)
    with mlflow.start_run():
        plain = LogisticRegression(max_iter=5000).fit(matrix, species)
        mlflow.sklearn.log_model(
            plain, name="plain", registered_model_name="plain", serialization_format="cloudpickle")
    mlflow.MlflowClient().set_registered_model_alias("mixed", "champion", "1")
    some = rows.iloc[::25]
    return (some, model.predict(some).tolist(), model.predict_proba(some),
            some[numbers].to_numpy(), plain.predict(some[numbers].to_numpy()).tolist())


def infer(url, model, inputs):
    request = urllib.request.Request(
        f"{url}/v2/models/{model}/infer", json.dumps({"inputs": inputs}).encode())
    try:
        with urllib.request.urlopen(request) as answer:
            outputs = json.load(answer)["outputs"]
    except urllib.error.HTTPError as error:
        sys.exit(f"FAILED models: {error.code} {error.read().decode()}")
    return {output["name"]: output for output in outputs}


def column(name, values):
    kind = {"object": "BYTES", "str": "BYTES", "int64": "INT64"}.get(str(values.dtype), "FP64")
    return {"name": name, "datatype": kind, "shape": [len(values)], "data": values.tolist()}


def serves_theirs(work, expected):
    import numpy

    rows, species, chances, matrix, plain = expected
    with server("serve", "models:/mixed@champion", "models:/plain/1",
                "--workspace", str(work / "ws")) as url:
        outputs = infer(url, "mixed", [column(name, rows[name]) for name in rows])
        check(outputs["output-0"]["data"] == species,
              "bancada serve answers as the client's model predicts, columns by name")
        given = numpy.array(outputs["probabilities"]["data"]).reshape(chances.shape)
        check(numpy.allclose(given, chances, rtol=1e-12, atol=1e-15),
              "and with its probabilities")
        tensor = {"name": "input-0", "datatype": "FP64", "shape": list(matrix.shape),
                  "data": matrix.ravel().tolist()}
        check(infer(url, "plain", [tensor])["output-0"]["data"] == plain,
              "a cloudpickle of a model of plain numbers answers one matrix")


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        workspace = work / "ws"
        bancada("init", str(workspace))
        use_this_python(workspace)
        bancada("train", "--data", str(PENGUINS), "--target", "species", "--holdout", "0.2",
                "--workspace", str(workspace))
        with server("up", "--workspace", str(workspace)) as url:
            import mlflow

            mlflow.set_tracking_uri(url)
            client_uses_ours(work, url)
            expected = train_ours(work)
        serves_theirs(work, expected)


if __name__ == "__main__":
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    main()
