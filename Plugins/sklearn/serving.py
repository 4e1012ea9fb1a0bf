"""The runtime: models of the trainers, and any estimator in a joblib, pickle or skops
file or in a folder that MLflow wrote."""
import glob
import json
import os
import pickle

import joblib
import numpy

import mlmodel
from rpc import Refused
from tables import matrix
from training import FACTS

NUMBERS = {"integer": "INT64", "number": "FP64", "boolean": "BOOL"}


class Model:
    """A loaded model: `inputs` and `outputs` as the Open Inference Protocol describes them."""

    def __init__(self, folder):
        self.features = self.classes = None
        self.is_framed = False
        if os.path.exists(folder + "/" + mlmodel.NAME):
            self.load_mlmodel(folder)
        else:
            self.load_file(folder)
        if not hasattr(self.model, "predict"):
            raise Refused(f"{folder} holds no estimator with predict")
        if os.path.exists(folder + "/" + FACTS):
            with open(folder + "/" + FACTS, encoding="utf-8") as file:
                facts = json.load(file)
            self.features, self.classes = facts["features"], facts["classes"]
        elif hasattr(self.model, "classes_"):
            self.classes = self.model.classes_.tolist()
        # Classes by number are what the trainers' own models predict.
        self.predicts_codes = os.path.exists(folder + "/" + FACTS)
        self.inputs, self.outputs = self.describe_inputs(), self.describe_outputs()

    def load_mlmodel(self, folder):
        description = mlmodel.Description(folder)
        self.model = loaded(description.file, description.load)
        self.features = description.features
        # An estimator that was fitted on a table finds its columns by name.
        self.is_framed = self.features is not None

    def load_file(self, folder):
        names = [
            name for pattern in ("*.joblib", "*.pkl", "*.skops")
            for name in sorted(glob.glob(os.path.join(glob.escape(folder), pattern)))
        ]
        if not names:
            raise Refused(f"{folder} holds no *.joblib, *.pkl or *.skops")
        if len(names) > 1:
            raise Refused(f"{folder} holds {len(names)} model files, expected one")
        path = names[0]
        if path.endswith(".joblib"):
            self.model = loaded(path, lambda: joblib.load(path))
        elif path.endswith(".skops"):
            self.model = loaded(path, lambda: mlmodel.load_skops(path, []))
        else:
            self.model = loaded(path, lambda: unpickled(path))

    def describe_inputs(self):
        count = len(self.features) if self.is_framed else getattr(
            self.model, "n_features_in_", -1)
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
            expected = len(self.features) if self.is_framed else getattr(
                self.model, "n_features_in_", data.shape[1])
            if data.shape[1] != expected:
                raise Refused(f"input-0 has {data.shape[1]} columns, expected {expected}")
            if self.is_framed:
                return self.frame({
                    feature["name"]: values(data[:, place].tolist(), feature)
                    for place, feature in enumerate(self.features)
                })
            return data if self.features is not None else data.astype(float)
        if self.features is None:
            raise Refused("the model takes one input, input-0")
        columns = {}
        for feature in self.features:
            if feature["name"] in given:
                data = given.pop(feature["name"])["data"]
                columns[feature["name"]] = values(data, feature)
            elif feature.get("required", True):
                raise Refused(f"the input {feature['name']} is missing")
        rows = max((len(column) for column in columns.values()), default=0)
        for feature in self.features:
            if feature["name"] not in columns:
                columns[feature["name"]] = values([None] * rows, feature)
        if given:
            raise Refused(f"the model has no input {sorted(given)[0]}")
        if len({len(c) for c in columns.values()}) != 1:
            raise Refused("the inputs have different numbers of rows")
        return self.frame(columns) if self.is_framed else matrix(columns, self.features)

    def frame(self, columns):
        table = mlmodel.frame(columns, self.features)
        # What was fitted on a plain matrix would warn of names that it does not know.
        return table if hasattr(self.model, "feature_names_in_") else table.to_numpy()

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
        if self.predicts_codes:
            return [self.classes[int(code)] for code in predicted]
        kind = self.output_type()
        return [str(v) if kind == "BYTES" else v for v in predicted.tolist()]


def loaded(path, load):
    """What `load` returns; whatever it throws is about the file."""
    try:
        return load()
    except Refused:
        raise
    except Exception as error:
        name = os.path.basename(path)
        raise Refused(f"{name} cannot be loaded: {type(error).__name__}: {error}") from error


def unpickled(path):
    with open(path, "rb") as file:
        return pickle.load(file)


def values(data, feature):
    if feature["type"] == "text":
        if any(v is not None and not isinstance(v, str) for v in data):
            raise Refused(f"the input {feature['name']} must hold texts")
        return numpy.array(data, dtype=object)
    try:
        return numpy.array([numpy.nan if v is None else float(v) for v in data], dtype=float)
    except (TypeError, ValueError) as error:
        raise Refused(f"the input {feature['name']} must hold numbers: {error}") from error
