"""Writes reference.json and mixed.csv: what numpy, pandas and scikit-learn give.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6 pandas==3.1.1
    venv/bin/python generate.py
"""
import json
import pathlib
import warnings

import numpy as np
import pandas as pd
import sklearn
from sklearn import metrics
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent


def rows(matrix):
    return [[float(v) for v in row] for row in np.atleast_2d(matrix)]


def numbers(vector):
    return [float(v) for v in np.ravel(vector)]


def logistic():
    cases = []
    for seed, n, d, k, c, intercept in [
        (1, 40, 3, 2, 1.0, True), (2, 60, 5, 2, 0.05, True), (3, 50, 4, 2, 20.0, False),
        (4, 60, 4, 3, 1.0, True), (5, 90, 6, 4, 0.1, True), (6, 80, 5, 5, 10.0, False),
    ]:
        g = np.random.default_rng(seed)
        x = np.round(g.standard_normal((n, d)), 3)
        w = g.standard_normal((k, d))
        y = np.argmax(x @ w.T + g.gumbel(size=(n, k)) + np.linspace(0, 1, k), 1)
        model = LogisticRegression(
            C=c, tol=1e-14, max_iter=100000, fit_intercept=intercept, solver="newton-cg")
        model.fit(x, y)
        cases.append({
            "x": rows(x), "y": [int(v) for v in y], "classes": k, "C": c,
            "fit_intercept": intercept, "coefficients": rows(model.coef_),
            "intercepts": numbers(model.intercept_),
            "probabilities": rows(model.predict_proba(x)),
        })
    return cases


def ridge():
    cases = []
    for seed, n, d, alpha, intercept, shift in [
        (11, 30, 4, 1.0, True, 0), (12, 50, 6, 0.0, True, 100), (13, 25, 3, 50.0, False, 0),
        (14, 8, 12, 0.5, True, 3), (15, 6, 20, 2.0, False, 0), (16, 40, 5, 1e-6, True, 1e6),
    ]:
        g = np.random.default_rng(seed)
        x = np.round(g.standard_normal((n, d)) + shift, 3)
        y = np.round(x @ g.standard_normal(d) + g.standard_normal(n), 4)
        model = Ridge(alpha=alpha, fit_intercept=intercept, solver="svd").fit(x, y)
        cases.append({
            "x": rows(x), "y": numbers(y), "alpha": alpha, "fit_intercept": intercept,
            "coefficients": numbers(model.coef_), "intercept": float(model.intercept_),
        })
    return cases


def classification_metrics():
    cases = []
    for seed, n, k, decimals in [(21, 50, 2, 1), (22, 200, 2, 6), (23, 60, 3, 1), (24, 300, 5, 2)]:
        g = np.random.default_rng(seed)
        y = g.integers(0, k, n)
        y[:k] = np.arange(k)
        raw = g.random((n, k)) + (np.arange(k) == y[:, None]) * 0.4
        if k == 2:
            p = np.round(raw[:, 1] / raw.sum(1), decimals)  # few decimals: many ties
            p = np.column_stack([1 - p, p])
        else:
            p = np.round(raw / raw.sum(1, keepdims=True), decimals)
            p[:, 0] = 1 - p[:, 1:].sum(1)
        label = p.argmax(1)
        onehot = np.eye(k)[y]
        auc = (metrics.roc_auc_score(y, p[:, 1]) if k == 2 else
               np.mean([metrics.roc_auc_score(y == i, p[:, i]) for i in range(k)]))
        cases.append({
            "y": [int(v) for v in y], "predicted": [int(v) for v in label],
            "probabilities": rows(p),
            "accuracy": metrics.accuracy_score(y, label),
            "balanced_accuracy": metrics.balanced_accuracy_score(y, label),
            "f1_macro": metrics.f1_score(y, label, average="macro"),
            "logloss": float(-np.mean(np.log(np.clip(
                p[np.arange(n), y], np.finfo(float).eps, 1)))),
            "auc": float(auc),
            "brier": float(np.mean((p[:, 1] - y) ** 2) if k == 2
                           else np.mean(((p - onehot) ** 2).sum(1))),
            "confusion": metrics.confusion_matrix(y, label, labels=range(k)).tolist(),
        })
    return cases


def regression_metrics():
    cases = []
    for seed, n, scale in [(31, 20, 1.0), (32, 100, 1e6)]:
        g = np.random.default_rng(seed)
        y = np.round(g.standard_normal(n) * scale, 3)
        p = np.round(y + g.standard_normal(n) * scale / 3, 3)
        cases.append({
            "y": numbers(y), "predicted": numbers(p),
            "rmse": float(metrics.root_mean_squared_error(y, p)),
            "mae": float(metrics.mean_absolute_error(y, p)), "r2": float(metrics.r2_score(y, p)),
        })
    return cases


def mixed():
    """A table with everything in it, through the pipeline that the encoder stands for."""
    g = np.random.default_rng(41)
    n = 60
    frame = pd.DataFrame({
        "size": np.round(g.normal(50, 12, n), 2),
        "year": g.integers(2005, 2012, n),
        "colour": g.choice(["red", "green", "blue, dark"], n),
        "ripe": g.choice(["true", "false"], n),
        "flat": np.full(n, 7.5),
    }).astype({"colour": object, "ripe": object})
    score = (frame["size"] - 50) / 10 + (frame["colour"] == "red") + g.standard_normal(n)
    frame["kind"] = np.where(score > 1, "high", np.where(score < -0.5, "low", "mid"))
    for column, missing in [("size", [3, 17, 40]), ("colour", [5, 6]), ("ripe", [9, 30])]:
        frame.loc[missing, column] = None
    frame.to_csv(HERE / "mixed.csv", index=False, lineterminator="\n")

    encoder = ColumnTransformer([
        ("size", make_pipeline(SimpleImputer(strategy="mean"), StandardScaler()), ["size"]),
        ("year", make_pipeline(SimpleImputer(strategy="mean"), StandardScaler()), ["year"]),
        # A missing colour is a level of its own, after the others.
        ("colour", make_pipeline(
            SimpleImputer(strategy="constant", fill_value="~missing"),
            OneHotEncoder(handle_unknown="ignore", sparse_output=False)), ["colour"]),
        ("ripe", make_pipeline(
            SimpleImputer(strategy="most_frequent"),
            FunctionTransformer(lambda v: (v == "true").astype(float))), ["ripe"]),
        ("flat", make_pipeline(SimpleImputer(strategy="mean"), StandardScaler()), ["flat"]),
    ])
    features = frame.drop(columns="kind").where(frame.drop(columns="kind").notna(), np.nan)
    encoded = encoder.fit_transform(features).astype(float)
    model = LogisticRegression(C=1.0, tol=1e-14, max_iter=100000, solver="newton-cg")
    model.fit(encoded, frame["kind"])
    return {
        "encoded": rows(encoded), "classes": list(model.classes_),
        "coefficients": rows(model.coef_), "intercepts": numbers(model.intercept_),
        "probabilities": rows(model.predict_proba(encoded)),
    }


reference = {
    "versions": {"numpy": np.__version__, "pandas": pd.__version__, "sklearn": sklearn.__version__},
    "logistic": logistic(), "ridge": ridge(), "classification_metrics": classification_metrics(),
    "regression_metrics": regression_metrics(), "mixed": mixed(),
}
text = json.dumps(reference, separators=(",", ":"))
(HERE / "reference.json").write_text(text.replace('],"', '],\n"') + "\n")
