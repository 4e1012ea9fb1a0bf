"""Timings of pipelines: 1,000 shell tasks as a chain and as a fan beside make and a bare loop of
posix_spawn; a run whose results are all known; planning 10,000 tasks.

Each side does the same work, a shell that touches one file a task; the files are counted.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time

from bench import BINARY, row, spawn, spread


def native(count, chain, action="run: ': ; touch t{n}'", cached=False):
    lines = ["name: bench", "tasks:"]
    for n in range(count):
        lines.append(f"  t{n}:")
        lines.append("    " + action.format(n=n))
        if chain and n > 0:
            lines.append(f"    needs: [t{n - 1}]")
        if not cached:
            lines.append("    cache: false")
    return "\n".join(lines) + "\n"


def makefile(count, chain):
    lines = ["SHELL=/bin/sh", "all: " + " ".join(f"t{n}" for n in range(count)), ".PHONY: all"]
    for n in range(count):
        need = f" t{n - 1}" if chain and n > 0 else ""
        lines.append(f"t{n}:{need}\n\t@: ; touch $@\n")
    return "\n".join(lines) + "\n"


def once(argv, files, count, where):
    """Seconds of one run in a new folder, after a check of what it did."""
    folder = tempfile.mkdtemp(dir=where)
    for name, text in files.items():
        with open(os.path.join(folder, name), "w") as out:
            out.write(text)
    here = os.getcwd()
    os.chdir(folder)
    try:
        seconds, _, code = spawn(argv)
    finally:
        os.chdir(here)
    assert code == 0, argv
    made = sum(name.startswith("t") and name[1:].isdigit() for name in os.listdir(folder))
    assert made == count, f"{argv}: {made} files"
    return seconds


def shell_tasks(count=1000, turns=5):
    # Everything is deleted at the end only: ext4 makes new files slower for minutes after many were
    # deleted, for both sides.
    where = tempfile.mkdtemp(prefix="bancada-bench-")
    try:
        compare(count, turns, where)
    finally:
        shutil.rmtree(where)


def compare(count, turns, where):
    for shape in ("chain", "fan"):
        chain = shape == "chain"
        sides = {
            "make -j2": (["make", "-s", "-j2"], {"Makefile": makefile(count, chain)}),
            "bancada run --jobs 2, every state durable": (
                [BINARY, "run", "p.yaml", "--jobs", "2", "--workspace", "w", "--json"],
                {"p.yaml": native(count, chain)}),
        }
        samples = {name: [] for name in sides}
        for turn in range(turns + 1):
            for name, (argv, files) in sides.items():
                seconds = once(argv, files, count, where)
                if turn > 0:
                    samples[name].append(seconds)
        for name, values in samples.items():
            row(f"{count} shell tasks, {shape}: {name}", spread(values))
        pairs = [b / m for m, b in zip(*samples.values())]
        row(f"{count} shell tasks, {shape}: bancada / make", spread(pairs, 1, "x "))
    loops = []
    for _ in range(turns):
        start = time.perf_counter()
        for _ in range(count):
            os.waitpid(os.posix_spawn("/bin/true", ["/bin/true"], os.environ), 0)
        loops.append(time.perf_counter() - start)
    row(f"{count} x posix_spawn(/bin/true), one by one", spread(loops))


def known_results(count=1000, turns=5):
    folder = tempfile.mkdtemp(prefix="bancada-bench-")
    try:
        for shape in ("chain", "fan"):
            path = os.path.join(folder, shape + ".yaml")
            with open(path, "w") as out:
                out.write(native(count, shape == "chain", "run: ': {n}'", cached=True))
            argv = [BINARY, "run", path, "--workspace", os.path.join(folder, "w"), "--json"]
            subprocess.run(argv, check=True, capture_output=True)
            samples = []
            for _ in range(turns):
                start = time.perf_counter()
                done = subprocess.run(argv, check=True, capture_output=True)
                samples.append(time.perf_counter() - start)
                tasks = json.loads(done.stdout)["tasks"]
                assert len(tasks) == count and all(task["cached"] for task in tasks)
            row(f"{count} tasks, {shape}, all from the cache", spread(samples))
    finally:
        shutil.rmtree(folder)


def planning(count=10_000, turns=5):
    folder = tempfile.mkdtemp(prefix="bancada-bench-")
    try:
        for shape in ("chain", "fan"):
            path = os.path.join(folder, shape + ".yaml")
            with open(path, "w") as out:
                out.write(native(count, shape == "chain"))
            argv = [BINARY, "run", path, "--graph", "json", "--workspace", os.path.join(folder, "w")]
            samples = []
            for _ in range(turns):
                start = time.perf_counter()
                done = subprocess.run(argv, check=True, capture_output=True)
                samples.append(time.perf_counter() - start)
                assert len(json.loads(done.stdout)["tasks"]) == count
            row(f"reading and planning {count} tasks, {shape}", spread(samples))
    finally:
        shutil.rmtree(folder)


def main():
    shell_tasks()
    known_results()
    planning()
