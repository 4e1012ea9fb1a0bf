"""The wire protocol of Bancada plugins: JSON-RPC 2.0, one message a line. Standard library only."""
import json
import os
import sys
import traceback

MAXIMUM_LINE = 1 << 20
PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND = -32700, -32600, -32601
INVALID_PARAMS, CANCELLED, FAILED = -32602, -32800, -32000


class Refused(Exception):
    """The parameters, the data or the files they name cannot be used."""


class Plugin:
    """Answers requests by the functions in `methods`, each of which takes (params, say)."""

    def __init__(self, name, methods):
        self.name, self.methods = name, methods
        # Whatever a library prints must not reach the host: stdout becomes stderr.
        self.output = os.fdopen(os.dup(1), "w", encoding="utf-8")
        os.dup2(2, 1)
        sys.stdout = sys.stderr

    def send(self, message):
        self.output.write(json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":")) + "\n")
        self.output.flush()

    def refuse(self, number, code, message):
        self.send({"id": number, "error": {"code": code, "message": message}})

    def answer(self, number, method, params):
        def say(kind, **values):
            self.send({"method": kind, "params": {"id": number, **values}})

        try:
            result = self.methods[method](params, say)
        except Refused as error:
            self.refuse(number, INVALID_PARAMS, str(error))
        except Exception as error:
            traceback.print_exc()
            self.refuse(number, FAILED, f"{type(error).__name__}: {error}")
        else:
            self.send({"id": number, "result": result})

    def handle(self, line):
        """Answers one line; False after `shutdown`."""
        try:
            request = json.loads(line)
        except ValueError as error:
            self.refuse(None, PARSE_ERROR, f"no JSON: {error}")
            return True
        method = request.get("method") if isinstance(request, dict) else None
        if not isinstance(method, str):
            self.refuse(None, INVALID_REQUEST, "no request")
        elif "id" not in request:
            pass  # a cancellation: requests here end before the next line is read
        elif method == "initialize":
            result = {"protocol": 1, "name": self.name, "concurrency": 1}
            self.send({"id": request["id"], "result": result})
        elif method == "shutdown":
            self.send({"id": request["id"], "result": {}})
            return False
        elif method not in self.methods:
            self.refuse(request["id"], METHOD_NOT_FOUND, f"unknown method {method}")
        else:
            self.answer(request["id"], method, request.get("params", {}))
        return True

    def run(self):
        while True:
            line = sys.stdin.buffer.readline(MAXIMUM_LINE + 2)
            if not line:
                return
            if len(line) > MAXIMUM_LINE + 1:
                while line and not line.endswith(b"\n"):
                    line = sys.stdin.buffer.readline(MAXIMUM_LINE)
                self.refuse(None, INVALID_REQUEST, f"a line is longer than {MAXIMUM_LINE} bytes")
            elif not self.handle(line):
                return
