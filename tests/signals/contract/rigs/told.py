"""Queues that exist only as numbers which an HTTP server tells: for http-json, and for Prometheus, which scrapes it."""

import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.brokers.process import HOST, get
from tests.brokers.prometheus import Prometheus
from tests.signals.asking import Changes
from tests.signals.contract.http_target import HttpTarget
from tests.signals.contract.rigs.base import PASSWORD, USER, Rig, S


class _Told(Rig[S]):
    """A queue that exists only as numbers which an HTTP server tells."""

    main = "value"
    counts = False
    connections_at_once = 10  # HTTP answers one question at a time on each

    _waiting = _in_flight = 0

    @property
    @abstractmethod
    def target(self) -> HttpTarget: ...

    async def make(self) -> None:
        await self._tell()

    async def put(self, count: int) -> None:
        self._waiting += count
        await self._tell()

    async def hand_out(self, count: int) -> None:
        self._waiting -= count
        self._in_flight += count
        await self._tell()

    async def finish(self, count: int) -> None:
        self._in_flight -= count
        await self._tell()

    async def purge(self) -> None:
        self._waiting = 0
        await self._tell()

    async def _tell(self) -> None:
        numbers = {"depth": self._waiting, "in_flight": self._in_flight, "lag": self._waiting + self._in_flight}
        self.target.tell(self.name, numbers)


class HttpJsonRig(_Told[HttpTarget]):
    kind = "http-json"

    @classmethod
    def new_server(cls) -> HttpTarget:
        return HttpTarget(user=USER, password=PASSWORD)

    @property
    def target(self) -> HttpTarget:
        return self.server

    def options(self, **changes: object) -> dict[str, object]:
        numbers = {"path": "depth", "paths": {"in_flight": "in_flight", "lag": "lag"}}
        return {**self.at(self.port), "user": USER, "password": PASSWORD, **numbers, **changes}

    def at(self, port: int) -> Changes:
        return {"url": f"http://{HOST}:{port}/queues/{self.name}"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {"/queues/absent": {"url": f"{self.server.url}/queues/absent"}, "'nothing'": {"path": "nothing"}}


class WatchingPrometheus(Prometheus):
    """It scrapes an HttpTarget, which lives on when it is mistreated, five times a second."""

    def __init__(self) -> None:
        super().__init__()
        self.target = HttpTarget()
        self._write(
            "prometheus.yml",
            {
                "global": {"scrape_interval": "200ms", "scrape_timeout": "200ms"},
                "scrape_configs": [
                    {"job_name": "queues", "static_configs": [{"targets": [f"{HOST}:{self.target.port}"]}]}
                ],
            },
        )
        # bcrypt of PASSWORD, with the least effort it knows
        self._write(
            "web.yml", {"basic_auth_users": {USER: "$2b$04$BWBZY9uYm9q0B5NtrHdsb.IIhaE/iWRFKm9GgsRsSvRbOHuBvg3dS"}}
        )

    def command(self) -> Sequence[str]:
        return [*super().command(), f"--web.config.file={self.folder / 'web.yml'}"]

    def answers(self) -> bool:
        page = get(f"{self.url}/-/ready", (USER, PASSWORD))
        return page is not None and page.is_success

    def start(self) -> "WatchingPrometheus":
        if not self.target.running:
            self.target.start()
        return super().start()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.target.close()

    def _write(self, name: str, content: object) -> None:
        path: Path = self.folder / name
        path.write_text(json.dumps(content), encoding="utf-8")


class PrometheusRig(_Told[WatchingPrometheus]):
    kind = "prometheus"

    @classmethod
    def new_server(cls) -> WatchingPrometheus:
        return WatchingPrometheus()

    @property
    def target(self) -> HttpTarget:
        return self.server.target

    def options(self, **changes: object) -> dict[str, object]:
        chosen = f'{{queue="{self.name}"}}'
        queries = {"in_flight": f"queue_in_flight{chosen}", "lag": f"queue_lag{chosen}"}
        asked = {"query": f"queue_depth{chosen}", "queries": queries}
        return {"url": self.server.url, "user": USER, "password": PASSWORD, **asked, **changes}

    def at(self, port: int) -> Changes:
        return {"url": f"http://{HOST}:{port}"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {
            "query": {"query": 'queue_depth{queue="absent"}'},
            "/absent": {"url": f"{self.server.url}/absent"},
        }
