"""Keeps credentials out of everything that is shown, logged or kept."""

import logging
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, SecretStr

from docktor.core.blot import BLOT, blot_userinfo

SHORTEST = 3  # blotting out shorter ones would make texts unreadable and hide nothing


def secrets_of(options: BaseModel) -> frozenset[str]:
    """Every secret among the settings: secret fields, and those in addresses, as written and decoded."""
    return frozenset(
        found for value in dict(options).values() for found in _secrets_in(value) if len(found) >= SHORTEST
    )


def _secrets_in(value: object) -> Iterable[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _secrets_in(part)
    elif isinstance(value, str) and "://" in value:
        try:
            parts = urlsplit(value)
        except ValueError:
            return
        password = parts.password or parts.username  # a user alone is a token
        if password:
            yield from (password, unquote(password))


class Redactor(logging.Filter):
    """A filter for log handlers: client libraries log what they like."""

    def __init__(self) -> None:
        super().__init__()
        self._counts: dict[str, int] = {}

    def add(self, secrets: Iterable[str]) -> None:
        for secret in secrets:
            self._counts[secret] = self._counts.get(secret, 0) + 1

    def remove(self, secrets: Iterable[str]) -> None:
        for secret in secrets:
            self._counts[secret] -= 1
            if not self._counts[secret]:
                del self._counts[secret]

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{logging.Formatter().formatException(record.exc_info)}"
        blotted = text
        for secret in sorted(self._counts, key=len, reverse=True):
            blotted = blotted.replace(secret, BLOT)
        blotted = blot_userinfo(blotted)
        record.msg, record.args, record.exc_info, record.exc_text = blotted, (), None, None
        return True
