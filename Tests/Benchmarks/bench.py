"""Prints the timings of Bancada beside their yardsticks, as one table.

Every figure is checked before it is printed: a benchmark whose result is wrong has no time.
Whole processes are timed from spawn to exit in turn (A B C, A B C ...), so that a drift of the
machine's speed meets all of them; the table has the median, the least and the greatest.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

BINARY = os.path.abspath(sys.argv[1])
ROOT = pathlib.Path(__file__).resolve().parents[2]
PENGUINS = ROOT / "workspace" / "data" / "penguins.csv"
STORE_BENCHMARK = os.path.join(os.path.dirname(BINARY), "StoreBenchmark")


def spawn(argv):
    """Seconds from spawn to exit, peak memory in MB, exit code; output goes nowhere."""
    null = os.open(os.devnull, os.O_RDWR)
    start = time.perf_counter()
    pid = os.posix_spawnp(
        argv[0], argv, os.environ,
        file_actions=[(os.POSIX_SPAWN_DUP2, null, fd) for fd in (0, 1, 2)])
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - start
    os.close(null)
    return seconds, usage.ru_maxrss / 1000, os.waitstatus_to_exitcode(status)


def row(name, text):
    print(f"{name:<58} {text}", flush=True)


def spread(samples, scale=1e3, unit="ms"):
    ordered = sorted(x * scale for x in samples)
    return (f"{statistics.median(ordered):8.2f} {unit}   "
            f"({ordered[0]:.2f} .. {ordered[-1]:.2f}, n={len(ordered)})")


def cold_start(work):
    stripped = os.path.join(work, "bancada-dist")
    subprocess.run(["strip", "-o", stripped, BINARY], check=True)
    commands = {
        "start: /bin/true": ["/bin/true"],
        "start: bancada version, the build's": [BINARY, "version"],
        "start: bancada version, stripped as in dist": [stripped, "version"],
        "start: python3 -c pass": [sys.executable, "-c", "pass"],
    }
    samples = {name: [] for name in commands}
    for turn in range(33):
        for name, argv in commands.items():
            seconds, _, code = spawn(argv)
            assert code == 0, name
            if turn >= 3:
                samples[name].append(seconds)
    for name, values in samples.items():
        row(name, spread(values))
    row("size of the stripped binary", f"{os.path.getsize(stripped) / 1e6:8.1f} MB")


def demo(work):
    times, memory = [], []
    for turn in range(6):
        workspace = os.path.join(work, f"demo-{turn}")
        seconds, peak, code = spawn([BINARY, "demo", "--json", "--workspace", workspace])
        assert code == 0, "the demo failed"
        if turn > 0:
            times.append(seconds)
            memory.append(peak)
    row("demo, end to end, new workspace", spread(times))
    row("demo, peak memory", spread(memory, 1, "MB"))


def syncs(argv):
    """How often a command calls fsync or fdatasync, by strace; None where tracing is refused."""
    with tempfile.NamedTemporaryFile("r") as log:
        done = subprocess.run(
            ["strace", "-f", "-c", "-e", "trace=fsync,fdatasync", "-o", log.name, *argv],
            capture_output=True)
        if done.returncode != 0:
            return None
        return sum(int(m.group(1)) for m in
                   re.finditer(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s.*f(?:data)?sync", log.read(), re.M))


def store(work):
    for mode in ("sequential", "concurrent"):
        argv = [STORE_BENCHMARK, mode, "1000"]
        runs = []
        for _ in range(5):
            done = subprocess.run(argv, capture_output=True, text=True, check=True)
            runs.append(json.loads(done.stdout))
        assert all(run["stored"] == 1000 for run in runs), runs
        none = syncs([STORE_BENCHMARK, mode, "0"])
        some = syncs(argv)
        count = "fsyncs not counted: no tracing here" if some is None else f"{some - none} fsyncs"
        commits = statistics.median(run["commits"] for run in runs)
        row(f"1,000 {mode} single writes (synchronous=FULL)",
            spread([run["seconds"] for run in runs]) + f"   {commits:.0f} commits, {count}")


def serving(work):
    workspace = os.path.join(work, "serve")
    data = os.path.join(work, "numeric.csv")
    with open(data, "w") as out:
        out.write(",".join(f"f{i}" for i in range(30)) + ",label\n")
        state = 12345
        for n in range(400):
            cells = []
            for _ in range(30):
                state = (state * 1103515245 + 12345) % 2**31
                cells.append(state / 2**31 + (n % 2) * 0.3)
            out.write(",".join(f"{c:.4f}" for c in cells) + f",{'ab'[n % 2]}\n")
    for name, file, target in (("numeric", data, "label"), ("penguins", PENGUINS, "species")):
        subprocess.run(
            [BINARY, "train", "--data", str(file), "--target", target, "--name", name,
             "--workspace", workspace, "--json"], check=True, capture_output=True)
    server = subprocess.Popen(
        [BINARY, "serve", "models:/numeric/1", "models:/penguins/1", "--port", "0", "--json",
         "--workspace", workspace], stdout=subprocess.PIPE, text=True)
    try:
        text = ""
        for line in server.stdout:
            text += line
            if line == "}\n":  # the document's last line; inner braces are indented
                break
        url = json.loads(text)["url"]
        numbers = ",".join(f"{0.01 * i + 0.1:.4f}" for i in range(30))
        one = '{"inputs":[{"name":"input-0","shape":[1,30],"datatype":"FP64","data":[%s]}]}' % numbers
        many = ('{"inputs":[{"name":"input-0","shape":[100,30],"datatype":"FP64","data":[%s]}]}'
                % ",".join([numbers] * 100))
        mixed = json.dumps({"inputs": [
            {"name": name, "shape": [1], "datatype": kind, "data": [value]} for name, kind, value in (
                ("island", "BYTES", "Dream"), ("bill_length_mm", "FP64", 46.5),
                ("bill_depth_mm", "FP64", 17.9), ("flipper_length_mm", "FP64", 192),
                ("body_mass_g", "FP64", 3500), ("sex", "BYTES", "female"), ("year", "FP64", 2007))]})
        for label, model, body, connections in (
                ("1 row of 30 numbers, 1 connection", "numeric", one, 1),
                ("1 row of 30 numbers, 16 connections", "numeric", one, 16),
                ("1 row of 30 numbers, 64 connections", "numeric", one, 64),
                ("100 rows of 30 numbers, 16 connections", "numeric", many, 16),
                ("1 row of 7 mixed columns, 16 connections", "penguins", mixed, 16)):
            row("V2 infer: " + label, load(work, url, model, body, connections))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def load(work, url, model, body, connections):
    script = os.path.join(work, "infer.lua")
    with open(script, "w") as out:
        out.write('wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\n')
        out.write("wrk.body = %s\n" % json.dumps(body))
        out.write('local bad = 0\nlocal threads = {}\n'
                  'function setup(t) table.insert(threads, t) end\n'
                  'function init() wrong = 0 end\n'
                  'function response(s, h, b) if s ~= 200 then wrong = wrong + 1 end end\n'
                  'function done(s, l, r) for _, t in ipairs(threads) do bad = bad + t:get("wrong") end '
                  'print("wrong " .. bad .. " p50 " .. l:percentile(50) .. " p99 " .. l:percentile(99)) end\n')
    done = subprocess.run(
        ["wrk", "-t1", f"-c{connections}", "-d5s", "-s", script, f"{url}/v2/models/{model}/infer"],
        capture_output=True, text=True, check=True)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout).group(1))
    wrong, p50, p99 = re.search(r"wrong (\d+) p50 ([\d.]+) p99 ([\d.]+)", done.stdout).groups()
    assert wrong == "0", f"{wrong} answers were not 200"
    return f"{rate:8.0f} requests/s   (p50 {float(p50) / 1e3:.3f} ms, p99 {float(p99) / 1e3:.3f} ms)"


def main():
    # They import this file's helpers.
    import pipelines
    import tracking
    import tuning

    work = tempfile.mkdtemp(prefix="bancada-bench-")
    try:
        print(f"{os.cpu_count()} processors; median (least .. greatest)\n")
        cold_start(work)
        demo(work)
        store(work)
        pipelines.main()
        tuning.main()
        serving(work)
        tracking.main()
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
