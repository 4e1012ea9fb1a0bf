"""The example messages, from the plugins' side: what the shipped Python code reads and writes."""
import glob
import io
import json
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.insert(0, ROOT + "/Plugins/sklearn")
sys.dont_write_bytecode = True
import rpc  # noqa: E402


def example(name):
    with open(f"{HERE}/../Messages/{name}.json", encoding="utf-8") as file:
        return file.read()


METHODS = sorted(
    os.path.basename(path)[: -len(".request.json")]
    for path in glob.glob(f"{HERE}/../Messages/*.request.json"))


class Recorded(rpc.Plugin):
    def __init__(self, name, methods):
        self.name, self.methods, self.output = name, methods, io.StringIO()


class Messages(unittest.TestCase):
    def test_results(self):
        self.assertEqual(len(METHODS), 10)
        for method in METHODS:
            with self.subTest(method):
                result = json.loads(example(method + ".result"))["result"]
                plugin = Recorded("sklearn", {method: lambda params, say: result})
                self.assertEqual(plugin.handle(example(method + ".request")), method != "shutdown")
                self.assertEqual(plugin.output.getvalue(), example(method + ".result"))

    def test_notifications(self):
        for kind in ("progress", "metric", "log"):
            with self.subTest(kind):
                values = dict(json.loads(example(kind))["params"])
                values.pop("id")

                def fit(params, say):
                    say(kind, **values)
                    return {}

                plugin = Recorded("sklearn", {"trainer.fit": fit})
                plugin.handle(example("trainer.fit.request"))
                self.assertEqual(plugin.output.getvalue().splitlines(True)[0], example(kind))

    def test_errors(self):
        plugin = Recorded("sklearn", {})
        plugin.handle(example("cancel"))
        self.assertEqual(plugin.output.getvalue(), "")
        plugin.refuse(2, rpc.CANCELLED, "cancelled")
        self.assertEqual(plugin.output.getvalue(), example("error"))

    def test_summary_answers_every_request(self):
        requests = [m for m in METHODS if m != "shutdown"] + ["shutdown"]
        ran = subprocess.run(
            [sys.executable, "main.py"], cwd=ROOT + "/Plugins/summary", text=True, timeout=60,
            input="".join(example(m + ".request") for m in requests), stdout=subprocess.PIPE)
        self.assertEqual(ran.returncode, 0)
        answers = [json.loads(line) for line in ran.stdout.splitlines()]
        asked = [json.loads(example(m + ".request"))["id"] for m in requests]
        self.assertEqual([a["id"] for a in answers], asked)
        codes = {m: a["error"]["code"] for m, a in zip(requests, answers) if "error" in a}
        self.assertEqual(codes.pop("component.run"), -32602)  # the example's files are not there
        self.assertEqual(set(codes.values()), {-32601})


if __name__ == "__main__":
    unittest.main()
