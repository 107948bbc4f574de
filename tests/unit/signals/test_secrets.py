"""What is shown and logged is without credentials, wherever they stood."""

import logging

import pytest
from pydantic import Field, SecretStr

from docktor.core.blot import clean
from docktor.signals.base import Options
from docktor.signals.secrets import Redactor, secrets_of


class Settings(Options):
    url: str
    password: SecretStr | None = None
    headers: dict[str, SecretStr] = Field(default_factory=dict)


SETTINGS = Settings(
    url="amqp://me:p%40ss@mq:5672/", password=SecretStr("hunter2"), headers={"X-Key": SecretStr("k3y-k3y")}
)


def test_every_secret_is_found_as_written_and_decoded() -> None:
    assert secrets_of(SETTINGS) == {"p%40ss", "p@ss", "hunter2", "k3y-k3y"}
    assert secrets_of(Settings(url="nats://t0ken@nats:4222")) == {"t0ken"}
    assert secrets_of(Settings(url="http://[")) == frozenset()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("login hunter2 failed", "login *** failed"),
        ("at amqp://me:p%40ss@mq:5672/ and p@ss", "at amqp://***@mq:5672/ and ***"),
        ("redis://:other@host/0", "redis://***@host/0"),
        ("two\nlines\x1b[31m", "two lines [31m"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_a_text_is_cleaned(text: str, shown: str) -> None:
    assert clean(text, secrets_of(SETTINGS)) == shown


def test_the_log_is_cleaned_while_a_secret_is_in_use(caplog: pytest.LogCaptureFixture) -> None:
    redactor, log = Redactor(), logging.getLogger("some.library")
    caplog.handler.addFilter(redactor)
    try:
        redactor.add(["hunter2"])
        redactor.add(["hunter2"])
        redactor.remove(["hunter2"])
        log.error("no %s for %s", "hunter2", "amqp://me:other@mq")
        try:
            raise ValueError("bad hunter2")
        except ValueError:
            log.exception("oh")
        assert "hunter2" not in caplog.text and "other" not in caplog.text
        assert "ValueError: bad ***" in caplog.text
        redactor.remove(["hunter2"])
        log.error("hunter2")
        assert "hunter2" in caplog.text
    finally:
        caplog.handler.removeFilter(redactor)
