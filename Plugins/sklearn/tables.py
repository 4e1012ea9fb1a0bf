"""Dataset folders: data.csv (UTF-8, header) and schema.json, as columns of numpy arrays."""
import csv
import json

import numpy

from rpc import Refused

# What `bancada` takes for missing, beside an empty field.
MISSING = {
    "", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "n/a", "#N/A", "#NA", "<NA>", "-NaN",
    "-nan", "1.#IND", "1.#QNAN", "-1.#IND", "-1.#QNAN", "#N/A N/A",
}
TRUE = {"true": 1.0, "false": 0.0}


class Table:
    """Columns in order: `names`, their `types` (integer, number, boolean, text), and `columns`:
    float arrays where missing is NaN, or object arrays of text where missing is None."""

    def __init__(self, folder):
        try:
            with open(folder + "/schema.json", encoding="utf-8") as file:
                schema = json.load(file)
            with open(folder + "/data.csv", newline="", encoding="utf-8") as file:
                reader = csv.reader(file)
                self.names = next(reader)
                rows = list(reader)
        except (OSError, ValueError, StopIteration) as error:
            raise Refused(f"{folder} is no dataset folder: {error}") from error
        types = {column["name"]: column["type"] for column in schema["columns"]}
        self.types = {name: types.get(name, "text") for name in self.names}
        self.row_count = len(rows)
        self.columns = {
            name: column([row[place] for row in rows], self.types[name], name)
            for place, name in enumerate(self.names)
        }


def column(cells, kind, name):
    if kind == "text":
        return numpy.array([None if c in MISSING else c for c in cells], dtype=object)
    try:
        return numpy.array([number(c) for c in cells], dtype=float)
    except ValueError as error:
        raise Refused(f"column {name}: {error}") from error


def number(cell):
    if cell in MISSING:
        return float("nan")
    return TRUE[cell.lower()] if cell.lower() in TRUE else float(cell)


def matrix(columns, features):
    """The features' columns side by side as objects, which the pipeline takes apart again."""
    rows = len(columns[features[0]["name"]]) if features else 0
    result = numpy.empty((rows, len(features)), dtype=object)
    for place, feature in enumerate(features):
        result[:, place] = columns[feature["name"]]
    return result
