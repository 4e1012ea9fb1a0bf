#!/usr/bin/env python3
"""Moves data between a real MLflow and Bancada, both ways, and compares everything.

usage: exchange.py BINARY [RUNS]

Makes an mlruns folder and an mlflow.db with the real client, imports both, exports what came in,
and lets the real MLflow read the archive: its file store as it is, and its own
`mlflow migrate-filestore`. Every answer of the client must be the one that it gave at first. With
RUNS, an mlruns folder of so many runs is imported too and the time is printed.
"""

import contextlib
import copy
import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import uuid
import warnings
from pathlib import Path

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
warnings.filterwarnings("ignore")

import mlflow  # noqa: E402
from mlflow import MlflowClient  # noqa: E402
from mlflow.entities import (  # noqa: E402
    Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput, Metric, Param, RunTag,
    ViewType,
)

BINARY = os.path.abspath(sys.argv[1])
failures = []


def check(what, found, expected):
    if found == expected:
        return
    failures.append(what)
    print(f"FAILED  {what}")
    for line in difference(found, expected, "")[:20]:
        print(f"        {line}")


def difference(found, expected, path):
    if isinstance(found, dict) and isinstance(expected, dict):
        lines = []
        for key in sorted(set(found) | set(expected), key=str):
            if key not in found:
                lines.append(f"{path}/{key}: missing, expected {expected[key]!r}"[:300])
            elif key not in expected:
                lines.append(f"{path}/{key}: unexpected {found[key]!r}"[:300])
            elif found[key] != expected[key]:
                lines += difference(found[key], expected[key], f"{path}/{key}")
        return lines
    return [f"{path}: found {found!r}, expected {expected!r}"[:600]]


def bancada(*arguments, code=0):
    done = subprocess.run([BINARY, *arguments], capture_output=True, text=True)
    if done.returncode != code:
        sys.exit(f"bancada {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def populate(uri, folder):
    """Everything that a client can log, with what is awkward about it."""
    client = MlflowClient(uri, uri)
    experiment = client.create_experiment("exp ü: 1/2 # x", tags={"a/b": "x\ny", "note": ""})
    run = client.create_run(experiment, run_name="first").info.run_id
    for step in range(-2, 5):
        client.log_metric(run, "a/loss", 0.1 * step, step=step, timestamp=1000 + step)
    client.log_batch(run, [Metric("many", i * 1e-7, 5000 + i, i) for i in range(1000)])
    client.log_batch(run, [Metric("many", i * 1e300, 5000 + i, i) for i in range(1000, 2000)])
    for key, value in (("nan", math.nan), ("tiny", 5e-324), ("minus", -0.1)):
        client.log_metric(run, key, value, timestamp=7000)
    for key, value in (("p/x y", "multi\nline: # text"), ("empty", ""), ("1e5", "1e5"),
                       ("quoted", "'\"\\"), ("tab", "\ta\r\n"), ("long", "x" * 6000)):
        client.log_param(run, key, value)
    for key, value in (("t.1 é", "v\r\nw"), ("mlflow.note.content", "# *md*\n\n- ü\u2028\u0085"),
                       ("emoji 日本", "🙂")):
        client.set_tag(run, key, value)
    files = folder / "files"
    (files / "sub dir").mkdir(parents=True)
    (files / "hello.txt").write_text("hello")
    (files / "empty").write_bytes(b"")
    (files / "sub dir" / "ü ä.bin").write_bytes(bytes(range(256)) * 5000)
    client.log_artifacts(run, str(files), "dir/inner")
    data = Dataset("data set", "abc12", "local", '{"uri": "x"}', '{"s": 1}', '{"n": 3}')
    client.log_inputs(run, [DatasetInput(data, [InputTag("mlflow.data.context", "training")])])
    other = Dataset("bare", "1e5", "code", "{}")
    client.log_inputs(run, [DatasetInput(other, [])])
    model = client.create_logged_model(
        experiment, name="mod", source_run_id=run, model_type="sklearn",
        params={"k": "v", "p/q": "2"}, tags={"t/u": "u", "e": ""}).model_id
    client.log_outputs(run, [LoggedModelOutput(model, 3)])
    client.log_batch(run, [
        Metric("acc", 0.5, 2000, 1, model_id=model, dataset_name="ds", dataset_digest="abc",
               run_id=run),
        Metric("acc2", 0.75, 2001, 2, model_id=model, run_id=run)])
    client.log_model_artifacts(model, str(files))
    client.finalize_logged_model(model, "READY")
    client.set_terminated(run, "FINISHED", 5000)
    gone = client.create_logged_model(experiment, name="gone").model_id
    client.delete_logged_model(gone)
    child = client.create_run(
        experiment, run_name="child", tags={"mlflow.parentRunId": run}).info.run_id
    client.log_inputs(child, models=[LoggedModelInput(model)])
    client.set_terminated(child, "FAILED")
    killed = client.create_run(experiment).info.run_id
    client.set_terminated(killed, "KILLED")
    client.create_run(experiment)
    deleted = client.create_run(experiment, run_name="deleted").info.run_id
    client.log_param(deleted, "p", "1")
    client.delete_run(deleted)
    bin_ = client.create_experiment("in the bin")
    client.log_metric(client.create_run(bin_).info.run_id, "m", 1.0, timestamp=1, step=2)
    client.delete_experiment(bin_)
    default = client.create_run("0", run_name="in Default").info.run_id
    client.log_param(default, "x", "1")
    client.create_registered_model("reg.a-1", tags={"a": "b"}, description="desc\n\nfoo")
    client.create_model_version(
        "reg.a-1", f"models:/{model}", run_id=run, tags={"vt": "1"}, description="vd",
        model_id=model)
    for _ in range(3):
        client.create_model_version("reg.a-1", f"runs:/{run}/dir/inner", run_id=run)
    client.delete_model_version("reg.a-1", "2")
    client.delete_model_version("reg.a-1", "4")
    client.set_registered_model_alias("reg.a-1", "champion", "1")
    client.set_registered_model_alias("reg.a-1", "other", "3")
    client.transition_model_version_stage("reg.a-1", "3", "Production")
    client.create_registered_model("empty")


def files_of(client, run):
    """Paths and digests of a run's artifacts."""
    found, folders = {}, [""]
    while folders:
        for entry in client.list_artifacts(run, folders.pop() or None):
            if entry.is_dir:
                folders.append(entry.path)
            else:
                path = client.download_artifacts(run, entry.path)
                found[entry.path] = digest(path)
    return found


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def tree(folder):
    folder = Path(folder.removeprefix("file://"))
    return {str(p.relative_to(folder)): digest(p) for p in sorted(folder.rglob("*")) if p.is_file()}


def number(value):
    if math.isnan(value):
        return "nan"
    return value


def snapshot(uri):
    """Everything that the client says of a store."""
    client = MlflowClient(uri, uri)
    found = {"experiments": {}, "runs": {}, "models": {}, "registry": {}}
    for e in client.search_experiments(view_type=ViewType.ALL):
        found["experiments"][e.name] = {
            "lifecycle": e.lifecycle_stage, "tags": dict(e.tags), "created": e.creation_time,
            "updated": e.last_update_time}
        if e.name == "Default":
            found["experiments"][e.name].pop("updated")
        for r in client.search_runs([e.experiment_id], run_view_type=ViewType.ALL):
            found["runs"][r.info.run_id] = run_of(client, r, e)
        for m in client.search_logged_models([e.experiment_id]):
            found["models"][m.model_id] = {
                "name": m.name, "type": m.model_type or "", "status": str(m.status),
                "params": dict(m.params), "tags": {k: v for k, v in m.tags.items()},
                "run": m.source_run_id or "", "created": m.creation_timestamp,
                "updated": m.last_updated_timestamp, "experiment": e.name,
                "metrics": sorted(
                    (x.key, number(x.value), x.timestamp, x.step, x.run_id, x.dataset_name or "",
                     x.dataset_digest or "") for x in m.metrics or []),
                "files": tree(m.artifact_location)}
    for m in client.search_registered_models():
        found["registry"][m.name] = {
            "description": m.description or "", "tags": dict(m.tags),
            "aliases": {k: str(v) for k, v in dict(m.aliases).items()},
            "created": m.creation_timestamp,
            "versions": {}}
    for v in client.search_model_versions():
        found["registry"][v.name]["versions"][str(v.version)] = {
            "source": v.source, "stage": v.current_stage, "run": v.run_id or "",
            "description": v.description or "", "tags": dict(v.tags),
            "created": v.creation_timestamp, "updated": v.last_updated_timestamp}
    return found


def run_of(client, run, experiment):
    info = run.info
    found = {
        "experiment": experiment.name, "name": info.run_name, "status": info.status,
        "lifecycle": info.lifecycle_stage, "start": info.start_time, "end": info.end_time,
        "user": info.user_id, "params": dict(run.data.params), "tags": dict(run.data.tags),
        "inputs": sorted(
            (d.dataset.name, d.dataset.digest, d.dataset.source_type, d.dataset.source,
             d.dataset.schema or "", d.dataset.profile or "",
             tuple(sorted((t.key, t.value) for t in d.tags)))
            for d in run.inputs.dataset_inputs),
        # A search of MLflow's database leaves them out.
        "models": sorted(
            m.model_id for m in client.get_run(info.run_id).inputs.model_inputs),
        "outputs": sorted((m.model_id, m.step) for m in run.outputs.model_outputs)}
    if experiment.lifecycle_stage == "active":
        found["metrics"] = {
            key: sorted((m.step, m.timestamp, number(m.value))
                        for m in client.get_metric_history(info.run_id, key))
            for key in run.data.metrics}
        found["files"] = files_of(client, info.run_id)
    return found


def with_plain_lines(found):
    """`mlflow migrate-filestore` reads texts with line ends of any system as one of its own."""
    for run in found["runs"].values():
        for part in ("params", "tags"):
            run[part] = {k: v.replace("\r\n", "\n") for k, v in run[part].items()}
    return found


def without_steps(found):
    """MLflow's file store reads the step of a point that names a dataset as 0; we keep it."""
    for run in found["runs"].values():
        run.get("metrics", {}).pop("acc", None)
    return found


def round_trip(name, source, expected, folder):
    workspace = str(folder / f"{name}-workspace")
    summary = json.loads(bancada("import", "mlflow", source, "--workspace", workspace, "--json"))
    for kind, count in summary["counts"].items():
        check(f"{name}: all {kind} are written", count["read"], count["written"] + count["present"])
    check(f"{name}: nothing is noted", summary["notes"], [])
    again = json.loads(bancada("import", "mlflow", source, "--workspace", workspace, "--json"))
    for kind, count in again["counts"].items():
        if kind != "metric_points":
            check(f"{name}: a second import finds all {kind}", count["present"],
                  summary["counts"][kind]["read"])
    archive = folder / f"{name}.tar"
    bancada("export", "workspace", "-o", str(archive), "--workspace", workspace)
    unpacked = folder / f"{name}-unpacked"
    with tarfile.open(archive) as tar:
        tar.extractall(unpacked, filter="data")
    os.chdir(unpacked)
    found = snapshot(f"file://{unpacked}/mlruns")
    check(f"{name}: MLflow's file store says the same", without_steps(found), expected)
    database = f"sqlite:///{unpacked}/mlflow.db"
    subprocess.run(
        [sys.executable, "-m", "mlflow", "migrate-filestore", "--source", str(unpacked), "--target",
         database, "--no-progress"], check=True, capture_output=True)
    check(f"{name}: mlflow migrate-filestore says the same",
          with_plain_lines(without_steps(snapshot(database))),
          with_plain_lines(copy.deepcopy(expected)))
    # Into an empty workspace and out again: the same bytes.
    second = str(folder / f"{name}-second")
    bancada("import", str(archive), "--workspace", second)
    bancada("export", "workspace", "-o", str(folder / f"{name}-again.tar"), "--workspace", second)
    check(f"{name}: import and export give equal archives", digest(folder / f"{name}-again.tar"),
          digest(archive))
    third = str(folder / f"{name}-third")
    bancada("import", str(unpacked), "--workspace", third)
    bancada("export", "workspace", "-o", str(folder / f"{name}-third.tar"), "--workspace", third)
    check(f"{name}: so does the unpacked archive", digest(folder / f"{name}-third.tar"),
          digest(archive))


def moved(folder):
    """A database whose artifacts are elsewhere: named each time, and filled in when they are found."""
    place = folder / "source-database"
    store = folder / "store" / "mlruns"
    store.parent.mkdir()
    shutil.move(place / "mlruns", store)
    os.chdir(place)
    command = ["import", "mlflow", "sqlite:///mlflow.db", "--json", "--workspace"]
    workspace = str(folder / "moved-workspace")
    for _ in range(2):
        summary = json.loads(bancada(*command, workspace, code=1))
        check("moved: no artifacts are found", summary["counts"]["artifact_files"]["written"], 0)
        subjects = " ".join(note["subject"] for note in summary["notes"])
        for what in ("artifacts of ", "files of logged model ", "files of model version "):
            check(f"moved: {what}is named", what in subjects, True)
    bancada(*command, workspace, "--artifacts", "/no/such/folder", code=65)
    bancada(*command, workspace, "--artifacts", str(store))
    compare_with_first(folder, "moved", workspace)
    whole = folder / "source-moved"
    shutil.move(place, whole)
    shutil.move(store, whole / "mlruns")
    os.chdir(whole)
    bancada(*command, str(folder / "beside-workspace"))
    compare_with_first(folder, "beside", str(folder / "beside-workspace"))


def compare_with_first(folder, name, workspace):
    archive = folder / f"{name}.tar"
    bancada("export", "workspace", "-o", str(archive), "--workspace", workspace)
    check(f"{name}: everything is there in the end", digest(archive), digest(folder / "database.tar"))


@contextlib.contextmanager
def server(workspace):
    """`bancada up` over a workspace; gives its address."""
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(
            [BINARY, "up", "--port", "0", "--json", "--workspace", workspace], stdout=out,
            stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                out.seek(0)
                text = out.read()
                if "\n}" in text or process.poll() is not None:
                    break
                time.sleep(0.05)
            yield json.loads(text)["url"]
        finally:
            process.terminate()
            process.wait()


def traces_of(url):
    client = MlflowClient(url, url)
    experiment = client.get_experiment_by_name("traced")
    found = [trace.to_dict() for trace in client.search_traces([experiment.experiment_id])]
    return sorted(found, key=lambda trace: trace["info"]["trace_id"])


def traced(folder):
    """Traces go with their experiment, spans and tags and all."""
    workspaces = [str(folder / f"traced-{index}") for index in (1, 2)]
    with server(workspaces[0]) as url:
        mlflow.set_tracking_uri(url)
        mlflow.set_experiment("traced")
        with mlflow.start_run():
            for name in ("first", "zweite ü"):
                with mlflow.start_span(name) as span:
                    span.set_inputs({"x": 1})
                    with mlflow.start_span("inner", span_type="LLM") as inner:
                        inner.set_attribute("k", "ü")
                    span.set_outputs([2])
        mlflow.flush_trace_async_logging()
        expected = traces_of(url)
        MlflowClient(url, url).set_trace_tag(expected[0]["info"]["trace_id"], "t", "v")
        expected = traces_of(url)
    check("traced: there are traces", [len(trace["data"]["spans"]) for trace in expected], [2, 2])
    archive = str(folder / "traced.tar")
    bancada("export", "experiment", "traced", "-o", archive, "--workspace", workspaces[0])
    for kind in ("written", "present"):
        summary = json.loads(bancada("import", archive, "--json", "--workspace", workspaces[1]))
        check(f"traced: traces are {kind}", summary["counts"]["traces"][kind], 2)
    with server(workspaces[1]) as url:
        check("traced: the client reads the same traces", traces_of(url), expected)


def speed(folder, runs):
    """An mlruns folder of many runs, written as MLflow writes it."""
    root = folder / "many"
    experiment = root / "7"
    for index in range(runs):
        run = uuid.uuid4().hex
        place = experiment / run
        for name in ("artifacts", "metrics", "params", "tags"):
            (place / name).mkdir(parents=True)
        (place / "meta.yaml").write_text(
            f"artifact_uri: {place}/artifacts\nend_time: {2000 + index}\nexperiment_id: '7'\n"
            f"lifecycle_stage: active\nrun_id: {run}\nrun_name: run {index}\nstart_time: {index}\n"
            "status: 3\nuser_id: me\n")
        (place / "tags" / "mlflow.runName").write_text(f"run {index}")
        for key in range(5):
            (place / "params" / f"p{key}").write_text(str(key))
            (place / "metrics" / f"m{key}").write_text(
                "".join(f"{i} {i * 0.1} {i}\n" for i in range(20)))
    (experiment / "meta.yaml").write_text("experiment_id: '7'\nname: many\n")
    workspace = str(folder / "many-workspace")
    for title, arguments in (
            ("import", ["import", "mlflow", str(root)]), ("again", ["import", "mlflow", str(root)]),
            ("export", ["export", "workspace", "-o", str(folder / "many.tar")]),
            ("import of the archive", ["import", str(folder / "many.tar")])):
        if title == "import of the archive":
            workspace = str(folder / "many-second")
        start = time.monotonic()
        bancada(*arguments, "--workspace", workspace, "--json")
        print(f"{title} of {runs} runs, {runs * 100} points: {time.monotonic() - start:.2f} s")


def killed(folder):
    """An import that is killed again and again, and finished, gives what one that ran through does."""
    root = folder / "killed" / "mlruns"
    experiment = root / "7"
    for index in range(1500):
        place = experiment / f"{index:032x}"
        for name in ("artifacts", "metrics"):
            (place / name).mkdir(parents=True)
        (place / "meta.yaml").write_text(
            f"experiment_id: '7'\nrun_id: {index:032x}\nrun_name: r\nstatus: 3\nstart_time: 1\n")
        points = 12000 if index % 100 == 0 else 50
        (place / "metrics" / "m").write_text("".join(f"{i} {i} {i}\n" for i in range(points)))
        if index % 20 == 0:
            (place / "artifacts" / "a.txt").write_text("x" * index)
    (experiment / "meta.yaml").write_text("experiment_id: '7'\nname: many\n")
    workspaces = [str(folder / "killed" / name) for name in ("whole", "killed")]
    for delay in (0.1, 0.2, 0.3, 0.4, 0.6):
        process = subprocess.Popen(
            [BINARY, "import", "mlflow", str(root), "--workspace", workspaces[1], "--quiet"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.kill()
        process.wait()
    archives = []
    for workspace in workspaces:
        bancada("import", "mlflow", str(root), "--workspace", workspace)
        archives.append(workspace + ".tar")
        bancada("export", "experiment", "many", "-o", archives[-1], "--workspace", workspace)
    check("an import that was killed is finished", digest(archives[1]), digest(archives[0]))


def main():
    print(f"mlflow {mlflow.__version__}")
    with tempfile.TemporaryDirectory(prefix="bancada-exchange-") as name:
        folder = Path(name)
        for kind in ("files", "database"):
            place = folder / f"source-{kind}"
            place.mkdir()
            os.chdir(place)
            uri = f"file://{place}/mlruns" if kind == "files" else f"sqlite:///{place}/mlflow.db"
            populate(uri, place)
            expected = without_steps(snapshot(uri))
            round_trip(kind, uri if kind == "database" else str(place / "mlruns"), expected, folder)
        moved(folder)
        traced(folder)
        killed(folder)
        if len(sys.argv) > 2:
            speed(folder, int(sys.argv[2]))
        os.chdir("/")
    if failures:
        sys.exit(f"{len(failures)} comparisons failed")
    print("OK      exchange with MLflow, both ways")


main()
