"""Plain HTTP to a tracking server, with the standard library alone: one connection, kept alive."""

import http.client
import json
import select
import urllib.parse

API = "/api/2.0/mlflow/"
FILES = "/api/2.0/mlflow-artifacts/artifacts"


class Answer:
    """Status, headers and bytes of one answer; `json` is None when the body is none."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def code(self):
        document = self.json
        return document.get("error_code") if isinstance(document, dict) else None

    def __repr__(self):
        return f"{self.status} {self.body[:300]!r}"


class Wire:
    """One connection to a server. After an error on it the next call opens a new one."""

    def __init__(self, url, token=None, timeout=60):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.timeout = parts.hostname, parts.port, timeout
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.connection = None

    def send(self, method, path, body=None, headers=None, chunked=False):
        """The path goes out as it is; the body is bytes, None, or an iterator when chunked."""
        self.drop_stale()
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
        try:
            self.connection.request(method, path, body, {**self.headers, **(headers or {})},
                                    encode_chunked=chunked)
            reply = self.connection.getresponse()
            return Answer(reply.status, dict((k.lower(), v) for k, v in reply.getheaders()),
                          reply.read())
        except BaseException:
            self.close()
            raise

    def drop_stale(self):
        """Servers close connections that idle; that is seen here, not in the next call."""
        if self.connection is not None and self.connection.sock is not None:
            if select.select([self.connection.sock], [], [], 0)[0]:
                self.close()

    def call(self, method, route, document=None, **query):
        """A call of the REST API with a JSON body or query fields; a list repeats its key."""
        path = route if route.startswith("/") else API + route
        if query:
            path += "?" + urllib.parse.urlencode(query, doseq=True)
        if document is None:
            return self.send(method, path)
        return self.send(method, path, json.dumps(document).encode(),
                         {"Content-Type": "application/json"})

    def get(self, route, **query):
        return self.call("GET", route, **query)

    def post(self, route, **document):
        return self.call("POST", route, document)

    def ok(self, method, route, document=None, **query):
        """The JSON of an answer that has to be 200."""
        answer = self.call(method, route, document, **query)
        assert answer.status == 200, f"{method} {route}: {answer}"
        return answer.json

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def quoted(path):
    return urllib.parse.quote(path)
