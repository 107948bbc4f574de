"""The OpenAPI document, completed so that clients can be made from it: errors, examples, tags, the token."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel, Field
from pydantic_core import to_jsonable_python

from docktor.api.operations import OPERATIONS, TAGS, About
from docktor.api.problems import MEDIA_TYPE
from docktor.api.roles import ACCESS, Special

Json = dict[str, Any]

SERVERS: list[Json] = [
    {"url": "/", "description": "Where this document came from"},
    {
        "url": "http://{address}",
        "description": "What `docktor daemon start --listen` was given",
        "variables": {"address": {"default": "127.0.0.1:8099"}},
    },
]
ERRORS = {
    400: "It can't be done, and trying again won't help.",
    401: "Over TCP: the token or session is missing, wrong or over.",
    403: "Over TCP: your role isn't enough, the request comes from a foreign web page, or is for the unix socket only.",
    404: "There is no such thing.",
    408: "The body took more than a minute to come.",
    409: "Refused; `code` names the limit or the obstacle.",
    413: "The body has more than 1 MiB.",
    415: "The body is not said to be JSON.",
    421: "Over TCP: the Host header names somebody else.",
    422: "Faulty; `problems` has every fault. Nothing was changed.",
    429: "Too many requests over TCP, or such a one is being answered; `Retry-After` says when to try again.",
    431: "Over TCP: the headers have more than 16 KiB.",
    500: "A bug in Docktor.",
    503: "Not now: the engine, the journal or the model is away. `Retry-After` says when to try again, if known.",
}
EVERYWHERE = (403, 421, 429, 431, 500)
WITH_BODY = (408, 413, 415)


class Fault(BaseModel):
    """One fault in what was sent or written: where, what, and the line of the file if there is one."""

    path: str
    message: str
    line: int | None


class Problem(BaseModel):
    """An error as of RFC 9457."""

    type: str
    title: str
    status: int
    detail: str
    code: str | None = Field(None, description="Stable, for programs.")
    problems: list[Fault] | None = Field(None, description="Every fault, where input or a file has them.")


class Described(FastAPI):
    """An app with a complete document."""

    def openapi(self) -> Json:
        if self.openapi_schema is None:
            self.openapi_schema = _complete(super().openapi())
        return self.openapi_schema


def _complete(document: Json) -> Json:
    document["tags"] = [{"name": name, "description": text} for name, text in TAGS.items()]
    parts = document["components"]
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    parts["schemas"] |= {model.__name__: _schema(model) for model in (Fault, Problem)}
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "Over TCP; the unix socket asks for none."}
    }
    parts["responses"] = {_name(status): _error(status) for status in ERRORS}
    for method, operation in _operations(document):
        _describe(operation, OPERATIONS[operation["operationId"]], method)
    return document


def _schema(model: type[BaseModel]) -> Json:
    found = model.model_json_schema(ref_template="#/components/schemas/{model}")
    found.pop("$defs", None)
    return found


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.replace(" ", "")


def _error(status: int) -> Json:
    example: Json = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    example["detail"] = ERRORS[status]
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {"description": ERRORS[status], "content": {MEDIA_TYPE: content}}


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for methods in document["paths"].values():
        yield from methods.items()


def _describe(operation: Json, about: About, method: str) -> None:
    operation["tags"] = [about.tag]
    operation["summary"] = about.summary
    is_open = ACCESS[operation["operationId"]] is Special.OPEN
    operation["security"] = [] if is_open else [{"token": []}, {}]
    operation["responses"].pop("422", None)
    for media in next(iter(operation["responses"].values()))["content"].values():
        if "itemSchema" in media:  # of a later OpenAPI than the document's, which many generators don't read
            media["schema"] = {"type": "string"}
            del media["itemSchema"]
        media["example"] = to_jsonable_python(about.answer)
    if about.body is not None:
        operation["requestBody"]["content"]["application/json"]["example"] = about.body
    errors = {*about.errors, *EVERYWHERE, *(() if is_open else (401,)), *(() if method == "get" else WITH_BODY)}
    for status in sorted(errors):
        operation["responses"][str(status)] = {"$ref": f"#/components/responses/{_name(status)}"}
