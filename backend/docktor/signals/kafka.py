"""Apache Kafka: how far a consumer group is behind in a topic."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from docktor.signals.base import Around, Library, Numbers, Options, Provider, Total
from docktor.signals.loading import load
from docktor.signals.partitions import Partition, Watch

if TYPE_CHECKING:
    from docktor.signals.kafka_cluster import Cluster

PORT = 9092


class KafkaOptions(Options):
    brokers: str | list[str] | None = Field(
        None,
        description="Where to begin: host:port, several as a list or with commas. The brokers then tell under which"
        " addresses they are reached: names of the project's services, or what works from here.",
    )
    url: str | None = Field(None, description="The same as kafka://host:port.")
    topic: str = Field(min_length=1, description="The topic whose messages wait.")
    group: str = Field(min_length=1, description="The consumer group that works on them.")
    security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = Field(
        "plaintext", description="How the brokers are spoken to; sasl with user and password."
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field("PLAIN", description="How to log in.")
    user: str | None = Field(None, min_length=1, description="For sasl.")
    password: SecretStr | None = Field(None, description="For sasl.")
    ca_file: str | None = Field(None, description="Certificates to trust instead of the machine's.")
    start: Literal["latest", "earliest"] = Field(
        "latest", description="Where the group begins without a committed offset (its auto.offset.reset)."
    )
    allow_idle_consumers: bool = Field(
        False, description="More replicas than partitions; those beyond have nothing to do."
    )
    exclude_stuck: bool = Field(False, description="Leave partitions that hang out of backlog and lag.")
    stuck_after: float = Field(
        60.0, gt=0, description="Seconds a partition with lag stands still, while others move, until it hangs."
    )

    @property
    def addresses(self) -> Sequence[tuple[str, int]]:
        """The brokers to begin with."""
        if self.url is not None:
            return _addresses([self.url.removeprefix("kafka://").rstrip("/")])
        return _addresses([self.brokers] if isinstance(self.brokers, str) else self.brokers or [])

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if (self.brokers is None) == (self.url is None):
            raise ValueError("needs brokers, or a url kafka://host:port in their place")
        if self.url is not None and not self.url.startswith("kafka://"):
            raise ValueError("url must begin with kafka://")
        if not self.addresses:
            raise ValueError("brokers has no address")
        if (self.user is not None or self.password is not None) != self.security.startswith("sasl"):
            raise ValueError("user and password go with security: sasl_ssl or sasl_plaintext, and only with them")
        if (self.user is None) != (self.password is None):
            raise ValueError("needs both user and password")
        if self.ca_file is not None and not self.security.endswith("ssl"):
            raise ValueError("ca_file goes with security: ssl or sasl_ssl")
        return self


class Kafka(Provider):
    """`backlog` and `lag`: messages after the committed offsets, over all partitions. Who holds which, Kafka keeps to
    itself, so there is no `in_flight`. `most_replicas`: more than partitions would have nothing to do.
    """

    Options = KafkaOptions
    about = "Kafka: a consumer group's lag in a topic"
    library = Library("aiokafka", "docktor[kafka]")

    def __init__(self, options: KafkaOptions, around: Around) -> None:
        super().__init__(options, around)
        o = options
        password = o.password.get_secret_value() if o.password else None
        key = ("kafka", tuple(o.addresses), o.security, o.sasl_mechanism, o.user, password, o.ca_file)
        self._link = around.share(key, self._open, _close)
        self._watch = Watch()

    @property
    def where(self) -> str:
        o: KafkaOptions = self.options
        host, port = o.addresses[0]
        return f"{host}:{port} {o.topic}/{o.group}"

    async def read(self) -> Numbers:
        o: KafkaOptions = self.options
        async with self._link.use() as cluster:
            partitions = await cluster.partitions(o.topic, o.group)
        now = asyncio.get_running_loop().time()
        self._watch = self._watch.look(partitions, now, from_first=o.start == "earliest")
        return _numbers(partitions, self._watch.stuck(o.stuck_after), o)

    async def _open(self) -> "Cluster":
        await load("docktor.signals.kafka_cluster", "aiokafka")
        from docktor.signals.kafka_cluster import Cluster, Login

        o: KafkaOptions = self.options
        password = o.password.get_secret_value() if o.password else None
        login = Login(o.security.upper(), o.sasl_mechanism, o.user, password, o.ca_file)
        return await Cluster(login, self.around.locate).open(o.addresses)

    async def close(self) -> None:
        await self._link.release()


async def _close(cluster: "Cluster") -> None:
    await cluster.close()


def _numbers(partitions: Sequence[Partition], stuck: frozenset[int], o: KafkaOptions) -> Numbers:
    from_first = o.start == "earliest"
    lags = {one.id: one.lag(from_first=from_first) for one in partitions}
    lag = sum(lag for id_, lag in lags.items() if not (o.exclude_stuck and id_ in stuck))
    found: dict[str, float] = {
        "backlog": lag,
        "lag": lag,
        "lag_max": max(lags.values(), default=0),
        "partitions": len(partitions),
        "stuck": len(stuck),
        "rate_in": Total(sum(one.end for one in partitions)),
    }
    if any(one.committed is not None for one in partitions):
        found["rate_out"] = Total(sum(_done(one, from_first) for one in partitions))
    if not o.allow_idle_consumers:
        found["most_replicas"] = len(partitions)
    return found


def _done(one: Partition, from_first: bool) -> int:
    """A partition's share of rate_out: without an offset yet, where the group would begin, so that the first one that
    it commits is a small step and not all that ever went through."""
    return one.position(from_first=from_first) if one.committed is None else one.committed


def _addresses(texts: Sequence[str]) -> list[tuple[str, int]]:
    found = []
    for text in ",".join(texts).split(","):
        if not text.strip():
            continue
        if "@" in text:
            raise ValueError("an address is host:port; user and password are options of their own")
        parts = urlsplit(f"//{text.strip()}")
        if not parts.hostname or parts.path or parts.query:
            raise ValueError("an address is host:port")
        found.append((parts.hostname, parts.port or PORT))
    return found
