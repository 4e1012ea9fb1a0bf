"""A plugin that misbehaves in the way its first argument names; otherwise it keeps the protocol."""
import json
import os
import sys
import time

FAULT = sys.argv[1] if len(sys.argv) > 1 else "none"


def say(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def output(params):
    return params["executorInput"]["outputs"]["artifacts"]["page"]["artifacts"][0]["uri"]


def spawn(leave):
    """A child that sleeps for an hour, in the same group unless it leaves."""
    if os.fork() == 0:
        if leave:
            os.setsid()
        devnull = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(devnull, stream)
        time.sleep(3600)
        os._exit(0)


def run(number, params):
    page = output(params)
    text = "page\n"
    if FAULT == "hang":
        time.sleep(3600)
    elif FAULT == "crash":
        sys.stderr.write("about to crash\nreason: a test\n")
        sys.stderr.flush()
        os._exit(3)
    elif FAULT == "crash_once":
        marker = os.path.join(params["work"], "..", "crashed")
        if not os.path.exists(marker):
            open(marker, "w").close()
            os._exit(4)
    elif FAULT == "signal":
        os.kill(os.getpid(), 9)
    elif FAULT == "garbage":
        print("hello, I am a print statement", flush=True)
    elif FAULT == "flood_stdout":
        while True:
            sys.stdout.write("x" * 65536)
    elif FAULT == "flood_lines":
        while True:
            sys.stdout.write("noise\n" * 1000)
    elif FAULT == "flood_progress":
        while True:
            say({"method": "progress", "params": {"id": number, "done": 1}})
    elif FAULT == "flood_stderr":
        for _ in range(4000):
            sys.stderr.write("y" * 65536 + "\n")
    elif FAULT == "answer_twice":
        open(page, "w").write(text)
        answer = {"id": number, "result": {"executorOutput": {}}}
        say(answer)
        say(answer)
        return
    elif FAULT == "wrong_id":
        say({"id": number + 40, "result": {"executorOutput": {}}})
        return
    elif FAULT == "wrong_jsonrpc":
        sys.stdout.write(json.dumps({"jsonrpc": "1.0", "id": number, "result": {}}) + "\n")
        sys.stdout.flush()
        return
    elif FAULT == "unknown_notification":
        say({"method": "shout", "params": {"id": number}})
    elif FAULT == "asks_host":
        say({"id": 1, "method": "progress", "params": {}})
    elif FAULT == "wrong_shape":
        say({"id": number, "result": {"executorOutput": [1]}})
        return
    elif FAULT == "writes_outside":
        outside = os.path.join(params["work"], "..", "outside.html")
        open(outside, "w").write(text)
        artifact = {"artifacts": [{"uri": outside}]}
        say({"id": number, "result": {"executorOutput": {"artifacts": {"page": artifact}}}})
        return
    elif FAULT == "link_outside":
        os.symlink("/etc/hostname", page)
        say({"id": number, "result": {"executorOutput": {}}})
        return
    elif FAULT == "link_in_folder":
        os.mkdir(page)
        os.symlink("/etc", os.path.join(page, "etc"))
        say({"id": number, "result": {"executorOutput": {}}})
        return
    elif FAULT == "writes_nothing":
        say({"id": number, "result": {"executorOutput": {}}})
        return
    elif FAULT == "unknown_value":
        open(page, "w").write(text)
        say({"id": number, "result": {"executorOutput": {"parameterValues": {"pgae": 1}}}})
        return
    elif FAULT == "closes_output":
        os.close(1)
        os.close(2)
        time.sleep(3600)
    elif FAULT == "forks":
        for _ in range(3):
            spawn(leave=False)
        time.sleep(3600)
    elif FAULT == "leaves_daemon":
        spawn(leave=True)
    elif FAULT == "random":
        text = str(time.time_ns())
    elif FAULT == "refuses":
        say({"id": number, "error": {"code": -32602, "message": "no such thing"}})
        return
    open(page, "w").write(text)
    say({"id": number, "result": {"executorOutput": {}}})


def initialize(number):
    result = {"protocol": 1, "name": "broken"}
    if FAULT == "lies_protocol":
        result["protocol"] = 2
    elif FAULT == "lies_name":
        result["name"] = "fixed"
    elif FAULT == "slow_start":
        time.sleep(3600)
    elif FAULT == "dies_at_start":
        sys.stderr.write("ModuleNotFoundError: No module named 'x'\n")
        sys.exit(1)
    elif FAULT == "many":
        result["concurrency"] = 1000
    say({"id": number, "result": result})


for line in sys.stdin:
    try:
        request = json.loads(line)
    except ValueError:
        if FAULT == "dies_of_garbage":
            raise
        say({"id": None, "error": {"code": -32700, "message": "no JSON"}})
        continue
    number, method = request.get("id"), request["method"]
    if number is None:
        continue
    if method == "initialize":
        initialize(number)
    elif method == "component.run":
        run(number, request["params"])
    elif method == "shutdown" and FAULT == "ignores_shutdown":
        while True:
            time.sleep(3600)
    elif method == "shutdown" and FAULT == "stays":
        say({"id": number, "result": {}})
        time.sleep(3600)
    elif method == "shutdown":
        say({"id": number, "result": {}})
        break
    else:
        say({"id": number, "error": {"code": -32601, "message": "unknown method " + method}})
