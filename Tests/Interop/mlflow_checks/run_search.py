"""Search of runs: every operator of the filter language over one small population."""

import functools
import math

from mlflow.data.meta_dataset import MetaDataset
from mlflow.data.http_dataset_source import HTTPDatasetSource
from mlflow.entities import DatasetInput, InputTag, Metric, Param, RunTag

from .harness import CLIENT, INVALID, WIRE, check, equal, new_experiment, refuses

# Name, status, start, end, metrics, params, tags, data set (name, digest, context).
RUNS = [
    ("alpha", "FINISHED", 1000, 2000, {"acc": 0.9, "val acc/top-1": 1, "neg": -1.5},
     {"lr": "0.1", "model": "svm", "a b": "x"},
     {"stage": "prod", "dotted.key.x": "1", "wörter": "grün"}, ("iris", "d1", "training")),
    ("beta", "FINISHED", 2000, 3000, {"acc": 0.8, "neg": 0},
     {"lr": "0.01", "model": "SVM"}, {"stage": "dev"}, ("iris", "d2", "test")),
    ("gamma", "FAILED", 3000, 4000, {"acc": math.nan}, {"lr": "1e-3"}, {"stage": "Prod"}, None),
    ("delta", "RUNNING", 4000, None, {}, {"model": "mlp_10%"}, {}, ("wine", "d1", "training")),
    ("epsilon", "KILLED", 5000, 5000, {"acc": 0.8, "big": 1e300},
     {"lr": "0.1", "model": "mlp 10x"}, {"stage": ""}, None),
    ("Zeta ü", "SCHEDULED", 6000, None, {"acc": -2.5e-7, "neg": 4}, {"model": "it's"},
     {"stage": "prod", "quote": 'a "b"'}, None),
]
INITIALS = {run[0]: run[0][0] for run in RUNS}


@functools.cache
def population():
    """The experiment and the ids of its runs by initial."""
    experiment_id, ids = new_experiment("search"), {}
    for name, status, start, end, metrics, params, tags, data in RUNS:
        run_id = CLIENT.create_run(experiment_id, start_time=start, run_name=name).info.run_id
        CLIENT.log_batch(run_id, [Metric(k, v, start, 1) for k, v in metrics.items()],
                         [Param(k, v) for k, v in params.items()],
                         [RunTag(k, v) for k, v in tags.items()])
        if data:
            source = HTTPDatasetSource("http://example.org/data.csv")
            dataset = MetaDataset(source, name=data[0], digest=data[1])._to_mlflow_entity()
            context = InputTag("mlflow.data.context", data[2])
            CLIENT.log_inputs(run_id, [DatasetInput(dataset, [context])])
        WIRE.ok("POST", "runs/update", {"run_id": run_id, "status": status,
                                        **({"end_time": end} if end else {})})
        ids[INITIALS[name]] = run_id
    return experiment_id, ids


def found(text):
    experiment_id, ids = population()
    text = text.format(**{f"id_{initial}": run_id for initial, run_id in ids.items()},
                       e=experiment_id)
    return "".join(INITIALS[run.info.run_name]
                   for run in CLIENT.search_runs([experiment_id], text))


# Results are in the order of the search: latest start first.
FILTERS = [
    # Metrics: NaN and a missing one match no comparison but NaN's !=.
    ("metrics.acc > 0.8", "a"), ("metrics.acc >= 0.8", "eba"), ("metrics.acc = 0.8", "eb"),
    ("metrics.acc < 0.8", "Z"), ("metrics.acc <= 0.8", "Zeb"), ("metrics.acc != 0.8", "Zga"),
    ("metrics.acc = 0.8 AND metrics.neg = 0", "b"), ("metric.acc > .85", "a"),
    ("metrics.acc > -1e-3", "Zeba"), ("metrics.neg < -1.4", "a"), ("metrics.big >= 1e300", "e"),
    ("metrics.`val acc/top-1` = 1", "a"), ('metrics."val acc/top-1" = 1.0', "a"),
    ("metrics.none > 0", ""), ("metrics.none != 0", ""),
    # Params are compared as text.
    ("params.lr = '0.1'", "ea"), ('params.lr = "0.1"', "ea"), ("params.lr != '0.1'", "gb"),
    ("param.model = 'svm'", "a"), ("parameters.model = 'svm'", "a"),
    ("parameter.model = 'svm'", "a"), ("params.`a b` = 'x'", "a"), ('params."a b" = "x"', "a"),
    ("params.model LIKE 's%'", "a"), ("params.model ILIKE 's%'", "ba"),
    ("params.model LIKE '%10_'", "ed"), ("params.model LIKE '_v_'", "a"),
    ("params.model LIKE 'svm'", "a"), ("params.model ILIKE 'SVM'", "ba"),
    ('params.model = "it\'s"', "Z"), ("params.model IS NULL", "g"),
    ("params.model IS NOT NULL", "Zedba"), ("params.lr IS NULL", "Zd"),
    ("params.lr = '0.1' AND params.model = 'svm'", "a"), ("params.none = ''", ""),
    # Tags.
    ("tags.stage = 'prod'", "Za"), ("tag.stage = 'prod'", "Za"), ("tags.stage != 'prod'", "egb"),
    ("tags.stage LIKE 'pro%'", "Za"), ("tags.stage ILIKE 'PROD'", "Zga"),
    ("tags.stage = ''", "e"), ("tags.stage IS NULL", "d"), ("tags.stage IS NOT NULL", "Zegba"),
    ("tags.dotted.key.x = '1'", "a"), ("tags.`dotted.key.x` = '1'", "a"),
    ('tags."dotted.key.x" = "1"', "a"), ("tags.mlflow.runName = 'beta'", "b"),
    ("tags.`wörter` = 'grün'", "a"), ("tags.quote = 'a \"b\"'", "Z"),
    # Attributes, with and without the word.
    ("attributes.status = 'FINISHED'", "ba"), ("attribute.status = 'FAILED'", "g"),
    ("attr.status = 'KILLED'", "e"), ("run.status = 'RUNNING'", "d"), ("status = 'SCHEDULED'", "Z"),
    ("status != 'FINISHED'", "Zedg"), ("status LIKE 'F%'", "gba"), ("status ILIKE 'fin%'", "ba"),
    ("run_name = 'alpha'", "a"), ("run_name LIKE '%a'", "dgba"), ("run_name ILIKE '%TA'", "db"),
    ("run_name = 'Zeta ü'", "Z"), ("run_name != 'alpha'", "Zedgb"),
    ("`run name` = 'alpha'", "a"), ("`Run name` = 'alpha'", "a"),
    ("run_id = '{id_b}'", "b"), ("run_id != '{id_b}'", "Zedga"),
    ("run_id IN ('{id_b}', '{id_Z}', 'x')", "Zb"), ("run_id NOT IN ('{id_b}', '{id_Z}')", "edga"),
    ("attributes.run_id IN ('{id_g}')", "g"), ("run_id LIKE '{id_g}'", "g"),
    ("artifact_uri LIKE 'mlflow-artifacts:/{e}/%'", "Zedgba"),
    ("artifact_uri = 'mlflow-artifacts:/{e}/{id_a}/artifacts'", "a"),
    ("start_time > 4000", "Ze"), ("start_time >= 4000", "Zed"), ("start_time = 4000", "d"),
    ("start_time != 4000", "Zegba"), ("start_time < 2000", "a"), ("start_time <= 2000", "ba"),
    ("attributes.start_time > 5e3", "Z"), ("created > 5000", "Z"), ("end_time > 3500", "eg"),
    ("end_time = 2000", "a"), ("end_time <= 3000 AND start_time > 1000", "b"),
    # Data sets.
    ("dataset.name = 'iris'", "ba"), ("datasets.name = 'iris'", "ba"),
    ("dataset.name != 'iris'", "d"), ("dataset.digest = 'd1'", "da"),
    ("dataset.digest LIKE 'd%' AND dataset.name ILIKE 'IRIS'", "ba"),
    ("dataset.context = 'training'", "da"), ("datasets.context LIKE 'te%'", "b"),
    ("dataset.name IN ('wine', 'none')", "d"), ("dataset.digest NOT IN ('d1')", "b"),
    # Composition.
    ("", "Zedgba"), ("metrics.acc > 0 and params.lr = '0.1' And status = 'KILLED'", "e"),
    ("  metrics.acc>0.8   AND   tags.stage='prod' ", "a"), ("metrics.acc>0.8 AND ", "a"),
    ("metrics.acc > 0.1 AND metrics.acc < 0.85", "eb"),
    ("params.lr = '0.1' AND params.lr != '0.2' AND metrics.acc != 5", "ea"),
]


def filter_check(text, wanted):
    @check(f"Runs where {text}")
    def run():
        equal(found(text), wanted)


for item in FILTERS:
    filter_check(*item)

REFUSED = [
    "metrics.acc", "metrics.acc >", "> 0.5", "metrics.acc 0.5", "metrics.acc == 0.5",
    "metrics.acc > 'a'", "metrics.acc > '0.5'", "metrics.acc LIKE '0%'", "metrics.acc IN (1, 2)",
    "metrics.acc > 0.5 OR metrics.acc < 0.1", "NOT metrics.acc > 0.5", "(metrics.acc > 0.5)",
    "metrics.acc BETWEEN 0 AND 1", "metrics.acc > +1", "metrics.acc IS NULL",
    "params.lr = 0.1", "params.lr > '0.1'", "params.lr = value", "params.lr IN ('0.1')",
    "params.lr = '0.1", "params = 'a'", "params.lr", "param.lr < '1'",
    "tags.stage > 'a'", "tags.stage IN ('a')", "tags.stage = prod", "tags.stage = 5",
    "status > 'A'", "status IN ('FINISHED')", "start_time = 'x'", "start_time LIKE '1'",
    "start_time IN (1)", "nonsense = 'a'", "attributes.nonsense = 'a'", "metrix.acc > 1",
    "Metrics.acc > 1", "METRICS.acc > 1", "run_name > 'a'", "run_name IN ('a')", "run_id IN ()",
    "run_id IN ('a', 1)", "run_id IN 'a'", "run_id IS NULL", "dataset.source = 'a'",
    "dataset.name > 'a'",
    "metrics.acc > 0.5, metrics.acc < 1", "metrics.acc > 0.5; metrics.acc < 1",
    "1 = 1", "'a' = 'a'", "lifecycle_stage = 'active'",
]


def refusal_check(text):
    @check(f"No search where {text}")
    def run():
        refuses(INVALID, "POST", "runs/search", {
            "experiment_ids": [population()[0]], "filter": text, "max_results": 5})


for item in REFUSED:
    refusal_check(item)
