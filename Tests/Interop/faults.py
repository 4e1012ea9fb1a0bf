"""What goes wrong around a tracking server: each fault has a clear answer and leaves nothing half-done.

`faults.py BINARY`. The disk that fills up is a small one of the server's own, in a mount namespace;
where that is not permitted the check says so. Standard library alone.
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback

import servers
from wire import API, FILES, Wire

CHECKS = []


def check(sentence):
    def enter(function):
        CHECKS.append((sentence, function))
        return function
    return enter


def up(binary, workspace, **more):
    server = servers.bancada(binary, workspace, **more)
    return server, Wire(server.url)


def new_run(wire, name):
    experiment = wire.ok("POST", "experiments/create", {"name": name})["experiment_id"]
    run = wire.ok("POST", "runs/create", {"experiment_id": experiment, "start_time": 5})
    return experiment, run["run"]["info"]["run_id"]


def batch(run_id, number):
    return {"run_id": run_id, "params": [{"key": f"p{number}", "value": "x" * 3000}], "metrics": [
        {"key": "m", "value": 0.5, "timestamp": 1, "step": number * 1000 + n} for n in range(900)]}


def steps(wire, run_id):
    history = wire.ok("GET", "metrics/get-history", run_id=run_id, metric_key="m", max_results=50000)
    return sorted(point["step"] for point in history.get("metrics", []))


def leftovers(workspace):
    """Temporary files below artifacts/."""
    folder = os.path.join(workspace, "artifacts")
    return [os.path.join(where, name) for where, _, names in os.walk(folder) for name in names
            if "temporary" in where or name.startswith(".")]


def soon(condition, seconds=5):
    """Waits until the condition holds; whether it did."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def refused(answer):
    """A clear answer: JSON with a code and words."""
    assert answer.status >= 400 and isinstance(answer.json, dict), answer
    assert answer.json.get("error_code") and answer.json.get("message"), answer
    return answer


@check("A client that goes away in the middle of an upload leaves no file and no temporary file")
def disconnect(binary, work):
    server, wire = up(binary, work / "w")
    experiment, run = new_run(wire, "cut")
    folder = f"{experiment}/{run}/artifacts"
    head = f"PUT {FILES}/{folder}/NAME HTTP/1.1\r\nHost: {wire.host}\r\n"
    for name, more, body in (
            ("length", "Content-Length: 9000000\r\n\r\n", b"x" * 2_000_000),
            ("none", "Content-Length: 5000\r\n\r\n", b""),
            ("chunked", "Transfer-Encoding: chunked\r\n\r\n", b"f4240\r\n" + b"y" * 700_000),
            ("between", "Transfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n")):
        with socket.create_connection((wire.host, wire.port)) as line:
            line.sendall((head.replace("NAME", name) + more).encode() + body)
            time.sleep(0.1)
    assert soon(lambda: not leftovers(work / "w")), leftovers(work / "w")
    assert wire.ok("GET", FILES, path=folder) == {}, "a part of a file is listed"
    assert wire.send("PUT", f"{FILES}/{folder}/whole", b"whole").status == 200
    server.stop()


@check("Requests that are cut off, or are no HTTP, do not disturb the others")
def nonsense(binary, work):
    server, wire = up(binary, work / "w")
    _, run = new_run(wire, "cut")
    body = b'{"run_id": "%s", "key": "m", "value": 1, "timestamp": 1}' % run.encode()
    post = f"POST {API}runs/log-metric HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    for data in (b"", b"\x00\xff" * 500, b"GET", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 200_000,
                 post.encode() + b"Content-Length: 500\r\n\r\n" + body,
                 post.encode() + b"Content-Length: -5\r\n\r\n" + body,
                 post.encode() + b"Content-Length: 1\r\nContent-Length: 60\r\n\r\n" + body,
                 post.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n" + body):
        with socket.create_connection((wire.host, wire.port), timeout=5) as line:
            try:
                line.sendall(data)
            except OSError:
                pass  # the server had enough of it
    assert steps(wire, run) == [], "a request that was cut off was carried out"
    wire.ok("POST", "runs/set-tag", {"run_id": run, "key": "a", "value": "b"})
    server.stop()


@check("A second server on the same port says so and leaves the first alone")
def same_port(binary, work):
    server, wire = up(binary, work / "w")
    done = subprocess.run(
        [binary, "up", "--workspace", work / "other", "--port", str(wire.port), "--json"],
        capture_output=True, text=True, timeout=20)
    assert done.returncode > 0 and str(wire.port) in done.stderr, done
    new_run(wire, "still here")
    server.stop()


@check("Two servers on one workspace see each other's writes, and both may write")
def two_servers(binary, work):
    first, a = up(binary, work / "w")
    second, b = up(binary, work / "w", log=str(work / "second.log"))
    _, run = new_run(a, "shared")
    for number in range(20):
        (a, b)[number % 2].ok("POST", "runs/log-metric", {
            "run_id": run, "key": "m", "value": 1, "timestamp": 1, "step": number})
    assert steps(a, run) == steps(b, run) == list(range(20))
    first.stop()
    assert steps(b, run) == list(range(20))
    second.stop()


@check("SIGTERM answers what is under way and ends with 0")
def graceful(binary, work):
    server, wire = up(binary, work / "w")
    _, run = new_run(wire, "stop")
    server.process.send_signal(signal.SIGTERM)
    code = server.process.wait(10)
    assert code == 0, (code, server.tail())
    server.end()
    again, wire = up(binary, work / "w")
    assert wire.ok("GET", "runs/get", run_id=run)["run"]["info"]["run_id"] == run
    again.stop()


@check("On a disk that is full writes are refused and undone, reads go on, and space heals it")
def full_disk(binary, work):
    disk = work / "disk"
    disk.mkdir()
    inside = f'mount -t tmpfs -o size=40m tmpfs "{disk}" && exec "$@"'
    if subprocess.run(["unshare", "-rm", "sh", "-c", inside, "sh", "true"]).returncode != 0:
        return "not checked: no disk of its own is permitted here"
    server, wire = up(binary, disk / "w", prefix=("unshare", "-rm", "sh", "-c", inside, "sh"),
                      log=str(work / "log"))
    seen = pathlib.Path(f"/proc/{server.pid}/root{disk}")  # the disk as the server sees it
    experiment, run = new_run(wire, "full")
    wire.ok("POST", "runs/log-batch", batch(run, 0))
    with open(seen / "ballast", "wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"\0" * 65536)
        except OSError:
            pass
    folder = f"{FILES}/{experiment}/{run}/artifacts"
    refused(wire.send("PUT", f"{folder}/big.bin", b"x" * 3_000_000))
    kept = 1
    while kept < 200:
        answer = wire.call("POST", "runs/log-batch", batch(run, kept))
        if answer.status != 200:
            break
        kept += 1
    refused(answer)
    wanted = [number * 1000 + n for number in range(kept) for n in range(900)]
    assert steps(wire, run) == wanted, "a batch is there in part"
    assert not leftovers(seen / "w"), leftovers(seen / "w")
    (seen / "ballast").unlink()
    wire.ok("POST", "runs/log-batch", batch(run, kept))
    assert wire.send("PUT", f"{folder}/big.bin", b"x" * 3_000_000).status == 200
    assert len(steps(wire, run)) == (kept + 1) * 900
    server.stop()


@check("A workspace that may not be written is refused or read-only, in words")
def read_only(binary, work):
    server, wire = up(binary, work / "w")
    _, run = new_run(wire, "read")
    server.stop()
    inside = f'mount --bind "{work}/w" "{work}/w" && mount -o remount,bind,ro "{work}/w" && exec "$@"'
    prefix = ["unshare", "-rm", "sh", "-c", inside, "sh"]
    if subprocess.run([*prefix, "true"], capture_output=True).returncode != 0:
        return "not checked: no mount is permitted here"
    with subprocess.Popen([*prefix, binary, "up", "--workspace", work / "w", "--port", "0", "--json"],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            _, said = process.communicate(timeout=10)
            assert process.returncode > 0 and str(work / "w") in said, (process.returncode, said)
        except subprocess.TimeoutExpired:
            process.kill()
            raise AssertionError("it neither refused nor ended") from None


@check("A damaged page is named, never a crash, and the rest is not touched")
def corrupt(binary, work):
    server, wire = up(binary, work / "w")
    _, run = new_run(wire, "page")
    for number in range(30):
        wire.ok("POST", "runs/log-batch", batch(run, number))
    server.stop()
    file = work / "w" / "bancada.sqlite"
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = file.stat().st_size
    with open(file, "r+b") as data:
        for page in range(size // 4096 // 3, size // 4096, 3):
            data.seek(page * 4096)
            data.write(b"\xa5" * 4096)
    try:
        server, wire = up(binary, work / "w")
    except SystemExit as refusal:
        assert "bancada.sqlite" in str(refusal) and " -" not in str(refusal)[:40], refusal
        return
    for method, route, query in (("GET", "metrics/get-history", {"run_id": run, "metric_key": "m"}),
                                 ("GET", "runs/get", {"run_id": run})):
        answer = wire.call(method, route, **query)
        assert answer.status == 200 or refused(answer), answer
    assert server.process.poll() is None, server.tail()
    server.stop()


def faked_clock(work):
    """A prefix under which a program's clock is the true one and the seconds in a file; None where
    the library for it is missing."""
    found = sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    if not found:
        return None, None
    shift = work / "shift"
    shift.write_text("+0")
    return shift, ("env", f"LD_PRELOAD={found[0]}", f"FAKETIME_TIMESTAMP_FILE={shift}",
                   "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1",
                   # The library changes the environment of the first program that loads it, below
                   # which Swift looks for the arguments: that first one is a shell.
                   "sh", "-c", 'exec "$@"', "sh")


def forget_clock(process):
    """Removes what the library shared between the threads of a process that has ended."""
    for name in (f"faketime_shm_{process}", f"sem.faketime_sem_{process}"):
        pathlib.Path("/dev/shm", name).unlink(missing_ok=True)


@check("A clock that is set back a day loses nothing, stops nothing and does not end what runs")
def clock_back(binary, work):
    shift, prefix = faked_clock(work)
    if prefix is None:
        return "not checked: there is no libfaketime here"
    server, wire = up(binary, work / "w", prefix=prefix)
    experiment = wire.ok("POST", "experiments/create", {"name": "clock"})["experiment_id"]
    wire.ok("POST", "registered-models/create", {"name": "m"})

    def work_on(number):
        run = wire.ok("POST", "runs/create", {"experiment_id": experiment})["run"]["info"]
        wire.ok("POST", "runs/log-batch", batch(run["run_id"], number))
        wire.ok("POST", "runs/set-tag", {"run_id": run["run_id"], "key": "n", "value": str(number)})
        put = wire.send("PUT", f"{FILES}/{experiment}/{run['run_id']}/artifacts/f", b"%d" % number)
        assert put.status == 200, put
        wire.ok("POST", "model-versions/create", {"name": "m", "run_id": run["run_id"],
            "source": run["artifact_uri"] + "/f"})
        wire.ok("POST", "registered-models/alias", {"name": "m", "alias": "a",
                                                    "version": str(number + 1)})
        return run

    def pages():
        token, found = "", []
        while True:
            page = wire.ok("POST", "runs/search", {
                "experiment_ids": [experiment], "max_results": 1, "page_token": token})
            found += [run["info"]["run_id"] for run in page["runs"]]
            token = page.get("next_page_token")
            if not token:
                return found

    # A run that another process of the workbench holds over the whole time.
    (work / "slow.yaml").write_text("name: slow\ntasks:\n  wait: {run: sleep 6}\n  end: "
                                    "{run: 'true', needs: [wait]}\n")
    held = subprocess.Popen(
        [*prefix, binary, "run", work / "slow.yaml", "--workspace", work / "w"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    runs = [work_on(0), work_on(1)]
    time.sleep(1)
    shift.write_text("-86400")
    runs += [work_on(2), work_on(3)]
    assert runs[2]["start_time"] < runs[0]["start_time"] - 80_000_000, "the clock was not set back"
    ended = wire.ok("POST", "runs/update", {
        "run_id": runs[0]["run_id"], "status": "FINISHED", "end_time": runs[3]["start_time"]})
    assert ended["run_info"]["status"] == "FINISHED"
    # Newest first by the clock, each once; all points and versions are there.
    assert pages() == [runs[n]["run_id"] for n in (1, 0, 3, 2)], pages()
    assert all(len(steps(wire, run["run_id"])) == 900 for run in runs)
    versions = wire.ok("GET", "model-versions/search", filter="name = 'm'")["model_versions"]
    assert sorted(version["version"] for version in versions) == ["1", "2", "3", "4"], versions
    assert wire.ok("GET", "registered-models/alias", name="m", alias="a")[
        "model_version"]["version"] == "4"
    said, _ = held.communicate(timeout=60)
    forget_clock(held.pid)
    assert held.returncode == 0, said
    listed = subprocess.run([binary, "runs", "list", "--workspace", work / "w"],
                            capture_output=True, text=True, timeout=20)
    assert listed.returncode == 0 and not re.search(r" -\d", listed.stdout), listed
    server.stop()
    forget_clock(server.pid)
    again, wire = up(binary, work / "w")
    assert len(pages()) == 4
    again.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", help="the executable of Bancada")
    parser.add_argument("--only", default="", help="a word of the sentences")
    options = parser.parse_args()
    binary, failed = os.path.abspath(options.binary), 0
    chosen = [(sentence, function) for sentence, function in CHECKS if options.only in sentence]
    for sentence, function in chosen:
        work = pathlib.Path(tempfile.mkdtemp(prefix="bancada-faults-"))
        try:
            remark = function(binary, work)
            print(f"OK      {sentence}" + (f" ({remark})" if remark else ""), flush=True)
        except (Exception, SystemExit):
            failed += 1
            print(f"FAILED  {sentence}\n{traceback.format_exc(limit=-2)}", flush=True)
        finally:
            servers.stop_all()
            shutil.rmtree(work, ignore_errors=True)
    print(f"{len(chosen) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not chosen else 0)


if __name__ == "__main__":
    main()
