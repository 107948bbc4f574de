"""Amazon SQS, or what speaks like it at SQS_ENDPOINT: a message is deleted when it was worked."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiobotocore.session import get_session

from app.brokers import Message

ENDPOINT = os.environ.get("SQS_ENDPOINT", "http://sqs:5000")
QUEUE = "jobs"
MOST = 10
"""SQS takes and gives no more at once."""


class Sqs:
    def __init__(self, client: Any, url: str) -> None:
        self._client = client
        self._url = url

    async def put(self, bodies: Sequence[str]) -> None:
        for first in range(0, len(bodies), MOST):
            entries = [{"Id": str(i), "MessageBody": body} for i, body in enumerate(bodies[first : first + MOST])]
            answer = await self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            if answer.get("Failed"):
                raise OSError(f"not accepted: {answer['Failed']}")

    async def take(self, most: int, seconds: float) -> Sequence[Message]:
        answer = await self._client.receive_message(
            QueueUrl=self._url, MaxNumberOfMessages=min(most, MOST), WaitTimeSeconds=round(seconds)
        )
        return [Message(one["Body"], one["ReceiptHandle"]) for one in answer.get("Messages", ())]

    async def done(self, message: Message) -> None:
        await self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message.handle)


@asynccontextmanager
async def opened() -> AsyncIterator[Sqs]:
    async with get_session().create_client("sqs", endpoint_url=ENDPOINT) as client:
        made = await client.create_queue(QueueName=QUEUE)
        yield Sqs(client, made["QueueUrl"])
