"""A small HTTP server that tells the numbers in its folder.

Run as `python -m tests.signals.contract.http_target PORT [USER:PASSWORD]`.

`GET /queues/NAME`: the file NAME.json as it is, for those who know the password. `GET /metrics`: all of them, as
Prometheus scrapes them, for everybody: `queue_depth{queue="NAME"} 7`.
"""

import json
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.brokers.process import HOST, Server, get


class HttpTarget(Server):
    """Its numbers outlive stop and kill."""

    def __init__(self, *, user: str = "", password: str = "") -> None:
        super().__init__()
        self.user, self.password = user, password

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def tell(self, queue: str, numbers: Mapping[str, float]) -> None:
        new = self.folder / f"{queue}.new"
        new.write_text(json.dumps(numbers), encoding="utf-8")
        new.replace(self.folder / f"{queue}.json")

    def command(self) -> Sequence[str]:
        login = [f"{self.user}:{self.password}"] if self.user else []
        return [sys.executable, "-m", "tests.signals.contract.http_target", str(self.port), *login]

    def environment(self) -> Mapping[str, str]:
        return {"PYTHONPATH": str(Path(__file__).parents[3])}

    def answers(self) -> bool:
        page = get(f"{self.url}/metrics")
        return page is not None and page.is_success


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    login = ""

    def do_GET(self) -> None:
        if self.path == "/metrics":
            self._answer(200, "".join(metrics()))
        elif self.login and self.headers.get("Authorization") != self.login:
            self._answer(401)
        else:
            try:
                self._answer(200, Path(self.path.removeprefix("/queues/") + ".json").read_text(encoding="utf-8"))
            except OSError:
                self._answer(404)

    def _answer(self, code: int, body: str = "") -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        return


def metrics() -> Iterator[str]:
    for path in Path().glob("*.json"):
        for name, value in json.loads(path.read_text(encoding="utf-8")).items():
            yield f'queue_{name}{{queue="{path.stem}"}} {value}\n'


def main() -> None:
    if len(sys.argv) > 2:
        Handler.login = "Basic " + b64encode(sys.argv[2].encode()).decode()
    ThreadingHTTPServer((HOST, int(sys.argv[1])), Handler).serve_forever()


if __name__ == "__main__":
    main()
