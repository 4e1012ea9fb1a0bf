"""Checks a running server with unmodified clients: `python serving.py URL MODEL`.

The model is asked for rows made up from what it publishes, in every way that clients have: JSON and
binary tensors of tritonclient, flat and nested data, a column for each feature or one matrix, the V1
protocol. All of them must give the same answer. Prints `N passed, N failed`; exits 1 on failure.
"""

import json
import sys
import traceback
import urllib.error
import urllib.parse
import urllib.request

import numpy as np
import tritonclient.http as triton
from tritonclient.utils import InferenceServerException, triton_to_np_dtype

URL, MODEL = sys.argv[1].rstrip("/"), sys.argv[2]
HOST = URL.removeprefix("http://")
CLIENT = triton.InferenceServerClient(HOST)
ROWS = 5
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def get(path):
    with urllib.request.urlopen(URL + path) as reply:
        return reply.read().decode()


def post(path, document, raw=False):
    body = document if raw else json.dumps(document).encode()
    request = urllib.request.Request(URL + path, data=body)
    try:
        with urllib.request.urlopen(request) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def path_of(what):
    return f"/v2/models/{urllib.parse.quote(MODEL, safe='')}/{what}"


def features():
    """Names of the features and whether each is numeric, from the model's metadata."""
    metadata = CLIENT.get_model_metadata(MODEL)
    names = json.loads(metadata["properties"]["features"])
    types = {tensor["name"]: tensor["datatype"] for tensor in metadata["inputs"]}
    return [(name, types.get(name, "FP64")) for name in names]


def columns():
    """Made-up cells: a list for each feature, in the type the model publishes."""
    made = {}
    for position, (name, datatype) in enumerate(features()):
        if datatype == "BYTES":
            made[name] = (datatype, [["male", "female", "Dream", "Bisco\u00e9", ""][row] for row in range(ROWS)])
        elif datatype == "BOOL":
            made[name] = (datatype, [row % 2 == 0 for row in range(ROWS)])
        elif datatype == "INT64":
            made[name] = (datatype, [position * 7 + row * 40 for row in range(ROWS)])
        else:
            made[name] = (datatype, [position + row * 9.3 + 0.1 for row in range(ROWS)])
    return made


def triton_inputs(binary):
    inputs = []
    for name, (datatype, cells) in columns().items():
        if datatype == "BYTES":
            array = np.array([cell.encode() for cell in cells], dtype=np.object_)
        else:
            array = np.array(cells, dtype=triton_to_np_dtype(datatype))
        item = triton.InferInput(name, [ROWS], datatype)
        item.set_data_from_numpy(array, binary_data=binary)
        inputs.append(item)
    return inputs


def comparable(array):
    return [cell.decode() if isinstance(cell, bytes) else cell for cell in array.reshape(-1).tolist()]


def expected():
    """The answer to a plain JSON request, output by output."""
    inputs = [
        {"name": name, "shape": [ROWS], "datatype": datatype, "data": cells}
        for name, (datatype, cells) in columns().items()
    ]
    status, answer = post(path_of("infer"), {"id": "42", "inputs": inputs})
    assert status == 200, answer
    assert answer["id"] == "42" and answer["model_name"] == MODEL, answer
    return {output["name"]: output["data"] for output in answer["outputs"]}


def check_result(result, names=None):
    for name, data in expected().items():
        array = result.as_numpy(name)
        if names is not None and name not in names:
            assert array is None, name
        else:
            assert comparable(array) == data, (name, array, data)


@test
def health():
    assert CLIENT.is_server_live() and CLIENT.is_server_ready() and CLIENT.is_model_ready(MODEL)
    assert not CLIENT.is_model_ready("no such model")
    assert json.loads(get("/v2/health/live")) == {"live": True}
    assert get("/health") == "OK"


@test
def metadata():
    server = CLIENT.get_server_metadata()
    assert server["name"] == "bancada" and "binary_tensor_data" in server["extensions"], server
    model = CLIENT.get_model_metadata(MODEL)
    assert model["name"] == MODEL and model["inputs"] and model["outputs"], model
    version = model["versions"][-1]
    assert CLIENT.get_model_metadata(MODEL, version) == model
    assert CLIENT.is_model_ready(MODEL, version)


@test
def triton_binary():
    check_result(CLIENT.infer(MODEL, triton_inputs(binary=True)))


@test
def triton_json_inputs():
    check_result(CLIENT.infer(MODEL, triton_inputs(binary=False)))


@test
def triton_requested_outputs():
    for binary in (True, False):
        outputs = [triton.InferRequestedOutput("output-0", binary_data=binary)]
        result = CLIENT.infer(MODEL, triton_inputs(binary), outputs=outputs, request_id="7")
        check_result(result, names=["output-0"])
        assert result.get_response()["id"] == "7"


@test
def triton_mixed_inputs():
    inputs = [
        (triton_inputs(True) if position % 2 else triton_inputs(False))[position]
        for position in range(len(columns()))
    ]
    check_result(CLIENT.infer(MODEL, inputs))


@test
def triton_concurrent():
    client = triton.InferenceServerClient(HOST, concurrency=8)
    pending = [client.async_infer(MODEL, triton_inputs(binary=True)) for _ in range(64)]
    for request in pending:
        check_result(request.get_result())
    client.close()


@test
def triton_errors():
    try:
        CLIENT.infer("no such model", triton_inputs(binary=True))
        raise AssertionError("an unknown model must be refused")
    except InferenceServerException as error:
        assert error.status() == "404" and "no such model" in error.message(), error
    try:
        item = triton.InferInput("no-such-input", [1, 1], "FP32")
        item.set_data_from_numpy(np.zeros((1, 1), dtype=np.float32))
        CLIENT.infer(MODEL, [item])
        raise AssertionError("an unknown input must be refused")
    except InferenceServerException as error:
        assert error.status() == "400" and "no-such-input" in error.message(), error


@test
def matrix_of_texts():
    rows = list(zip(*[cells for _, cells in columns().values()]))
    data = [[str(cell) for cell in row] for row in rows]
    body = {"inputs": [{"name": "input-0", "shape": [ROWS, len(rows[0])], "datatype": "BYTES", "data": data}]}
    status, answer = post(path_of("infer"), body)
    assert status == 200, answer
    assert {output["name"]: output["data"] for output in answer["outputs"]} == expected()


@test
def matrix_of_numbers():
    if any(datatype in ("BYTES", "BOOL") for _, datatype in features()):
        return
    array = np.array([cells for _, cells in columns().values()], dtype=np.float64).T
    item = triton.InferInput("input-0", list(array.shape), "FP64")
    item.set_data_from_numpy(np.ascontiguousarray(array))
    check_result(CLIENT.infer(MODEL, [item]))


@test
def missing_values():
    inputs = [
        {"name": name, "shape": [1, 1], "datatype": datatype, "data": [[None]]}
        for name, datatype in features()
    ]
    status, answer = post(path_of("infer"), {"inputs": inputs})
    assert status == 200, answer


@test
def v1():
    quoted = urllib.parse.quote(MODEL, safe="")
    assert MODEL in json.loads(get("/v1/models"))["models"]
    assert json.loads(get(f"/v1/models/{quoted}")) == {"name": MODEL, "ready": True}
    names = [name for name, _ in features()]
    rows = list(zip(*[cells for _, cells in columns().values()]))
    for instances in ([list(row) for row in rows], [dict(zip(names, row)) for row in rows]):
        status, answer = post(f"/v1/models/{quoted}:predict", {"instances": instances})
        assert status == 200, answer
        assert answer == {"predictions": expected()["output-0"]}, answer
    status, answer = post(f"/v1/models/{quoted}:predict", {"instances": []})
    assert status == 400 and isinstance(answer["error"], str), answer


@test
def malformed():
    for body in (b"", b"{", b"[]", b"\xff\xfe", b'{"inputs":[{}]}', b'{"inputs":' * 500):
        status, answer = post(path_of("infer"), body, raw=True)
        assert status == 400 and isinstance(answer["error"], str), (body[:20], status, answer)


@test
def metrics():
    page = get("/metrics")
    for name in ("bancada_http_requests_total", "bancada_rows_predicted_total", "process_resident_memory_bytes"):
        assert f"# TYPE {name} " in page, name
    assert f'model="{MODEL}"' in page


def main():
    failed = 0
    for function in TESTS:
        try:
            function()
            print(f"ok      {function.__name__}")
        except Exception:
            failed += 1
            print(f"FAILED  {function.__name__}")
            traceback.print_exc()
    print(f"{len(TESTS) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
