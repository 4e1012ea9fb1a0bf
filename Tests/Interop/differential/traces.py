"""Traces of version 3: started by JSON, read, searched, tagged, deleted."""

TRACES = "/api/3.0/mlflow/traces"


def place(e):
    return {"type": "MLFLOW_EXPERIMENT", "mlflow_experiment": {"experiment_id": e}}


def trace_life(s):
    e = s.post("experiments/create", name="traces").get("experiment_id")
    for n, state in enumerate(("OK", "ERROR", "IN_PROGRESS", "OK")):
        s.post(TRACES, trace={"trace_info": {
            "trace_id": f"tr-{n:032x}", "trace_location": place(e), "state": state,
            "request_time": f"2026-01-0{n + 1}T10:00:00.500Z", "execution_duration": f"0.{n}s",
            "request_preview": '{"x": 1}', "response_preview": "ü",
            "trace_metadata": {"mlflow.trace_schema.version": "3", "k": "v"},
            "tags": {"mlflow.traceName": f"name {n % 2}", "c": "red" if n else "blue"}}})
    for trace in (f"tr-{1:032x}", "tr-never"):
        s.get(f"{TRACES}/{trace}")
        s.patch(f"{TRACES}/{trace}/tags", key="t", value="v")
        s.call("DELETE", f"{TRACES}/{trace}/tags?key=t")
        s.call("DELETE", f"{TRACES}/{trace}/tags?key=t")
    base = {"locations": [place(e)]}
    for text in ("", "status = 'OK'", "attributes.status = 'ERROR'", "trace.status = 'OK'",
                 "name = 'name 1'", "trace.name = 'name 0'", "tags.c = 'red'", "tag.c != 'red'",
                 "timestamp_ms > 0", "tags.c LIKE 'r%'", "execution_time_ms > 150",
                 "metadata.k = 'v'", "nonsense = 'x'", "status",
                 "status = 'OK' OR status = 'ERROR'"):
        s.post(f"{TRACES}/search", **base, filter=text, max_results=10)
    for by in (["timestamp_ms"], ["timestamp_ms DESC"], ["execution_time_ms DESC"], ["name"],
        ["nope"]):
        s.post(f"{TRACES}/search", **base, order_by=by, max_results=10)
    token = None
    for _ in range(4):
        more = {"page_token": token} if token else {}
        token = s.post(f"{TRACES}/search", **base, max_results=3, **more).get("next_page_token")
        if not token:
            break
    for number in (0, -1, 501):
        s.post(f"{TRACES}/search", **base, max_results=number)
    s.post(f"{TRACES}/search", **base, page_token="garbage")
    s.post(f"{TRACES}/delete-traces", experiment_id=e, request_ids=[f"tr-{0:032x}"])
    s.post(f"{TRACES}/delete-traces", experiment_id=e, max_timestamp_millis=2**42, max_traces=1)
    s.post(f"{TRACES}/delete-traces", experiment_id=e)
    s.post(f"{TRACES}/search", **base, max_results=10)


SECTIONS = [trace_life]
