"""SQS: what waits in a queue, as moto has it."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from aiobotocore.session import get_session

from docktor.errors import SignalUnavailableError
from docktor.signals import Around, Numbers
from docktor.signals.connections import Connections
from docktor.signals.sqs import Sqs as Source
from docktor.signals.sqs import SqsOptions
from tests.brokers.fixtures import MakePrivate, MakeProxy
from tests.brokers.sqs import Sqs
from tests.signals.leaks import cut_off, nothing_left, sockets
from tests.signals.reading import settles_at

DEADLINE = 5.0
LOADING_S = 20.0
SECRET = "wJalrXUtnFEMI/t0p-s3cret"


@pytest.fixture(autouse=True)
def no_account_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")


def around() -> Around:
    return Around("shop", Connections())


@asynccontextmanager
async def source(port: int, surroundings: Around | None = None, **options: object) -> AsyncIterator[Source]:
    settings: dict[str, object] = {
        "endpoint_url": f"http://127.0.0.1:{port}",
        "region": Sqs.region,
        "access_key_id": Sqs.key,
        "secret_access_key": Sqs.secret,
        **options,
    }
    chosen = {name: value for name, value in settings.items() if value is not None}
    one = Source(SqsOptions.model_validate(chosen), surroundings or around())
    try:
        yield one
    finally:
        await one.close()


async def read(one: Source) -> Numbers:
    async with asyncio.timeout(LOADING_S):
        return await one.read()


async def fault(one: Source) -> SignalUnavailableError:
    with pytest.raises(SignalUnavailableError) as caught:
        await read(one)
    assert SECRET not in str(caught.value)
    return caught.value


@asynccontextmanager
async def client(sqs: Sqs, service: str = "sqs", key: str = Sqs.key, secret: str = Sqs.secret) -> AsyncIterator[Any]:
    async with get_session().create_client(
        service, endpoint_url=sqs.url, region_name=sqs.region, aws_access_key_id=key, aws_secret_access_key=secret
    ) as one:
        yield one


@asynccontextmanager
async def queue(sqs: Sqs, name: str) -> AsyncIterator[tuple[Any, str]]:
    async with client(sqs) as one:
        yield one, (await one.create_queue(QueueName=name))["QueueUrl"]


async def test_every_number_from_a_messages_coming_to_its_end(sqs: Sqs) -> None:
    async with queue(sqs, "life") as (aws, url), source(sqs.port, queue="life") as one:
        nothing = {"backlog": 0, "in_flight": 0, "lag": 0, "visible": 0, "delayed": 0}
        assert await read(one) == nothing
        for number in range(5):
            await aws.send_message(QueueUrl=url, MessageBody=str(number))
        await aws.send_message(QueueUrl=url, MessageBody="later", DelaySeconds=900)
        assert await read(one) == {**nothing, "backlog": 5, "lag": 5, "visible": 5, "delayed": 1}
        taken = await aws.receive_message(QueueUrl=url, MaxNumberOfMessages=3, VisibilityTimeout=600)
        assert await read(one) == {"backlog": 2, "in_flight": 3, "lag": 5, "visible": 2, "delayed": 1}
        first, second, _ = taken["Messages"]
        await aws.delete_message(QueueUrl=url, ReceiptHandle=first["ReceiptHandle"])
        assert await read(one) == {"backlog": 2, "in_flight": 2, "lag": 4, "visible": 2, "delayed": 1}
        await aws.change_message_visibility(
            QueueUrl=url, ReceiptHandle=second["ReceiptHandle"], VisibilityTimeout=0
        )  # given back
        assert await read(one) == {"backlog": 3, "in_flight": 1, "lag": 4, "visible": 3, "delayed": 1}
        await aws.purge_queue(QueueUrl=url)
        assert (await read(one))["backlog"] == 0


async def test_a_message_that_is_taken_and_forgotten_waits_again(sqs: Sqs) -> None:
    async with queue(sqs, "again") as (aws, url), source(sqs.port, queue="again") as one:
        await aws.send_message(QueueUrl=url, MessageBody="1")
        [taken] = (await aws.receive_message(QueueUrl=url, VisibilityTimeout=600))["Messages"]
        assert (await read(one))["in_flight"] == 1
        await aws.change_message_visibility(QueueUrl=url, ReceiptHandle=taken["ReceiptHandle"], VisibilityTimeout=1)
        await settles_at(one, {"backlog": 1, "in_flight": 0})


async def test_what_is_delayed_counts_on_request(sqs: Sqs) -> None:
    async with queue(sqs, "delayed") as (aws, url), source(sqs.port, queue="delayed", count_delayed=True) as one:
        await aws.send_message(QueueUrl=url, MessageBody="1")
        await aws.send_message(QueueUrl=url, MessageBody="2", DelaySeconds=900)
        await aws.receive_message(QueueUrl=url)
        assert await read(one) == {"backlog": 1, "in_flight": 1, "lag": 2, "visible": 0, "delayed": 1}


async def test_a_url_is_enough(sqs: Sqs) -> None:
    async with queue(sqs, "by-url") as (aws, url):
        await aws.send_message(QueueUrl=url, MessageBody="1")
        async with source(sqs.port, url=url, endpoint_url=None) as one:
            assert (await read(one))["backlog"] == 1
            assert one.where == url.removeprefix("http://")


async def test_a_queue_that_is_not_there_is_named_and_found_when_it_is(sqs: Sqs) -> None:
    async with source(sqs.port, queue="late") as one:
        error = await fault(one)
        assert (error.state, "late" in str(error)) == ("wrong", True)
        async with queue(sqs, "late") as (aws, url):
            assert (await read(one))["backlog"] == 0
            await aws.delete_queue(QueueUrl=url)
            for _ in range(2):
                assert (await fault(one)).state == "wrong"
            await aws.create_queue(QueueName="late")
            assert (await read(one))["backlog"] == 0


async def test_a_url_that_leads_nowhere_is_named(sqs: Sqs) -> None:
    async with source(sqs.port, url=f"{sqs.url}/123456789012/gone", endpoint_url=None) as one:
        error = await fault(one)
        assert (error.state, "gone" in str(error)) == ("wrong", True)


async def test_without_credentials_it_says_what_to_set(sqs: Sqs) -> None:
    async with source(sqs.port, queue="any", access_key_id=None, secret_access_key=None) as one:
        error = await fault(one)
        assert error.state == "refused"
        assert "access_key_id" in str(error)
        assert "AWS_ACCESS_KEY_ID" in str(error)


async def test_credentials_and_region_of_the_environment_are_taken(sqs: Sqs, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = {"access_key_id": None, "secret_access_key": None, "region": None}
    async with queue(sqs, "env"), source(sqs.port, None, queue="env", **nothing) as one:
        error = await fault(one)
        assert (error.state, "AWS_REGION" in str(error)) == ("wrong", True)
        monkeypatch.setenv("AWS_REGION", sqs.region)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", sqs.key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", sqs.secret)
        assert (await read(one))["backlog"] == 0


async def test_a_profile_that_is_not_there_is_told(sqs: Sqs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    async with source(sqs.port, queue="any", access_key_id=None, secret_access_key=None) as one:
        error = await fault(one)
        assert (error.state, "nobody" in str(error)) == ("wrong", True)


async def test_who_is_refused_is_told_so_without_the_secret(
    private: MakePrivate, caplog: pytest.LogCaptureFixture
) -> None:
    """An unknown key, a wrong secret, a user without rights: moto minds once it is told to, without AWS's words."""
    sqs = private(Sqs)
    async with queue(sqs, "closed"), client(sqs, "iam") as iam:
        await iam.create_user(UserName="dock")
        key = (await iam.create_access_key(UserName="dock"))["AccessKey"]
    async with httpx2.AsyncClient(trust_env=False) as http:
        await http.post(f"{sqs.url}/moto-api/reset-auth", content=b"0")
    caplog.set_level(logging.DEBUG)
    known, right = key["AccessKeyId"], key["SecretAccessKey"]
    for id_, secret in (("AKIAUNKNOWN", SECRET), (known, SECRET), (known, right)):
        async with source(
            sqs.port, queue="closed", access_key_id=id_, secret_access_key=secret, session_token=None
        ) as one:
            error = await fault(one)
            assert error.state == "refused"
            for text in (str(error), repr(one.options), one.where, caplog.text):
                assert secret not in text
                assert id_ not in text
    assert not [record for record in caplog.records if "botocore" in record.name]


async def test_nobody_there_is_down_and_back_at_the_next_read(private: MakePrivate) -> None:
    sqs = private(Sqs)
    async with nothing_left(sqs.port), source(sqs.port, queue="back") as one:
        async with queue(sqs, "back"):
            await read(one)
        await asyncio.to_thread(sqs.kill)
        for _ in range(2):
            assert (await fault(one)).state == "down"
        await asyncio.to_thread(sqs.start)
        assert (await fault(one)).state == "wrong"  # it keeps nothing
        async with queue(sqs, "back"):
            assert (await read(one))["backlog"] == 0


async def test_two_sources_share_one_client_and_close_it(sqs: Sqs) -> None:
    """moto ends every connection itself, so what is counted is how often an address was looked for."""
    opened: list[int] = []

    async def locate(host: str, port: int) -> tuple[str, int]:
        opened.append(port)
        return host, port

    surroundings = Around("shop", Connections(), locate)
    async with queue(sqs, "share-a"), queue(sqs, "share-b"):
        pass
    async with nothing_left(sqs.port), source(sqs.port, surroundings, queue="share-a") as first:
        async with source(sqs.port, surroundings, queue="share-b") as second:
            await asyncio.gather(read(first), read(second))
        await read(first)
        assert opened == [sqs.port]
        async with source(sqs.port, surroundings, queue="share-b", secret_access_key="another") as stranger:
            await read(stranger)
        assert opened == [sqs.port] * 2


async def test_cut_off_at_any_moment_it_leaves_nothing(sqs: Sqs, proxy: MakeProxy) -> None:
    async with queue(sqs, "cut"):
        pass
    between = await proxy(sqs)
    surroundings = around()
    async with source(between.port, surroundings, queue="cut") as one:
        await read(one)
        async with nothing_left(between.port):
            for count in range(30):
                async with source(between.port, surroundings, queue="cut") as other:
                    await asyncio.gather(cut_off(one, count * 0.001), cut_off(other, count * 0.0007))
            between.switch("hang")
            for _ in range(5):
                await cut_off(one, 0.1)
            await asyncio.sleep(0.05)  # what is closed is gone a turn of the loop later
            assert not sockets(between.port)
            between.switch("pass")
        assert (await read(one))["backlog"] == 0


@pytest.mark.parametrize("mode", ["garbage", "close"])
async def test_a_mad_server_is_a_fault(sqs: Sqs, proxy: MakeProxy, mode: str) -> None:
    async with queue(sqs, "mad"):
        pass
    between = await proxy(sqs)
    async with source(between.port, queue="mad") as one:
        await read(one)
        between.switch(mode)  # type: ignore[arg-type]
        for _ in range(3):
            assert (await fault(one)).state == "down"
        between.switch("pass")
        assert (await read(one))["backlog"] == 0


async def test_one_attempt_a_read(sqs: Sqs, proxy: MakeProxy) -> None:
    between = await proxy(sqs)
    between.switch("close")
    async with source(between.port, queue="once") as one:
        await fault(one)
    assert between.accepted == 1


async def test_rates_come_from_cloudwatch_on_request(sqs: Sqs) -> None:
    """moto counts nothing by itself, but keeps what it is told."""
    end = time.time() // 60 * 60
    async with queue(sqs, "rates"), client(sqs, "cloudwatch") as watch:
        for metric, count in (("NumberOfMessagesSent", 120), ("NumberOfMessagesDeleted", 60)):
            for minute in (3, 4):
                data = {
                    "MetricName": metric,
                    "Dimensions": [{"Name": "QueueName", "Value": "rates"}],
                    "Timestamp": datetime.fromtimestamp(end - minute * 60, UTC),
                    "Value": count,
                }
                await watch.put_metric_data(Namespace="AWS/SQS", MetricData=[data])
    async with source(sqs.port, queue="rates", cloudwatch=True) as one:
        numbers = await read(one)
        assert (numbers["rate_in"], numbers["rate_out"]) == (2, 1)
    async with queue(sqs, "unheard-of"), source(sqs.port, queue="unheard-of", cloudwatch=True) as one:
        assert not {"rate_in", "rate_out"} & set(await read(one))
