"""Which role each operation asks for: the one table. An operation that isn't in it is refused over TCP."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from re import Pattern
from types import MappingProxyType

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from docktor.core.roles import Role


class Special(StrEnum):
    """Access that no role gives. SOCKET: for the owner of the unix socket alone."""

    OPEN = "open"
    SOCKET = "socket"


Access = Role | Special

ACCESS: Mapping[str, Access] = MappingProxyType(
    {
        "health": Special.OPEN,  # says little to who has no token
        "page": Special.OPEN,  # a program like any other: it asks for a token
        "page_asset": Special.OPEN,
        "page_icon": Special.OPEN,
        "open_session": Special.OPEN,
        "read_session": Role.VIEWER,
        "end_session": Role.VIEWER,
        "openapi": Role.VIEWER,
        "prometheus_metrics": Role.VIEWER,
        "projects": Role.VIEWER,
        "service_detail": Role.VIEWER,
        "service_metrics": Role.VIEWER,
        "glance": Role.VIEWER,
        "costs": Role.VIEWER,
        "service_advice": Role.VIEWER,
        "decisions": Role.VIEWER,
        "decision": Role.VIEWER,
        "similar_decisions": Role.VIEWER,
        "explain": Role.VIEWER,
        "events": Role.VIEWER,
        "events_stream": Role.VIEWER,
        "providers": Role.VIEWER,
        "models": Role.VIEWER,
        "pulls": Role.VIEWER,
        "approvals": Role.VIEWER,
        "replay": Role.VIEWER,
        "scale_service": Role.OPERATOR,
        "hold_service": Role.OPERATOR,
        "resume_service": Role.OPERATOR,
        "set_service_mode": Role.OPERATOR,
        "check_service": Role.OPERATOR,
        "service_override": Role.OPERATOR,  # shows parts of a Compose file
        "test_source": Role.OPERATOR,
        "answer_approval": Role.OPERATOR,
        "pull_model": Role.OPERATOR,
        "test_model": Role.OPERATOR,  # takes the model's time, and somebody's tokens
        "set_model": Role.ADMIN,
        "set_rules": Role.ADMIN,
        "check_rules": Role.ADMIN,  # shows the file, secrets and all
        "remove_rules": Role.ADMIN,
        "list_tokens": Role.ADMIN,
        "add_token": Role.ADMIN,
        "remove_token": Role.ADMIN,
        "rotate_token": Special.SOCKET,
        "stop": Special.SOCKET,
    }
)
STREAMS = frozenset({"events_stream"})
VISITED = frozenset({"page"})
"""Links elsewhere may lead there."""


class Operations:
    """What an app can be asked, by method and path."""

    def __init__(self, app: FastAPI) -> None:
        # Mounts last: a page at / must not lend its openness to what has a role of its own.
        self._table = tuple(sorted(_operations(app), key=lambda one: one[2].pattern.endswith("(?P<path>.*)$")))

    def find(self, method: str, path: str) -> tuple[str | None, frozenset[str]]:
        """The operation's name, and the methods that the path knows: none, for a path that isn't there."""
        known: set[str] = set()
        for name, methods, pattern in self._table:
            if pattern.match(path):
                if method in methods:
                    return name, methods
                known |= methods
        return None, frozenset(known)

    def names(self) -> Iterator[tuple[str, frozenset[str], str]]:
        """Each operation with its methods and the pattern of its path."""
        for name, methods, pattern in self._table:
            yield name, methods, pattern.pattern


def _operations(app: FastAPI) -> Iterator[tuple[str, frozenset[str], Pattern[str]]]:
    for route in iter_route_contexts(app.routes):
        path, methods = str(route.path or ""), getattr(route, "methods", None)
        mounted = methods is None  # whatever lies below it, to be read only
        pattern, _, _ = compile_path(path.rstrip("/") + "/{path:path}" if mounted else path)
        yield str(route.name), frozenset(methods or {"GET", "HEAD"}), pattern
