"""SQS, as moto has it."""

from collections.abc import Mapping
from typing import Any

from aiobotocore.session import get_session

from tests.brokers.process import HOST
from tests.brokers.sqs import Sqs
from tests.signals.asking import Changes
from tests.signals.contract.rigs.base import PASSWORD, Rig


class SqsRig(Rig[Sqs]):
    kind = "sqs"
    counts = False
    keeps = False
    wrong_password = None  # moto takes any key
    connections_at_once = 10  # HTTP answers one question at a time on each

    @classmethod
    def new_server(cls) -> Sqs:
        return Sqs()

    def options(self, **changes: object) -> dict[str, object]:
        keys = {"access_key_id": self.server.key, "secret_access_key": PASSWORD}
        return {"queue": self.name, "endpoint_url": self.server.url, "region": self.server.region, **keys, **changes}

    def at(self, port: int) -> Changes:
        return {"endpoint_url": f"http://{HOST}:{port}"}

    def nowhere(self) -> Mapping[str, Changes]:
        return {"absent": {"queue": "absent"}}

    async def make(self) -> None:
        self._taken: list[str] = []
        async with self._client() as client:
            self._url = (await client.create_queue(QueueName=self.name))["QueueUrl"]

    async def put(self, count: int) -> None:
        async with self._client() as client:
            for _ in range(count):
                await client.send_message(QueueUrl=self._url, MessageBody="1")

    async def hand_out(self, count: int) -> None:
        async with self._client() as client:
            answer = await client.receive_message(QueueUrl=self._url, MaxNumberOfMessages=count, VisibilityTimeout=600)
        self._taken += [message["ReceiptHandle"] for message in answer["Messages"]]

    async def finish(self, count: int) -> None:
        async with self._client() as client:
            for _ in range(count):
                await client.delete_message(QueueUrl=self._url, ReceiptHandle=self._taken.pop(0))

    async def purge(self) -> None:
        async with self._client() as client:
            await client.purge_queue(QueueUrl=self._url)

    def _client(self) -> Any:
        return get_session().create_client(
            "sqs",
            endpoint_url=self.server.url,
            region_name=self.server.region,
            aws_access_key_id=self.server.key,
            aws_secret_access_key=PASSWORD,
        )
