"""Artifacts through the proxy."""

from wire import FILES, quoted

from .runs import ABSENT, new_run


def artifact_files(s):
    e, run = new_run(s, "files")
    root = f"{FILES}/{e}/{run}/artifacts"
    for path, body in (("a.txt", b"12345"), ("empty", b""), ("sub/b.bin", b"\x00\xff"),
        ("sub/c/d.txt", b"x"),
                       ("with space ü.txt", b"1"), ("a.txt", b"again"), ("100%.txt", b"p"),
                       ("q?m.txt", b"q"), ("plus+and&.txt", b"+")):
        s.send("PUT", f"{root}/{quoted(path)}", body)
        s.send("GET", f"{root}/{quoted(path)}")
    for method, body in (("PUT", b"h"), ("GET", None)):
        s.send(method, f"{FILES}/{e}/{run}/marks/{quoted('h#h.txt')}", body)
    s.send("PUT", f"{root}/chunked.bin", iter([b"abc", b"def" * 1000]), chunked=True)
    s.send("GET", f"{root}/chunked.bin")
    for path in ("", "sub", "sub/c", "sub/", "a.txt", "never", "sub/never"):
        folder = f"{e}/{run}/artifacts" + (f"/{path}" if path else "")
        s.send("GET", f"{FILES}?path={quoted(folder)}")
        s.get("artifacts/list", run_id=run, **({"path": path} if path else {}))
    s.get("artifacts/list", run_id=ABSENT)
    s.get("artifacts/list")
    s.send("GET", f"{root}/never.txt")
    s.send("GET", f"{root}/sub")
    s.send("PUT", f"{root}/sub", b"a folder already")
    s.send("PUT", f"{root}/a.txt/below", b"below a file")
    for path in ("chunked.bin", "chunked.bin", "sub/c", "sub", "never"):
        s.send("DELETE", f"{root}/{path}")
    s.send("GET", f"{FILES}?path={e}/{run}/artifacts")
    s.post("runs/delete", run_id=run)
    s.send("GET", f"{root}/a.txt")


def artifact_traversal(s):
    for path in ("..", "../x", "a/../../x", "a/../x", "%2e%2e/x", "..%2fx", "%2fetc/passwd",
                 "/etc/passwd", "a//b", "./a", "a/./b", "%00", "a%00b", "~/x", "C:%5cx",
                 "a%5c..%5cb"):
        s.send("GET", f"{FILES}/{path}")
        s.send("PUT", f"{FILES}/{path}", b"x")
        s.send("DELETE", f"{FILES}/{path}")
        s.send("GET", f"{FILES}?path={path}")
    s.send("GET", FILES + "?path=never")
    s.send("GET", FILES + "/")


SECTIONS = [artifact_files, artifact_traversal]
