"""What the kinds that ask over HTTP have in common: where to ask, and as whom."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, SecretStr, StringConstraints, model_validator

from docktor.signals.base import Around, Options, Provider
from docktor.signals.http import JsonClient, parsed

MAIN = "value"
"""The main number. Docktor calls it `backlog` under `queue:`, and by the metric's name under `metrics:`."""
_TAKEN = (MAIN, "backlog")


def _address(url: str) -> str:
    parsed(url)
    return url


def _sendable(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not re.fullmatch(r"[!-~]([ -~\t]*[!-~])?", text):
        raise ValueError("must be plain text without line breaks or spaces around it")
    return value


def _free(name: str) -> str:
    if name in _TAKEN:
        raise ValueError(f"{name} is what the main number is called")
    return name


Address = Annotated[str, AfterValidator(_address)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")]
Sendable = Annotated[SecretStr, AfterValidator(_sendable)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40), AfterValidator(_free)]
"""A further number's short name."""


class HttpOptions(Options):
    url: Address = Field(description="http(s):// address.", repr=False)
    user: str | None = Field(None, min_length=1, description="Asks as this user (basic authentication).")
    password: SecretStr | None = Field(None, description="The user's password.")
    token: Sendable | None = Field(None, description="Sent as `Authorization: Bearer`.")
    headers: Mapping[HeaderName, Sendable] = Field({}, description="Sent along; their values are kept secret.")
    insecure_skip_verify: bool = Field(False, description="Takes any certificate.")

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        names = [name.lower() for name in self.headers]
        if len(set(names)) < len(names):
            raise ValueError("headers: names the same header twice")
        if self.password is not None and self.user is None:
            raise ValueError("password: needs a user")
        ways = {
            "user": self.user is not None,
            "token": self.token is not None,
            "the user in url": "@" in parsed(self.url).netloc,
            "the Authorization header": "authorization" in names,
        }
        given = [way for way, used in ways.items() if used]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)} exclude each other")
        return self


class HttpSource(Provider):
    """Asks its address with its credentials."""

    def __init__(self, options: HttpOptions, around: Around) -> None:
        super().__init__(options, around)
        o = options
        self._client = JsonClient(around, o.url, verify=not o.insecure_skip_verify)
        self._headers = {name: value.get_secret_value() for name, value in o.headers.items()}
        if o.token is not None:
            self._headers["Authorization"] = f"Bearer {o.token.get_secret_value()}"
        self._auth = (o.user, o.password.get_secret_value() if o.password else "") if o.user else None

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """As JsonClient.get."""
        return await self._client.get(path, params=params, headers=self._headers, auth=self._auth)

    async def close(self) -> None:
        await self._client.close()
