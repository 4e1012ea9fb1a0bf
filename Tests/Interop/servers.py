"""Starts and stops the two servers: `bancada up` and `mlflow server`, each in a group of its own.

Standard library alone. Servers are ended by their own process ids, never by a name.
"""

import atexit
import json
import os
import signal
import socket
import subprocess
import time
import urllib.request

STARTED = []


class Server:
    """A running server: its url, its process, its log."""

    def __init__(self, argv, log, env=None, folder=None, read=False):
        """What the server says goes to the log; its stdout to us instead if we are to read it."""
        self.log = log
        self.began = time.perf_counter()
        with open(log, "ab") as out:
            self.process = subprocess.Popen(
                argv, stdout=subprocess.PIPE if read else out, stderr=out, env=env, cwd=folder,
                start_new_session=True, text=True)
        self.pid = self.process.pid
        self.url = None
        STARTED.append(self)

    def tail(self):
        with open(self.log, errors="replace") as text:
            return text.read()[-2000:]

    def wait_ready(self, seconds=120):
        """Seconds from the start of the process to the first 200 of /health."""
        while time.perf_counter() - self.began < seconds:
            if self.process.poll() is not None:
                raise SystemExit(f"server ended with {self.process.returncode}: {self.tail()}")
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=2) as reply:
                    if reply.status == 200:
                        return time.perf_counter() - self.began
            except OSError:
                time.sleep(0.001)
        raise SystemExit(f"server was not ready after {seconds} s: {self.tail()}")

    def signal_group(self, number):
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            pass

    def kill(self):
        """kill -9, and waits until the process is gone."""
        self.signal_group(signal.SIGKILL)
        self.end()

    def stop(self, seconds=15):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                pass
        self.kill()

    def end(self):
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        if self in STARTED:
            STARTED.remove(self)


@atexit.register
def stop_all():
    for server in list(STARTED):
        server.kill()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def bancada(binary, workspace, port=0, log=None, prefix=()):
    """`bancada up`, behind a command if one is given; returns once it has printed its address."""
    server = Server([*prefix, os.path.abspath(binary), "up", "--workspace", str(workspace),
                     "--port", str(port), "--json"], log or str(workspace) + ".log",
                     read=True)
    text = ""
    for line in server.process.stdout:
        text += line
        if line == "}\n":  # the document's last line; inner braces are indented
            break
    if not text.endswith("}\n"):
        server.process.wait()
        raise SystemExit(f"bancada up ended with {server.process.returncode}: {server.tail()}")
    server.url = json.loads(text)["url"].rstrip("/")
    return server


def mlflow(executable, folder, jobs=False):
    """`mlflow server` with one worker over a new SQLite file in the folder; not yet ready.

    Its job runner, eight processes that no tracking call needs, runs on request.
    """
    folder = os.path.abspath(folder)
    os.makedirs(folder, exist_ok=True)
    port = free_port()
    env = dict(os.environ, HOME=folder, MLFLOW_DISABLE_TELEMETRY="true", DO_NOT_TRACK="true")
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_TOKEN"):
        env.pop(name, None)
    if not jobs:
        env["MLFLOW_SERVER_ENABLE_JOB_EXECUTION"] = "false"
    server = Server(
        [executable, "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1",
         "--backend-store-uri", f"sqlite:///{folder}/mlflow.db",
         "--serve-artifacts", "--artifacts-destination", f"{folder}/artifacts"],
        os.path.join(folder, "server.log"), env, folder)
    server.url = f"http://127.0.0.1:{port}"
    return server


def tree(pid):
    """The process and all that descend from it."""
    found, todo = [pid], [pid]
    while todo:
        parent = todo.pop()
        try:
            for task in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{task}/children") as text:
                    todo += [int(child) for child in text.read().split()]
        except OSError:
            continue
        found += [child for child in todo if child not in found]
    return found


def born(process):
    """When a process started, in ticks: with its id a name that is never used again."""
    try:
        with open(f"/proc/{process}/stat") as text:
            return process, text.read().rpartition(")")[2].split()[19]
    except OSError:
        return process, None


def end_all(family):
    """Ends what is left of a tree; `family` is what `born` said of it while it ran."""
    for process, ticks in family:
        if ticks is not None and born(process) == (process, ticks):
            os.kill(process, signal.SIGKILL)


def resident_mb(pid):
    """Resident memory of the whole tree, MB; pages that processes share count for each of them."""
    total = 0
    for process in tree(pid):
        try:
            with open(f"/proc/{process}/status") as text:
                total += sum(int(line.split()[1]) for line in text if line.startswith("VmRSS:"))
        except OSError:
            continue
    return total / 1000
