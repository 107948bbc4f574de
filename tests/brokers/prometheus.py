"""A real Prometheus that scrapes itself, and what else it is told to."""

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar

from tests.brokers.process import HOST, Server, get, wait_until

JOB = "self"
SCRAPE_S = 15.0


class Prometheus(Server):
    """It scrapes once a second: `up{job="self"}` is 1. What it has seen outlives stop and kill.

    `scrapes`: further entries of its `scrape_configs`.
    """

    programs: ClassVar[tuple[str, ...]] = ("prometheus",)

    def __init__(self, *scrapes: Mapping[str, object]) -> None:
        super().__init__()
        config = {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
            "scrape_configs": [{"job_name": JOB, "static_configs": [{"targets": [f"{HOST}:{self.port}"]}]}, *scrapes],
        }
        (self.folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def command(self) -> Sequence[str]:
        options = {
            "config.file": self.folder / "prometheus.yml",
            "storage.tsdb.path": self.folder / "data",
            "web.listen-address": f"{HOST}:{self.port}",
            "log.level": "warn",
        }
        return ["prometheus", *(f"--{name}={value}" for name, value in options.items())]

    def answers(self) -> bool:
        page = get(f"{self.url}/-/ready")
        return page is not None and page.is_success

    def wait_for_scrape(self) -> None:
        """Some five seconds after its first start."""
        wait_until(self._has_scraped, SCRAPE_S, lambda: f"{self} has scraped nothing: {self.said()}")

    def _has_scraped(self) -> bool:
        up = get(f"{self.url}/api/v1/query?query=up")
        return up is not None and up.is_success and bool(up.json()["data"]["result"])
