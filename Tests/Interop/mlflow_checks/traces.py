"""Traces: what @mlflow.trace sends is read, found, tagged and deleted."""

import functools
import time

import mlflow
from mlflow.entities import SpanType

from .harness import CLIENT, check, equal, unique


@mlflow.trace(name="inner", span_type=SpanType.TOOL, attributes={"weight": 0.5})
def inner(x):
    return {"doubled": 2 * x, "text": "ü 🙂"}


@mlflow.trace(name="outer")
def outer(x, fail=False):
    if fail:
        inner(x)
        raise ValueError("wrong on purpose")
    return inner(x)["doubled"] + 1


@functools.cache
def traced():
    """An experiment with a trace that is OK and one that failed; their ids."""
    experiment_id = mlflow.set_experiment(unique("traces")).experiment_id
    outer(4)
    first = mlflow.get_last_active_trace_id()
    try:
        outer(5, fail=True)
    except ValueError:
        pass
    second = mlflow.get_last_active_trace_id()
    mlflow.flush_trace_async_logging()
    assert first != second
    return experiment_id, first, second


def found(text=None, **more):
    return [trace.info.trace_id for trace in CLIENT.search_traces(
        locations=[traced()[0]], filter_string=text, **more)]


@check("A trace reads back with its spans, inputs and outputs")
def read():
    experiment_id, first, _ = traced()
    trace = CLIENT.get_trace(first)
    equal((trace.info.trace_id, str(trace.info.state), trace.info.experiment_id),
          (first, "OK", experiment_id))
    spans = {span.name: span for span in trace.data.spans}
    equal(sorted(spans), ["inner", "outer"])
    equal(spans["inner"].parent_id, spans["outer"].span_id)
    equal((spans["outer"].inputs, spans["outer"].outputs), ({"x": 4, "fail": False}, 9))
    equal(spans["inner"].outputs, {"doubled": 8, "text": "ü 🙂"})
    equal((spans["inner"].span_type, spans["inner"].attributes["weight"]), ("TOOL", 0.5))
    assert spans["outer"].end_time_ns >= spans["inner"].end_time_ns > 0


@check("A trace that failed says so, with the exception in its span")
def failed():
    _, _, second = traced()
    trace = CLIENT.get_trace(second)
    equal(str(trace.info.state), "ERROR")
    events = [event for span in trace.data.spans for event in span.events]
    assert any("wrong on purpose" in str(event.attributes) for event in events), events


@check("Traces are searched, newest first, by status and by tag, and paged")
def search():
    _, first, second = traced()
    equal(found(), [second, first])
    equal(found("trace.status = 'OK'"), [first])
    equal(found("attributes.status = 'ERROR'"), [second])
    equal(found("trace.name = 'outer'"), [second, first])
    equal(found(order_by=["timestamp_ms ASC"]), [first, second])
    page = CLIENT.search_traces(locations=[traced()[0]], max_results=1)
    rest = CLIENT.search_traces(locations=[traced()[0]], max_results=1, page_token=page.token)
    equal([page[0].info.trace_id, rest[0].info.trace_id], [second, first])


@check("Tags of a trace are set, found and deleted")
def tags():
    _, first, _ = traced()
    CLIENT.set_trace_tag(first, "quality", "göod")
    equal(CLIENT.get_trace(first).info.tags["quality"], "göod")
    equal(found("tags.quality = 'göod'"), [first])
    CLIENT.delete_trace_tag(first, "quality")
    assert "quality" not in CLIENT.get_trace(first).info.tags


@check("A trace inside a run belongs to the run")
def in_a_run():
    mlflow.set_experiment(unique("traces"))
    with mlflow.start_run() as run:
        outer(1)
    mlflow.flush_trace_async_logging()
    traces = CLIENT.search_traces(locations=[run.info.experiment_id], run_id=run.info.run_id)
    equal(len(traces), 1)
    equal(traces[0].info.trace_metadata["mlflow.sourceRun"], run.info.run_id)


@check("Traces are deleted by id and by age, and are gone")
def delete():
    experiment_id = mlflow.set_experiment(unique("traces")).experiment_id
    ids = []
    for n in range(3):
        outer(n)
        ids.append(mlflow.get_last_active_trace_id())
    mlflow.flush_trace_async_logging()
    equal(CLIENT.delete_traces(experiment_id, trace_ids=ids[:1]), 1)
    left = CLIENT.search_traces(locations=[experiment_id])
    equal(sorted(trace.info.trace_id for trace in left), sorted(ids[1:]))
    later = int(time.time() * 1000) + 10_000
    equal(CLIENT.delete_traces(experiment_id, max_timestamp_millis=later, max_traces=1), 1)
    equal(CLIENT.delete_traces(experiment_id, max_timestamp_millis=later), 1)
    equal(list(CLIENT.search_traces(locations=[experiment_id])), [])


@check("Spans made by hand, with attributes and events, are kept")
def by_hand():
    mlflow.set_experiment(unique("traces"))
    root = CLIENT.start_trace("root", inputs={"q": "why"}, attributes={"k": "v"})
    child = CLIENT.start_span("child", root.trace_id, parent_id=root.span_id, span_type="LLM")
    CLIENT.end_span(root.trace_id, child.span_id, outputs=[1, 2, None])
    CLIENT.end_trace(root.trace_id, outputs={"a": "because"})
    mlflow.flush_trace_async_logging()
    spans = {span.name: span for span in CLIENT.get_trace(root.trace_id).data.spans}
    equal((spans["root"].inputs, spans["root"].outputs), ({"q": "why"}, {"a": "because"}))
    equal((spans["child"].outputs, spans["child"].span_type), ([1, 2, None], "LLM"))
