"""The tokens that open the API over TCP: the owner's own in a file of its own, further ones as hashes."""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from docktor.core.record import read_time, write_time
from docktor.core.roles import PERSON, Role
from docktor.errors import DocktorError, PermanentError
from docktor.memory.disk import replace as replace_file
from docktor.memory.disk import storage_error

OWNER = "owner"
RESERVED = (OWNER, PERSON)
MOST = 100
LONGEST_DAYS = 3650
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token. `digest`: SHA-256, in hex. `expires`: `None` for one that doesn't."""

    name: str
    role: Role
    created: datetime
    expires: datetime | None
    digest: str

    def live(self, now: datetime) -> bool:
        return self.expires is None or now < self.expires


class Tokens:
    """`owner_file` has the owner's token as it is sent, `file` the hashes of the others. Blocking, short.

    When `file` can't be understood, `fault` says so: nobody is let in by it, and it is not written over.
    """

    def __init__(self, owner_file: Path, file: Path) -> None:
        self.owner_file = owner_file
        self.file = file
        self.fault: str | None = None
        self._owner: Token | None = None
        self._others: tuple[Token, ...] = ()

    def open(self, now: datetime) -> None:
        """Read both files; the owner's is made when it isn't there. Raises DocktorError when it can't be used."""
        self.open_others()
        self._owner = Token(OWNER, Role.ADMIN, now, None, digest_of(read_token(self.owner_file)))

    def open_others(self) -> None:
        """Read the hashes alone."""
        self._others, self.fault = (), None
        try:
            self._others = _understand(self.file.read_bytes())
        except FileNotFoundError:
            pass
        except OSError as error:
            self.fault = str(storage_error(self.file, error))
        except (ValueError, KeyError, TypeError, AttributeError):
            # Never the fault itself: its text may quote what is in the file.
            self.fault = f"{self.file} can't be understood, so its tokens open nothing: restore it, or delete it"

    def find(self, given: str, now: datetime) -> Token | None:
        """The live token that `given` is."""
        return self.by_digest(digest_of(given), now)

    def by_digest(self, digest: str, now: datetime) -> Token | None:
        """The live token with this digest. All are compared, each in constant time."""
        found = None
        for token in (*self._others, *((self._owner,) if self._owner else ())):
            if hmac.compare_digest(token.digest, digest) and token.live(now):
                found = token
        return found

    def listed(self) -> tuple[Token, ...]:
        """All but the owner's. Raises PermanentError when the file can't be understood."""
        if self.fault:
            raise PermanentError(self.fault)
        return self._others

    def add(self, role: Role, name: str | None, days: float | None, now: datetime) -> tuple[Token, str]:
        """A new token and its text, which is kept nowhere. Raises PermanentError, StorageError."""
        known = {token.name for token in self.listed()}
        chosen = name or f"{role}-{secrets.token_hex(3)}"
        if not NAME.fullmatch(chosen) or chosen in RESERVED:
            raise PermanentError(
                f"a token's name has letters, digits, '.', '_' and '-', at most 64, and is not {' or '.join(RESERVED)}"
            )
        if chosen in known:
            raise PermanentError(f"there is a token '{chosen}' already: remove it first, or choose another name")
        if len(known) >= MOST:
            raise PermanentError(f"there are {MOST} tokens: remove one first")
        if days is not None and not 0 < days <= LONGEST_DAYS:
            raise PermanentError(f"a token lasts more than 0 and at most {LONGEST_DAYS} days")
        text = secrets.token_urlsafe(32)
        expires = None if days is None else now + timedelta(days=days)
        token = Token(chosen, role, now, expires, digest_of(text))
        self._keep((*self._others, token))
        return token, text

    def remove(self, name: str) -> None:
        """Raises PermanentError when there is no such token."""
        rest = tuple(token for token in self.listed() if token.name != name)
        if len(rest) == len(self._others):
            raise PermanentError(f"there is no token '{name}': see `docktor token list`")
        self._keep(rest)

    def rotate(self, now: datetime) -> None:
        """A new token for the owner; the old one opens nothing from now on. Raises StorageError."""
        text = secrets.token_urlsafe(32)
        _write_owner(self.owner_file, text)
        self._owner = Token(OWNER, Role.ADMIN, now, None, digest_of(text))

    def _keep(self, tokens: Iterable[Token]) -> None:
        kept = tuple(tokens)
        document = {"version": 1, "tokens": [_plain(token) for token in kept]}
        try:
            replace_file(self.file, [json.dumps(document, indent=2).encode(), b"\n"])
        except OSError as error:
            raise storage_error(self.file, error) from error
        self._others = kept


def digest_of(text: str) -> str:
    # Of 32 random bytes: nobody can try them all, so a slow hash would add nothing.
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def read_token(path: Path) -> str:
    """The owner's token kept in `path`, made on first use; the file is for its owner alone."""
    try:
        token = path.read_text(encoding="ascii").strip()
        path.chmod(0o600)
    except FileNotFoundError:
        _make_owner(path)
        return read_token(path)
    except OSError as error:
        raise storage_error(path, error) from error
    except UnicodeDecodeError:
        token = ""
    if not token:
        raise DocktorError(f"{path} has no token in it: delete it and start again to get a new one")
    return token


def _make_owner(path: Path) -> None:
    """A first token, unless another process was faster: both must then have the same."""
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    _write_owner(fresh, secrets.token_urlsafe(32))
    try:
        with suppress(FileExistsError):
            os.link(fresh, path)
    except OSError:  # a file system without hard links
        fresh.replace(path)
    fresh.unlink(missing_ok=True)


def _write_owner(path: Path, token: str) -> None:
    try:
        replace_file(path, [token.encode("ascii"), b"\n"])
    except OSError as error:
        raise storage_error(path, error) from error


def _plain(token: Token) -> dict[str, str | None]:
    expires = write_time(token.expires) if token.expires else None
    return asdict(token) | {"role": token.role.value, "created": write_time(token.created), "expires": expires}


def _understand(content: bytes) -> tuple[Token, ...]:
    """Raises ValueError, KeyError, TypeError or AttributeError when it is not what `_keep` writes."""
    document = json.loads(content)
    if document["version"] != 1:
        raise ValueError("version")
    tokens = tuple(_token(entry) for entry in document["tokens"])
    if len({token.name for token in tokens}) < len(tokens):
        raise ValueError("name")
    return tokens


def _token(entry: dict[str, str]) -> Token:
    if not NAME.fullmatch(entry["name"]) or not _DIGEST.fullmatch(entry["digest"]):
        raise ValueError("name or digest")
    expires = entry["expires"]
    token = Token(entry["name"], Role(entry["role"]), read_time(entry["created"]), None, entry["digest"])
    return token if expires is None else replace(token, expires=read_time(expires))
