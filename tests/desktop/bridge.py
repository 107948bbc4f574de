"""Docker Desktop's side of an extension: its page's files under some folder, and the way to the backend's socket.

Nothing else is there: no `/api`, no session, no header of ours, as in Desktop.
"""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

BASE = "/extensions/docktor/ui/"
SERVICE = "/__dd__/service"
LONGEST = 1_000_000
PATIENCE_S = 30.0
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
UNREACHABLE = 503


@dataclass(frozen=True)
class Asked:
    """What the page asked of the backend. `at`: by the monotonic clock."""

    at: float
    method: str
    url: str


@dataclass
class Bridge:
    """`strays`: requests for what Docker Desktop would not have had."""

    build: Path
    backend: Path
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    strays: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def page(self) -> str:
        return f"{self.origin}{BASE}index.html"

    def since(self, at: float) -> list[Asked]:
        return [one for one in self.asked if one.at >= at]


class _Backend(HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=PATIENCE_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE_S)
        self.sock.connect(str(self._path))


def forward(backend: Path, method: str, url: str, headers: dict[str, str], data: object) -> dict[str, object]:
    """What Desktop's proxy makes of a request: the status, its name and the body as text."""
    body = None if data is None else json.dumps(data)
    own = {"Content-Type": "application/json"} if body is not None else {}
    connection = _Backend(backend)
    try:
        connection.request(method, url, body, own | headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    except (OSError, HTTPException) as error:
        return {"statusCode": UNREACHABLE, "name": "Error", "body": f"{type(error).__name__}: {error}"}
    else:
        return {"statusCode": answer.status, "name": answer.reason or "Error", "body": text}
    finally:
        connection.close()


@contextmanager
def bridging(build: Path, backend: Path) -> Iterator[Bridge]:
    bridge = Bridge(build.resolve(), backend)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(bridge))
    bridge.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield bridge
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(bridge: Bridge) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE_S

        def do_GET(self) -> None:
            file = (bridge.build / self.path.partition("?")[0].removeprefix(BASE)).resolve()
            if self.path.startswith(BASE) and file.is_relative_to(bridge.build) and file.is_file():
                self._answer(200, TYPES.get(file.suffix, "application/octet-stream"), file.read_bytes())
            else:
                self._stray()

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", LONGEST + 1))
            if self.path != SERVICE or length > LONGEST:
                self._stray()
                return
            asked: dict[str, Any] = json.loads(self.rfile.read(length))
            bridge.asked.append(Asked(time.monotonic(), asked["method"], asked["url"]))
            answer = forward(bridge.backend, asked["method"], asked["url"], asked["headers"], asked.get("data"))
            self._answer(200, "application/json", json.dumps(answer).encode())

        def _stray(self) -> None:
            bridge.strays.append(f"{self.command} {self.path}")
            self._answer(404, "text/plain", b"Not here.")

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            try:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True  # the page has gone

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
