"""Timings of tracking: `bancada up` beside `mlflow server` with SQLite, the same work, in turn.

Both run on this machine at the same time, each with one worker; MLflow's runs as its users start
it, with its job runner. Alone: `tracking.py BINARY [--quick]`.
"""

import shutil
import tempfile
import time

import tracking_sides  # puts the interop folder on the path, which the next needs
import tracking_growth
import tracking_work as work
from bench import row, spread
from tracking_sides import ENVIRONMENT, QUICK, RUNS, SIDES, Sides, fill, servers


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


def main():
    assert (ENVIRONMENT / "mlflow").exists(), "Tests/Interop/.venv is missing: run `make bench`"
    folder = tempfile.mkdtemp(prefix="bancada-bench-")
    try:
        sides = Sides(folder)
        fill(sides)
        starts(sides)
        idle(sides)
        work.reading(sides)
        for side in SIDES:
            memory(sides, side, f"after searches over {RUNS:,} runs")
        work.writing(sides)
        work.many_connections(sides)
        for side in SIDES:
            memory(sides, side, "after all of the above")
            sides.stop(side)
        tracking_growth.main()
    finally:
        servers.stop_all()
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
