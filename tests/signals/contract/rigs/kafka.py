"""Kafka: a topic of one partition and its consumer group."""

from collections.abc import Mapping

from tests.brokers.kafka import Kafka
from tests.brokers.process import HOST
from tests.signals.asking import Changes
from tests.signals.contract.rigs.base import Rig


class KafkaRig(Rig[Kafka]):
    kind = "kafka"
    hands_out = False
    tells_in_flight = False
    keeps = False
    purges = False
    wrong_password = None  # the broker of the tests has none

    @classmethod
    def new_server(cls) -> Kafka:
        return Kafka()

    def options(self, **changes: object) -> dict[str, object]:
        return {"brokers": self.server.url, "topic": self.name, "group": "worker", "start": "earliest", **changes}

    def at(self, port: int) -> Changes:
        if self.server.running:
            self.server.advertise(port)
        return {"brokers": f"{HOST}:{port}"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {"absent": {"topic": "absent"}}

    async def make(self) -> None:
        self._finished = 0
        self.server.add_topic(self.name, 1)

    async def put(self, count: int) -> None:
        self.server.produce(self.name, 0, count)

    async def finish(self, count: int) -> None:
        self._finished += count
        self.server.commit("worker", self.name, {0: self._finished})

    async def close(self) -> None:
        if self.server.running:
            self.server.advertise(self.server.port)
