"""A seeded population of runs, and searches over it with made-up filters and orders."""

import random

RUNS, FILTERS, ORDERS, SEED = 60, 160, 60, 20260131
# Ties go by ids, which differ from server to server: here no two runs start at the same time.


def populate(s):
    """Fills an experiment with runs that have ties, NaN and gaps; its id."""
    dice = random.Random(SEED)
    e = s.post("experiments/create", name="population").get("experiment_id")
    for n in range(RUNS):
        run = s.post(
            "runs/create", experiment_id=e, run_name=f"Run {n % 40}", start_time=1000 + n,
            user_id=dice.choice(["ada", "Bob", "ü"])).get("run", {})
        run = run.get("info", {}).get("run_id", "")
        metrics = [{"key": key, "value": dice.choice(values), "timestamp": 5, "step": n % 3}
                   for key, values in (
                       ("acc", [0.1, 0.25, 0.5, 0.5, 0.9, -1, "NaN"]), ("loss", [1, 2, 3, 1e6]),
                       ("val/loss x", [0, 1])) if dice.random() < 0.7]
        params = [{"key": key, "value": dice.choice(values)} for key, values in (
            ("lr", ["0.1", "0.01", "1e-3"]), ("model", ["svm", "SVM", "mlp_1", "mlp%2", ""]),
            ("a b", ["x", "y"])) if dice.random() < 0.7]
        tags = [{"key": key, "value": dice.choice(values)} for key, values in (
            ("stage", ["prod", "Prod", "dev", ""]), ("x.y.z", ["1", "ü"])) if dice.random() < 0.7]
        s.post("runs/log-batch", run_id=run, metrics=metrics, params=params, tags=tags)
        if dice.random() < 0.4:
            s.post("runs/log-inputs", run_id=run, datasets=[{
                "dataset": {"name": dice.choice(["iris", "wine"]), "digest": dice.choice("ab"),
                            "source_type": "s", "source": "x"},
                "tags": [{"key": "mlflow.data.context", "value": dice.choice(["train", "test"])}]}])
        s.post("runs/update", run_id=run, **dice.choice([
            {"status": "FINISHED", "end_time": 2000 + n}, {"status": "FAILED", "end_time": 2000},
            {"status": "RUNNING"}, {"status": "KILLED", "end_time": 1}]))
        if n % 9 == 4:
            s.post("runs/delete", run_id=run)
    return e


NUMBERS = ["0", "0.5", ".25", "-1", "1e6", "2", "-0.0", "0.1"]
TEXTS = ["'svm'", '"svm"', "'%'", "'m%'", "'_vm'", "'mlp_1'", "'mlp\\_1'", "'prod'", "''", "'0.1'",
         "'x'", "'ü'", "'PROD'", "'%1'", "'FINISHED'", "'F%'", "'Run 1'", "'Run 1_'", "'ada'"]
NUMERIC = ["metrics.acc", "metric.loss", "metrics.`val/loss x`", 'metrics."val/loss x"',
           "start_time", "attributes.end_time", "created", "metrics.none"]
TEXTUAL = ["params.lr", "param.model", "parameters.`a b`", "tags.stage", "tag.`x.y.z`",
           "tags.x.y.z", "status", "attributes.status", "run_name", "attr.run_name", "user_id",
           "tags.mlflow.runName", "params.none", "run.user_id"]
DATA = ["dataset.name", "datasets.digest", "dataset.context"]


def clause(dice):
    kind = dice.random()
    if kind < 0.35:
        operator = dice.choice([">", ">=", "=", "!=", "<", "<="])
        return f"{dice.choice(NUMERIC)} {operator} {dice.choice(NUMBERS)}"
    if kind < 0.8:
        operator = dice.choice(["=", "!=", "LIKE", "ILIKE"])
        return f"{dice.choice(TEXTUAL)} {operator} {dice.choice(TEXTS)}"
    if kind < 0.87:
        key = dice.choice(["params.lr", "tags.stage", "params.none", "tags.x.y.z"])
        return f"{key} IS {dice.choice(['', 'NOT '])}NULL"
    if kind < 0.95:
        return f"{dice.choice(DATA)} {dice.choice(['=', '!=', 'LIKE', 'ILIKE'])} " + dice.choice(
            ["'iris'", "'w%'", "'a'", "'train'", "'TRAIN'"])
    return f"{dice.choice(DATA)} {dice.choice(['IN', 'NOT IN'])} ('iris', 'a', 'test')"


def order(dice):
    keys = dice.sample(NUMERIC[:6] + TEXTUAL[:11], dice.choice([1, 1, 2, 3]))
    return [key + dice.choice(["", " ASC", " DESC", " desc"]) for key in keys]


def search_runs(s):
    dice = random.Random(SEED + 1)
    e = populate(s)
    for _ in range(FILTERS):
        text = dice.choice([" AND ", " and "]).join(
            clause(dice) for _ in range(dice.choice([1, 1, 1, 2, 2, 3])))
        s.post("runs/search", experiment_ids=[e], filter=text, max_results=100)
    for _ in range(ORDERS):
        s.post("runs/search", experiment_ids=[e], order_by=order(dice), max_results=100)
    for by in ([], ["metrics.acc DESC", "params.lr"], ["tags.stage"], ["start_time ASC"]):
        for text in ("", "metrics.acc > 0", "status != 'RUNNING'"):
            pages(s, experiment_ids=[e], order_by=by, filter=text, max_results=17)
    for view in ("ACTIVE_ONLY", "DELETED_ONLY", "ALL", "NONSENSE", ""):
        s.post("runs/search", experiment_ids=[e], run_view_type=view, max_results=100)
    for ids in ([], [e, "0"], ["99999"], [e, e], ["abc"], [""]):
        s.post("runs/search", experiment_ids=ids, max_results=3)
    for number in (0, -1, 1, 50000, 50001, "5", "x", 1.0, 1.5, None, 2**40):
        s.post("runs/search", experiment_ids=[e], max_results=number)
    s.post("runs/search", experiment_ids=[e], filter="run_name = 'Run 1'")
    for token in ("garbage", "", "e30=", "AAAA", "eyJvZmZzZXQiOiAieCJ9",
        "eyJvZmZzZXQiOiA5OTk5fQ=="):
        s.post("runs/search", experiment_ids=[e], max_results=3, page_token=token)


def pages(s, **search):
    token = None
    for _ in range(10):
        more = {"page_token": token} if token else {}
        token = s.post("runs/search", **search, **more).get("next_page_token")
        if not token:
            return


BAD_FILTERS = [
    "metrics.acc", "metrics.acc >", "> 1", "metrics.acc == 1", "metrics.acc > 'a'",
    "metrics.acc > '1'", "metrics.acc LIKE '1'", "metrics.acc IN (1)", "metrics.acc IS NULL",
    "metrics.acc > 1 OR metrics.acc < 0", "NOT metrics.acc > 1", "(metrics.acc > 1)",
    "metrics.acc BETWEEN 0 AND 1", "metrics.acc > +1", "metrics.acc > 1e", "metrics.acc > nan",
    "metrics.acc > 1,", "metrics.acc > 0x10", "metrics.acc > 1_000", "metrics.acc > 1 AND",
    "AND metrics.acc > 1", "metrics.acc > 1 AND AND metrics.acc > 0",
    "metrics.acc > 1 metrics.acc < 2",
    "metrics..acc > 1", "metrics. > 1", "metrics > 1", "metric.s.acc > 1", "metrix.acc > 1",
    "METRICS.acc > 1", "Params.lr = 'a'", "params.lr = 0.1", "params.lr > 'a'", "params.lr = value",
    "params.lr IN ('0.1')", "params.lr = '0.1", "params.lr = 'it's'", "params.lr='0.1'",
    "params.lr = '0.1'AND params.lr = '0.1'", "params.a b = 'x'", "params.'a b' = 'x'",
    "params.`a b = 'x'", "tags.stage > 'a'", "tags.stage = prod", "tags.stage IS",
    "tags.stage IS nothing",
    "tags.stage IS NOT", "tags.stage NOT LIKE 'a'", "tags.stage like 'prod'",
    "tags.stage Ilike 'prod'",
    "tags.stage is null", "tags.stage Is Not Null", "status > 'A'", "status IN ('FINISHED')",
    "status = 5", "status IS NULL", "start_time = 'x'", "start_time LIKE '1'", "start_time IN (1)",
    "start_time > 1.5", "start_time > -1", "end_time IS NULL", "nonsense = 'a'",
    "attributes.nonsense = 'a'",
    "run_id IN ()", "run_id IN ('a',)", "run_id IN ('a' 'b')", "run_id IN ('a', 1)",
    "run_id IN 'a'",
    "run_id in ('a')", "run_id NOT IN ('a')", "run_id not in ('a')", "run_id NOT 'a'",
    "dataset.source = 'a'", "dataset.name > 'a'", "dataset.name IS NULL", "dataset.profile = 'x'",
    "lifecycle_stage = 'active'", "artifact_uri LIKE '%'", "artifact_uri = 5",
    "experiment_id = '1'",
    "1 = 1", "'a' = 'a'", "status = status", "'FINISHED' = status", "; DROP TABLE runs", "--",
    "/* a */",
    "metrics.acc > 1 -- a", "status = 'FINISHED' -- a", "status = 'FINISHED';", " ", "\n", "''",
    "`", "\"",
    "status\n=\n'FINISHED'", "status='FINISHED'", "status != 'a' and status != 'b'",
    "status <> 'a'",
    "metrics.acc > 1 && metrics.acc < 2", "run name = 'a'", "`run name` = 'Run 1'",
    "`Run Name` = 'Run 1'",
    "Created > 1", "created > 1", "model_id = 'a'", "metrics.`acc` > 0", "metrics.\"acc\" > 0",
    "params.lr = 'it''s'", "params.lr = ''''", "params.lr = 'a\\'", "params.lr = 'it\\'s'",
    "params.lr = \"a\"\"b\"", "params.lr = '''", "params.lr = 'x\\' AND params.lr = 'y'",
    "tags.`stage` = \"prod\"", "tags.stage = `prod`", "user_id = 'ü'", "params.model = \"it's\"",
]
BAD_ORDERS = [
    "", " ", "ASC", "nonsense", "metrics.", "metrics", "metrics.acc metrics.loss",
    "metrics.acc SIDEWAYS",
    "metrics.acc ASC DESC", "metrics.acc, metrics.loss", "p.x", "lifecycle_stage", "`start_time`",
    "start_time asc", "metrics.acc   DESC", " metrics.acc", "metrics.`acc`", "metrics.a b",
    "dataset.name",
    "attributes.start_time", "attr.status", "run.status", "Start_time", "run_name DESC ",
    "experiment_id",
    "params.`a b` DESC", "params.\"a b\"", "METRICS.acc", "user_id", "created",
]


def odd_searches(s):
    e = s.get("experiments/get-by-name", experiment_name="population").get("experiment", {})
    e = e.get("experiment_id", "0")
    # Names every run before the two servers can differ in what they show.
    s.post("runs/search", experiment_ids=[e], run_view_type="ALL", max_results=100)
    for text in BAD_FILTERS:
        s.post("runs/search", experiment_ids=[e], filter=text, max_results=5)
    for by in BAD_ORDERS:
        s.post("runs/search", experiment_ids=[e], order_by=[by], max_results=5)
    s.post("runs/search", experiment_ids=[e], order_by=["metrics.acc", "metrics.acc"],
        max_results=5)


SECTIONS = [search_runs, odd_searches]
