"""The component sklearn.report: an HTML page that judges a model on a dataset."""
import html
import json

import joblib
import numpy
from sklearn import metrics

from rpc import Refused
from tables import Table, matrix
from training import FACTS, MODEL, codes, measures

STYLE = "body{font:16px sans-serif;margin:2em}td,th{padding:.2em .8em;text-align:right}"


def run(executor_input):
    artifacts = executor_input["inputs"]["artifacts"]
    folder = artifacts["model"]["artifacts"][0]["uri"]
    page = executor_input["outputs"]["artifacts"]["page"]["artifacts"][0]["uri"]
    try:
        with open(folder + "/" + FACTS, encoding="utf-8") as file:
            facts = json.load(file)
    except OSError as error:
        raise Refused(f"{folder} was not written by a trainer of this plugin: {error}") from error
    table = Table(artifacts["table"]["artifacts"][0]["uri"])
    wanted = [f["name"] for f in facts["features"]] + [facts["target"]]
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise Refused(f"the table has no column {missing[0]}")
    model = joblib.load(folder + "/" + MODEL)
    values = table.columns[facts["target"]]
    kept = [v is not None and v == v for v in values]
    if facts["classes"] is not None:
        known = set(facts["classes"])
        kept = [keep and v in known for keep, v in zip(kept, values)]
    if not any(kept):
        raise Refused(f"no row has a known {facts['target']}")
    x = matrix(table.columns, facts["features"])[kept]
    y = values[kept].astype(float) if facts["classes"] is None else codes(
        values[kept], facts["classes"])
    found = measures(model, x, y, facts["task"])
    body = [f"<h1>{html.escape(facts['trainer'])}: {html.escape(facts['target'])}</h1>"]
    body.append(f"<p>{len(y)} rows</p>")
    body.append(rows(["measure", "value"], [[k, f"{v:.4f}"] for k, v in found.items()]))
    if facts["classes"] is not None:
        names = [str(c) for c in facts["classes"]]
        matrix_of = metrics.confusion_matrix(
            y, model.predict(x), labels=numpy.arange(len(names)))
        lines = [[name] + [str(c) for c in line] for name, line in zip(names, matrix_of)]
        body.append("<h2>true \\ predicted</h2>" + rows([""] + names, lines))
    with open(page, "w", encoding="utf-8") as file:
        file.write(f"<!doctype html><meta charset=utf-8><style>{STYLE}</style>\n")
        file.write("\n".join(body) + "\n")
    score = found["accuracy"] if facts["task"] == "classification" else found["r2"]
    written = {"artifacts": [{"uri": page, "metadata": found}]}
    return {"parameterValues": {"score": score}, "artifacts": {"page": written}}


def rows(header, lines):
    def line(cells, tag):
        return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells) + "</tr>"

    return "<table>" + line(header, "th") + "".join(line(r, "td") for r in lines) + "</table>"
