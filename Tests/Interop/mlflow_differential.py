"""Sends one script of plain HTTP calls to `mlflow server` and to Bancada and compares the answers.

Statuses, error codes and bodies are compared, error messages are not. Ids and names that a server
invents are replaced by the order of their appearance, times by their order within an answer. What
may differ is listed in mlflow_differences.json, an entry for each difference with its reason; a
difference that is not listed fails, and so does an entry that nothing needs.
"""

import argparse
import json
import os
import re
import sys
import tempfile
import traceback

import servers
from differential import (
    artifacts, batches, experiments, logged_models, population, registry, runs, shapes, traces)
from differential.recording import Side

HERE = os.path.dirname(os.path.abspath(__file__))
SECTIONS = [section for module in (
    experiments, runs, batches, population, registry, logged_models, artifacts, traces, shapes)
    for section in module.SECTIONS]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", nargs="?", help="the executable of Bancada")
    parser.add_argument("--mlflow", default=os.path.join(HERE, ".venv/bin/mlflow"),
                        help="MLflow's program (%(default)s)")
    parser.add_argument("--mlflow-url", help="a fresh `mlflow server` that runs already")
    parser.add_argument("--url", help="a fresh Bancada that runs already")
    parser.add_argument("--differences", default=os.path.join(HERE, "mlflow_differences.json"))
    parser.add_argument("--only", help="sections whose name has this word; unused entries are fine")
    parser.add_argument("--show", action="store_true", help="print both answers of a difference")
    return parser.parse_args()


def play(url, only):
    """The records of every section at one server, by section."""
    side, records = Side(url), {}
    for section in SECTIONS:
        if only and only not in section.__name__:
            continue
        side.begin(section.__name__)
        try:
            section(side)
        except Exception:
            side.stopped(traceback.format_exc())
        records[section.__name__] = side.records
    return records


def flat(value, path=""):
    """Leaves of a document by their paths."""
    if isinstance(value, dict) and value:
        return {k: v for key, item in value.items() for k, v in flat(item, f"{path}.{key}").items()}
    if isinstance(value, list) and value:
        return {k: v for n, item in enumerate(value) for k, v in flat(item, f"{path}[{n}]").items()}
    return {path or ".": value}


def differences(ours, theirs):
    """Lines `what: mlflow's | bancada's` for one step; none if the answers agree."""
    if ours.stopped or theirs.stopped:
        return [f"the script stopped: {theirs.stopped} | {ours.stopped}"]
    if (ours.status, ours.code) != (theirs.status, theirs.code):
        return [f"status: {theirs.status} {theirs.code} | {ours.status} {ours.code}"]
    left, right = flat(theirs.body), flat(ours.body)
    return [f"{path}: {json.dumps(left.get(path, '<absent>'), ensure_ascii=False)} | "
            f"{json.dumps(right.get(path, '<absent>'), ensure_ascii=False)}"
            for path in sorted(left.keys() | right.keys())
            if left.get(path, "<absent>") != right.get(path, "<absent>")]


def compare(bancada, mlflow, allowed, show):
    """Prints what differs; the counts of steps and of unlisted differences."""
    steps = unlisted = 0
    for name in mlflow:
        before = unlisted
        if len(bancada[name]) != len(mlflow[name]):
            unlisted += 1
            print(f"FAILED  {name}: {len(mlflow[name])} steps at mlflow, {len(bancada[name])} here")
        for theirs, ours in zip(mlflow[name], bancada[name]):
            steps += 1
            lines = differences(ours, theirs)
            left = [line for line in lines if not listed(f"{theirs.label} :: {line}", allowed)]
            if left:
                unlisted += 1
                print(f"FAILED  {theirs.label}\n" + "\n".join(f"        {x[:200]}" for x in left[:8]))
                if show:
                    print(f"        mlflow:  {theirs.answer}\n        bancada: {ours.answer}")
        if unlisted == before:
            print(f"OK      {name}: {len(mlflow[name])} steps")
    return steps, unlisted


def listed(line, allowed):
    """Whether an entry allows this difference; all that do count as used."""
    found = [entry for entry in allowed if entry["pattern"].search(line)]
    for entry in found:
        entry["used"] += 1
    return bool(found)


def read_allowed(path):
    with open(path) as text:
        entries = json.load(text)
    for entry in entries:
        assert entry["reason"], entry
        entry["pattern"], entry["used"] = re.compile(entry["difference"]), 0
    return entries


def main():
    options = arguments()
    allowed = read_allowed(options.differences)
    with tempfile.TemporaryDirectory(prefix="bancada-differential-") as work:
        if not options.mlflow_url:
            peer = servers.mlflow(options.mlflow, os.path.join(work, "mlflow"))
            peer.wait_ready()
            options.mlflow_url = peer.url
        if not options.url:
            if not options.binary:
                sys.exit("usage: give the executable, or --url of a server that runs")
            options.url = servers.bancada(options.binary, os.path.join(work, "workspace")).url
        mlflow = play(options.mlflow_url, options.only)
        bancada = play(options.url, options.only)
        servers.stop_all()
    steps, unlisted = compare(bancada, mlflow, allowed, options.show)
    unused = [] if options.only else [entry for entry in allowed if not entry["used"]]
    for entry in unused:
        print(f"FAILED  no difference needs the entry {entry['difference']!r} any more")
    print(f"{steps} steps compared, {unlisted} differ without being listed, "
          f"{len(allowed) - len(unused)} entries used, {len(unused)} unused")
    sys.exit(1 if unlisted or unused or not steps else 0)


if __name__ == "__main__":
    main()
