"""Makes traces.json: what MLflow's client sends to /v1/traces, and what protobuf reads in it.

pip install mlflow==3.17.2; python traces.py > traces.json

A server that accepts everything stands in for MLflow; the fields of each span are decoded by
google.protobuf, so the table is made without any code of ours.
"""

import base64
import http.server
import json
import os
import threading

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

bodies = []


class Sink(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, body, kind="application/json"):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(b"3.17.2" if self.path == "/version" else b"{}")

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/v1/traces":
            bodies.append(body)
            return self.answer(b"", "application/x-protobuf")
        if self.path == "/api/3.0/mlflow/traces":
            answer = json.loads(body)
            tags = answer["trace"]["trace_info"].setdefault("tags", {})
            tags["mlflow.trace.spansLocation"] = "TRACKING_STORE"
            return self.answer(json.dumps(answer).encode())
        self.answer(b"{}")


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sink)
threading.Thread(target=server.serve_forever, daemon=True).start()
os.environ["MLFLOW_TRACKING_URI"] = f"http://127.0.0.1:{server.server_port}"
os.environ["MLFLOW_ENABLE_ASYNC_TRACE_LOGGING"] = "false"
os.environ["MLFLOW_EXPERIMENT_ID"] = "0"
import mlflow  # noqa: E402
from mlflow.entities import SpanEvent  # noqa: E402

VALUES = {
    "text": "ü \u0001 \"quoted\"",
    "flag": True,
    "integer": -(2**53),
    "number": 0.1,
    "nan": float("nan"),
    "nothing": None,
    "list": [1, "two", [3.5, False], {}],
    "object": {"a": {"b": [None]}, "": "empty key"},
    "empty": [],
}


@mlflow.trace(span_type="CHAIN", attributes=VALUES)
def outer(x, name="é"):
    with mlflow.start_span("manual", span_type="TOOL") as span:
        span.set_inputs({"a": [1, 2.5, None]})
        span.set_outputs("text")
        span.add_event(SpanEvent(name="event", attributes={"q": 1, "w": "x"}))
    return {"r": x}


outer(1)
with mlflow.start_span("fails") as failed:
    failed.set_status("ERROR")
mlflow.flush_trace_async_logging()

table = []
for body in bodies:
    message = ExportTraceServiceRequest()
    message.ParseFromString(body)
    spans = [
        MessageToDict(span, preserving_proto_field_name=True)
        for resource in message.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    table.append({"body": base64.b64encode(body).decode(), "spans": spans})
print(json.dumps(table, indent=1, ensure_ascii=False))
os._exit(0)
