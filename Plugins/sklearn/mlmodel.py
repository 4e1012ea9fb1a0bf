"""Models that MLflow's scikit-learn flavour saved: the description in `MLmodel` and its file."""
import json
import os
import pickle

from rpc import Refused

NAME = "MLmodel"
# MLflow's column types, and what tables here call them.
TYPES = {
    "double": "number", "float": "number", "long": "integer", "integer": "integer",
    "boolean": "boolean", "string": "text",
}


class Description:
    """What MLmodel says: the model's `file`, its `format`, and its `features` where the signature
    names columns (None otherwise)."""

    def __init__(self, folder):
        import yaml

        try:
            with open(os.path.join(folder, NAME), encoding="utf-8") as file:
                content = yaml.safe_load(file)
            flavors = content["flavors"]
        except (OSError, ValueError, TypeError, KeyError, yaml.YAMLError) as error:
            raise Refused(f"{NAME} cannot be read: {error}") from error
        flavor = flavors.get("sklearn")
        if flavor is None:
            raise Refused(
                f"{NAME} has the flavours {', '.join(sorted(flavors))}, expected sklearn")
        self.file = os.path.join(folder, os.path.basename(flavor["pickled_model"]))
        self.format = flavor.get("serialization_format", "pickle")
        self.trusted = flavor.get("skops_trusted_types") or []
        self.version = flavor.get("sklearn_version")
        self.features = features((content.get("signature") or {}).get("inputs"))

    def load(self):
        """The estimator."""
        if self.format == "skops":
            return load_skops(self.file, self.trusted)
        if self.format not in ("pickle", "cloudpickle"):
            raise Refused(
                f"{NAME} has the serialization format {self.format}, "
                "expected skops, pickle or cloudpickle")
        # cloudpickle registers what its pickles need when it is imported.
        if self.format == "cloudpickle":
            import cloudpickle  # noqa: F401
        with open(self.file, "rb") as file:
            return pickle.load(file)


def load_skops(path, trusted):
    """A skops file builds only objects of known types and of those that its maker named."""
    from skops import io

    unknown = sorted(set(io.get_untrusted_types(file=path)) - set(trusted))
    if unknown:
        raise Refused(
            f"{os.path.basename(path)} holds objects of types that are not trusted: "
            f"{', '.join(unknown[:5])}; name them as skops_trusted_types when logging the model")
    return io.load(path, trusted=list(trusted))


def features(text):
    """The columns of a signature's inputs; None for tensors and where there is no signature."""
    columns = json.loads(text) if text else []
    if not columns or any(column.get("type") == "tensor" for column in columns):
        return None
    if any("name" not in column for column in columns):
        return None
    for column in columns:
        if column["type"] not in TYPES:
            raise Refused(
                f"the signature's column {column['name']} has the type {column['type']}, "
                f"expected one of {', '.join(sorted(TYPES))}")
    return [
        {
            "name": column["name"], "type": TYPES[column["type"]],
            "required": column.get("required", True),
        }
        for column in columns
    ]


def frame(columns, features):
    """The columns as the table that the model was fitted on: names, and whole numbers as such."""
    import pandas

    series = {}
    for feature in features:
        values = columns[feature["name"]]
        if feature["type"] == "text":
            series[feature["name"]] = pandas.Series(list(values), dtype=object)
        elif feature["type"] == "integer" and not pandas.isna(values).any():
            series[feature["name"]] = pandas.Series(values).astype("int64")
        elif feature["type"] == "boolean" and not pandas.isna(values).any():
            series[feature["name"]] = pandas.Series(values).astype(bool)
        else:
            series[feature["name"]] = pandas.Series(values, dtype=float)
    return pandas.DataFrame(series, columns=[feature["name"] for feature in features])
