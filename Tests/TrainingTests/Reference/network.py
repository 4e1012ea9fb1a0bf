"""Writes network.json: steps of scikit-learn's multilayer perceptrons from given weights.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 numpy==2.4.6
    venv/bin/python network.py
"""
import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

warnings.filterwarnings("ignore")
HERE = pathlib.Path(__file__).parent


def rows(matrix):
    return [[float(v) for v in row] for row in np.atleast_2d(matrix)]


def numbers(vector):
    return [float(v) for v in np.ravel(vector)]


def layers(model):
    return [{"coefficients": rows(w.T), "intercepts": numbers(b)}
            for w, b in zip(model.coefs_, model.intercepts_)]


def steps(model, x, y, count):
    """Full-batch steps through scikit-learn's own partial_fit, after one that makes the weights."""
    classes = {"classes": np.unique(y)} if isinstance(model, MLPClassifier) else {}
    model.partial_fit(x, y, **classes)
    g = np.random.default_rng(99)
    # Our own weights, and an optimiser that has seen nothing.
    model.coefs_ = [np.round(g.standard_normal(w.shape) / np.sqrt(len(w)), 3)
                    for w in model.coefs_]
    model.intercepts_ = [np.round(g.standard_normal(b.shape) / 4, 3) for b in model.intercepts_]
    parameters = model.coefs_ + model.intercepts_
    if model.solver == "adam":
        model._optimizer = AdamOptimizer(parameters, model.learning_rate_init)
    else:
        model._optimizer = SGDOptimizer(
            parameters, model.learning_rate_init, "constant", model.momentum,
            model.nesterovs_momentum)
    before = layers(model)
    losses = []
    for _ in range(count):
        model.partial_fit(x, y)
        losses.append(float(model.loss_))
    return before, losses, layers(model)


def case(seed, n, d, k, hidden, activation, solver, alpha, momentum=0.9, nesterov=True, count=3):
    g = np.random.default_rng(seed)
    x = np.round(g.standard_normal((n, d)), 3)
    options = {
        "hidden_layer_sizes": hidden, "activation": activation, "solver": solver, "alpha": alpha,
        "batch_size": n, "learning_rate_init": 0.01, "momentum": momentum,
        "nesterovs_momentum": nesterov, "shuffle": False, "random_state": 1,
    }
    if k:
        y = np.arange(n) % k
        model = MLPClassifier(**options)
    else:
        y = np.round(g.standard_normal(n), 3)
        model = MLPRegressor(**options)
    before, losses, after = steps(model, x, y, count)
    return {
        "x": rows(x), "y": numbers(y), "classes": k, "activation": activation, "optimizer": solver,
        "alpha": alpha, "lr": 0.01, "momentum": momentum, "nesterov": nesterov, "before": before,
        "losses": losses, "after": after,
        "output": rows(model.predict_proba(x)) if k else numbers(model.predict(x)),
    }


reference = {
    "versions": {"numpy": np.__version__, "sklearn": sklearn.__version__},
    "cases": [
        case(1, 30, 4, 3, (5,), "relu", "adam", 0.01),
        case(2, 25, 3, 2, (4, 4), "tanh", "adam", 0.0),
        case(3, 40, 5, 0, (6,), "relu", "adam", 0.5),
        case(4, 70, 4, 4, (3, 3, 3), "tanh", "sgd", 0.01),
        case(5, 33, 3, 2, (5,), "relu", "sgd", 1.0, momentum=0.5, nesterov=False),
        case(6, 150, 2, 0, (4, 4), "tanh", "sgd", 0.1, momentum=0.0, nesterov=False, count=1),
    ],
}
text = json.dumps(reference, separators=(",", ":"))
(HERE / "network.json").write_text(text.replace('],"', '],\n"') + "\n")
