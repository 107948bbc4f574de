"""SQS as moto has it."""

import sys
from collections.abc import Sequence

from tests.brokers.process import HOST, Server, get


class Sqs(Server):
    """It takes any key; its queues are gone after stop and kill. `url` is its endpoint."""

    region = "eu-west-1"
    key = "docktor"
    secret = "docktor"

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def command(self) -> Sequence[str]:
        return [sys.executable, "-W", "ignore", "-m", "moto.server", "--host", HOST, "--port", str(self.port)]

    def answers(self) -> bool:
        page = get(f"{self.url}/moto-api/data.json")
        return page is not None and page.is_success
