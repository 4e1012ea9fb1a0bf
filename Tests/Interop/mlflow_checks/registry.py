"""The model registry through MlflowClient: models, versions, aliases, tags, stages."""

import re
import warnings

from .harness import (
    CLIENT, EXISTS, INVALID, MISSING, WIRE, check, equal, new_experiment, new_run, refused, refuses,
    unique)

warnings.filterwarnings("ignore", category=FutureWarning)


def new_model(versions=0, **more):
    """A registered model with that many versions; its name."""
    name = CLIENT.create_registered_model(unique("model"), **more).name
    for _ in range(versions):
        new_version(name)
    return name


def new_version(name, **more):
    run_id = new_run()
    source = CLIENT.get_run(run_id).info.artifact_uri + "/model"
    return CLIENT.create_model_version(name, source, run_id, **more)


@check("A registered model is created with description and tags and reads back")
def create():
    name = unique("modèle 模型")
    made = CLIENT.create_registered_model(name, tags={"team": "ü"}, description="what\nfor")
    read = CLIENT.get_registered_model(name)
    for model in (made, read):
        equal((model.name, model.description, model.tags), (name, "what\nfor", {"team": "ü"}))
        assert model.creation_timestamp == model.last_updated_timestamp > 1_600_000_000_000
    equal((read.latest_versions, read.aliases), ([], {}))


@check("A model's name is taken once and must be a plain text")
def names():
    name = new_model()
    with refused(EXISTS):
        CLIENT.create_registered_model(name)
    for bad in ("", "a/b", "a:b", None):
        refuses(INVALID, "POST", "registered-models/create",
            {"name": bad} if bad is not None else {})


@check("Every call about a missing model or version is RESOURCE_DOES_NOT_EXIST")
def missing():
    name = unique("never")
    refuses(MISSING, "GET", "registered-models/get", name=name)
    refuses(MISSING, "PATCH", "registered-models/update", {"name": name, "description": "x"})
    refuses(MISSING, "POST", "registered-models/rename", {"name": name, "new_name": unique("x")})
    refuses(MISSING, "DELETE", "registered-models/delete", {"name": name})
    refuses(MISSING, "POST", "registered-models/set-tag", {"name": name, "key": "k", "value": "v"})
    refuses(MISSING, "POST", "model-versions/create", {"name": name, "source": "dummy:/x"})
    refuses(MISSING, "GET", "registered-models/alias", name=name, alias="a")
    existing = new_model(1)
    for which in ({"name": name, "version": "1"}, {"name": existing, "version": "7"}):
        refuses(MISSING, "GET", "model-versions/get", **which)
        refuses(MISSING, "GET", "model-versions/get-download-uri", **which)
        refuses(MISSING, "DELETE", "model-versions/delete", which)
        refuses(MISSING, "PATCH", "model-versions/update", {**which, "description": "x"})
        refuses(MISSING, "POST", "model-versions/set-tag", {**which, "key": "k", "value": "v"})
        refuses(MISSING, "POST", "registered-models/alias", {**which, "alias": "a"})


@check("Versions count from 1, are texts, READY at once, and never come again after deletion")
def versions():
    name = new_model()
    first = new_version(name, tags={"a": "1"}, description="one")
    equal((first.version, first.status, first.current_stage, first.name),
        ("1", "READY", "None", name))
    equal((first.tags, first.description), ({"a": "1"}, "one"))
    equal(new_version(name).version, "2")
    CLIENT.delete_model_version(name, "2")
    equal(new_version(name).version, "3")
    with refused(MISSING):
        CLIENT.get_model_version(name, "2")
    read = CLIENT.get_model_version(name, "1")
    equal((read.run_id, read.source), (first.run_id, first.source))
    assert isinstance(WIRE.ok("GET", "model-versions/get", name=name, version="1")
                      ["model_version"]["version"], str)
    equal([v.version for v in CLIENT.get_registered_model(name).latest_versions], ["3"])


@check("A version's description changes, and the model's, and the times of change move on")
def descriptions():
    name = new_model(1)
    before = CLIENT.get_registered_model(name)
    CLIENT.update_registered_model(name, "new ü")
    CLIENT.update_model_version(name, "1", "version text")
    after = CLIENT.get_registered_model(name)
    equal(after.description, "new ü")
    equal(CLIENT.get_model_version(name, "1").description, "version text")
    equal(after.creation_timestamp, before.creation_timestamp)
    assert after.last_updated_timestamp >= before.last_updated_timestamp, after


@check("The download location of a version is its source")
def download_uri():
    name = new_model()
    version = new_version(name)
    equal(CLIENT.get_model_version_download_uri(name, version.version), version.source)


@check("A renamed model keeps versions, aliases and tags under the new name alone")
def rename():
    old, new = new_model(2), unique("renamed")
    CLIENT.set_registered_model_tag(old, "k", "v")
    CLIENT.set_registered_model_alias(old, "champion", "2")
    CLIENT.rename_registered_model(old, new)
    model = CLIENT.get_registered_model(new)
    equal((model.tags, model.aliases), ({"k": "v"}, {"champion": "2"}))
    equal(CLIENT.get_model_version_by_alias(new, "champion").version, "2")
    equal(CLIENT.get_model_version(new, "1").name, new)
    with refused(MISSING):
        CLIENT.get_registered_model(old)
    with refused(EXISTS):
        CLIENT.rename_registered_model(new, new_model())
    equal(new_version(new).version, "3")


@check("A deleted model is gone with its versions, and its name is free")
def delete():
    name = new_model(2)
    CLIENT.set_registered_model_alias(name, "a", "1")
    CLIENT.delete_registered_model(name)
    with refused(MISSING):
        CLIENT.get_model_version(name, "1")
    CLIENT.create_registered_model(name)
    equal(CLIENT.get_registered_model(name).aliases, {})
    equal(new_version(name).version, "1")


@check("An alias names a version, moves, and is gone with its version")
def aliases():
    name = new_model(3)
    CLIENT.set_registered_model_alias(name, "champion", "1")
    CLIENT.set_registered_model_alias(name, "Other_2-x", "2")
    equal(CLIENT.get_registered_model(name).aliases, {"champion": "1", "Other_2-x": "2"})
    equal(CLIENT.get_model_version(name, "1").aliases, ["champion"])
    CLIENT.set_registered_model_alias(name, "champion", "3")
    equal(CLIENT.get_model_version_by_alias(name, "champion").version, "3")
    equal(CLIENT.get_model_version(name, "1").aliases, [])
    CLIENT.delete_registered_model_alias(name, "Other_2-x")
    CLIENT.delete_model_version(name, "3")
    equal(CLIENT.get_registered_model(name).aliases, {})


@check("A missing alias is INVALID_PARAMETER_VALUE; deleting one that is not there is fine")
def missing_alias():
    name = new_model(1)
    refuses(INVALID, "GET", "registered-models/alias", name=name, alias="none")
    with refused(INVALID):
        CLIENT.get_model_version_by_alias(name, "none")
    CLIENT.delete_registered_model_alias(name, "none")


@check("Aliases that could be versions, or have odd characters, are refused")
def bad_aliases():
    name = new_model(1)
    for alias in ("latest", "LATEST", "v1", "V12", "", "a b", "a/b", "a.b", "@a", "a" * 256):
        refuses(INVALID, "POST", "registered-models/alias",
                {"name": name, "alias": alias, "version": "1"})
    equal(CLIENT.get_registered_model(name).aliases, {})


@check("Tags of models and versions are set, replaced and deleted")
def tags():
    name = new_model(1)
    for value in ("a", "ü 🙂", ""):
        CLIENT.set_registered_model_tag(name, "k.x/y", value)
        CLIENT.set_model_version_tag(name, "1", "k.x/y", value)
        equal(CLIENT.get_registered_model(name).tags, {"k.x/y": value})
        equal(CLIENT.get_model_version(name, "1").tags, {"k.x/y": value})
    CLIENT.delete_registered_model_tag(name, "k.x/y")
    CLIENT.delete_model_version_tag(name, "1", "k.x/y")
    equal((CLIENT.get_registered_model(name).tags, CLIENT.get_model_version(name, "1").tags),
        ({}, {}))


@check("Stages move, whatever their case, and archive what was there when asked")
def stages():
    name = new_model(3)
    for version, stage in (("1", "Production"), ("2", "staging"), ("3", "PRODUCTION")):
        moved = CLIENT.transition_model_version_stage(name, version, stage)
        equal(moved.current_stage.lower(), stage.lower())
    latest = {v.current_stage: v.version for v in CLIENT.get_latest_versions(name)}
    equal(latest, {"Production": "3", "Staging": "2"})
    equal([v.version for v in CLIENT.get_latest_versions(name, ["Staging"])], ["2"])
    equal(CLIENT.get_latest_versions(name, ["None"]), [])
    CLIENT.transition_model_version_stage(name, "2", "Production", archive_existing_versions=True)
    equal({v: CLIENT.get_model_version(name, v).current_stage for v in "123"},
          {"1": "Archived", "2": "Production", "3": "Archived"})
    CLIENT.transition_model_version_stage(name, "1", "None")
    equal(CLIENT.get_model_version(name, "1").current_stage, "None")
    refuses(INVALID, "POST", "model-versions/transition-stage", {
        "name": name, "version": "1", "stage": "Heaven", "archive_existing_versions": False})


@check("The newest version of each stage is the model's latest")
def latest_versions():
    name = new_model(4)
    CLIENT.transition_model_version_stage(name, "1", "Staging")
    latest = CLIENT.get_registered_model(name).latest_versions
    equal({v.current_stage: v.version for v in latest}, {"None": "4", "Staging": "1"})


@check("Sources outside the run's artifacts are refused")
def sources():
    name, run_id = new_model(), new_run()
    for source in ("/etc/passwd", "file:///etc", "mlflow-artifacts:/../../etc",
        "mlflow-artifacts:/0/x/..",
                   "mlflow-artifacts:/a/%2e%2e/b", "relative/path"):
        refuses(INVALID, "POST", "model-versions/create",
                {"name": name, "source": source, "run_id": run_id})
    refuses(INVALID, "POST", "model-versions/create", {"name": name})
    equal(CLIENT.get_registered_model(name).latest_versions, [])


@check("A version that names a logged model leads to its files and tags it")
def from_logged_model():
    name = new_model()
    model = CLIENT.create_logged_model(new_experiment(), name="m")
    CLIENT.finalize_logged_model(model.model_id, "READY")
    version = CLIENT.create_model_version(
        name, f"models:/{model.model_id}", model_id=model.model_id)
    equal(CLIENT.get_model_version_download_uri(name, version.version), model.artifact_location)
    tagged = CLIENT.get_logged_model(model.model_id).tags["mlflow.modelVersions"]
    assert re.search(rf'"name":\s*"{name}"', tagged), tagged
