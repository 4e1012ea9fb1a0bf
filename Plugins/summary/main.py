"""A page about a dataset: a Bancada plugin in the Python standard library."""
import csv
import html
import itertools
import json
import sys


def page(executor_input):
    inputs, outputs = executor_input["inputs"], executor_input["outputs"]
    table = inputs["artifacts"]["table"]["artifacts"][0]["uri"]  # a folder with data.csv
    output = outputs["artifacts"]["page"]["artifacts"][0]  # the file to write
    count = inputs.get("parameterValues", {}).get("rows", 5)
    with open(table + "/data.csv", newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        rows = list(itertools.islice(reader, max(0, count)))
        total = len(rows) + sum(1 for _ in reader)

    def line(cells, tag):
        return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells) + "</tr>\n"

    with open(output["uri"], "w", encoding="utf-8") as file:
        file.write("<!doctype html><meta charset=utf-8><title>Summary</title>\n")
        file.write(f"<h1>{total} rows, {len(header)} columns</h1>\n<table>\n")
        file.write(line(header, "th") + "".join(line(row, "td") for row in rows) + "</table>\n")
    written = {"artifacts": [{"uri": output["uri"], "metadata": {"rows": total}}]}
    return {"parameterValues": {"columns": len(header)}, "artifacts": {"page": written}}


def answer(method, params):
    if method == "initialize":
        return {"protocol": 1, "name": "summary"}
    if method == "component.run":
        return {"executorOutput": page(params["executorInput"])}
    if method == "shutdown":
        return {}
    raise NotImplementedError(f"unknown method {method}")


def reply(message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)  # one message a line


for text in sys.stdin:
    request, code = {}, -32700  # no JSON
    try:
        request, code = dict(json.loads(text)), -32602  # parameters or files that do not fit
        if "id" in request:  # without an id it is a notification: nothing to answer
            reply({"id": request["id"], "result": answer(request["method"], request["params"])})
    except NotImplementedError as error:
        reply({"id": request["id"], "error": {"code": -32601, "message": str(error)}})
    except (KeyError, OSError, TypeError, ValueError) as error:
        reply({"id": request.get("id"), "error": {"code": code, "message": repr(error)}})
    if request.get("method") == "shutdown":
        break
