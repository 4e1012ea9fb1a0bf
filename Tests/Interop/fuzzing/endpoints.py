"""Every endpoint with a request that is right, over things that exist."""

from wire import API, FILES

TRACES = "/api/3.0/mlflow/traces"


def prepare(wire, name):
    """Makes an experiment, a run, a model and the like; their ids by kind."""
    experiment = wire.ok("POST", "experiments/create", {"name": name})["experiment_id"]
    run = wire.ok("POST", "runs/create", {"experiment_id": experiment, "start_time": 5})
    run = run["run"]["info"]["run_id"]
    wire.ok("POST", "runs/log-batch", {
        "run_id": run, "metrics": [{"key": "acc", "value": 0.5, "timestamp": 1, "step": 1}],
        "params": [{"key": "lr", "value": "0.1"}], "tags": [{"key": "stage", "value": "dev"}]})
    wire.ok("POST", "registered-models/create", {"name": name})
    source = f"mlflow-artifacts:/{experiment}/{run}/artifacts/model"
    wire.ok("POST", "model-versions/create", {"name": name, "source": source, "run_id": run})
    model = wire.ok("POST", "logged-models", {"experiment_id": experiment, "name": "m"})
    folder = f"{experiment}/{run}/artifacts"
    assert wire.send("PUT", f"{FILES}/{folder}/a.txt", b"text").status == 200
    token = wire.ok("POST", "experiments/search", {"max_results": 1}).get("next_page_token", "")
    return {"name": name, "experiment": experiment, "run": run, "source": source, "folder": folder,
            "model": model["model"]["info"]["model_id"], "token": token}


def requests(known):
    """(method, path, document for the body or the query) of each endpoint."""
    e, run, name, model = known["experiment"], known["run"], known["name"], known["model"]
    tag = {"key": "k", "value": "v"}
    version = {"name": name, "version": "1"}
    search = {"max_results": 5, "filter": "name = 'a'", "order_by": ["name ASC"],
              "page_token": known["token"]}
    dataset = {"name": "d", "digest": "1", "source_type": "local", "source": "{}", "schema": "{}",
               "profile": "{}"}
    metric = {"key": "m", "value": 0.25, "timestamp": 1700000000000, "step": 3}
    of_run = {"run_id": run}
    place = {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": e}}
    trace = {"trace_id": "tr-1", "trace_location": place, "state": "OK", "tags": {"a": "b"},
             "request_time": "2026-01-01T10:00:00.5Z", "execution_duration": "0.5s",
             "trace_metadata": {"k": "v"}, "request_preview": "{}", "response_preview": "{}"}
    plain = [
        ("POST", "experiments/create", {"name": name + "x", "artifact_location": "file:/x",
        "tags": [tag]}),
        ("GET", "experiments/get", {"experiment_id": e}),
        ("GET", "experiments/get-by-name", {"experiment_name": name}),
        ("POST", "experiments/search", {**search, "view_type": "ALL"}),
        ("GET", "experiments/search", {**search, "view_type": "ALL"}),
        ("POST", "experiments/update", {"experiment_id": e, "new_name": name + "y"}),
        ("POST", "experiments/delete", {"experiment_id": e}),
        ("POST", "experiments/restore", {"experiment_id": e}),
        ("POST", "experiments/set-experiment-tag", {"experiment_id": e, **tag}),
        ("POST", "experiments/delete-experiment-tag", {"experiment_id": e, "key": "k"}),
        ("POST", "runs/create", {"experiment_id": e, "user_id": "me", "run_name": "r",
                                 "start_time": 5, "tags": [tag]}),
        ("GET", "runs/get", {**of_run, "run_uuid": run}),
        ("POST", "runs/update", {**of_run, "status": "FINISHED", "end_time": 9, "run_name": "n"}),
        ("POST", "runs/delete", of_run), ("POST", "runs/restore", of_run),
        ("POST", "runs/log-parameter", {**of_run, **tag}),
        ("POST", "runs/log-metric", {**of_run, **metric, "model_id": model}),
        ("POST", "runs/log-batch", {**of_run, "metrics": [metric], "params": [tag], "tags": [tag]}),
        ("POST", "runs/set-tag", {**of_run, **tag}),
        ("POST", "runs/delete-tag", {**of_run, "key": "k"}),
        ("POST", "runs/search", {
            "experiment_ids": [e], "filter": "metrics.acc > 0.1 AND params.lr = '0.1'",
            "run_view_type": "ALL", "max_results": 5, "order_by": ["metrics.acc DESC"],
            "page_token": known["token"]}),
        ("GET", "metrics/get-history", {**of_run, "metric_key": "acc", "max_results": 5,
                                        "page_token": known["token"]}),
        ("POST", "runs/log-inputs", {**of_run, "datasets": [{"dataset": dataset, "tags": [tag]}],
                                     "models": [{"model_id": model}]}),
        ("POST", "runs/outputs", {**of_run, "models": [{"model_id": model, "step": 1}]}),
        ("GET", "artifacts/list", {**of_run, "path": "sub", "page_token": "x"}),
        ("POST", "registered-models/create",
        {"name": name + "z", "tags": [tag], "description": "d"}),
        ("GET", "registered-models/get", {"name": name}),
        ("PATCH", "registered-models/update", {"name": name, "description": "d"}),
        ("POST", "registered-models/rename", {"name": name, "new_name": name}),
        ("DELETE", "registered-models/delete", {"name": name + "z"}),
        ("GET", "registered-models/search", search),
        ("POST", "registered-models/get-latest-versions", {"name": name, "stages": ["None"]}),
        ("POST", "registered-models/set-tag", {"name": name, **tag}),
        ("DELETE", "registered-models/delete-tag", {"name": name, "key": "k"}),
        ("POST", "registered-models/alias", {**version, "alias": "a"}),
        ("GET", "registered-models/alias", {"name": name, "alias": "a"}),
        ("DELETE", "registered-models/alias", {"name": name, "alias": "a"}),
        ("POST", "model-versions/create", {
            "name": name, "source": known["source"], "run_id": run, "tags": [tag],
            "description": "d",
            "run_link": "l", "model_id": model}),
        ("GET", "model-versions/get", version), ("GET", "model-versions/get-download-uri", version),
        ("PATCH", "model-versions/update", {**version, "description": "d"}),
        ("DELETE", "model-versions/delete", {"name": name, "version": "9"}),
        ("GET", "model-versions/search", search),
        ("POST", "model-versions/set-tag", {**version, **tag}),
        ("DELETE", "model-versions/delete-tag", {**version, "key": "k"}),
        ("POST", "model-versions/transition-stage", {
            **version, "stage": "Staging", "archive_existing_versions": True}),
        ("POST", "logged-models", {"experiment_id": e, "name": "m", "model_type": "t",
                                   "source_run_id": run, "params": [tag], "tags": [tag]}),
        ("GET", f"logged-models/{model}", {}),
        ("PATCH", f"logged-models/{model}", {"model_id": model, "status": "LOGGED_MODEL_READY"}),
        ("DELETE", "logged-models/m-1", {}),
        ("POST", "logged-models/search", {
            "experiment_ids": [e], "filter": "metrics.acc > 1", "max_results": 5,
            "datasets": [{"dataset_name": "d", "dataset_digest": "1"}],
            "order_by": [{"field_name": "metrics.acc", "ascending": True}],
            "page_token": known["token"]}),
        ("PATCH", f"logged-models/{model}/tags", {"tags": [tag]}),
        ("DELETE", f"logged-models/{model}/tags/k", {}),
        ("POST", f"logged-models/{model}/params", {"params": [tag]}),
        ("GET", f"logged-models/{model}/artifacts/directories", {"artifact_directory_path": "x"}),
    ]
    whole = [
        ("GET", "/api/3.0/mlflow/server-info", {}), ("GET", "/version", {}), ("GET", "/health", {}),
        ("GET", FILES, {"path": known["folder"]}), ("GET", f"{FILES}/{known['folder']}/a.txt", {}),
        ("DELETE", f"{FILES}/{known['folder']}/b.txt", {}),
        ("POST", TRACES, {"trace": {"trace_info": trace}}),
        ("POST", f"{TRACES}/search", {"locations": [place], "filter": "status = 'OK'",
        "max_results": 5,
                                      "order_by": ["timestamp_ms DESC"],
                                      "page_token": known["token"]}),
        ("GET", f"{TRACES}/tr-1", {}), ("GET", f"{TRACES}/batchGet", {"trace_ids": ["tr-1",
        "tr-2"]}),
        ("POST", f"{TRACES}/delete-traces", {"experiment_id": e, "max_timestamp_millis": 5,
                                             "max_traces": 1, "request_ids": ["tr-9"]}),
        ("PATCH", f"{TRACES}/tr-1/tags", tag), ("DELETE", f"{TRACES}/tr-1/tags", {"key": "k"}),
        ("POST", "/v1/traces", {}),
    ]
    return [(method, API + route, document) for method, route, document in plain] + whole
