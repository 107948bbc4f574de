"""The OpenAPI document: valid, whole, and its examples are what the schemas say."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from docktor.api.app import create_app
from docktor.api.operations import OPERATIONS, TAGS
from docktor.api.problems import KINDS
from docktor.api.roles import ACCESS, Special
from tests.serving import Served
from tests.unit.api.test_routes import problem

Json = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Json:
    return create_app(None).openapi()  # type: ignore[arg-type]  # nobody is asked


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def resolved(document: Json, part: Json) -> Json:
    while "$ref" in part:
        found: Any = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def check(document: Json, schema: Json, value: object) -> None:
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": document["components"], **schema}
    faults = [str(fault) for fault in jsonschema_rs.iter_errors(whole, value)]
    assert not faults, faults


def test_it_is_openapi_3_1(document: Json) -> None:
    faults = [str(fault)[:500] for fault in OpenAPIV31SpecValidator(document).iter_errors()]
    assert not faults
    assert [tag["name"] for tag in document["tags"]] == list(TAGS)
    assert document["servers"]


def test_every_operation_is_described(document: Json) -> None:
    names = []
    for path, method, operation in operations(document):
        names.append(operation["operationId"])
        assert operation["summary"] and operation["description"], path
        assert operation["summary"] != operation["operationId"].replace("_", " ").title()
        (tag,) = operation["tags"]
        assert tag in TAGS
        is_open = ACCESS[operation["operationId"]] is Special.OPEN
        assert operation["security"] == ([] if is_open else [{"token": []}, {}])
        errors = {status for status in operation["responses"] if status >= "4"}
        assert {"403", "421", "429", "500"} <= errors
        assert ("401" in errors) == (path != "/api/health")
        assert ("413" in errors) == ("415" in errors) == (method != "get")
        assert ("404" in errors) == ("{" in path) or operation["operationId"] in ("test_source", "replay")
        assert "422" in errors or "requestBody" not in operation
    assert sorted(names) == sorted(OPERATIONS)


def test_errors_are_problems(document: Json) -> None:
    for path, _, operation in operations(document):
        for status, response in operation["responses"].items():
            if status >= "4":
                content = resolved(document, response)["content"]
                assert list(content) == ["application/problem+json"], path
                told = content["application/problem+json"]
                assert told["schema"] == {"$ref": "#/components/schemas/Problem"}
                check(document, told["schema"], told["example"])
                assert str(told["example"]["status"]) == status


def test_answers_and_bodies_have_types_and_examples(document: Json) -> None:
    for path, method, operation in operations(document):
        (success,) = [response for status, response in operation["responses"].items() if status < "4"]
        contents = list(success["content"].items())
        if "requestBody" in operation:
            contents += operation["requestBody"]["content"].items()
        for media, content in contents:
            assert content["schema"], (path, method)
            assert content["example"] not in (None, [], {}), (path, method, media)
            check(document, content["schema"], content["example"])
    plain = document["paths"]["/metrics"]["get"]["responses"]["200"]["content"]
    assert list(plain) == ["text/plain"]


def test_every_status_of_docktors_own_errors_is_known(document: Json) -> None:
    statuses = {str(resolved(document, one)["content"]["application/problem+json"]["example"]["status"])
                for one in document["components"]["responses"].values()}  # fmt: skip
    assert {str(status) for _, status, _, _ in KINDS} <= statuses


def test_every_reference_leads_somewhere(document: Json) -> None:
    def walk(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                yield part["$ref"]
            for below in part.values():
                yield from walk(below)
        elif isinstance(part, list):
            for below in part:
                yield from walk(below)

    used = set(walk(document))
    assert len(used) > 20
    for reference in used:
        resolved(document, {"$ref": reference})
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert schemas <= used


async def test_a_real_problem_is_as_described(served: Served, document: Json) -> None:
    answer = await served.http.post("/api/projects/demo/services/web/scale", json={"replicas": -1})
    check(document, {"$ref": "#/components/schemas/Problem"}, problem(answer, 422))
    answer = await served.http.post("/api/projects/demo/services/web/scale", json={"replicas": 9000})
    check(document, {"$ref": "#/components/schemas/Problem"}, problem(answer, 409))


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "", "application/jsonp"])
async def test_a_body_that_is_not_said_to_be_json_is_415(served: Served, media: str) -> None:
    headers = {"Content-Type": media} if media else {}
    path = "/api/projects/demo/services/web/scale"
    problem(await served.http.post(path, content=b'{"replicas": 3}', headers=headers), 415)
    fine = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert (await served.http.post(path, content=b'{"replicas": 3}', headers=fine)).status_code == 200
