"""The one place where errors become problem+json (RFC 9457)."""

import re
from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from docktor.config.words import ONE_MODE, TWO_MODES
from docktor.errors import (
    AdvisorUnavailableError,
    ApprovalNotFoundError,
    BusyError,
    ConfigError,
    DocktorError,
    EngineUnavailableError,
    Problem,
    ScaleRefusedError,
    ServiceNotFoundError,
    StorageError,
    TemporaryError,
)

MEDIA_TYPE = "application/problem+json"
PLAIN_NAME = re.compile(r"[A-Za-z_]{1,40}")

# Most particular first: the first class that fits decides. Columns: status, title, code.
KINDS: tuple[tuple[type[DocktorError], int, str, str], ...] = (
    (ServiceNotFoundError, 404, "Service not found", "service-not-found"),
    (ApprovalNotFoundError, 404, "Approval not found", "approval-not-found"),
    (ScaleRefusedError, 409, "Scale refused", "scale-refused"),
    (ConfigError, 422, "Invalid configuration", "invalid-config"),
    (EngineUnavailableError, 503, "Engine unavailable", "engine-unavailable"),
    (AdvisorUnavailableError, 503, "Model unavailable", "advisor-unavailable"),
    (StorageError, 503, "Journal unavailable", "storage-unavailable"),
    (BusyError, 429, "Busy", "busy"),
    (TemporaryError, 503, "Not now", "temporary"),
    (DocktorError, 400, "Not possible", "not-possible"),
)

NOT_JSON = Problem("", "the body is not valid JSON")


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    code: str | None = None,
    problems: Sequence[Problem] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem+json response. `problems` and `code` appear only when there are any."""
    body: dict[str, object] = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    if code:
        body["code"] = code
    if problems:
        body["problems"] = [{"path": p.path, "message": p.message, "line": p.line} for p in problems]
    return JSONResponse(body, status, headers, MEDIA_TYPE)


def from_error(error: DocktorError) -> JSONResponse:
    """The response for one of Docktor's own errors."""
    _, status, title, code = next(kind for kind in KINDS if isinstance(error, kind[0]))
    headers = None
    if isinstance(error, TemporaryError) and error.delay is not None:
        headers = {"Retry-After": str(max(1, round(error.delay)))}
    return problem(
        status,
        title,
        str(error),
        code=error.code if isinstance(error, ScaleRefusedError) else code,
        problems=error.problems if isinstance(error, ConfigError) else (),
        headers=headers,
    )


def from_validation(error: RequestValidationError) -> JSONResponse:
    """Names the fields at fault and what is wrong with them; never what was sent, which may hold secrets."""
    problems = []
    for fault in error.errors():
        where = [str(part) for part in fault["loc"] if part not in (ONE_MODE, TWO_MODES)]
        if fault["type"] == "json_invalid":  # its message quotes nothing, but its place is a byte offset
            problems.append(NOT_JSON)
        else:
            if fault["type"] == "extra_forbidden" and not PLAIN_NAME.fullmatch(where[-1]):
                where[-1] = "(a field)"  # something secret that went where a name belongs
            path = ".".join(where[1:]) or where[0]
            problems.append(Problem(path, str(fault["msg"])))
    return _invalid(problems)


def _invalid(problems: Sequence[Problem]) -> JSONResponse:
    return problem(422, "Invalid request", "; ".join(str(p) for p in problems), problems=problems)


def from_http(request: Request, error: HTTPException) -> JSONResponse:
    """What the framework refuses, said as we say it."""
    if error.status_code == HTTPStatus.BAD_REQUEST and error.__cause__ is not None:
        return _invalid([NOT_JSON])  # no text, nested too deep, a number too long: JSON faults it has no name for
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and (allowed := _allowed(request)):
        headers["Allow"] = ", ".join(sorted(allowed))
    title = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != title else f"{title}: {request.method} {request.url.path}"
    return problem(error.status_code, title, detail, headers=headers)


def _allowed(request: Request) -> set[str]:
    """The methods of every operation at that path; the framework tells those of the first one only."""
    paths: dict[str, dict[str, object]] = request.app.openapi()["paths"]
    here = [methods for path, methods in paths.items() if compile_path(path)[0].match(request.scope["path"])]
    return {method.upper() for methods in here for method in methods}


def install(app: FastAPI) -> None:
    """Give `app` these answers for every error, its own and the framework's."""

    @app.exception_handler(DocktorError)
    async def on_docktor_error(_: Request, error: DocktorError) -> JSONResponse:
        return from_error(error)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return from_validation(error)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        return from_http(request, error)

    @app.exception_handler(Exception)
    async def on_bug(_: Request, error: Exception) -> JSONResponse:
        detail = f"a bug in Docktor ({type(error).__name__}); the daemon's log has the rest"
        return problem(500, "Internal error", detail)
