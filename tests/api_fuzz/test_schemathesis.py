"""Schemathesis asks everything the OpenAPI document allows, and much that it forbids. The same questions every time."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.config import SchemathesisConfig

from docktor.api.app import create_app
from tests.daemon_process import DaemonProcess

SECONDS = 60.0
CONFIG = SchemathesisConfig.from_dict(
    {
        # 503: no model answers here, and the daemon says so.
        "checks": {"not_a_server_error": {"expected-statuses": ["2xx", "3xx", "4xx", "503"]}},
        # What belongs into a queue depends on its kind, and which model may be asked on what the file allows.
        "operations": [
            {
                "include-operation-id": ["test_source", "set_model", "test_model"],
                "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "422", "503"]}},
            },
            {
                # What else is in the body, in the file or among the tokens decides, which a schema can't say.
                "include-operation-id": [
                    "answer_approval",
                    "set_rules",
                    "remove_rules",
                    "check_rules",
                    "add_token",
                    "remove_token",
                ],
                "checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409", "422"]}},
            },
        ],
    }
)
DOCUMENT = create_app(None).openapi()  # type: ignore[arg-type]  # nobody is asked
ENDLESS = "/api/events/stream"
PATHS = {path: methods for path, methods in DOCUMENT["paths"].items() if path != ENDLESS}
OF_SERVICES = {path: methods for path, methods in PATHS.items() if "/services/" in path}
EVERYTHING = schemathesis.openapi.from_dict({**DOCUMENT, "paths": PATHS}, config=CONFIG)
SERVICES = schemathesis.openapi.from_dict({**DOCUMENT, "paths": OF_SERVICES}, config=CONFIG)
bounded = settings(
    max_examples=60, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)


@EVERYTHING.parametrize()
@bounded
def test_any_question(case: Case[Any], target: DaemonProcess) -> None:
    case.call_and_validate(base_url=target.url, headers=dict(target.headers), timeout=SECONDS)


@SERVICES.parametrize()
@bounded
def test_any_question_about_a_service_that_exists(case: Case[Any], target: DaemonProcess) -> None:
    case.path_parameters = {"project": "shop", "service": "web"}
    case.call_and_validate(base_url=target.url, headers=dict(target.headers), timeout=SECONDS)
