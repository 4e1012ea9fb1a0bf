"""Artifacts through the proxy: upload, list, download, delete; sizes, names, refusals."""

import hashlib
import os
import tempfile

from mlflow.artifacts import download_artifacts, load_text
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

from wire import FILES, quoted

from .harness import CLIENT, INVALID, MISSING, WIRE, check, equal, new_run, refuses


def folder_of(run_id):
    return CLIENT.get_run(run_id).info.artifact_uri.removeprefix("mlflow-artifacts:")


def digest(path):
    with open(path, "rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def listing(run_id, path=None):
    return [(i.path, i.is_dir, i.file_size) for i in CLIENT.list_artifacts(run_id, path)]


def round_trip(name, content, artifact_path=None):
    """Uploads a file of that name, downloads it, and compares."""
    run_id = new_run()
    with tempfile.TemporaryDirectory() as folder:
        local = os.path.join(folder, name)
        with open(local, "wb") as out:
            out.write(content)
        CLIENT.log_artifact(run_id, local, artifact_path)
        path = f"{artifact_path}/{name}" if artifact_path else name
        got = CLIENT.download_artifacts(run_id, path, tempfile.mkdtemp(dir=folder))
        equal(digest(got), digest(local))
        equal(os.path.basename(got), name)
        found = [item for item in CLIENT.list_artifacts(run_id, artifact_path) if item.path == path]
        equal([(item.is_dir, item.file_size or 0) for item in found], [(False, len(content))])
    return run_id


@check("A file of 64 MiB comes back with the same sha256")
def large():
    round_trip("large.bin", os.urandom(1 << 20) * 64)


@check("An empty file is a file")
def empty():
    run_id = round_trip("empty.txt", b"")
    equal([path for path, _, _ in listing(run_id)], ["empty.txt"])


for file_name in ("with space.txt", "grüße.txt", "🙂 emoji.bin", "名前.csv", "a+b&c=d.txt",
    "semi;colon,'quote'.txt",
                  ".hidden", "no-extension", "dots..inside.txt", "UPPER.TXT",
                  "brackets[1](2){3}.txt", "til~de@at!.txt"):
    @check(f"A file named {file_name} comes back")
    def odd_name(name=file_name):
        round_trip(name, name.encode())
        round_trip(name, b"in a folder", "some folder/ü")


@check("Listings are one level, relative to the run, with sizes of files only")
def listings():
    run_id = new_run()
    for path, text in (("top.txt", "12345"), ("a/one.txt", "1"), ("a/b/two.txt", "22"),
        ("a/b/c/d", "")):
        CLIENT.log_text(run_id, text, path)
    equal(listing(run_id), [("a", True, None), ("top.txt", False, 5)])
    equal(listing(run_id, "a"), [("a/b", True, None), ("a/one.txt", False, 1)])
    equal(listing(run_id, "a/b"), [("a/b/c", True, None), ("a/b/two.txt", False, 2)])
    equal(listing(run_id, "top.txt"), [])
    equal(listing(run_id, "missing"), [])
    equal(listing(new_run()), [])


@check("A folder is downloaded whole")
def folders():
    run_id = new_run()
    for path in ("m/a.txt", "m/sub/b.txt", "m/sub/deep/c.txt"):
        CLIENT.log_text(run_id, path, path)
    with tempfile.TemporaryDirectory() as folder:
        root = download_artifacts(run_id=run_id, artifact_path="m", dst_path=folder)
        got = sorted(os.path.relpath(os.path.join(where, name), folder)
                     for where, _, names in os.walk(root) for name in names)
        equal(got, ["m/a.txt", "m/sub/b.txt", "m/sub/deep/c.txt"])
    equal(load_text(f"runs:/{run_id}/m/sub/b.txt"), "m/sub/b.txt")


@check("Uploading again replaces a file")
def replaced():
    run_id = new_run()
    for text in ("first, long", "second"):
        CLIENT.log_text(run_id, text, "a.txt")
    equal(listing(run_id), [("a.txt", False, 6)])
    equal(load_text(f"runs:/{run_id}/a.txt"), "second")


@check("Artifacts are deleted, a file and a folder at a time")
def deleted():
    run_id = new_run()
    for path in ("keep.txt", "gone.txt", "folder/x.txt", "folder/sub/y.txt"):
        CLIENT.log_text(run_id, path, path)
    store = get_artifact_repository(CLIENT.get_run(run_id).info.artifact_uri)
    store.delete_artifacts("gone.txt")
    store.delete_artifacts("folder")
    equal([path for path, _, _ in listing(run_id)], ["keep.txt"])
    refuses(MISSING, "GET", FILES + folder_of(run_id) + "/gone.txt")


@check("A chunked upload without a length is kept whole")
def chunked():
    run_id = new_run()
    path = FILES + folder_of(run_id) + "/chunked.bin"
    parts = [os.urandom(size) for size in (1, 65536, 1 << 20, 3)]
    answer = WIRE.send("PUT", path, iter(parts), chunked=True)
    equal(answer.status, 200)
    got = WIRE.send("GET", path)
    equal((got.status, hashlib.sha256(got.body).digest()),
          (200, hashlib.sha256(b"".join(parts)).digest()))


@check("A download says its length and that it is an attachment")
def headers():
    run_id = new_run()
    CLIENT.log_text(run_id, "<script>", "page.html")
    got = WIRE.send("GET", FILES + folder_of(run_id) + "/page.html")
    equal((got.status, got.body), (200, b"<script>"))
    assert got.headers["content-disposition"].startswith("attachment"), got.headers
    equal(got.headers["x-content-type-options"], "nosniff")
    equal(got.headers["content-length"], "8")


@check("A file that is not there is RESOURCE_DOES_NOT_EXIST")
def missing():
    refuses(MISSING, "GET", FILES + folder_of(new_run()) + "/nothing.txt")


for bad_path in ("../x", "a/../../x", "..%2f..%2fx", "%2e%2e/x", "%2e%2e%2fx", "/etc/passwd",
                 "%2fetc%2fpasswd", "a/%2e%2e/%2e%2e/b"):
    @check(f"The path {bad_path} leads nowhere")
    def traversal(path=bad_path):
        for method, body in (("GET", None), ("PUT", b"evil"), ("DELETE", None)):
            answer = WIRE.send(method, f"{FILES}/{path}", body)
            assert 300 <= answer.status < 500, f"{method} {path}: {answer}"
        answer = WIRE.send("GET", f"{FILES}?path={quoted(path) if '%' not in path else path}")
        assert answer.status == 400 and answer.code == INVALID or answer.json == {}, answer


@check("A listing outside is refused with INVALID_PARAMETER_VALUE")
def listing_outside():
    for path in ("..", "../..", "a/../..", "%2e%2e", "/etc", "/"):
        answer = WIRE.send("GET", f"{FILES}?path={path}")
        equal((answer.status, answer.code), (400, INVALID))


@check("artifacts/list shows a run's files to plain callers")
def plain_list():
    run_id = new_run()
    CLIENT.log_text(run_id, "abc", "sub/a.txt")
    top = WIRE.ok("GET", "artifacts/list", run_id=run_id)
    equal(top["root_uri"], CLIENT.get_run(run_id).info.artifact_uri)
    equal(top["files"], [{"path": "sub", "is_dir": True}])
    inner = WIRE.ok("GET", "artifacts/list", run_id=run_id, path="sub")["files"]
    equal(inner, [{"path": "sub/a.txt", "is_dir": False, "file_size": 3}])
    refuses(MISSING, "GET", "artifacts/list", run_id="0" * 32)
    refuses(INVALID, "GET", "artifacts/list", run_id=run_id, path="../..")
