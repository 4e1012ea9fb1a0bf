"""The two servers of the tracking timings and what both hold before anything is timed."""

import os
import pathlib
import sqlite3
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests" / "Interop"))

import servers
import tracking_load as load
from bench import BINARY, row

ENVIRONMENT = ROOT / "Tests" / "Interop" / ".venv" / "bin"
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
