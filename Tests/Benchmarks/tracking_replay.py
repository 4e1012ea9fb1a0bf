"""A server that gives ready answers at once: what MLflow's client can do when no server takes time.

Every connection has a process of its own, which does nothing but find the end of a request and send
the answer of its path, so that nothing but the client is timed. Standard library alone.
"""

import multiprocessing
import re
import socket


class Replay:
    """Answers each path (without its query) with the bytes given for it."""

    def __init__(self, answers):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.answers = {path.encode(): (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n" % len(body)) + body for path, body in answers.items()}
        self.process = multiprocessing.Process(target=self.accept)

    def __enter__(self):
        self.process.start()
        self.listener.close()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.join()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            # The connection's process ends when its client closes.
            multiprocessing.Process(target=self.serve, args=(connection,)).start()
            connection.close()

    def serve(self, connection):
        self.listener.close()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting = b""
        while data := connection.recv(1 << 16):
            waiting += data
            while (end := waiting.find(b"\r\n\r\n")) >= 0:
                found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", waiting[:end])
                length = end + 4 + (int(found[1]) if found else 0)
                if len(waiting) < length:
                    break
                path = waiting.split(b" ", 2)[1].partition(b"?")[0]
                waiting = waiting[length:]
                connection.sendall(self.answers[path])
