"""The work of the tracking timings: the same calls to both servers in turn, answers checked."""

import json
import subprocess
import time
import urllib.request

import tracking_load as load
from bench import ROOT, row, spread
from tracking_replay import Replay
from tracking_sides import ENVIRONMENT, MODELS, QUICK, RUNS, SIDES, STEPS

CLIENT = ROOT / "Tests" / "Benchmarks" / "tracking_client.py"
ALONE = "the client alone"


def client(url, work, count, argument=""):
    """What one unmodified client reports of its work."""
    done = subprocess.run([ENVIRONMENT / "python", CLIENT, url, work, str(count), argument],
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def clients_at_once(url, number, count, work="log_metric"):
    """log_metric calls per second of several clients, each a process."""
    started = [subprocess.Popen(
        [ENVIRONMENT / "python", CLIENT, url, work, str(count)], text=True,
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
        name = f"log_metric, client, {number} at once"
        compared(name, sides,
                 lambda side: [clients_at_once(sides.url(side), number, counts[side])],
                 3, "calls/s", 1, "more")
        row(f"{name}: {ALONE}", spread(alone_at_once(sides, number, counts["bancada up"]), 1,
                                       "calls/s"))
    compared("log-metric, raw HTTP, 1 connection", sides,
             lambda side: load.raw_metrics(sides.url(side), counts[side]), 2)
    sizes = {"mlflow server": 8 // fewer, "bancada up": 40 // fewer}
    compared("log_batch of 1,000 metrics, client", sides,
             lambda side: client(sides.url(side), "log_batch", sizes[side])["samples"], 2)
    alone(sides, "log_batch of 1,000 metrics", "log_batch_unread", sizes["bancada up"],
          {"runs/create": new_run(sides), "runs/log-metric": b"{}", "runs/log-batch": b"{}"})
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

    steps = [STEPS, STEPS * (STEPS - 1) // 2]
    name = f"search of {RUNS:,} runs, filter and order, first 100"
    compared(f"{name}, client", sides,
             asked("search_runs", lambda side: sides.experiment[side], wanted), 2)
    alone(sides, name, "search_runs", 3,
          {"runs/search": raw_search(sides, "bancada up", wanted)[1]}, wanted)
    compared(f"{name}, raw HTTP", sides, lambda side: raw_search(sides, side, wanted)[0], 2)
    name = f"list of {MODELS:,} models"
    compared(f"{name}, client", sides, asked("search_models", lambda side: "", models), 2)
    alone(sides, name, "search_models", 3,
          {"registered-models/search": raw_models(sides, "bancada up", models)[1]}, models)
    compared(f"{name}, raw HTTP", sides, lambda side: raw_models(sides, side, models)[0], 2)
    name = f"history of {STEPS:,} steps"
    compared(f"{name}, client", sides, asked("history", lambda side: sides.long[side], steps), 1)
    with urllib.request.urlopen(
            f"{sides.url('bancada up')}{load.API}metrics/get-history"
            f"?run_id={sides.long['bancada up']}&metric_key=long") as whole:
        alone(sides, name, "history", 3, {"metrics/get-history": whole.read()}, steps)
    compared(f"{name}, raw HTTP", sides, lambda side: raw_long(sides, side), 1)


def raw_search(sides, side, wanted):
    """Seconds of each search, and its bytes."""
    line = load.Line(sides.url(side))
    body = json.dumps({
        "experiment_ids": [sides.experiment[side]], "filter": "metrics.acc > 0.5",
        "order_by": ["metrics.acc DESC"], "max_results": 100}).encode()
    samples, answer = load.timed(lambda n: line.post("runs/search", body), 5)
    assert [run["info"]["run_name"] for run in json.loads(answer)["runs"]] == wanted
    return samples, answer


def raw_models(sides, side, wanted):
    """Seconds of each listing, and its bytes."""
    line = load.Line(sides.url(side))
    samples, answer = load.timed(
        lambda n: line.get(f"registered-models/search?max_results={MODELS}"), 10)
    assert [model["name"] for model in json.loads(answer)["registered_models"]] == wanted
    return samples, answer


def raw_long(sides, side):
    line = load.Line(sides.url(side))
    samples, count = load.timed(lambda n: load.history_bytes(line, sides.long[side], "long"), 3)
    assert count == STEPS, count
    return samples


# MARK: what the client takes by itself

def alone(sides, name, work, count, answers, answer=None):
    """Prints the client's time for the work when the answers of Bancada are ready."""
    argument = sides.experiment["bancada up"]
    with Replay({load.API + route: body for route, body in answers.items()}) as server:
        report = client(server.url, work, count, argument)
    assert report.get("answer") == answer, str(report.get("answer"))[:300]
    row(f"{name}, client: {ALONE}", spread(report["samples"]))


def alone_at_once(sides, number, count):
    """log_metric calls per second of clients whose calls are answered at once, by nobody."""
    with Replay({load.API + "runs/create": new_run(sides),
                 load.API + "runs/log-metric": b"{}"}) as server:
        return [clients_at_once(server.url, number, count, "log_metric_unread") for _ in range(3)]


def new_run(sides):
    """The answer to the creation of a run."""
    return load.Line(sides.url("bancada up")).post(
        "runs/create", json.dumps({"experiment_id": "0", "start_time": 1}).encode())


def many_connections(sides):
    rate, p50, p99, right, commits, writes = load.wrk_metrics(
        sides.url("bancada up"), sides.work, seconds=3 if QUICK else 10)
    groups = "not counted" if commits is None else (
        f"{commits:.0f} commits, each one fsync, for {writes or right:.0f} writes")
    row("log-metric, raw HTTP, 64 connections: bancada up",
        f"{rate:8.0f} calls/s   (p50 {p50:.2f} ms, p99 {p99:.2f} ms; {groups})")
