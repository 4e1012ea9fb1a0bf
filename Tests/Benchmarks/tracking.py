"""Timings of tracking: `bancada up` beside `mlflow server` with SQLite, the same work, in turn.

Both run on this machine at the same time, each with one worker; MLflow's runs as its users start
it, with its job runner. Alone: `tracking.py BINARY [--quick]`.
"""

import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Interop"))

import servers
import tracking_load as load
from bench import BINARY, row, spread

ENVIRONMENT = ROOT / "Tests" / "Interop" / ".venv" / "bin"
CLIENT = ROOT / "Tests" / "Benchmarks" / "tracking_client.py"
QUICK = "--quick" in sys.argv
RUNS, MODELS, STEPS = 10_000, 1_000, 100_000
SIDES = ("mlflow server", "bancada up")


class Sides:
    """Both servers with the same 10,000 runs, 1,000 models and a history of 100,000 points."""

    def __init__(self, work):
        self.work, self.running, self.experiment, self.long = work, {}, {}, {}

    def start(self, side, more=""):
        """Starts a side over its folder; seconds to the first 200 of /health."""
        if side == "mlflow server":
            server = servers.mlflow(str(ENVIRONMENT / "mlflow"),
                os.path.join(self.work, "m" + more),
                                    jobs=True)
        else:
            server = servers.bancada(BINARY, os.path.join(self.work, "b" + more),
                servers.free_port())
        self.running[side] = server
        return server.wait_ready()

    def stop(self, side):
        server = self.running.pop(side)
        family = [servers.born(process) for process in servers.tree(server.pid)]
        server.stop()
        servers.end_all(family)

    def url(self, side):
        return self.running[side].url

    def resident(self, side):
        return servers.resident_mb(self.running[side].pid)


# MARK: start and memory

def starts(sides):
    for state, turns in (("new", 2 if QUICK else 3), ("filled", 2 if QUICK else 3)):
        samples = {side: [] for side in SIDES}
        for turn in range(turns):
            for side in SIDES:
                for again in range(1 if side == "mlflow server" else 5):
                    samples[side].append(sides.start(side,
                        f"-{turn}-{again}" if state == "new" else ""))
                    sides.stop(side)
        for side in SIDES:
            row(f"start to ready, {state} workspace: {side}", spread(samples[side]))


def idle(sides):
    for side in SIDES:
        sides.start(side)
    time.sleep(15 if not QUICK else 5)
    for side in SIDES:
        memory(sides, side, "idle")


def memory(sides, side, when):
    server = sides.running[side]
    row(f"resident memory, {when}: {side}",
        f"{sides.resident(side):8.1f} MB   ({len(servers.tree(server.pid))} processes)")


# MARK: filling

def fill(sides):
    for side in SIDES:
        sides.start(side)
    url = sides.url("bancada up")
    line = load.Line(url)
    sides.experiment["bancada up"] = line.ask("experiments/create", name="tenk")["experiment_id"]
    seconds = load.fill(url, sides.experiment["bancada up"], range(RUNS), load.small_run)
    row(f"filling with {RUNS:,} runs over HTTP, 8 connections: bancada up",
        f"{RUNS / seconds:8.0f} runs/s")
    line = load.Line(url)
    for n in range(MODELS):
        line.ask("registered-models/create", name=f"model{n:04}", description=f"the {n}th")
    sides.long["bancada up"] = load.fill_history(url, STEPS)
    for side in SIDES:
        sides.stop(side)
    fill_mlflow(sides)


def fill_mlflow(sides):
    """The same rows straight into MLflow's tables, which over HTTP would take minutes."""
    database = sqlite3.connect(os.path.join(sides.work, "m", "mlflow.db"))
    number = database.execute("SELECT max(experiment_id) FROM experiments").fetchone()[0] + 1
    sides.experiment["mlflow server"], long = str(number), "f" * 32
    put(database, "experiments", [dict(
        experiment_id=number, name="tenk", artifact_location=f"mlflow-artifacts:/{number}",
        lifecycle_stage="active", creation_time=1, last_update_time=1, workspace="default")])
    tables = {"runs": [run_row(long, 0, 1, "long")], "metrics": [], "params": [], "tags": []}
    for n in range(RUNS):
        run = f"{n:032x}"
        metrics, params, tags = load.small_run(n)
        tables["runs"].append(run_row(run, number, 1_700_000_000_000 + n, f"run{n}"))
        tables["metrics"] += [dict(key=k, value=v, timestamp=1_700_000_000_000 + n, step=1,
            is_nan=0,
                                   run_uuid=run) for k, v in metrics.items()]
        tables["params"] += [dict(key=k, value=v, run_uuid=run) for k, v in params.items()]
        tables["tags"] += [dict(key=k, value=v, run_uuid=run)
                           for k, v in {**tags, "mlflow.runName": f"run{n}"}.items()]
    tables["latest_metrics"] = list(tables["metrics"])
    points = [dict(key="long", value=n % 97, timestamp=n, step=n, is_nan=0, run_uuid=long)
              for n in range(STEPS)]
    tables["metrics"] += points
    tables["latest_metrics"].append(points[-1])
    tables["registered_models"] = [
        dict(name=f"model{n:04}", creation_time=n + 1, last_updated_time=n + 1,
             description=f"the {n}th", workspace="default") for n in range(MODELS)]
    for table, rows in tables.items():
        put(database, table, rows)
    database.commit()
    database.close()
    sides.long["mlflow server"] = long


def run_row(run, experiment, start, name):
    return dict(run_uuid=run, name=name, source_type="UNKNOWN", source_name="", entry_point_name="",
                user_id="bench", status="RUNNING", start_time=start, source_version="",
                lifecycle_stage="active",
                artifact_uri=f"mlflow-artifacts:/{experiment}/{run}/artifacts",
                experiment_id=experiment)


def put(database, table, rows):
    have = {column[1] for column in database.execute(f"PRAGMA table_info({table})")}
    keys = [key for key in rows[0] if key in have]
    database.executemany(
        f"INSERT INTO {table} ({', '.join(keys)}) VALUES ({', '.join('?' * len(keys))})",
        [[item[key] for key in keys] for item in rows])


# MARK: the work

def client(url, work, count, argument=""):
    """What one unmodified client reports of its work."""
    done = subprocess.run([ENVIRONMENT / "python", CLIENT, url, work, str(count), argument],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def clients_at_once(url, number, count):
    """log_metric calls per second of several clients, each a process."""
    started = [subprocess.Popen(
        [ENVIRONMENT / "python", CLIENT, url, "log_metric", str(count)], text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(number)]
    for process in started:
        assert process.stdout.readline() == "ready\n"
    begin = time.perf_counter()
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = [begin + sum(json.loads(process.stdout.readline())["samples"]) for process in started]
    for process in started:
        process.communicate()
        assert process.returncode == 0
    return number * count / (max(ends) - begin)


def compared(name, sides, measure, turns, unit="ms", scale=1e3, better="less"):
    """Measures both sides in turn, prints both and how many times better Bancada is."""
    samples = {side: [] for side in SIDES}
    for _ in range(turns):
        for side in SIDES:
            samples[side] += measure(side)
    middle = {}
    for side, values in samples.items():
        row(f"{name}: {side}", spread(values, scale, unit))
        middle[side] = sorted(values)[len(values) // 2]
    theirs, ours = (middle[side] for side in SIDES)
    row(f"{name}: bancada is better by",
        f"{(theirs / ours if better == 'less' else ours / theirs):8.1f} x")


def writing(sides):
    fewer = 4 if QUICK else 1
    for number in (1, 8):
        counts = {"mlflow server": 200 // number // fewer, "bancada up": 2000 // number // fewer}
        compared(f"log_metric, client, {number} at once", sides,
                 lambda side: [clients_at_once(sides.url(side), number, counts[side])],
                 3, "calls/s", 1, "more")
    sizes = {"mlflow server": 8 // fewer, "bancada up": 40 // fewer}
    compared("log_batch of 1,000 metrics, client", sides,
             lambda side: client(sides.url(side), "log_batch", sizes[side])["samples"], 2)
    compared("log_batch of 1,000 metrics, raw HTTP", sides,
             lambda side: load.raw_batches(sides.url(side), sizes[side]), 2)


def reading(sides):
    wanted = [f"run{n}" for n in load.best(RUNS, 1, 100, above=0.5)]
    models = [f"model{n:04}" for n in range(MODELS)]

    def asked(work, argument, answer):
        def measure(side):
            report = client(sides.url(side), work, 3, argument(side))
            assert report["answer"] == answer, (side, str(report["answer"])[:300])
            return report["samples"]
        return measure

    compared(f"search of {RUNS:,} runs, filter and order, first 100, client", sides,
             asked("search_runs", lambda side: sides.experiment[side], wanted), 2)
    compared(f"search of {RUNS:,} runs, filter and order, first 100, raw HTTP", sides,
             lambda side: raw_search(sides, side, wanted), 2)
    compared(f"list of {MODELS:,} models, client", sides,
             asked("search_models", lambda side: "", models), 2)
    compared(f"history of {STEPS:,} steps, client", sides,
             asked("history", lambda side: sides.long[side], [STEPS, STEPS * (STEPS - 1) // 2]), 1)
    compared(f"history of {STEPS:,} steps, raw HTTP", sides, lambda side: raw_long(sides, side), 1)


def raw_search(sides, side, wanted):
    line = load.Line(sides.url(side))
    body = json.dumps({
        "experiment_ids": [sides.experiment[side]], "filter": "metrics.acc > 0.5",
        "order_by": ["metrics.acc DESC"], "max_results": 100}).encode()
    samples, answer = load.timed(lambda n: line.post("runs/search", body), 5)
    assert [run["info"]["run_name"] for run in json.loads(answer)["runs"]] == wanted
    return samples


def raw_long(sides, side):
    line = load.Line(sides.url(side))
    samples, count = load.timed(lambda n: load.history_bytes(line, sides.long[side], "long"), 3)
    assert count == STEPS, count
    return samples


def many_connections(sides):
    rate, p50, p99, right, commits, writes = load.wrk_metrics(
        sides.url("bancada up"), sides.work, seconds=3 if QUICK else 10)
    groups = "not counted" if commits is None else (
        f"{commits:.0f} commits, each one fsync, for {writes or right:.0f} writes")
    row("log-metric, raw HTTP, 64 connections: bancada up",
        f"{rate:8.0f} calls/s   (p50 {p50:.2f} ms, p99 {p99:.2f} ms; {groups})")


def main():
    import tracking_growth

    assert (ENVIRONMENT / "mlflow").exists(), "Tests/Interop/.venv is missing: run `make bench`"
    work = tempfile.mkdtemp(prefix="bancada-bench-")
    try:
        sides = Sides(work)
        fill(sides)
        starts(sides)
        idle(sides)
        reading(sides)
        for side in SIDES:
            memory(sides, side, f"after searches over {RUNS:,} runs")
        writing(sides)
        many_connections(sides)
        for side in SIDES:
            memory(sides, side, "after all of the above")
            sides.stop(side)
        tracking_growth.main()
    finally:
        servers.stop_all()
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
