"""One side of the comparison: makes the calls and keeps the answers in a comparable form."""

import http.client
import json
import re
import time

from wire import API, Answer, Wire

# Two readings of the clock within one call are one moment; calls are further apart than that.
SAME_MOMENT_MS, PAUSE = 2, 0.005
CLOCK_MS = 1_500_000_000_000
HEX_ID = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
EXPERIMENT_URI = re.compile(r"(?<=mlflow-artifacts:/)(\d+)(?=/|$)")
INVENTED_NAME = re.compile(r"^[a-z]+-[a-z]+-\d{1,4}$")
# Lists that are sets: their order says nothing. At the top of an answer they are results, in order.
UNORDERED = {"metrics", "params", "tags", "aliases", "dataset_inputs", "model_inputs",
             "model_outputs", "latest_versions"}


class Record:
    """One step: what was asked, and the answer in a comparable form."""

    def __init__(self, label, answer=None, status=None, code=None, body=None, stopped=None):
        self.label, self.answer, self.stopped = label, answer, stopped
        self.status, self.code, self.body = status, code, body


class Side:
    """A server that the script is played to."""

    def __init__(self, url):
        self.wire = Wire(url)

    def begin(self, name):
        self.name, self.records, self.remark = name, [], ""
        self.ids, self.experiments = {}, {}

    def note(self, remark):
        """Said in the label of the steps that follow."""
        self.remark = f" ({remark})" if remark else ""

    def stopped(self, trace):
        self.records.append(Record(f"{self.name}: the end", stopped=trace))

    # MARK: calls

    def call(self, method, route, document=None, **query):
        """Makes a call and keeps its answer; the JSON of it, {} where there is none."""
        answer = self.answer(self.wire.call, method, route, document, **query)
        asked = document if document is not None else query
        self.keep(f"{method} {route} {json.dumps(asked, ensure_ascii=False)}", answer)
        return answer.json if isinstance(answer.json, dict) else {}

    def get(self, route, **query):
        return self.call("GET", route, **query)

    def post(self, route, **document):
        return self.call("POST", route, document)

    def patch(self, route, **document):
        return self.call("PATCH", route, document)

    def delete(self, route, **document):
        return self.call("DELETE", route, document)

    def send(self, method, path, body=None, json_type=False, **more):
        """A call that is no JSON document; the answer itself."""
        headers = {"Content-Type": "application/json"} if json_type else {}
        answer = self.answer(self.wire.send, method, path, body, headers, **more)
        shown = "" if body is None else repr(body if isinstance(body, bytes) else "chunks")
        self.keep(f"{method} {path.removeprefix(API)} {shown}", answer)
        return answer

    def answer(self, function, *arguments, **more):
        """The answer, or status 0 when the server dropped the connection instead."""
        try:
            return function(*arguments, **more)
        except (ConnectionError, http.client.HTTPException):
            return Answer(0, {}, b"")

    # MARK: comparable forms

    def keep(self, label, answer):
        body = answer.json
        if answer.status >= 300:
            body = None
        elif body is None:
            body = answer.body.decode("utf-8", "replace")
        elif body == {} or answer.body.strip() == b"":
            body = {}
        moments = self.ranks(body)
        text = self.replaced(label)
        text = text if len(text) < 300 else f"{text[:200]} .. {len(text)}"
        self.records.append(Record(f"{self.name}: {text}{self.remark}", answer, answer.status,
                                   answer.code, self.comparable(body, moments)))
        time.sleep(PAUSE)

    def ranks(self, body):
        """For each moment in a document its place in their order."""
        found, rank, last = sorted(set(moments_in(body))), 0, None
        result = {}
        for moment in found:
            if last is None or moment - last > SAME_MOMENT_MS:
                rank += 1
            result[moment], last = f"<moment {rank}>", moment
        return result

    def replaced(self, text):
        """A text with ids that the server invented replaced by their number."""
        text = HEX_ID.sub(lambda m: self.number(self.ids, m[0], "id"), text)
        return EXPERIMENT_URI.sub(lambda m: self.number(self.experiments, m[1], "experiment"), text)

    def number(self, known, found, word):
        """An id's name is the step that showed it first: one side's refusal shifts nothing."""
        if found not in known:
            step = len(self.records)
            same = sum(name.startswith(f"<{word} {step}") for name in known.values())
            known[found] = f"<{word} {step}{'.' + str(same) if same else ''}>"
        return known[found]

    def comparable(self, value, moments, key=None, depth=0):
        if isinstance(value, dict):
            return {k: self.comparable(v, moments, k, depth + 1) for k, v in value.items()}
        if isinstance(value, list):
            items = [self.comparable(item, moments, key, depth + 1) for item in value]
            return sorted(items, key=json.dumps) if key in UNORDERED and depth > 1 else items
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return moments.get(value, value)
        if not isinstance(value, str):
            return value
        if key == "next_page_token":
            return "<token>" if value else ""
        if key == "experiment_id":
            return self.number(self.experiments, value, "experiment")
        return "<name>" if INVENTED_NAME.match(value) else self.replaced(value)


def moments_in(value):
    """The numbers of a document that are readings of the clock, ms."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [moment for item in value for moment in moments_in(item)]
    return [value] if isinstance(value, int) and value > CLOCK_MS and value < 2**45 else []
