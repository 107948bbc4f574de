"""The Kafka broker inside librdkafka, in a process of its own."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from confluent_kafka import Consumer, Producer, TopicPartition

from tests.brokers.process import HOST, Server, ask

API_VERSIONS = bytes.fromhex("0000000c 0012 0000 00000001 0002 6d65")  # asked by "me"
CLIENT_S = 10.0


class Kafka(Server):
    """One broker, without passwords. All is in memory: topics and offsets are gone after stop and kill."""

    piped = True

    def __init__(self) -> None:
        super().__init__()
        self._advertised_port = self.port
        self._broker_port = 0

    @property
    def url(self) -> str:
        """A bootstrap server, as clients take it."""
        return f"{HOST}:{self.port}"

    def command(self) -> Sequence[str]:
        program = "tests.brokers.kafka_broker"
        return [sys.executable, "-W", "ignore", "-m", program, str(self.port), str(self._advertised_port)]

    def environment(self) -> Mapping[str, str]:
        return {"PYTHONPATH": str(Path(__file__).parents[2])}

    def start(self) -> Self:
        super().start()
        self._broker_port = int(self._line())
        return self

    def answers(self) -> bool:
        return ask(self.port, API_VERSIONS)[4:8] == API_VERSIONS[8:12]

    def advertise(self, port: int) -> None:
        """Tell clients to go there, a proxy's port, so that all they say goes through it."""
        self._tell(f"advertise {port}")
        self._advertised_port = port

    def add_topic(self, name: str, partitions: int) -> None:
        self._tell(f"topic {name} {partitions}")

    def produce(self, topic: str, partition: int, count: int) -> None:
        """So many more messages there; not through a proxy."""
        producer = Producer({**self._client, "linger.ms": 0})
        for number in range(count):
            producer.produce(topic, str(number).encode(), partition=partition)
        assert producer.flush(CLIENT_S) == 0, self.said()

    def commit(self, group: str, topic: str, offsets: Mapping[int, int]) -> None:
        """The offset of each partition, as that group's; not through a proxy."""
        consumer = Consumer({**self._client, "group.id": group})
        try:
            places = [TopicPartition(topic, partition, offset) for partition, offset in offsets.items()]
            consumer.commit(offsets=places, asynchronous=False)
        finally:
            consumer.close()

    @property
    def _client(self) -> dict[str, str | int]:
        return {"bootstrap.servers": f"{HOST}:{self._broker_port}"}

    def _tell(self, line: str) -> None:
        pipe = self.process.stdin
        assert pipe is not None
        pipe.write(f"{line}\n".encode())
        pipe.flush()
        answer = self._line()
        assert answer == "0", f"{line}: error {answer}"

    def _line(self) -> str:
        pipe = self.process.stdout
        assert pipe is not None
        return pipe.readline().decode().strip()
