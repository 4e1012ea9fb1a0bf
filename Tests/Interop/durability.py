"""kill -9 of the server at random moments under load from several clients.

Each client logs metrics, batches, params, tags and artifacts to runs of its own and writes down
what was acknowledged. After each restart all of it must be there, nothing twice, batches whole or
not at all, files whole or not at all; at the end SQLite's integrity check is ok and no temporary
file is left. Standard library alone.
"""

import argparse
import hashlib
import os
import random
import sqlite3
import sys
import tempfile
import threading
import time

import servers
from wire import FILES, Wire

KINDS = ("metric", "metric", "metric", "batch", "tag", "param", "file", "version")
BATCH = 20


class Client(threading.Thread):
    """One client of one round: what it was promised (kept) and what it asked for last (open)."""

    def __init__(self, url, experiment, model, name, seed):
        super().__init__(daemon=True)
        self.wire, self.dice = Wire(url, timeout=20), random.Random(seed)
        self.experiment, self.model, self.label = experiment, model, name
        self.run_id, self.count, self.wrong = None, 0, None
        self.kept = {kind: {} for kind in KINDS}
        self.open = None

    def run(self):
        try:
            answer = self.wire.ok("POST", "runs/create", {
                "experiment_id": self.experiment, "run_name": self.label, "start_time": 5})
            self.run_id = answer["run"]["info"]["run_id"]
            while True:
                self.one(self.dice.choice(KINDS))
        except AssertionError as error:  # an answer, but a refusal: the kill cannot excuse it
            self.wrong = error
        except Exception:
            return  # the connection broke: the server was killed

    def one(self, kind):
        n = self.count = self.count + 1
        value = self.dice.random()
        self.open = (kind, n, value)
        answer = getattr(self, kind)(n, value)
        self.kept[kind][n] = value if answer is None else answer
        self.open = None

    def post(self, route, **document):
        return self.wire.ok("POST", route, {"run_id": self.run_id, **document})

    def metric(self, n, value):
        self.post("runs/log-metric", key="m", value=value, timestamp=n, step=n)

    def batch(self, n, value):
        self.post("runs/log-batch", params=[{"key": f"b{n}", "value": str(value)}],
                  metrics=[{"key": "b", "value": value, "timestamp": n, "step": n * BATCH + i}
                           for i in range(BATCH)])

    def tag(self, n, value):
        self.post("runs/set-tag", key=f"t{n}", value=str(value))

    def param(self, n, value):
        self.post("runs/log-parameter", key=f"p{n}", value=str(value))

    def file(self, n, value):
        answer = self.wire.send("PUT", self.path(n), content(value))
        assert answer.status == 200, answer

    def version(self, n, value):
        made = self.post("model-versions/create", name=self.model, description=f"{self.label} {n}",
                         source=f"mlflow-artifacts:/{self.experiment}/{self.run_id}/artifacts/model")
        return made["model_version"]["version"]

    def path(self, n):
        return f"{FILES}/{self.experiment}/{self.run_id}/artifacts/folder/{n}.bin"


def content(value):
    """The bytes of a file, made from its number: from none to 200,000."""
    seed = str(value).encode()
    return (hashlib.sha256(seed).digest() * 6250)[:int(value * 200_000)]


def check(client, wire, versions):
    """What of a client's round is not as promised, as sentences."""
    if client.wrong:
        yield f"refused: {client.wrong}"
    found = [r["info"]["run_id"] for r in wire.ok("POST", "runs/search", {
        "experiment_ids": [client.experiment],
        "filter": f"run_name = '{client.label}'"}).get("runs", [])]
    if len(found) > 1 or client.run_id and found != [client.run_id]:
        yield f"runs named {client.label}: {found}, acknowledged {client.run_id}"
    if not client.run_id:
        return
    data = wire.ok("GET", "runs/get", run_id=client.run_id)["run"]["data"]
    params = {item["key"]: item["value"] for item in data.get("params", [])}
    tags = {item["key"]: item["value"] for item in data.get("tags", [])}
    yield from compare("metric", client, points(wire, client, "m"))
    yield from compare("param", client, {int(k[1:]): float(v) for k,
        v in params.items() if k[0] == "p"})
    yield from compare("tag", client, {
        int(k[1:]): float(v) for k, v in tags.items() if k[0] == "t" and k[1:].isdigit()})
    yield from whole_batches(client, points(wire, client, "b"), params)
    for n, value in client.kept["file"].items():
        if wire.send("GET", client.path(n)).body != content(value):
            yield f"file {n} is not what was acknowledged"
    if client.open and client.open[0] == "file":
        answer = wire.send("GET", client.path(client.open[1]))
        if answer.status != 404 and answer.body != content(client.open[2]):
            yield f"file {client.open[1]} is there in part: {len(answer.body)} bytes"
    for n, number in client.kept["version"].items():
        if versions.get(number) != f"{client.label} {n}":
            yield f"version {number} was acknowledged for {client.label} {n}: {versions.get(number)}"


def compare(kind, client, found):
    """Acknowledged ones are there; beyond them at most the one whose answer never came."""
    kept, last = client.kept[kind], client.open
    for n, value in kept.items():
        if found.get(n) != value:
            yield f"{kind} {n} was acknowledged as {value}, is {found.get(n)}"
    more = set(found) - set(kept)
    if more - ({last[1]} if last and last[0] == kind else set()):
        yield f"{kind}: {sorted(more)} that nobody asked for"


def points(wire, client, key):
    """Step and value of a history, each point once."""
    history, token = {}, None
    while True:
        more = {"page_token": token} if token else {}
        page = wire.ok("GET", "metrics/get-history", run_id=client.run_id, metric_key=key, **more)
        for point in page.get("metrics", []):
            assert point["step"] not in history, f"{key} twice at step {point['step']}"
            history[point["step"]] = point["value"]
        token = page.get("next_page_token")
        if not token:
            return history


def whole_batches(client, history, params):
    """A batch is there with all its points and its param, or not at all."""
    batches = {}
    for step, value in history.items():
        batches.setdefault(step // BATCH, []).append(value)
    for n, values in batches.items():
        if len(values) != BATCH or len(set(values)) != 1 or params.get(f"b{n}") != str(values[0]):
            yield f"batch {n} is there in part: {len(values)} points, param {params.get(f'b{n}')}"
    yield from compare("batch", client, {n: values[0] for n, values in batches.items()})


def all_versions(wire, model):
    """Description by number of every version; no number twice."""
    found, token = {}, None
    while True:
        more = {"page_token": token} if token else {}
        page = wire.ok("GET", "model-versions/search", filter=f"name = '{model}'",
            max_results=10_000,
                       **more)
        for version in page.get("model_versions", []):
            assert version["version"] not in found, f"version {version['version']} twice"
            found[version["version"]] = version.get("description")
        token = page.get("next_page_token")
        if not token:
            return found


def sound(workspace):
    """What is wrong with the files of a workspace after its server stopped."""
    with sqlite3.connect(os.path.join(workspace, "bancada.sqlite")) as database:
        for (line,) in database.execute("PRAGMA integrity_check"):
            if line != "ok":
                yield f"integrity_check: {line}"
        for row in database.execute("PRAGMA foreign_key_check"):
            yield f"foreign_key_check: {row}"
    for folder, _, names in os.walk(os.path.join(workspace, "artifacts")):
        for name in names:
            if "temporary" in folder or "tmp" in name or name.startswith("."):
                yield f"left over: {os.path.join(folder, name)}"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="the executable of Bancada")
    parser.add_argument("--kills", type=int, default=10, help="how often (%(default)s)")
    parser.add_argument("--clients", type=int, default=8, help="at once (%(default)s)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    return parser.parse_args()


def main():
    options = arguments()
    dice, problems, promised = random.Random(options.seed), [], 0
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bancada-durability-") as work:
        workspace = os.path.join(work, "workspace")
        server = servers.bancada(options.binary, workspace)
        port = int(server.url.rpartition(":")[2])
        wire = Wire(server.url)
        experiment = wire.ok("POST", "experiments/create", {"name": "durability"})["experiment_id"]
        wire.ok("POST", "registered-models/create", {"name": "model"})
        everyone = []
        for kill in range(options.kills):
            clients = [Client(server.url, experiment, "model", f"c{kill}x{n}", dice.random())
                       for n in range(options.clients)]
            for client in clients:
                client.start()
            time.sleep(dice.uniform(0.01, 0.4))
            server.kill()
            for client in clients:
                client.join()
            everyone += clients
            promised += sum(len(kept) for client in clients for kept in client.kept.values())
            server = servers.bancada(options.binary, workspace, port)
            problems += verified(clients, server.url, f"kill {kill + 1}")
        problems += verified(everyone, server.url, "the end")
        server.stop()
        server = servers.bancada(options.binary, workspace, port)
        server.stop()
        problems += list(sound(workspace))
    for problem in problems[:20]:
        print(f"FAILED  {problem}")
    print(f"{'FAILED' if problems else 'OK    '}  {options.kills} kills, {options.clients} clients, "
          f"{promised} acknowledged writes, {len(problems)} not kept; seed {options.seed}")
    sys.exit(1 if problems or not promised else 0)


def verified(clients, url, when):
    wire = Wire(url)
    versions = all_versions(wire, "model")
    return [f"{when}, {client.label}: {sentence}"
            for client in clients for sentence in check(client, wire, versions)]


if __name__ == "__main__":
    main()
