"""How a page of 100 runs grows with their number: `bancada up` alone, runs of 50 metrics each."""

import json
import os
import shutil
import sys
import tempfile
import time

import servers
import tracking_load as load
from bench import BINARY, row, spread

SIZES = (1_000, 10_000) if "--quick" in sys.argv else (1_000, 10_000, 100_000)
PAGE, TURNS = 100, 9
# Name, filter, order.
SEARCHES = [
    ("latest first", "", []),
    ("a metric filters and orders", "metrics.m7 > 0.5", ["metrics.m7 DESC"]),
    ("a metric that few reach", "metrics.m9 > 0.999", []),
    ("two metrics filter, a third orders", "metrics.m1 > 0.5 AND metrics.m2 < 0.5",
    ["metrics.m3 ASC"]),
    ("a param equals, 1 of 7", "params.model = 'm3'", []),
    ("a param equals, 1 of 1,000", "params.group = 'g77'", []),
    ("a param equals nothing", "params.group = 'never'", []),
    ("a tag is LIKE, 1 of 5", "tags.stage LIKE '%3'", []),
    ("a tag is LIKE, 1 of 997", "tags.note LIKE '%te 77 of%'", []),
    ("a param orders", "", ["params.lr ASC"]),
    ("status and start time filter", "status = 'RUNNING' AND start_time > 1700000000500", []),
    ("param, tag and metric filter",
    "params.model = 'm3' AND tags.stage = 's2' AND metrics.m5 > 0.9", []),
]


def matches(n, name):
    """Whether the run of that number belongs to the answer of the search of that name."""
    v = load.values
    return {
        "latest first": lambda: True, "a param orders": lambda: True,
        "a metric filters and orders": lambda: v(n, 7) > 0.5,
        "a metric that few reach": lambda: v(n, 9) > 0.999,
        "two metrics filter, a third orders": lambda: v(n, 1) > 0.5 and v(n, 2) < 0.5,
        "a param equals, 1 of 7": lambda: n % 7 == 3,
        "a param equals, 1 of 1,000": lambda: n % 1000 == 77,
        "a param equals nothing": lambda: False,
        "a tag is LIKE, 1 of 5": lambda: n % 5 == 3,
        "a tag is LIKE, 1 of 997": lambda: n % 997 == 77,
        "status and start time filter": lambda: n > 500,
        "param, tag and metric filter": lambda: n % 7 == 3 and n % 5 == 2 and v(n, 5) > 0.9,
    }[name]()


def place(n, name):
    """What orders a run in the search of that name, least first."""
    return {"a metric filters and orders": lambda: -load.values(n, 7),
            "two metrics filter, a third orders": lambda: load.values(n, 3),
            "a param orders": lambda: (f"{load.values(n, 60):.6f}", -n)}.get(name, lambda: -n)()


def expected(size, name):
    found = sorted((n for n in range(size) if matches(n, name)), key=lambda n: place(n, name))
    return [f"run{n}" for n in found[:PAGE]]


def search(line, experiment, text, order, token=None):
    body = {"experiment_ids": [experiment], "filter": text, "order_by": order, "max_results": PAGE}
    return json.dumps({**body, "page_token": token} if token else body).encode()


def measure(line, experiment, size):
    for name, text, order in SEARCHES:
        body = search(line, experiment, text, order)
        samples, answer = load.timed(lambda n: line.post("runs/search", body), TURNS)
        got = [run["info"]["run_name"] for run in json.loads(answer).get("runs", [])]
        assert got == expected(size, name), (name, size, got[:5], expected(size, name)[:5])
        row(f"page of {PAGE} of {size:,} runs: {name}", spread(samples))
    for name, order in (("latest first", []), ("a metric orders", ["metrics.m7 DESC"])):
        deep(line, experiment, size, name, order)


def deep(line, experiment, size, name, order):
    """The page in the middle of all, reached by tokens."""
    token, pages = None, size // PAGE // 2
    for _ in range(pages):
        token = json.loads(line.post("runs/search", search(line, experiment, "", order, token)))[
            "next_page_token"]
    body = search(line, experiment, "", order, token)
    samples, answer = load.timed(lambda n: line.post("runs/search", body), TURNS)
    got = [run["info"]["run_name"] for run in json.loads(answer)["runs"]]
    key = (lambda n: -load.values(n, 7)) if order else (lambda n: -n)
    wanted = sorted(range(size), key=key)[pages * PAGE:(pages + 1) * PAGE]
    assert got == [f"run{n}" for n in wanted], (name, size, got[:5], wanted[:5])
    row(f"page {pages + 1:,} of {size:,} runs: {name}", spread(samples))


def main():
    work = tempfile.mkdtemp(prefix="bancada-bench-")
    server = servers.bancada(BINARY, os.path.join(work, "workspace"))
    try:
        line = load.Line(server.url)
        experiment = line.ask("experiments/create", name="growth")["experiment_id"]
        filled = 0
        for size in SIZES:
            seconds = load.fill(server.url, experiment, range(filled, size), load.wide_run)
            row(f"filling to {size:,} runs of 50 metrics, 8 connections",
                f"{(size - filled) / seconds:8.0f} runs/s   ({seconds:.1f} s)")
            filled = size
            time.sleep(1)
            line = load.Line(server.url)
            measure(line, experiment, size)
            row(f"resident memory after searches over {size:,} runs of 50 metrics",
                f"{servers.resident_mb(server.pid):8.1f} MB")
        database = os.path.join(work, "workspace", "bancada.sqlite")
        row(f"size of the database with {filled:,} runs of 50 metrics",
            f"{os.path.getsize(database) / 1e6:8.1f} MB")
    finally:
        server.stop()
        shutil.rmtree(work)
