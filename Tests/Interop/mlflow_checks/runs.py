"""Runs through MlflowClient: their life, names, params, tags and status."""

from mlflow.entities import Param, RunStatus, RunTag, ViewType

from .harness import (
    CLIENT, INVALID, MISSING, WIRE, check, equal, new_experiment, new_run, refused, refuses)

ABSENT = "0123456789abcdef0123456789abcdef"


@check("A run is created with name, tags and start time and reads back")
def create():
    experiment_id = new_experiment()
    run = CLIENT.create_run(experiment_id, start_time=1234, run_name="läuft 🏃",
                            tags={"a": "1", "mlflow.user": "me"})
    assert len(run.info.run_id) == 32 and int(run.info.run_id, 16) >= 0, run.info.run_id
    read = CLIENT.get_run(run.info.run_id)
    equal(read.info.run_name, "läuft 🏃")
    equal((read.info.start_time, read.info.end_time, read.info.status), (1234, None, "RUNNING"))
    equal(read.data.tags, {"a": "1", "mlflow.user": "me", "mlflow.runName": "läuft 🏃"})
    equal(read.info.artifact_uri,
          f"mlflow-artifacts:/{experiment_id}/{run.info.run_id}/artifacts")
    equal((read.data.params, read.data.metrics), ({}, {}))


@check("A run without a name gets one, which is also its tag")
def invented_name():
    run = CLIENT.create_run(new_experiment())
    assert run.info.run_name, run.info
    equal(run.data.tags["mlflow.runName"], run.info.run_name)


@check("A run's name and the tag mlflow.runName are one thing")
def one_name():
    run_id = new_run(run_name="first")
    CLIENT.update_run(run_id, name="second")
    equal(CLIENT.get_run(run_id).data.tags["mlflow.runName"], "second")
    CLIENT.set_tag(run_id, "mlflow.runName", "third")
    equal(CLIENT.get_run(run_id).info.run_name, "third")
    CLIENT.log_batch(run_id, tags=[RunTag("mlflow.runName", "fourth")])
    equal(CLIENT.get_run(run_id).info.run_name, "fourth")
    experiment_id = CLIENT.get_run(run_id).info.experiment_id
    found = CLIENT.search_runs([experiment_id], "run_name = 'fourth'")
    equal([run.info.run_id for run in found], [run_id])


@check("Run names that do not agree with the tag are refused at creation")
def name_conflict():
    refuses(INVALID, "POST", "runs/create", {
        "experiment_id": new_experiment(), "run_name": "a",
        "tags": [{"key": "mlflow.runName", "value": "b"}]})


@check("A run ends with any terminal status and its end time")
def terminate():
    for status in ("FINISHED", "FAILED", "KILLED"):
        run_id = new_run()
        CLIENT.set_terminated(run_id, status, end_time=99_999_999_999_999)
        info = CLIENT.get_run(run_id).info
        equal((info.status, info.end_time), (status, 99_999_999_999_999))
    CLIENT.update_run(run_id, status="RUNNING")
    equal(CLIENT.get_run(run_id).info.status, "RUNNING")
    CLIENT.update_run(run_id, status="SCHEDULED")
    equal(CLIENT.get_run(run_id).info.status, "SCHEDULED")
    assert RunStatus.is_terminated(RunStatus.KILLED)


@check("runs/update answers with the run's info")
def update_answer():
    run_id = new_run(run_name="before")
    info = WIRE.ok("POST", "runs/update", {
        "run_id": run_id, "run_uuid": run_id, "status": "FINISHED", "end_time": 7,
        "run_name": "after"})["run_info"]
    equal([info[key] for key in ("run_id", "run_uuid", "status", "end_time", "run_name")],
          [run_id, run_id, "FINISHED", 7, "after"])


@check("A deleted run is read, hidden from search, refuses writes and is restored")
def delete_and_restore():
    experiment_id = new_experiment()
    run_id = new_run(experiment_id)
    CLIENT.log_param(run_id, "p", 1)
    CLIENT.delete_run(run_id)
    equal(CLIENT.get_run(run_id).info.lifecycle_stage, "deleted")
    for view, count in ((ViewType.ACTIVE_ONLY, 0), (ViewType.DELETED_ONLY, 1), (ViewType.ALL, 1)):
        equal(len(CLIENT.search_runs([experiment_id], run_view_type=view)), count)
    for write in (lambda: CLIENT.log_metric(run_id, "m", 1),
        lambda: CLIENT.log_param(run_id, "q", 1),
                  lambda: CLIENT.set_tag(run_id, "t", 1),
                  lambda: CLIENT.log_batch(run_id, params=[Param("q", "1")]),
                  lambda: CLIENT.update_run(run_id, status="FINISHED")):
        with refused(INVALID):
            write()
    for _ in range(2):
        CLIENT.delete_run(run_id)
    for _ in range(2):
        CLIENT.restore_run(run_id)
    CLIENT.log_param(run_id, "q", 2)
    equal(CLIENT.get_run(run_id).data.params, {"p": "1", "q": "2"})


@check("Every call about a missing run is RESOURCE_DOES_NOT_EXIST")
def missing():
    with refused(MISSING):
        CLIENT.get_run(ABSENT)
    for route, more in (
            ("update", {"status": "FINISHED"}), ("delete", {}), ("restore", {}),
            ("log-metric", {"key": "m", "value": 1, "timestamp": 1}),
            ("log-parameter", {"key": "p", "value": "1"}), ("set-tag", {"key": "t", "value": "1"}),
            ("delete-tag", {"key": "t"}), ("log-batch", {"params": [{"key": "p", "value": "1"}]}),
            ("log-inputs", {"models": [{"model_id": "m-1"}]})):
        refuses(MISSING, "POST", f"runs/{route}", {"run_id": ABSENT, **more})


@check("A param is written once: the same value again is fine, another is refused")
def write_once():
    run_id = new_run()
    for _ in range(2):
        CLIENT.log_param(run_id, "lr", 0.1)
    answer = {"run_id": run_id, "key": "lr", "value": "0.2"}
    refuses(INVALID, "POST", "runs/log-parameter", answer)
    with refused(INVALID):
        CLIENT.log_param(run_id, "lr", 0.2)
    equal(CLIENT.get_run(run_id).data.params, {"lr": "0.1"})


@check("Params keep empty, long and unicode values as they are")
def param_values():
    run_id = new_run()
    values = {"empty": "", "long": "x" * 6000, "text": "ü 🙂 \t\"quoted\" 'single' \\ \n line",
              "slash/and.dot - :": "1", "schlüssel": "ja", "名前": "値"}
    for key, value in values.items():
        CLIENT.log_param(run_id, key, value)
    equal(CLIENT.get_run(run_id).data.params, values)


@check("Tags are set, replaced, deleted, and absent ones are not found")
def tags():
    run_id = new_run()
    for value in ("a", "b", "", "ü\n🙂", "x" * 8000):
        CLIENT.set_tag(run_id, "my tag/x.y", value)
        equal(CLIENT.get_run(run_id).data.tags["my tag/x.y"], value)
    CLIENT.delete_tag(run_id, "my tag/x.y")
    assert "my tag/x.y" not in CLIENT.get_run(run_id).data.tags
    with refused(MISSING):
        CLIENT.delete_tag(run_id, "my tag/x.y")


@check("A run's user is kept and searchable")
def user():
    experiment_id = new_experiment()
    run = WIRE.ok("POST", "runs/create", {
        "experiment_id": experiment_id, "user_id": "jörg", "start_time": 5})["run"]
    equal(run["info"]["user_id"], "jörg")
    found = CLIENT.search_runs([experiment_id], "user_id = 'jörg'")
    equal([r.info.run_id for r in found], [run["info"]["run_id"]])


@check("run_uuid is understood where run_id is missing")
def old_field():
    run_id = new_run()
    WIRE.ok("POST", "runs/log-metric", {"run_uuid": run_id, "key": "m", "value": 2, "timestamp": 3})
    WIRE.ok("POST", "runs/set-tag", {"run_uuid": run_id, "key": "t", "value": "v"})
    run = WIRE.ok("GET", "runs/get", run_uuid=run_id)["run"]
    equal(run["data"]["metrics"], [{"key": "m", "value": 2, "timestamp": 3, "step": 0}])


@check("A run in a missing experiment is RESOURCE_DOES_NOT_EXIST")
def missing_experiment():
    refuses(MISSING, "POST", "runs/create", {"experiment_id": "987654321", "start_time": 1})
