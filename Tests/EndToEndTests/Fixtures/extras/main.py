"""A small plugin in the standard library that can be used from end to end."""
import csv
import json
import os
import statistics
import sys


class Refused(Exception):
    pass


def fit(params):
    with open(params["table"] + "/schema.json", encoding="utf-8") as file:
        types = {c["name"]: c["type"] for c in json.load(file)["columns"]}
    with open(params["table"] + "/data.csv", newline="", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r[params["target"]]]
    names = [n for n, t in types.items() if t != "text" and n != params["target"]]
    columns = {n: [number(r[n], 0) for r in rows if r[n]] for n in names}
    fill = {n: statistics.fmean(v) for n, v in columns.items()}
    width = {n: statistics.pstdev(v) or 1.0 for n, v in columns.items()}
    if not params["parameters"]["scale"]:
        width = {n: 1.0 for n in names}
    means = {}
    for name in sorted({r[params["target"]] for r in rows}):
        mine = [r for r in rows if r[params["target"]] == name]
        means[name] = [statistics.fmean(number(r[n], fill[n]) for r in mine) for n in names]
    model = {
        "means": means, "fill": [fill[n] for n in names], "width": [width[n] for n in names],
        "power": params["parameters"]["power"],
    }
    os.makedirs(params["model"])
    with open(params["model"] + "/model.means", "w", encoding="utf-8") as file:
        json.dump(model, file)
    return {"metrics": {"classes": len(means)}}


def number(text, fill):
    if text in ("true", "false"):
        return float(text == "true")
    return float(text) if text else fill


def load(params):
    with open(params["path"] + "/model.means", encoding="utf-8") as file:
        models[params["model"]] = model = json.load(file)
    return {
        "inputs": [{"name": "input-0", "datatype": "FP64", "shape": [-1, len(model["fill"])]}],
        "outputs": [
            {"name": "output-0", "datatype": "BYTES", "shape": [-1]},
            {"name": "probabilities", "datatype": "FP64", "shape": [-1, len(model["means"])]},
        ],
    }


def predict(params):
    model, tensor = models[params["model"]], params["request"]["inputs"][0]
    width, names, answers, shares = len(model["fill"]), list(model["means"]), [], []
    for start in range(0, len(tensor["data"]), width):
        row = tensor["data"][start:start + width]
        row = [f if v is None else v for v, f in zip(row, model["fill"])]
        far = [
            sum((abs(v - m) / w) ** model["power"]
                for v, m, w in zip(row, model["means"][name], model["width"]))
            for name in names
        ]
        weights = [1 / (1e-9 + d) for d in far]
        answers.append(names[far.index(min(far))])
        shares += [w / sum(weights) for w in weights]
    outputs = [
        {"name": "output-0", "datatype": "BYTES", "shape": [len(answers)], "data": answers},
        {"name": "probabilities", "datatype": "FP64", "shape": [len(answers), len(names)],
         "data": shares},
    ]
    return {"response": {"outputs": outputs}}


def suggest(params):
    """Every parameter walks through equal parts of its space by the trial's number."""
    parts, pairs = params["settings"]["parts"], []
    for parameter in params["space"]["parameters"]:
        space, kind = parameter["feasibleSpace"], parameter["parameterType"]
        share = (params["number"] % (parts + 1)) / parts
        if kind in ("categorical", "discrete"):
            value = space["list"][params["number"] % len(space["list"])]
        elif kind == "int":
            value = str(int(int(space["min"]) + share * (int(space["max"]) - int(space["min"]))))
        else:
            low, high = float(space["min"]), float(space["max"])
            value = str(low + share * (high - low))
        pairs.append({"name": parameter["name"], "value": value})
    return {"assignments": [{"assignments": pairs}]}


def evaluate(params):
    return {"metrics": {"depth": (params["params"]["x"] - 3) ** 2, "twice": 2.0}}


def read(params):
    rows = []
    with open(params["path"], encoding="utf-8") as file:
        for place, line in enumerate(file, 1):
            try:
                rows.append(json.loads(line))
            except ValueError as error:
                raise Refused(f"line {place} is no JSON: {error}") from error
    os.makedirs(params["dataset"])
    names = list(rows[0])
    with open(params["dataset"] + "/data.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    kinds = {str: "text", int: "integer", float: "number", bool: "boolean"}
    columns = [{"name": n, "type": kinds[type(rows[0][n])]} for n in names]
    with open(params["dataset"] + "/schema.json", "w", encoding="utf-8") as file:
        json.dump({"columns": columns}, file)
    return {"rows": len(rows)}


models = {}
METHODS = {
    "initialize": lambda params: {"protocol": 1, "name": "extras", "concurrency": 1},
    "trainer.fit": fit, "model.load": load, "model.predict": predict,
    "model.unload": lambda params: models.pop(params["model"], None) and {} or {},
    "sampler.suggest": suggest, "objective.evaluate": evaluate, "reader.read": read,
    "shutdown": lambda params: {},
}

for line in sys.stdin:
    try:
        request = json.loads(line)
    except ValueError:
        request = {"id": None, "method": ""}
    method = request["method"]
    if method == "cancel":
        continue
    if request["id"] is None:
        answer = {"error": {"code": -32700, "message": "no JSON"}}
    elif method not in METHODS:
        answer = {"error": {"code": -32601, "message": "unknown " + method}}
    else:
        try:
            answer = {"result": METHODS[method](request["params"])}
        except (Refused, OSError, KeyError, ValueError) as error:
            answer = {"error": {"code": -32602, "message": str(error)}}
    print(json.dumps({"jsonrpc": "2.0", "id": request["id"], **answer}), flush=True)
    if method == "shutdown":
        break
