"""RabbitMQ: what waits in a queue, told by the broker itself or by its management API, which knows more."""

from typing import Self
from urllib.parse import quote, unquote

from pydantic import Field, SecretStr, field_validator, model_validator

from docktor.errors import SignalUnavailableError
from docktor.signals.address import Address, address
from docktor.signals.amqp import Amqp
from docktor.signals.base import Around, Library, Numbers, Options, Provider, Total
from docktor.signals.http import JsonClient
from docktor.signals.numbers import number

AMQP = {"amqp": 5672, "amqps": 5671}
MANAGEMENT = {"http": 15672, "https": 15671}
GUEST = "guest"
_COLUMNS = "name,state,messages_ready,messages_unacknowledged,consumers,message_stats"
_NOT_AT_WORK = ("down", "crashed", "stopped", "minority", "terminated")


class RabbitMQOptions(Options):
    url: str = Field(
        f"amqp://{GUEST}:{GUEST}@localhost:5672/",
        repr=False,
        description="Address of the broker, its vhost as the path; amqps:// asks for TLS, "
        "http:// or https:// means the management API.",
    )
    queue: str = Field(min_length=1, max_length=255, description="The queue whose messages count.")
    vhost: str | None = Field(None, min_length=1, description="Instead of the address's path; / if there is neither.")
    user: str | None = Field(None, min_length=1, description="Instead of the address's; guest if there is neither.")
    password: SecretStr | None = Field(None, description="Instead of the address's; taken as it is written.")
    management_url: str | None = Field(
        None, repr=False, description="Address of the management API; then only that is asked."
    )

    @field_validator("url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        address(url, AMQP | MANAGEMENT)
        return url

    @field_validator("management_url")
    @classmethod
    def _of_the_api(cls, url: str | None) -> str | None:
        if url is not None:
            address(url, MANAGEMENT)
        return url

    @model_validator(mode="after")
    def _one_api(self) -> Self:
        if self.management_url is not None and address(self.url, AMQP | MANAGEMENT).scheme in MANAGEMENT:
            raise ValueError("url is the management API already; leave out management_url, or give an amqp:// url")
        return self


class RabbitMQ(Provider):
    """`backlog`: messages ready for a consumer. `in_flight`: handed out, not acknowledged. `lag`: both together.

    The broker itself tells only `backlog` and `consumers`, but those of this moment; the management API all of them,
    as they were a few seconds ago.
    """

    Options = RabbitMQOptions
    about = "RabbitMQ: a queue's backlog"
    library = Library("aiormq", "docktor[rabbitmq]")

    def __init__(self, options: RabbitMQOptions, around: Around) -> None:
        super().__init__(options, around)
        o = options
        broker = address(o.url, AMQP | MANAGEMENT)
        api = address(o.management_url, MANAGEMENT) if o.management_url else broker
        self._vhost = o.vhost or (_vhost(broker.path) if broker.scheme in AMQP else "/")
        self._at = api
        user, password = _credentials(o, api, broker)
        if api.scheme in AMQP:
            self._source: _Api | Amqp = Amqp(around, api, self._vhost, user, password)
        else:
            self._source = _Api(around, api, self._vhost, user, password)

    @property
    def where(self) -> str:
        vhost = "" if self._vhost == "/" else f"{self._vhost}/"
        return f"{self._at.origin.partition('://')[2]} {vhost}{self.options.queue}"

    async def read(self) -> Numbers:
        return await self._source.read(self.options.queue)

    async def close(self) -> None:
        await self._source.close()


def _vhost(path: str) -> str:
    return unquote(path[1:]) or "/"


def _credentials(options: RabbitMQOptions, *places: Address) -> tuple[str, str]:
    """What stands in an option of its own counts first, then what stands in the address that is asked."""
    place = next((place for place in places if place.user), None)
    user = options.user or (place.user if place else None) or GUEST
    if options.password:
        return user, options.password.get_secret_value()
    written = place.password if place else None
    return user, written or (GUEST if user == GUEST else "")


class _Api:
    """The management API."""

    def __init__(self, around: Around, at: Address, vhost: str, user: str, password: str) -> None:
        self._client = JsonClient(around, at.origin)
        self._path = f"{at.path.rstrip('/')}/api/queues/{quote(vhost, safe='')}/"
        self._vhost = vhost
        self._auth = (user, password)

    async def read(self, queue: str) -> Numbers:
        try:
            path = self._path + quote(queue, safe="")
            answer = await self._client.get(path, params={"columns": _COLUMNS}, auth=self._auth)
        except SignalUnavailableError as error:
            if error.state != "wrong":
                raise
            raise SignalUnavailableError(f"queue {queue} in vhost {self._vhost}: {error}", "wrong") from error
        return of_queue(answer, queue)

    async def close(self) -> None:
        await self._client.close()


def of_queue(answer: object, queue: str) -> Numbers:
    """From what the management API tells of a queue. Pure."""
    if not isinstance(answer, dict):
        raise SignalUnavailableError("its answer makes no sense", "wrong")
    state = answer.get("state")
    if state in _NOT_AT_WORK:
        raise SignalUnavailableError(f"queue {queue} is not at work: its state is {state}")
    if "messages_ready" not in answer or "messages_unacknowledged" not in answer:
        raise SignalUnavailableError(f"the management API has no numbers of queue {queue} yet")
    ready = number(answer["messages_ready"], "messages_ready")
    in_flight = number(answer["messages_unacknowledged"], "messages_unacknowledged")
    found: dict[str, float] = {"backlog": ready, "in_flight": in_flight, "lag": ready + in_flight}
    if "consumers" in answer:
        found["consumers"] = number(answer["consumers"], "consumers")
    return found | _totals(answer.get("message_stats"))


def _totals(stats: object) -> dict[str, float]:
    """A queue without any traffic has none of them, one with some only those that occurred."""
    if not isinstance(stats, dict) or not stats:
        return {}
    count = {name: number(stats.get(name, 0), name) for name in _COUNTED}
    return {
        "rate_in": Total(count["publish"]),
        "rate_out": Total(count["ack"] + count["deliver_no_ack"] + count["get_no_ack"]),
        "rate_redelivered": Total(count["redeliver"]),
    }


_COUNTED = ("publish", "ack", "deliver_no_ack", "get_no_ack", "redeliver")
"""What is delivered to someone who doesn't acknowledge is finished then and there."""
