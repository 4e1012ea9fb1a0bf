"""The runtime: models of the trainers, and any estimator in a joblib or pickle file."""
import glob
import json
import os
import pickle

import joblib
import numpy

from rpc import Refused
from tables import matrix
from training import FACTS

NUMBERS = {"integer": "INT64", "number": "FP64", "boolean": "BOOL"}


class Model:
    """A loaded model: `inputs` and `outputs` as the Open Inference Protocol describes them."""

    def __init__(self, folder):
        names = sorted(glob.glob(folder + "/*.joblib")) + sorted(glob.glob(folder + "/*.pkl"))
        if not names:
            raise Refused(f"{folder} holds no *.joblib and no *.pkl")
        if len(names) > 1:
            raise Refused(f"{folder} holds {len(names)} model files, expected one")
        try:
            if names[0].endswith(".joblib"):
                self.model = joblib.load(names[0])
            else:
                with open(names[0], "rb") as file:
                    self.model = pickle.load(file)
        except Exception as error:
            name = os.path.basename(names[0])
            raise Refused(f"{name} cannot be loaded: {type(error).__name__}: {error}") from error
        if not hasattr(self.model, "predict"):
            raise Refused(f"{os.path.basename(names[0])} holds no estimator with predict")
        self.features = self.classes = None
        if os.path.exists(folder + "/" + FACTS):
            with open(folder + "/" + FACTS, encoding="utf-8") as file:
                facts = json.load(file)
            self.features, self.classes = facts["features"], facts["classes"]
        elif hasattr(self.model, "classes_"):
            self.classes = self.model.classes_.tolist()
        self.inputs, self.outputs = self.describe_inputs(), self.describe_outputs()

    def describe_inputs(self):
        count = getattr(self.model, "n_features_in_", -1)
        rows = {"name": "input-0", "datatype": "FP64", "shape": [-1, count]}
        if self.features is None or all(f["type"] != "text" for f in self.features):
            return [rows]
        return [
            {"name": f["name"], "datatype": NUMBERS.get(f["type"], "BYTES"), "shape": [-1]}
            for f in self.features
        ]

    def describe_outputs(self):
        outputs = [{"name": "output-0", "datatype": self.output_type(), "shape": [-1]}]
        if self.classes is not None and hasattr(self.model, "predict_proba"):
            shape = [-1, len(self.classes)]
            outputs.append({"name": "probabilities", "datatype": "FP64", "shape": shape})
        return outputs

    def output_type(self):
        if self.classes is None:
            return "FP64"
        kinds = {type(c) for c in self.classes}
        if kinds == {bool}:
            return "BOOL"
        return "INT64" if kinds == {int} else "FP64" if kinds == {float} else "BYTES"

    def rows(self, inputs):
        """The matrix of a request: one matrix, or a column for each feature."""
        given = {tensor["name"]: tensor for tensor in inputs}
        if list(given) == ["input-0"]:
            tensor = given["input-0"]
            if len(tensor["shape"]) != 2:
                raise Refused(f"input-0 has the shape {tensor['shape']}, expected two dimensions")
            data = numpy.array(
                [numpy.nan if v is None else v for v in tensor["data"]], dtype=object)
            data = data.reshape(tensor["shape"])
            expected = getattr(self.model, "n_features_in_", data.shape[1])
            if data.shape[1] != expected:
                raise Refused(f"input-0 has {data.shape[1]} columns, expected {expected}")
            return data if self.features is not None else data.astype(float)
        if self.features is None:
            raise Refused("the model takes one input, input-0")
        columns = {}
        for feature in self.features:
            if feature["name"] not in given:
                raise Refused(f"the input {feature['name']} is missing")
            columns[feature["name"]] = values(given.pop(feature["name"]), feature)
        if given:
            raise Refused(f"the model has no input {sorted(given)[0]}")
        if len({len(c) for c in columns.values()}) != 1:
            raise Refused("the inputs have different numbers of rows")
        return matrix(columns, self.features)

    def predict(self, request):
        rows = self.rows(request["inputs"])
        if not len(rows):
            raise Refused("the request has no rows")
        try:
            predicted = self.model.predict(rows)
        except ValueError as error:
            raise Refused(str(error)) from error
        wanted = {o["name"] for o in request.get("outputs", self.outputs)}
        outputs = []
        if "output-0" in wanted:
            outputs.append({
                "name": "output-0", "datatype": self.output_type(), "shape": [len(rows)],
                "data": self.labels(predicted),
            })
        if "probabilities" in wanted and len(self.outputs) > 1:
            data = self.model.predict_proba(rows)
            outputs.append({
                "name": "probabilities", "datatype": "FP64", "shape": list(data.shape),
                "data": data.ravel().tolist(),
            })
        return {"outputs": outputs}

    def labels(self, predicted):
        if self.classes is None:
            return [float(v) for v in predicted]
        if self.features is not None:
            return [self.classes[int(code)] for code in predicted]
        kind = self.output_type()
        return [str(v) if kind == "BYTES" else v for v in predicted.tolist()]


def values(tensor, feature):
    data = tensor["data"]
    if feature["type"] == "text":
        if any(v is not None and not isinstance(v, str) for v in data):
            raise Refused(f"the input {feature['name']} must hold texts")
        return numpy.array(data, dtype=object)
    try:
        return numpy.array([numpy.nan if v is None else float(v) for v in data], dtype=float)
    except (TypeError, ValueError) as error:
        raise Refused(f"the input {feature['name']} must hold numbers: {error}") from error
