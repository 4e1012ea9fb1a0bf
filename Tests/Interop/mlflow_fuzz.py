"""Sends broken requests to every MLflow endpoint: wrong types, odd paths, filters of token soup.

Whatever comes in, the server answers, never with a 5xx; a refusal is JSON with error_code and
message; and it still works afterwards. The seed is printed; the same seed sends the same requests.
Standard library alone.
"""

import argparse
import os
import random
import sys
import tempfile
import time
import urllib.parse

import servers
from fuzzing import endpoints, mutations
from wire import Wire

SHOWN = 20
KNOWN_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", help="an address, or the executable, which is then started")
    parser.add_argument("--seconds", type=float, default=30, help="how long (%(default)s)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--token", help="sent as bearer token")
    return parser.parse_args()


class Fuzzer:
    """Makes the requests, judges the answers, counts."""

    def __init__(self, url, seed, token=None):
        self.wire = Wire(url, token, timeout=20)
        self.dice = random.Random(seed)
        self.sent, self.failed, self.statuses, self.slowest = 0, 0, {}, 0.0

    def run(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.failed < SHOWN:
            if self.sent % 400 == 0:
                self.known = endpoints.prepare(self.wire, f"fuzz-{self.sent}-{self.dice.random()}")
            self.one()
        self.alive()

    def one(self):
        method, path, body, headers = mutations.request(self.dice, self.known)
        self.sent += 1
        began = time.monotonic()
        try:
            answer = self.wire.send(method, path, body, headers)
        except ConnectionError as error:
            # Bytes that are no HTTP are answered and the connection is closed; whoever is still
            # sending a body may hear of that first.
            if method not in KNOWN_METHODS and body:
                return None
            return self.wrong(f"no answer: {type(error).__name__} {error}", method, path, body)
        except Exception as error:
            return self.wrong(f"no answer: {type(error).__name__} {error}", method, path, body)
        self.slowest = max(self.slowest, time.monotonic() - began)
        self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
        reason = judged(method, path, answer)
        if reason:
            self.wrong(f"{reason}: {answer}", method, path, body)

    def wrong(self, reason, method, path, body):
        self.failed += 1
        shown = body if body is None or len(body) < 600 else body[:600] + b".. %d" % len(body)
        print(f"FAILED  request {self.sent}: {reason[:400]}\n"
              f"        {method} {path[:600]}\n        {shown!r}", flush=True)

    def alive(self):
        """A fresh run is written and read back."""
        try:
            health = self.wire.send("GET", "/health")
            assert health.status == 200, health
            known = endpoints.prepare(self.wire, f"fuzz-after-{self.dice.random()}")
            run = self.wire.ok("GET", "runs/get", run_id=known["run"])["run"]
            assert run["data"]["metrics"][0]["value"] == 0.5, run
        except Exception as error:
            self.failed += 1
            print(f"FAILED  the server does not work any more: {error}")


def judged(method, path, answer):
    """What is wrong with an answer, or None."""
    if answer.status >= 500 and answer.status != 501:
        return "a server error"
    if method == "HEAD":
        return None
    api = urllib.parse.unquote(path).startswith(("/api/2.0/mlflow", "/api/3.0/mlflow"))
    if answer.status >= 400 and api:
        document = answer.json
        if not isinstance(document, dict):
            return "a refusal that is no JSON"
        if method not in KNOWN_METHODS:
            return None  # refused before any route is looked at, in the server's own shape
        for field in ("error_code", "message"):
            if not isinstance(document.get(field), str) or not document[field]:
                return f"a refusal without {field}"
    if answer.status == 200 and path.startswith("/api/2.0/mlflow/") and answer.json is None:
        return "an answer that is no JSON"
    return None


def main():
    options = arguments()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="bancada-fuzz-") as work:
        url = options.server
        if not url.startswith("http"):
            url = servers.bancada(url, os.path.join(work, "workspace")).url
        fuzzer = Fuzzer(url, options.seed, options.token)
        fuzzer.run(options.seconds)
        servers.stop_all()
    counts = ", ".join(f"{count} x {status}" for status, count in sorted(fuzzer.statuses.items()))
    print(f"{'FAILED' if fuzzer.failed else 'OK    '}  {fuzzer.sent} requests: {counts}; "
          f"slowest {fuzzer.slowest:.2f} s; {fuzzer.failed} wrong; seed {options.seed}")
    sys.exit(1 if fuzzer.failed or not fuzzer.sent else 0)


if __name__ == "__main__":
    main()
