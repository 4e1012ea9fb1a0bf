"""What curl sees: service routes, wrong types, unknown routes, the token."""

import re

from wire import API, Wire

from .harness import (
    CLIENT, INVALID, TOKEN, URL, WIRE, check, equal, new_experiment, new_run, refuses)


@check("/health says OK and /version a version of MLflow 3")
def service():
    health = WIRE.send("GET", "/health")
    equal((health.status, health.body), (200, b"OK"))
    version = WIRE.send("GET", "/version")
    assert version.status == 200 and re.fullmatch(rb"3\.\d+\.\d+\S*", version.body), version


@check("server-info says what the server can do")
def server_info():
    info = WIRE.ok("GET", "/api/3.0/mlflow/server-info")
    for key in ("store_type", "workspaces_enabled", "multipart_uploads_enabled"):
        assert key in info, info


@check("The same calls answer under /ajax-api, as the web page asks")
def ajax():
    experiment_id = new_experiment()
    answer = WIRE.ok("GET", "/ajax-api/2.0/mlflow/experiments/get", experiment_id=experiment_id)
    equal(answer, WIRE.ok("GET", "experiments/get", experiment_id=experiment_id))


@check("experiments/search answers a GET with query fields")
def get_search():
    new_experiment()
    found = WIRE.ok("GET", "experiments/search", max_results=1, view_type="ACTIVE_ONLY",
                    order_by=["creation_time DESC", "name ASC"])
    equal((len(found["experiments"]), bool(found["next_page_token"])), (1, True))
    refuses(INVALID, "GET", "experiments/search", max_results=0)


@check("An answer leaves out what is not set, and is {} when nothing is")
def absent_fields():
    experiment_id = new_experiment()
    equal(WIRE.ok("POST", "runs/search", {"experiment_ids": [experiment_id], "max_results": 5}), {})
    run = WIRE.ok("POST", "runs/create", {"experiment_id": experiment_id, "start_time": 5})["run"]
    assert "end_time" not in run["info"] and "metrics" not in run["data"], run
    equal(WIRE.ok("GET", "metrics/get-history", run_id=run["info"]["run_id"], metric_key="m"), {})
    equal(WIRE.ok("POST", "runs/delete", {"run_id": run["info"]["run_id"]}), {})


@check("Whole numbers are numbers in answers; requests may send them as texts")
def whole_numbers():
    run = WIRE.ok("POST", "runs/create", {
        "experiment_id": new_experiment(), "start_time": "1700000000123"})["run"]
    equal(run["info"]["start_time"], 1700000000123)


@check("camelCase keys are understood like snake_case ones")
def camel_case():
    experiment_id = new_experiment()
    run = WIRE.ok("POST", "runs/create", {
        "experimentId": experiment_id, "runName": "camel", "startTime": 7})["run"]["info"]
    equal((run["experiment_id"], run["run_name"], run["start_time"]), (experiment_id, "camel", 7))


@check("Unknown fields are ignored, as newer clients need")
def unknown_fields():
    WIRE.ok("POST", "runs/create", {
        "experiment_id": new_experiment(), "start_time": 1, "from_the_future": {"a": [1]}})


WRONG = [
    ("experiments/create", {"name": 5}), ("experiments/create", {"name": ["a"]}),
    ("experiments/create", {"name": {"a": 1}}), ("experiments/create", {"name": None}),
    ("experiments/create", {"name": "x", "tags": "no"}),
    ("runs/create", {"experiment_id": 5}),
    ("runs/create", {"experiment_id": "0", "start_time": "x"}),
    ("runs/search", {"experiment_ids": "0"}),
    ("runs/search", {"experiment_ids": ["0"], "max_results": "many"}),
    ("runs/search", {"experiment_ids": ["0"], "filter": 5}),
    ("runs/search", {"experiment_ids": ["0"], "order_by": "name"}),
    ("runs/log-metric", {"run_id": "RUN", "key": "m", "value": "abc", "timestamp": 1}),
    ("runs/log-metric", {"run_id": "RUN", "key": "m", "value": 1, "timestamp": "soon"}),
    ("runs/log-metric", {"run_id": "RUN", "key": "m", "value": 1, "timestamp": 1, "step": "x"}),
    ("runs/log-metric", {"run_id": "RUN", "key": 5, "value": 1, "timestamp": 1}),
    ("runs/log-parameter", {"run_id": "RUN", "key": "p", "value": 5}),
    ("runs/set-tag", {"run_id": "RUN", "key": "t", "value": 5}),
    ("runs/log-batch", {"run_id": "RUN", "metrics": "no"}),
    ("runs/log-batch", {"run_id": "RUN", "params": {"a": 1}}),
    ("runs/log-batch", {"run_id": 7}), ("registered-models/create", {"name": 5}),
    ("registered-models/create", {"name": "x", "tags": "no"}),
]


def wrong_type_check(route, document):
    @check(f"{route} refuses {document}")
    def run():
        filled = {k: new_run() if v == "RUN" else v for k, v in document.items()}
        refuses(INVALID, "POST", route, filled)


for item in WRONG:
    wrong_type_check(*item)


@check("A route that does not exist is 404")
def unknown_route():
    for method, route in (("GET", "nothing/here"), ("POST", "runs/explode"), ("GET", "")):
        equal(WIRE.call(method, route, {} if method == "POST" else None).status, 404)


@check("A wrong method is 405 or 404, and an empty body asks for what is missing")
def wrong_method():
    for method, route in (("GET", "runs/create"), ("POST", "runs/get"), ("DELETE", "runs/create")):
        assert WIRE.send(method, API + route).status in (404, 405), route
    answer = WIRE.send("POST", API + "experiments/create", b"",
        {"Content-Type": "application/json"})
    equal((answer.status, answer.code), (400, INVALID))


@check("Without its token a server that wants one answers 401")
def token():
    if TOKEN:
        for wrong in (None, "wrong", TOKEN + "x"):
            answer = Wire(URL, wrong).post("experiments/search", max_results=1)
            equal((answer.status, answer.code), (401, "UNAUTHENTICATED"))
    assert CLIENT.search_experiments(max_results=1)
