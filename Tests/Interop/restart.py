"""kill -9 between any two calls of a script: what was acknowledged is there after the restart.

`restart.py BINARY`: after each call everything is read, the server is killed, started again on its
port and workspace, and everything is read again; both readings must be equal, and differ from the
one before the call. Standard library alone.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile

import servers
from wire import FILES, Wire, quoted

TRACES = "/api/3.0/mlflow/traces"
TRACE = "tr-" + "7" * 32


def everything(wire):
    """All that the server keeps, read through its searches, histories and artifacts."""
    ids = [e["experiment_id"] for e in wire.ok(
        "POST", "experiments/search", {"max_results": 1000, "view_type": "ALL"})["experiments"]]
    ids.sort()
    found = {
        "experiments": [wire.ok("GET", "experiments/get", experiment_id=e) for e in ids],
        "runs": wire.ok("POST", "runs/search", {
            "experiment_ids": ids, "run_view_type": "ALL", "max_results": 1000}).get("runs", []),
        "models": wire.ok("GET", "registered-models/search", max_results=1000),
        "versions": wire.ok("GET", "model-versions/search", max_results=1000),
        "logged": wire.ok("POST", "logged-models/search", {"experiment_ids": ids}),
        "traces": wire.ok("POST", f"{TRACES}/search", {"max_results": 100, "locations": [
            {"type": "MLFLOW_EXPERIMENT",
            "mlflow_experiment": {"experiment_id": e}} for e in ids]}),
        "histories": [], "files": [],
    }
    for run in found["runs"]:
        run_id = run["info"]["run_id"]
        for metric in run["data"].get("metrics", []):
            found["histories"].append(wire.ok(
                "GET", "metrics/get-history", run_id=run_id, metric_key=metric["key"]))
        found["files"] += files(wire,
            run["info"]["artifact_uri"].removeprefix("mlflow-artifacts:/"))
    return found


def files(wire, folder):
    """Path and digest of every artifact below a folder."""
    result = []
    for item in wire.ok("GET", FILES, path=folder).get("files", []):
        path = f"{folder}/{item['path']}"
        if item["is_dir"]:
            result += [[path, "folder"], *files(wire, path)]
        else:
            result.append([path, hashlib.sha256(wire.send(
                "GET", f"{FILES}/{quoted(path)}").body).hexdigest()])
    return result


def script(call, put):
    """The calls, in turn: a generator that yields after each, with its name."""
    def step(method, route, **document):
        answer = call(method, route, document)
        return answer, f"{method} {route}"

    made, name = step("POST", "experiments/create", name="restart",
        tags=[{"key": "a", "value": "1"}])
    e = made["experiment_id"]
    yield name
    made, name = step("POST", "runs/create", experiment_id=e, run_name="first", start_time=5)
    run = {"run_id": made["run"]["info"]["run_id"]}
    yield name
    source = f"mlflow-artifacts:/{e}/{run['run_id']}/artifacts/model"
    folder = f"{e}/{run['run_id']}/artifacts"
    metrics = [{"key": "loss", "value": 1 / (n + 1), "timestamp": n, "step": n} for n in range(200)]
    dataset = {"name": "d", "digest": "1", "source_type": "local", "source": "{}"}
    for route, document in (
            ("runs/log-metric", {"key": "acc", "value": 0.5, "timestamp": 1, "step": 1}),
            ("runs/log-metric", {"key": "acc", "value": "NaN", "timestamp": 2, "step": 2}),
            ("runs/log-parameter", {"key": "lr", "value": "0.1"}),
            ("runs/set-tag", {"key": "stage", "value": "dev ü"}),
            ("runs/log-batch", {"metrics": metrics, "params": [{"key": "p", "value": "v"}],
                                "tags": [{"key": "t", "value": "v"}]}),
            ("runs/delete-tag", {"key": "t"}),
            ("runs/log-inputs", {"datasets": [{"dataset": dataset}]}),
            ("runs/update", {"status": "FINISHED", "end_time": 9, "run_name": "renamed"}),
            ("runs/delete", {}), ("runs/restore", {})):
        yield step("POST", route, **run, **document)[1]
    for path, content in (("empty.txt", b""), ("a/b/c.bin", os.urandom(300_000)),
                          ("model/MLmodel", b"flavors: {}\n"), ("a/b/c.bin", b"replaced")):
        yield put(f"{FILES}/{folder}/{path}", content)
    yield put(f"{FILES}/{folder}/chunked.bin", iter([b"abc" * 1000] * 50))
    answer = call("DELETE", f"{FILES}/{folder}/a", {})
    assert answer == {}, answer
    yield "DELETE a folder of artifacts"
    made, name = step("POST", "logged-models", experiment_id=e, name="m",
        source_run_id=run["run_id"],
                      params=[{"key": "p", "value": "1"}])
    model = made["model"]["info"]["model_id"]
    yield name
    for method, route, document in (
            ("POST", "runs/outputs", {**run, "models": [{"model_id": model, "step": 1}]}),
            ("PATCH", f"logged-models/{model}",
            {"model_id": model, "status": "LOGGED_MODEL_READY"}),
            ("PATCH", f"logged-models/{model}/tags", {"tags": [{"key": "k", "value": "v"}]}),
            ("POST", "registered-models/create", {"name": "reg", "description": "d"}),
            ("POST", "model-versions/create", {"name": "reg", "source": source, **run}),
            ("POST", "model-versions/create", {"name": "reg", "source": f"models:/{model}",
                                               "model_id": model}),
            ("POST", "registered-models/set-tag", {"name": "reg", "key": "k", "value": "v"}),
            ("POST", "model-versions/set-tag",
            {"name": "reg", "version": "1", "key": "k", "value": "v"}),
            ("POST", "registered-models/alias", {"name": "reg", "alias": "best", "version": "1"}),
            ("POST", "registered-models/alias", {"name": "reg", "alias": "best", "version": "2"}),
            ("PATCH", "model-versions/update", {"name": "reg", "version": "1", "description": "d"}),
            ("POST", "model-versions/transition-stage", {
                "name": "reg", "version": "1", "stage": "Production",
                "archive_existing_versions": True}),
            ("POST", "registered-models/rename", {"name": "reg", "new_name": "renamed"}),
            ("DELETE", "registered-models/alias", {"name": "renamed", "alias": "best"}),
            ("DELETE", "model-versions/delete", {"name": "renamed", "version": "2"}),
            ("DELETE", "registered-models/delete", {"name": "renamed"}),
            ("DELETE", f"logged-models/{model}", {}),
            ("POST", "experiments/set-experiment-tag",
            {"experiment_id": e, "key": "k", "value": "v"}),
            ("POST", "experiments/update", {"experiment_id": e, "new_name": "renamed"}),
            ("POST", TRACES, {"trace": {"trace_info": {
                "trace_id": TRACE, "state": "OK", "request_time": "2026-01-01T10:00:00Z",
                "trace_location": {"type": "MLFLOW_EXPERIMENT",
                                   "mlflow_experiment": {"experiment_id": e}}}}}),
            ("PATCH", f"{TRACES}/{TRACE}/tags", {"key": "k", "value": "v"}),
            ("POST", f"{TRACES}/delete-traces", {"experiment_id": e, "request_ids": [TRACE]}),
            ("POST", "experiments/delete", {"experiment_id": e}),
            ("POST", "experiments/restore", {"experiment_id": e})):
        yield step(method, route, **document)[1]


class Restarted:
    """A server that is killed and comes back on its port and workspace."""

    def __init__(self, binary, workspace):
        self.binary, self.workspace, self.kills = binary, workspace, 0
        self.server = servers.bancada(binary, workspace)
        self.wire = Wire(self.server.url)

    def kill(self):
        self.server.kill()
        self.kills += 1
        port = int(self.server.url.rpartition(":")[2])
        self.server = servers.bancada(self.binary, self.workspace, port)
        self.wire = Wire(self.server.url)

    def call(self, method, route, document):
        return self.wire.ok(method, route, document)

    def put(self, path, content):
        answer = self.wire.send("PUT", path, content, chunked=not isinstance(content, bytes))
        assert answer.status == 200, answer
        return f"PUT {path.rpartition('/')[2]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="the executable of Bancada")
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory(prefix="bancada-restart-") as work:
        here = Restarted(options.binary, os.path.join(work, "workspace"))
        last = everything(here.wire)
        for name in script(here.call, here.put):
            before = everything(here.wire)
            here.kill()
            after = everything(here.wire)
            kept, done = after == before, before != last
            failed += not (kept and done)
            print(f"{'OK      kept' if kept and done else 'FAILED ' + ('no effect' if kept else 'lost')}"
                  f" after kill -9: {name}", flush=True)
            if not kept:
                print(f"        before {json.dumps(before)[:1500]}\n        after  {json.dumps(after)[:1500]}")
            last = after
        here.server.stop()
    print(f"{here.kills} kills, {failed} failed")
    sys.exit(1 if failed or not here.kills else 0)


if __name__ == "__main__":
    main()
