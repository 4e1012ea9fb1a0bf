"""Trainers: a pipeline of imputation, scaling, one-hot encoding and an estimator."""
import json
import os

import joblib
import numpy
import sklearn
from sklearn import metrics
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC

from rpc import Refused
from tables import Table, matrix

FACTS = "sklearn.json"
MODEL = "model.joblib"
# Integers with at most so many values are classes, as `bancada train` takes them.
CLASS_LIMIT = 20


def estimator(trainer, task, given, seed):
    """The estimator, in the form for the task."""
    values = dict(given)
    if trainer == "sklearn.svc":
        if task != "classification":
            raise Refused("sklearn.svc learns classes, and the target is a number")
        return SVC(probability=True, random_state=seed, **values)
    if trainer == "sklearn.random_forest":
        if values.get("max_features") is None:
            values.pop("max_features", None)
        kind = {"classification": RandomForestClassifier, "regression": RandomForestRegressor}
        return kind[task](random_state=seed, **values)
    if trainer == "sklearn.gradient_boosting":
        kind = {
            "classification": HistGradientBoostingClassifier,
            "regression": HistGradientBoostingRegressor,
        }
        return kind[task](random_state=seed, **values)
    if trainer == "sklearn.knn":
        kind = {"classification": KNeighborsClassifier, "regression": KNeighborsRegressor}
        return kind[task](**values)
    raise Refused(f"no trainer {trainer}")


def features(table, target):
    """The columns that something can be learned from, with their types."""
    result = []
    for name in table.names:
        values = table.columns[name]
        if name == target:
            continue
        if table.types[name] == "text":
            known = {v for v in values if v is not None}
            # Names and numbers of rows say nothing about other rows.
            if not known or len(known) > max(CLASS_LIMIT, table.row_count // 2):
                continue
        elif numpy.isnan(values).all():
            continue
        result.append({"name": name, "type": table.types[name]})
    return result


def encoder(columns):
    numbers = [p for p, c in enumerate(columns) if c["type"] != "text"]
    texts = [p for p, c in enumerate(columns) if c["type"] == "text"]
    number = Pipeline([("impute", SimpleImputer()), ("scale", StandardScaler())])
    # A missing text is a level of its own.
    text = Pipeline([
        ("impute", SimpleImputer(missing_values=None, strategy="constant", fill_value="")),
        ("one_hot", OneHotEncoder(handle_unknown="ignore", sparse_output=False)),
    ])
    return ColumnTransformer([("numbers", number, numbers), ("texts", text, texts)])


def classes(table, target):
    """The target's values as they are written in answers, or None for a number to learn."""
    values, kind = table.columns[target], table.types[target]
    if kind == "text":
        return sorted({v for v in values if v is not None})
    known = sorted({v for v in values if not numpy.isnan(v)})
    if kind == "boolean":
        return [bool(v) for v in known]
    if kind == "integer" and len(known) <= CLASS_LIMIT:
        return [int(v) for v in known]
    return None


def fit(params, say):
    table, target = Table(params["table"]), params["target"]
    if target not in table.columns:
        raise Refused(f"the table has no column {target}")
    columns = features(table, target)
    if not columns:
        raise Refused("the table has no column to learn from")
    labels = classes(table, target)
    if labels is not None and len(labels) < 2:
        raise Refused(f"column {target} has {len(labels)} classes, expected two or more")
    values = table.columns[target]
    kept = [v is not None and v == v for v in values]
    if not any(kept):
        raise Refused(f"column {target} has no values")
    task = "regression" if labels is None else "classification"
    seed = params.get("seed", 0) % (1 << 32)
    model = Pipeline([
        ("encode", encoder(columns)),
        ("estimate", estimator(params["trainer"], task, params.get("parameters", {}), seed)),
    ])
    x = matrix(table.columns, columns)[kept]
    y = values[kept].astype(float) if labels is None else codes(values[kept], labels)
    say("progress", done=0, total=1)
    try:
        model.fit(x, y)
    except ValueError as error:
        raise Refused(str(error)) from error
    say("progress", done=1, total=1)
    write(params["model"], model, {
        "format": "bancada-sklearn", "version": 1, "sklearn": sklearn.__version__,
        "trainer": params["trainer"], "task": task, "target": target, "features": columns,
        "classes": labels,
    })
    return measures(model, x, y, task)


def codes(values, labels):
    """Each value's place among the labels."""
    places = {(float(v) if not isinstance(v, str) else v): p for p, v in enumerate(labels)}
    return numpy.array([places[v] for v in values], dtype=int)


def write(folder, model, facts):
    os.makedirs(folder, exist_ok=True)
    joblib.dump(model, folder + "/" + MODEL)
    with open(folder + "/" + FACTS, "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=2)
        file.write("\n")


def measures(model, x, y, task):
    predicted = model.predict(x)
    if task == "regression":
        return {
            "rmse": float(metrics.mean_squared_error(y, predicted) ** 0.5),
            "mae": float(metrics.mean_absolute_error(y, predicted)),
            "r2": float(metrics.r2_score(y, predicted)) if len(y) > 1 else 0.0,
        }
    return {
        "accuracy": float(metrics.accuracy_score(y, predicted)),
        "balanced_accuracy": float(metrics.balanced_accuracy_score(y, predicted)),
        "f1_macro": float(metrics.f1_score(y, predicted, average="macro")),
    }
