"""Bodies of the wrong shape: for every endpoint each field missing, null, or of another type."""

import json

from wire import API

from .runs import ABSENT

ENDPOINTS = [
    ("POST", "experiments/create", {"name": "shape"}),
    ("POST", "experiments/update", {"experiment_id": "99999", "new_name": "x"}),
    ("POST", "experiments/delete", {"experiment_id": "99999"}),
    ("POST", "experiments/restore", {"experiment_id": "99999"}),
    ("POST", "experiments/set-experiment-tag", {"experiment_id": "0", "key": "k", "value": "v"}),
    ("POST", "experiments/delete-experiment-tag", {"experiment_id": "0", "key": "none"}),
    ("POST", "runs/update", {"run_id": ABSENT, "status": "FINISHED", "end_time": 1}),
    ("POST", "runs/delete", {"run_id": ABSENT}), ("POST", "runs/restore", {"run_id": ABSENT}),
    ("POST", "runs/log-parameter", {"run_id": ABSENT, "key": "p", "value": "v"}),
    ("POST", "runs/log-metric", {"run_id": ABSENT, "key": "m", "value": 1, "timestamp": 1,
    "step": 1}),
    ("POST", "runs/set-tag", {"run_id": ABSENT, "key": "t", "value": "v"}),
    ("POST", "runs/delete-tag", {"run_id": ABSENT, "key": "t"}),
    ("POST", "runs/log-batch", {"run_id": ABSENT, "metrics": [], "params": [], "tags": []}),
    ("POST", "runs/search", {"experiment_ids": ["99999"], "filter": "", "max_results": 5,
                             "order_by": []}),
    ("POST", "registered-models/rename", {"name": "never", "new_name": "x"}),
    ("PATCH", "registered-models/update", {"name": "never", "description": "x"}),
    ("DELETE", "registered-models/delete", {"name": "never"}),
    ("POST", "registered-models/set-tag", {"name": "never", "key": "k", "value": "v"}),
    ("DELETE", "registered-models/delete-tag", {"name": "never", "key": "k"}),
    ("POST", "registered-models/alias", {"name": "never", "alias": "a", "version": "1"}),
    ("POST", "model-versions/create", {"name": "never", "source": "s3://b/x", "run_id": ABSENT}),
    ("PATCH", "model-versions/update", {"name": "never", "version": "1", "description": "x"}),
    ("DELETE", "model-versions/delete", {"name": "never", "version": "1"}),
    ("POST", "model-versions/set-tag", {"name": "never", "version": "1", "key": "k", "value": "v"}),
    ("POST", "logged-models", {"experiment_id": "99999", "name": "m", "params": [], "tags": []}),
    ("POST", "logged-models/search", {"experiment_ids": ["99999"], "filter": "", "max_results": 5}),
]
OTHER = [None, 5, "text", ["text"], {"a": 1}, True]


def wrong_fields(s):
    for method, route, good in ENDPOINTS:
        for field in good:
            s.call(method, route, {key: value for key, value in good.items() if key != field})
            for value in OTHER:
                if type(value) is not type(good[field]):
                    s.call(method, route, {**good, field: value})


def odd_bodies(s):
    for route in ("runs/search", "runs/log-metric", "experiments/create", "runs/log-batch"):
        for body in (b"", b"{}", b"null", b"[]", b"5", b'"x"', b"{", b"nonsense", b"\xff\xfe",
            b'{"a": NaN}',
                     b'{"name": "a", "name": "b"}', b'{"run_id": "\\ud800"}', b"{} {}", b" \n{}\n"):
            s.send("POST", API + route, body, json_type=True)
        s.send("POST", API + route, b"{}")
    s.post("runs/log-metric",
        **json.loads('{"run_id": "x", "key": "m", "value": 1e400, "timestamp": 1}'))
    for name in ("experimentId", "experiment_id"):
        s.post("runs/create", **{name: "0", "startTime": 5, "runName": "camel"})
    s.post("runs/create", experiment_id="0", start_time=5, run_name="more", unknown={"a": [1]})


SECTIONS = [wrong_fields, odd_bodies]
