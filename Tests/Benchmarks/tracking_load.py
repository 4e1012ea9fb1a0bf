"""Plain HTTP at speed, for the tracking timings: filling a server, timing single calls, wrk.

Standard library alone. Rows are made from their number, so that both sides get the same.
"""

import json
import multiprocessing
import os
import re
import socket
import subprocess
import time
import urllib.request

API = "/api/2.0/mlflow/"


class Line:
    """One connection; requests are bytes, answers a status and bytes. Half the cost of http.client."""

    def __init__(self, url):
        host, _, port = url.removeprefix("http://").partition(":")
        self.host = f"{host}:{port}"
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, route, body):
        head = (f"POST {API}{route} HTTP/1.1\r\nHost: {self.host}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n")
        self.socket.sendall(head.encode() + body)
        return self.answer()

    def get(self, route):
        self.socket.sendall(f"GET {API}{route} HTTP/1.1\r\nHost: {self.host}\r\n\r\n".encode())
        return self.answer()

    def answer(self):
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.receive()
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)content-length: *(\d+)", head)[1])
        parts, missing = [body], length - len(body)
        while missing > 0:
            parts.append(self.receive())
            missing -= len(parts[-1])
        assert head.split(b" ", 2)[1] == b"200", (head[:80], body[:300])
        return b"".join(parts)

    def receive(self):
        data = self.socket.recv(1 << 18)
        assert data, "the server closed the connection"
        return data

    def ask(self, route, **document):
        return json.loads(self.post(route, json.dumps(document).encode()))


# MARK: the population of 10,000 runs, equal on both sides

def values(n, key):
    """A number in 0 ..< 1 for a run and a key, the same everywhere."""
    return ((n * 2654435761 + key * 40503 + 12345) * 2246822519 % 2**32) / 2**32


def small_run(n):
    """Metrics, params and tags of the run of that number."""
    return ({"acc": values(n, 1), "loss": values(n, 2), "auc": values(n, 3)},
            {"lr": f"{values(n, 4):.6f}", "depth": str(n % 12), "model": f"m{n % 7}"},
            {"stage": f"s{n % 5}", "owner": f"o{n % 3}"})


def wide_run(n):
    """A run with 50 metrics, for the growth of search."""
    return ({f"m{k}": values(n, k) for k in range(50)},
            {"lr": f"{values(n, 60):.6f}", "group": f"g{n % 1000}", "model": f"m{n % 7}"},
            {"stage": f"s{n % 5}", "note": f"note {n % 997} of many"})


def best(count, key, number, above=None):
    """Numbers of the runs with the greatest values of a metric, greatest first."""
    pairs = sorted(((values(n, key), n) for n in range(count)), reverse=True)[:number]
    return [n for value, n in pairs if above is None or value > above]


def fill(url, experiment, numbers, make, processes=2):
    """Creates the runs of these numbers over HTTP from several processes; seconds."""
    start = time.perf_counter()
    shares = [numbers[k::processes * 4] for k in range(processes * 4)]
    workers = [multiprocessing.Process(target=fill_some, args=(url, experiment, share, make))
               for share in shares if len(share)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        assert worker.exitcode == 0, "filling failed"
    return time.perf_counter() - start


def fill_some(url, experiment, numbers, make):
    line = Line(url)
    for n in numbers:
        metrics, params, tags = make(n)
        run = line.ask("runs/create", experiment_id=experiment, run_name=f"run{n}",
                       start_time=1_700_000_000_000 + n, user_id="bench")
        line.ask("runs/log-batch", run_id=run["run"]["info"]["run_id"],
                 metrics=[{"key": k, "value": v, "timestamp": 1_700_000_000_000 + n, "step": 1}
                          for k, v in metrics.items()],
                 params=[{"key": k, "value": v} for k, v in params.items()],
                 tags=[{"key": k, "value": v} for k, v in tags.items()])


def fill_history(url, points):
    """A run with one long metric; its id."""
    line = Line(url)
    run = line.ask("runs/create", experiment_id="0", start_time=1)["run"]["info"]["run_id"]
    for start in range(0, points, 1000):
        line.ask("runs/log-batch", run_id=run, metrics=[
            {"key": "long", "value": n % 97, "timestamp": n, "step": n}
            for n in range(start, start + 1000)])
    return run


# MARK: timed calls

def timed(function, count):
    """Seconds of each of the calls, and the last answer."""
    samples = []
    for n in range(count):
        start = time.perf_counter()
        answer = function(n)
        samples.append(time.perf_counter() - start)
    return samples, answer


def raw_batches(url, count):
    """Seconds of each log-batch of 1,000 metrics whose bytes are ready."""
    line = Line(url)
    run = line.ask("runs/create", experiment_id="0", start_time=1)["run"]["info"]["run_id"]
    bodies = [json.dumps({"run_id": run, "metrics": [
        {"key": "h", "value": float(j % 97), "timestamp": 1_700_000_000_000 + j,
        "step": i * 1000 + j}
        for j in range(1000)]}).encode() for i in range(count)]
    samples, _ = timed(lambda n: line.post("runs/log-batch", bodies[n]), count)
    assert len(raw_history(line, run, "h")) == count * 1000
    return samples


def raw_metrics(url, count):
    """Seconds of each log-metric over one connection; the points are read back."""
    line = Line(url)
    run = line.ask("runs/create", experiment_id="0", start_time=1)["run"]["info"]["run_id"]
    samples, _ = timed(lambda n: line.post("runs/log-metric", json.dumps(
        {"run_id": run, "key": "m", "value": n / 7, "timestamp": 1_700_000_000_000 + n,
         "step": n}).encode()), count)
    assert [point["value"] for point in raw_history(line, run, "m")] == [n / 7 for n in range(count)]
    return samples


def raw_history(line, run, key):
    """All points of a history by pages of 25,000."""
    points, token = [], ""
    while True:
        page = json.loads(line.get(f"metrics/get-history?run_id={run}&metric_key={key}"
                                   f"&max_results=25000{token}"))
        points += page.get("metrics", [])
        if not page.get("next_page_token"):
            return points
        token = "&page_token=" + page["next_page_token"].replace("=", "%3D").replace("+", "%2B")


def history_bytes(line, run, key):
    """As raw_history, but only the tokens are looked for: the time is the server's."""
    count, token = 0, ""
    while True:
        body = line.get(f"metrics/get-history?run_id={run}&metric_key={key}&max_results=25000{token}")
        count += body.count(b'"step"')
        found = re.search(rb'"next_page_token": *"([^"]+)"', body)
        if not found:
            return count
        token = "&page_token=" + found[1].decode().replace("=", "%3D").replace("+", "%2B")


# MARK: wrk

LUA = """
local runs = {%s}
local threads = {}
function setup(thread)
  thread:set("id", #threads)
  table.insert(threads, thread)
end
function init()
  n, wrong, right = 0, 0, 0
  headers = {["Content-Type"] = "application/json"}
end
function request()
  n = n + 1
  local step = id * 100000000 + n
  return wrk.format("POST", "/api/2.0/mlflow/runs/log-metric", headers,
    '{"run_id": "' .. runs[n %% #runs + 1] .. '", "key": "m", "value": 0.' .. n ..
    ', "timestamp": 1700000000000, "step": ' .. step .. '}')
end
function response(status)
  if status == 200 then right = right + 1 else wrong = wrong + 1 end
end
function done(summary, latency)
  local wrong, right = 0, 0
  for _, thread in ipairs(threads) do
    wrong = wrong + thread:get("wrong")
    right = right + thread:get("right")
  end
  print("wrong " .. wrong .. " right " .. right ..
        " p50 " .. latency:percentile(50) .. " p99 " .. latency:percentile(99))
end
"""


def counter(url, name):
    """A counter of the server's /metrics, or None."""
    with urllib.request.urlopen(url + "/metrics") as reply:
        found = re.search(rf"^{name} ([0-9.e+]+)$", reply.read().decode(), re.M)
    return float(found[1]) if found else None


def wrk_metrics(url, work, connections=64, seconds=10, runs=16):
    """log-metric from many connections: rate, percentiles, counts; all points are read back."""
    line = Line(url)
    ids = [line.ask("runs/create", experiment_id="0", start_time=1)["run"]["info"]["run_id"]
           for _ in range(runs)]
    script = os.path.join(work, "log-metric.lua")
    with open(script, "w") as out:
        out.write(LUA % ", ".join(f'"{run}"' for run in ids))
    names = ("bancada_store_commits_total", "bancada_store_writes_total")
    before = [counter(url, name) for name in names]
    done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, url],
                          capture_output=True, text=True, check=True)
    after = [counter(url, name) for name in names]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    wrong, right, p50, p99 = map(float, re.search(
        r"wrong (\d+) right (\d+) p50 ([\d.]+) p99 ([\d.]+)", done.stdout).groups())
    assert wrong == 0 and "Socket errors" not in done.stdout, done.stdout
    kept = sum(history_bytes(line, run, "m") for run in ids)
    assert right <= kept <= right + connections, f"{right:.0f} acknowledged, {kept} kept"
    commits, writes = (None if b is None else a - b for a, b in zip(after, before))
    return rate, p50 / 1e3, p99 / 1e3, right, commits, writes
