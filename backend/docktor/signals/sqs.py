"""Amazon SQS, and what speaks like it (LocalStack, ElasticMQ): what waits in a queue."""

import asyncio
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from pydantic import Field, SecretStr, model_validator

from docktor.errors import SignalUnavailableError
from docktor.signals.base import Around, Library, Numbers, Options, Provider, hostport
from docktor.signals.connections import Lease
from docktor.signals.loading import load
from docktor.signals.numbers import number

_ATTRIBUTES = {
    "visible": "ApproximateNumberOfMessages",
    "in_flight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}
_METRICS = {"rate_in": "NumberOfMessagesSent", "rate_out": "NumberOfMessagesDeleted"}
_MINUTE, _MINUTES = 60, 5
CLOUDWATCH_SECONDS = 1.5
_AWS = re.compile(r"\.(amazonaws\.com(\.cn)?|api\.aws)$")
_REGION = re.compile(r"(?:^|\.)sqs(?:-fips)?\.((?:[a-z]+-){2,3}\d)\.")
_URL = re.compile(r"https?://([\w.-]+|\[[0-9a-fA-F:.]+\])(:(?P<port>\d{1,5}))?(/[^@?#]*)?")
_LAST_PORT = 65535
_PORTS = {"http": 80, "https": 443}


class SqsOptions(Options):
    url: str | None = Field(None, description="The queue's URL; this or `queue`.")
    queue: str | None = Field(None, min_length=1, description="The queue's name; its URL is asked for.")
    region: str | None = Field(
        None, min_length=1, description="The one in `url`, else AWS_REGION, AWS_DEFAULT_REGION or the profile's."
    )
    endpoint_url: str | None = Field(None, description="Another server than AWS, as http://host:port.")
    access_key_id: SecretStr | None = Field(
        None, description="Without it AWS's usual chain: environment, profile, role."
    )
    secret_access_key: SecretStr | None = Field(None, description="Goes with access_key_id.")
    session_token: SecretStr | None = Field(None, description="For credentials that expire.")
    count_delayed: bool = Field(False, description="Count messages whose delay isn't over in backlog and lag.")
    cloudwatch: bool = Field(
        False, description="Rates from CloudWatch: minutes old, and each question costs (two metrics a minute)."
    )

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if (self.url is None) == (self.queue is None):
            raise ValueError("needs the queue's name (queue) or its URL (url), one of them")
        for name, value in (("url", self.url), ("endpoint_url", self.endpoint_url)):
            found = _URL.fullmatch(value) if value is not None else None
            if value is not None and (found is None or int(found["port"] or 1) > _LAST_PORT):
                raise ValueError(f"{name} must be http://host:port or https://host, without credentials")
        if (self.access_key_id is None) != (self.secret_access_key is None):
            raise ValueError("needs both access_key_id and secret_access_key, or neither")
        if self.session_token is not None and self.access_key_id is None:
            raise ValueError("session_token goes with access_key_id and secret_access_key")
        return self


class Sqs(Provider):
    """`backlog`: messages to be had. `in_flight`: taken, not deleted. `lag`: both together. All are SQS's estimates.

    SQS counts nothing up, so there are rates from CloudWatch only.
    """

    Options = SqsOptions
    about = "Amazon SQS: what waits in a queue"
    library = Library("aiobotocore", "docktor[sqs]")

    def __init__(self, options: SqsOptions, around: Around) -> None:
        super().__init__(options, around)
        self._queue_url = options.url
        self._link = self._share("sqs")
        self._metrics = self._share("cloudwatch") if options.cloudwatch else None
        self._rates: tuple[float, Numbers] = (0.0, {})

    @property
    def where(self) -> str:
        o: SqsOptions = self.options
        if o.url is not None:
            return f"{hostport(o.url)}{urlsplit(o.url).path}"
        return f"{hostport(o.endpoint_url)} {o.queue}" if o.endpoint_url else str(o.queue)

    async def read(self) -> Numbers:
        o: SqsOptions = self.options
        async with self._link.use() as client:
            attributes = await self._attributes(client)
        found = {name: _count(attributes, attribute) for name, attribute in _ATTRIBUTES.items()}
        found["backlog"] = found["visible"] + (found["delayed"] if o.count_delayed else 0)
        found["lag"] = found["backlog"] + found["in_flight"]
        return {**found, **await self._rates_now()}

    async def _attributes(self, client: Any) -> Mapping[str, object]:
        from docktor.signals.aws_client import NoSuchQueueError, call

        o: SqsOptions = self.options
        try:
            if self._queue_url is None:
                self._queue_url = (await call(client, "get_queue_url", QueueName=o.queue)).get("QueueUrl")
            if self._queue_url is None:
                raise SignalUnavailableError("its answer has no queue in it", "wrong")
            answer = await call(
                client, "get_queue_attributes", QueueUrl=self._queue_url, AttributeNames=list(_ATTRIBUTES.values())
            )
        except NoSuchQueueError as error:
            self._queue_url = o.url
            raise SignalUnavailableError(
                f"there is no queue {o.queue or urlsplit(str(o.url)).path}", "wrong"
            ) from error
        found: Mapping[str, object] = answer.get("Attributes", {})
        return found

    async def _rates_now(self) -> Numbers:
        """Of the last whole minutes, asked once a minute. Left out when CloudWatch doesn't answer soon."""
        if self._metrics is None:
            return {}
        from docktor.signals.aws_client import call

        start, end = window(time.time())
        if self._rates[0] != end:
            self._rates = (end, {})
            try:
                async with asyncio.timeout(CLOUDWATCH_SECONDS), self._metrics.use() as client:
                    answer = await call(client, "get_metric_data", **question(self._queue_name, start, end))
                self._rates = (end, rates(answer))
            except TimeoutError:
                return {}
            except SignalUnavailableError as error:
                if error.state != "down":
                    self._rates = (0.0, {})  # a fault in the settings shows at every read
                    raise
        return self._rates[1]

    @property
    def _queue_name(self) -> str:
        o: SqsOptions = self.options
        return o.queue or urlsplit(str(o.url)).path.rpartition("/")[2]

    def _share(self, service: str) -> Lease[Any]:
        o: SqsOptions = self.options
        secrets = [
            one.get_secret_value() if one else None for one in (o.access_key_id, o.secret_access_key, o.session_token)
        ]
        endpoint, region = o.endpoint_url or endpoint_of(o.url), o.region or region_of(o.url)

        async def open_() -> Any:
            await load("docktor.signals.aws_client", "botocore", "aiobotocore")
            from docktor.signals.aws_client import Account, open_client

            place = await self._place(endpoint) if endpoint else None
            return await open_client(service, Account(place, region, *secrets))

        return self.around.share(("aws", service, endpoint, region, *secrets), open_, lambda client: client.close())

    async def _place(self, endpoint: str) -> str:
        """Where that endpoint is to be reached from here."""
        parts = urlsplit(endpoint)
        host, port = await self.around.locate(parts.hostname or "", parts.port or _PORTS[parts.scheme])
        return urlunsplit((parts.scheme, f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "", "", ""))

    async def close(self) -> None:
        await self._link.release()
        if self._metrics is not None:
            await self._metrics.release()


def region_of(url: str | None) -> str | None:
    """The region in a queue's URL, `None` where there is none: `https://sqs.eu-west-1.amazonaws.com/1/orders`."""
    found = _REGION.search(urlsplit(url).hostname or "") if url else None
    return found[1] if found else None


def endpoint_of(url: str | None) -> str | None:
    """Where a queue's URL leads if not to AWS."""
    if url is None or _AWS.search(urlsplit(url).hostname or ""):
        return None
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, "", "", ""))


def window(now: float) -> tuple[float, float]:
    """The last whole minutes before `now`, in seconds since 1970 as it is."""
    end = now // _MINUTE * _MINUTE
    return end - _MINUTES * _MINUTE, end


def question(queue: str, start: float, end: float) -> Mapping[str, Any]:
    """To CloudWatch: what was sent and deleted in each minute of that time."""
    dimensions = [{"Name": "QueueName", "Value": queue}]
    return {
        "StartTime": datetime.fromtimestamp(start, UTC),
        "EndTime": datetime.fromtimestamp(end, UTC),
        "MetricDataQueries": [
            {
                "Id": name,
                "MetricStat": {
                    "Metric": {"Namespace": "AWS/SQS", "MetricName": metric, "Dimensions": dimensions},
                    "Period": _MINUTE,
                    "Stat": "Sum",
                },
            }
            for name, metric in _METRICS.items()
        ],
    }


def rates(answer: Mapping[str, Any]) -> Numbers:
    """Messages a second, over the minutes that CloudWatch has got yet: the newest come late, a quiet queue's never."""
    found: dict[str, float] = {}
    for result in answer.get("MetricDataResults", []):
        name = result.get("Id")
        counts = [number(value, f"CloudWatch's {_METRICS.get(name)}") for value in result.get("Values", [])]
        if counts and name in _METRICS:
            found[name] = sum(counts) / (len(counts) * _MINUTE)
    return found


def _count(attributes: Mapping[str, object], name: str) -> float:
    value = attributes.get(name)  # SQS writes numbers as text
    return number(int(value) if isinstance(value, str) and re.fullmatch(r"-?\d{1,20}", value) else value, name)
