"""Breaks a right request at random: its values, its text, its path, its method, its headers."""

import copy
import json
import urllib.parse

from wire import FILES

from . import endpoints

ODD = [
    None, True, False, 0, -1, 1.5, 2**31, 2**63 - 1, 2**63, -2**63, -2**63 - 1, 10**30, 1e308, -0.0,
    "", " ",
    "0", "-1", "1e999", "NaN", "Infinity", "-Infinity", "nan", "null", "true", "x" * 251, "x" * 501,
    "x" * 9000, "ü" * 300, "🙂", "\u0000", "a\u0000b", "\n", "\u202e\ufeff", "..", "../..", "/",
    "//", "a/../b",
    "%00", "%2e%2e", "'", "\"", "`", "\\", "'; DROP TABLE runs; --", "${jndi}", "{{7*7}}", [], [[]],
    {}, {"a": {}},
    [None], ["x", 5, None], {"": ""}, [{}], "models:/m-1", "runs:/x/y", "file:///etc/passwd",
    "s3://", "http://",
]
# JSON that Python's encoder would not write.
RAW = ["NaN", "Infinity", "1e999", "-", "01", "1.", ".5", "0x10", "'x'", '"\\ud800"', '"\\x"',
    '"\\u12"',
       "1" * 400, "1e" + "9" * 30, "[" * 200 + "]" * 200, "[" * 100_000, '{"a":' * 50_000,
       '"' + "x" * 1_000_000 + '"',
       "tru", "nul", "[1,]", "{,}", '{"a" 1}', '{"a":1,}', "/* */1", '"\x01"', '"\t"', "\ufeff1"]
BODIES = [b"", b" ", b"null", b"[]", b"{}", b"5", b'"x"', b"{", b"}", b"\xff\xfe\x00", b"\x00",
    b"\xef\xbb\xbf{}",
          b'{"a":1}{"b":2}', b'{"\xc3\x28": 1}', b"a=b&c=d", b"--boundary\r\n", b"\x1f\x8b\x08\x00",
          b"[" * 300_000,
          b'{"run_id":"' + b"x" * 2_000_000 + b'"}', b"<xml/>", b"\x0a\x03abc",
          b"{" + b'"k":{' * 20_000]
SEGMENTS = ["%00", "%ff", "%C0%AF", "..", "%2e%2e", ".", "", "%2F", "x" * 3000, "%", "%zz", "ü",
    "🙂", "a%20b", ";x=1",
            "~", "*", "'", "m-" + "0" * 32, "null", "-1", "%0d%0aX-Evil:1", "+", "$", "{id}",
            "<model_id>"]
TOKENS = [
    "metrics", "params", "tags", "attributes", "dataset", ".", ".", "acc", "lr", "stage", "status",
    "name",
    "start_time", "run_id", "version_number", "creation_time", "`", "\"", "'", "(", ")", ",", ";",
    "=", "!=", ">",
    ">=", "<", "<=", "==", "<>", "LIKE", "ILIKE", "IN", "NOT", "IS", "NULL", "AND", "and", "OR",
    "BETWEEN", "ASC",
    "DESC", "0.5", "-1e3", ".5", "1e999", "'0.1'", "'%'", "'_'", "('a', 'b')", "()", "('a',)", "*",
    "--", "/*", "%",
    "\\", "\u0000", "ü", "🙂", "\n", "null", "x" * 300, "-", "+", "0x1", "1.2.3", "'unclosed",
    "`unclosed"]
PAGE_TOKENS = ["garbage", "=", "e30=", "bnVsbA==", "eyJvZmZzZXQiOiAtMX0=",
    "eyJvZmZzZXQiOiAxZTk5OX0=", "W10=", "AAAA",
               "eyJvZmZzZXQiOiA5OTk5OTk5OTk5OTk5OTk5OTk5OX0=", "x" * 5000, "🙂", "%00",
               "eyJvZmZzZXQiOiBbXX0=",
               "eyJvZmZzZXQiOiAwfQ", "MTI=", " ", "null"]
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get",
    "X" * 30]
TYPES = ["application/json", "application/json; charset=utf-16", "text/plain",
    "application/x-www-form-urlencoded",
         "multipart/form-data; boundary=x", "application/x-protobuf", "", "x" * 500,
         "application/octet-stream"]


def request(dice, known):
    """Method, path, body, headers of one request that is wrong somewhere, or now and then right."""
    method, path, document = dice.choice(endpoints.requests(known))
    if dice.random() < 0.06:
        return upload(dice, known)
    document = changed(dice, copy.deepcopy(document))
    headers = {"Content-Type": "application/json"}
    if dice.random() < 0.08:
        path = odd_path(dice, path)
    if dice.random() < 0.05:
        method = dice.choice(METHODS)
    if dice.random() < 0.05:
        headers = odd_headers(dice)
    if method in ("GET", "HEAD"):
        return method, joined(path, query(dice, document)), None, {}
    return method, path, body(dice, document), headers


def changed(dice, document):
    for _ in range(dice.choice([0, 1, 1, 1, 2, 3])):
        place(dice, document)
    return document


def place(dice, value):
    """Changes one thing somewhere in a document."""
    if isinstance(value, list) and value and dice.random() < 0.8:
        return place(dice, value[0]) if isinstance(value[0], (dict, list)) else fill(dice, value, 0)
    if not isinstance(value, dict) or not value:
        return
    key = dice.choice(list(value))
    if isinstance(value[key], (dict, list)) and value[key] and dice.random() < 0.6:
        return place(dice, value[key])
    change = dice.random()
    if change < 0.12:
        del value[key]
    elif change < 0.18:
        value[dice.choice(["unknown", "runId", "", "__proto__", key.upper()])] = odd(dice)
    elif change < 0.24:
        value[key] = [value[key]] * dice.choice([1, 2, 1200])
    else:
        fill(dice, value, key)


def odd(dice):
    """A value of its own: what is put into it must not reach other requests, nor itself."""
    return copy.deepcopy(dice.choice(ODD))


def fill(dice, container, key):
    if key in ("filter", "order_by") and dice.random() < 0.85:
        soup = "".join(dice.choice(TOKENS) + dice.choice(["", " "]) for _ in range(dice.randrange(1,
            14)))
        clause = f"metrics.acc > 0.1 AND {soup}" if dice.random() < 0.3 else soup
        container[key] = clause if key == "filter" else [clause]
    elif key == "page_token" and dice.random() < 0.85:
        container[key] = dice.choice(PAGE_TOKENS)
    else:
        container[key] = odd(dice)


def body(dice, document):
    kind = dice.random()
    if kind < 0.06:
        return dice.choice(BODIES)
    text = json.dumps(document, ensure_ascii=dice.random() < 0.5)
    if kind < 0.14 and ":" in text:
        # A value becomes something that is no JSON, or a key comes twice.
        spot = dice.choice([n for n, letter in enumerate(text) if letter == ":"])
        text = text[:spot + 1] + dice.choice(RAW) + dice.choice(["", ", ", "}"]) + text[spot + 1:]
    elif kind < 0.17:
        text = text[:dice.randrange(len(text) + 1)]
    elif kind < 0.2 and text.startswith('{"'):
        text = "{" + text[1:].split(",")[0].rstrip("}") + ", " + text[1:]
    data = text.encode("utf-8", "surrogatepass")
    if kind > 0.97 and data:
        spot = dice.randrange(len(data))
        data = data[:spot] + bytes([dice.randrange(256)]) + data[spot + 1:]
    return data


def query(dice, document):
    pairs = []
    for key, value in document.items():
        for item in value if isinstance(value, list) else [value]:
            pairs.append((key, item if isinstance(item, str) else json.dumps(item)))
    if dice.random() < 0.1 and pairs:
        pairs.append(dice.choice(pairs))
    text = urllib.parse.urlencode(pairs, errors="surrogatepass")
    if dice.random() < 0.1:
        spot = dice.randrange(len(text) + 1)
        text = text[:spot] + dice.choice(["%", "%zz", "%ff", "%00", "&&", "==", "&=", ";", "#", "?",
            "%u0041"]) + text[spot:]
    return text[:30_000]


def joined(path, text):
    return f"{path}?{text}" if text else path


def odd_path(dice, path):
    parts = path.split("/")
    spot = dice.randrange(1, len(parts))
    change = dice.random()
    if change < 0.5:
        parts[spot] = dice.choice(SEGMENTS)
    elif change < 0.7:
        parts.insert(spot, dice.choice(SEGMENTS))
    elif change < 0.85:
        del parts[spot]
    else:
        parts.append(dice.choice(["", "x", "..", "%00"]))
    return quoted("/".join(parts) or "/")


def quoted(path):
    """Leaves ASCII as it is, so that bad escapes arrive; other letters could not be sent."""
    path = "".join(c if 32 < ord(c) < 127 else urllib.parse.quote(c) for c in path)
    return path if path.startswith("/") else "/" + path


def odd_headers(dice):
    headers = {"Content-Type": dice.choice(TYPES)}
    if dice.random() < 0.5:
        headers[dice.choice(["Accept", "Accept-Encoding", "X-Long", "Cookie", "Range", "If-Match",
            "Expect-Not",
                             "X-MLflow-Workspace", "Content-Language"])] = dice.choice(
            ["", "x", "*/*", "bytes=0-", "bytes=9-1", "identity;q=0", "x" * 4000, "\"a\""])
    return headers


def upload(dice, known):
    """An artifact call with an odd path."""
    path = f"{FILES}/{known['folder']}/" + "/".join(
        dice.choice(SEGMENTS + ["a", "sub", "a.txt"]) for _ in range(dice.choice([1, 1, 2, 5])))
    method = dice.choice(["PUT", "GET", "DELETE", "GET"])
    if dice.random() < 0.3:
        path = f"{FILES}?path=" + urllib.parse.quote(dice.choice(SEGMENTS + [str(odd) for odd in ODD]))
        method = "GET"
    data = dice.choice([b"", b"x", b"\x00" * 100_000]) if method == "PUT" else None
    return method, quoted(path), data, {}
