"""Checks a tracking server with the unmodified MLflow client.

Each check prints `OK` or `FAILED` with its sentence; the last line counts them; exit code 1 when
one failed. The real `mlflow server` passes too, so that what is asked is what MLflow does.
"""

import argparse
import contextlib
import importlib
import io
import os
import sys
import time
import traceback

MODULES = ("fluent", "experiments", "runs", "metrics", "batches", "run_search", "order_and_pages",
           "inputs", "artifacts", "registry", "registry_search", "logged_models", "sklearn_models",
           "concurrency", "traces", "plain_http", "limits")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="the server, as http://127.0.0.1:8080")
    parser.add_argument("--token",
        help="sent as MLFLOW_TRACKING_TOKEN; also checks refusal without")
    parser.add_argument("--only", default="", help="modules or words of sentences, comma-separated")
    parser.add_argument("--rows", type=int, default=2000, help="runs that are paged through")
    parser.add_argument("--slow", type=float, default=5,
        help="show the time of checks over this, s")
    return parser.parse_args()


def main():
    options = arguments()
    os.environ["MLFLOW_TRACKING_URI"] = options.url.rstrip("/")
    os.environ["BANCADA_CHECK_ROWS"] = str(options.rows)
    # A server that answers 5xx is wrong at once, not after minutes of retries.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    if options.token:
        os.environ["MLFLOW_TRACKING_TOKEN"] = options.token
    from mlflow_checks import harness

    failed = counted = 0
    wanted = [word for word in options.only.split(",") if word]
    for module in MODULES:
        before = len(harness.CHECKS)
        importlib.import_module(f"mlflow_checks.{module}")
        for sentence, function in harness.CHECKS[before:]:
            if wanted and not any(word == module or word in sentence for word in wanted):
                continue
            counted += 1
            failed += not passes(sentence, function, options.slow)
    print(f"{counted - failed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed or not counted else 0)


def passes(sentence, function, slow):
    began, said = time.perf_counter(), io.StringIO()
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            function()
    except Exception as error:
        print(f"FAILED  {sentence}\n{explained(error, said.getvalue())}", flush=True)
        return False
    seconds = time.perf_counter() - began
    print(f"OK      {sentence}" + (f"  ({seconds:.1f} s)" if seconds > slow else ""), flush=True)
    return True


def explained(error, said):
    """Where in the checks it failed, why, and the last of what the client printed."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if "mlflow_checks" in frame.filename]
    where = [f"        {os.path.basename(f.filename)}:{f.lineno}  {f.line}" for f in frames]
    why = "".join(traceback.format_exception_only(error)).strip()[:1500]
    return "\n".join(where + [f"        {line}" for line in why.splitlines()]
                     + [f"        | {line}" for line in said.splitlines()[-6:]])


if __name__ == "__main__":
    main()
