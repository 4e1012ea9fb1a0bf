"""Timings of the tuner: one proposal with some trials known, and whole studies with an objective that
costs nothing, every trial durable.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from bench import BINARY, row, spread

EVALUATOR = """import json, sys
for line in sys.stdin:
    x = json.loads(line)["params"]["x"]
    print(json.dumps({"value": (x - 0.3) ** 2}), flush=True)
"""


def proposals():
    program = os.path.join(os.path.dirname(BINARY), "TuningBenchmark")
    done = subprocess.run([program, "overhead"], check=True, capture_output=True, text=True)
    for line in done.stdout.splitlines():
        sampler, known, middle, least = line.split()
        row(f"one proposal, {sampler}, {known} trials known, 10 parameters",
            f"{float(middle):8.3f} ms   (least {float(least):.3f}, n=100)")


def studies(turns=3):
    folder = tempfile.mkdtemp(prefix="bancada-bench-")
    try:
        with open(os.path.join(folder, "evaluator.py"), "w") as out:
            out.write(EVALUATOR)
        for sampler in ("random", "tpe"):
            for trials in (100, 1000):
                samples = []
                for turn in range(turns):
                    name = f"{sampler}-{trials}-{turn}"
                    path = os.path.join(folder, name + ".yaml")
                    with open(path, "w") as out:
                        json.dump({
                            "name": name, "objective": {"metric": "value", "goal": "minimize"},
                            "sampler": {"name": sampler, "seed": turn}, "trials": trials,
                            "parameters": {"x": {"type": "float", "low": 0, "high": 1}},
                            "evaluate": {"evaluator": [sys.executable, "evaluator.py"]}}, out)
                    argv = [BINARY, "tune", path, "--workspace", os.path.join(folder, "w"),
                            "--json"]
                    start = time.perf_counter()
                    done = subprocess.run(argv, check=True, capture_output=True, text=True)
                    samples.append((time.perf_counter() - start) / trials)
                    assert json.loads(done.stdout)["trials"] == trials
                row(f"a study of {trials} trials, {sampler}: a trial, all in", spread(samples))
    finally:
        shutil.rmtree(folder)


def main():
    proposals()
    studies()
