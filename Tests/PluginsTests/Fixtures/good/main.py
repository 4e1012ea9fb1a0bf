"""A plugin with every capability, in the standard library: what the tests hold adapters against."""
import csv
import json
import os
import random
import shutil
import sys
import threading
import time

lock = threading.Lock()
cancelled = set()
models = {}


def say(message):
    with lock:
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        sys.stdout.flush()


def table(folder):
    with open(folder + "/data.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def fit(number, params):
    rows = table(params["table"])
    values = sorted({row[params["target"]] for row in rows})
    os.makedirs(params["model"])
    answer = values[params["seed"] % len(values)]
    with open(params["model"] + "/guess.model", "w", encoding="utf-8") as file:
        json.dump({"answer": answer, "weight": params["parameters"]["weight"]}, file)
    say({"method": "metric", "params": {"id": number, "key": "loss", "value": 0.5, "step": 1}})
    hits = sum(row[params["target"]] == answer for row in rows)
    return {"metrics": {"accuracy": hits / len(rows)}}


def run(number, params):
    inputs = params["executorInput"]["inputs"].get("parameterValues", {})
    for done in range(inputs.get("steps", 2)):
        say({"method": "progress", "params": {"id": number, "done": done, "total": 2}})
        time.sleep(inputs.get("pause", 0))
        if number in cancelled:
            raise InterruptedError
    level = {"id": number, "level": "info", "message": "half way"}
    say({"method": "log", "params": level})
    sys.stderr.write("a line of stderr\n")
    sys.stderr.flush()
    page = params["executorInput"]["outputs"]["artifacts"]["page"]["artifacts"][0]["uri"]
    with open(page, "w", encoding="utf-8") as file:
        file.write("<p>%d</p>" % params["seed"])
    written = {"artifacts": [{"metadata": {"size": 1}}]}
    output = {"parameterValues": {"process": os.getpid()}, "artifacts": {"page": written}}
    return {"executorOutput": output}


def load(number, params):
    with open(params["path"] + "/guess.model", encoding="utf-8") as file:
        models[params["model"]] = json.load(file)
    return {
        "inputs": [{"name": "input-0", "datatype": "FP64", "shape": [-1, 2]}],
        "outputs": [{"name": "output-0", "datatype": "BYTES", "shape": [-1]}],
    }


def predict(number, params):
    tensor = params["request"]["inputs"][0]
    if tensor["data"][0] == 13:
        os._exit(5)
    data = [models[params["model"]]["answer"]] * tensor["shape"][0]
    output = {"name": "output-0", "datatype": "BYTES", "shape": [len(data)], "data": data}
    return {"response": {"outputs": [output]}}


def suggest(number, params):
    draw = random.Random(params["seed"] * 1000 + params["number"])
    pairs = []
    for parameter in params["space"]["parameters"]:
        space, kind = parameter["feasibleSpace"], parameter["parameterType"]
        if kind in ("categorical", "discrete"):
            value = draw.choice(space["list"])
        elif kind == "int":
            value = str(draw.randrange(int(space["min"]), int(space["max"]) + 1, int(space["step"])))
        elif "step" in space:
            count = round((float(space["max"]) - float(space["min"])) / float(space["step"]))
            value = str(float(space["min"]) + draw.randint(0, count) * float(space["step"]))
        else:
            value = str(draw.uniform(float(space["min"]), float(space["max"])))
        pairs.append({"name": parameter["name"], "value": value})
    return {"assignments": [{"assignments": pairs}]}


def evaluate(number, params):
    return {"value": (params["params"]["x"] - 2) ** 2}


def read(number, params):
    os.makedirs(params["dataset"])
    shutil.copy(params["path"], params["dataset"] + "/data.csv")
    with open(params["dataset"] + "/schema.json", "w", encoding="utf-8") as file:
        file.write("{}")
    return {"rows": len(table(params["dataset"]))}


METHODS = {
    "trainer.fit": fit, "component.run": run, "model.load": load, "model.predict": predict,
    "model.unload": lambda number, params: models.pop(params["model"], None) and {} or {},
    "sampler.suggest": suggest, "objective.evaluate": evaluate, "reader.read": read,
}


def work(number, method, params):
    try:
        result = METHODS[method](number, params)
    except InterruptedError:
        say({"id": number, "error": {"code": -32800, "message": "cancelled"}})
    except (OSError, KeyError) as error:
        say({"id": number, "error": {"code": -32602, "message": repr(error)}})
    else:
        say({"id": number, "result": result})


for line in sys.stdin:
    try:
        request = json.loads(line)
    except ValueError:
        say({"id": None, "error": {"code": -32700, "message": "no JSON"}})
        continue
    method, params = request["method"], request["params"]
    if method == "cancel":
        cancelled.add(params["id"])
    elif method == "initialize":
        result = {"protocol": 1, "name": "good", "concurrency": 3}
        say({"id": request["id"], "result": result})
    elif method == "shutdown":
        say({"id": request["id"], "result": {}})
        break
    elif method in METHODS:
        threading.Thread(target=work, args=(request["id"], method, params), daemon=True).start()
    else:
        say({"id": request["id"], "error": {"code": -32601, "message": "unknown " + method}})
