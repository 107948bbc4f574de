"""An attacker's web server on loopback: blank pages to attack from, and a record of what browsers tell it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = b"<!doctype html><meta charset=utf-8><title>evil</title><p id=here>evil"


@dataclass
class Evil:
    """`heard`: path and Cookie header of each request so far. `answers`: further headers, by path."""

    port: int = 0
    heard: list[tuple[str, str]] = field(default_factory=list)
    answers: dict[str, dict[str, str]] = field(default_factory=dict)

    def cookies(self, path: str) -> list[str]:
        return [cookie for asked, cookie in self.heard if asked == path]


@contextmanager
def listening() -> Iterator[Evil]:
    evil = Evil()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            evil.heard.append((self.path, self.headers.get("Cookie", "")))
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PAGE)))
            for name, value in evil.answers.get(self.path, {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        evil.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield evil
        server.shutdown()
        thread.join()
