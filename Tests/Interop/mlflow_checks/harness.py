"""What the checks share: the client, plain HTTP, experiments and runs of their own, refusals."""

import contextlib
import os
import uuid

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from wire import Wire

URL = os.environ["MLFLOW_TRACKING_URI"]
TOKEN = os.environ.get("MLFLOW_TRACKING_TOKEN")
CLIENT = MlflowClient()
WIRE = Wire(URL, TOKEN)
CHECKS = []

INVALID = "INVALID_PARAMETER_VALUE"
MISSING = "RESOURCE_DOES_NOT_EXIST"
EXISTS = "RESOURCE_ALREADY_EXISTS"


def check(sentence):
    """Enters a function as a check; its name in the report is the sentence."""
    def enter(function):
        CHECKS.append((sentence, function))
        return function
    return enter


def equal(got, wanted):
    assert got == wanted, f"got {got!r}, wanted {wanted!r}"


def unique(name):
    return f"{name}-{uuid.uuid4().hex[:8]}"


def new_experiment(name="checks"):
    return CLIENT.create_experiment(unique(name))


def new_run(experiment_id=None, **more):
    """The id of a run, in an experiment of its own if none is given."""
    return CLIENT.create_run(experiment_id or new_experiment(), **more).info.run_id


@contextlib.contextmanager
def refused(code):
    """The client's call inside must fail with this error code."""
    try:
        yield
    except MlflowException as error:
        equal(error.error_code, code)
    else:
        raise AssertionError(f"nothing was refused, wanted {code}")


def refuses(code, method, route, document=None, **query):
    """The plain call must fail with this code (or one of them), its status, and a message."""
    answer = WIRE.call(method, route, document, **query)
    codes = (code,) if isinstance(code, str) else code
    status = 404 if answer.code in (MISSING, "ENDPOINT_NOT_FOUND") else 400
    assert answer.code in codes and answer.status == status, f"wanted {code}: {answer}"
    assert isinstance(answer.json.get("message"), str), answer


def names(items):
    return [item.name for item in items]
