"""Each rule for Docker Desktop's extensions finds what it is for, and nothing is wrong with ours."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scripts import extension_rules as rules
from scripts.extension_lint import from_dockerfile
from scripts.extension_rules import RULES, Extension, findings

ROOT = Path(__file__).parents[2]
OURS = from_dockerfile(ROOT)


def labelled(name: str, value: str) -> Extension:
    return replace(OURS, labels={**OURS.labels, name: value})


def metadata(change: Callable[[Any], object]) -> Extension:
    changed = copy.deepcopy(OURS.metadata)
    change(changed)
    return replace(OURS, metadata=changed)


def compose(change: Callable[[Any], object]) -> Extension:
    changed = copy.deepcopy(OURS.compose)
    change(changed)
    return replace(OURS, compose=changed)


def service(**keys: object) -> Extension:
    return compose(lambda file: file["services"]["docktor"].update(keys))


def without(extension: Extension, *files: str) -> Extension:
    return replace(extension, files=extension.files - set(files))


SHOT = {"alt": "a picture", "url": "https://docktor.test/a.png"}
OTHER = {"image": "redis", "restart": "always", "security_opt": ["no-new-privileges:true"], "cap_drop": ["ALL"]}

BROKEN = [
    *(("label-missing", labelled(name, "")) for name in rules.REQUIRED),
    ("label-missing", replace(OURS, labels={k: v for k, v in OURS.labels.items() if k != rules.CATEGORIES})),
    ("title-word", labelled(rules.TITLE, "Docktor Extension")),
    *(("api-version", labelled(rules.API_VERSION, text)) for text in ("0.3.4", "latest", "<= 0.3.4", ">= 0.3")),
    *(("icon-url", labelled(rules.ICON, text)) for text in ("docktor.svg", "https://docktor.test/icon")),
    ("publisher-url", labelled(rules.PUBLISHER, "docktor.test")),
    *(
        ("screenshots", labelled(rules.SCREENSHOTS, text))
        for text in ("a.png", "[]", json.dumps(SHOT), json.dumps([{**SHOT, "url": "a.png"}]), '[{"url": 1}]', '["a"]')
    ),
    ("additional-urls", labelled(rules.MORE_URLS, json.dumps([SHOT]))),
    ("account-info", labelled(rules.ACCOUNT, "optional")),
    *(("categories", labelled(rules.CATEGORIES, text)) for text in ("scaling", "security, volumes")),
    ("metadata-keys", metadata(lambda file: file.update(provider="us"))),
    ("metadata-keys", metadata(lambda file: file["vm"].update(volumes=[]))),
    ("metadata-keys", metadata(lambda file: file["ui"].update({"settings-tab": {}}))),
    ("metadata-icon", metadata(lambda file: file.pop("icon"))),
    ("metadata-icon", without(OURS, "/docktor.svg")),
    ("metadata-vm", metadata(lambda file: file["vm"].update(image="${DESKTOP_PLUGIN_IMAGE}"))),
    ("metadata-vm", metadata(lambda file: file["vm"].pop("composefile"))),
    ("metadata-vm", without(OURS, "/docker-compose.yaml")),
    ("metadata-socket", metadata(lambda file: file["vm"]["exposes"].update(socket="/run/guest-services/a.sock"))),
    ("metadata-socket", metadata(lambda file: file["vm"]["exposes"].update(socket="other.sock"))),
    ("metadata-ui", metadata(lambda file: file["ui"]["dashboard-tab"].pop("title"))),
    ("metadata-ui", without(OURS, "/ui/index.html")),
    ("metadata-host", metadata(lambda file: file.update(host={"binaries": [{"linux": [{"path": "/linux/docktor"}]}]}))),
    ("metadata-host", metadata(lambda file: file.update(host={"binaries": [{"linux/arm64": []}]}))),
    *(("tag", replace(OURS, tag=text)) for text in ("latest", "dev", "v1.0.0", "1.0")),
    ("placeholder", replace(labelled(rules.PUBLISHER, "https://example.org/docktor"), release=True)),
    ("compose-first", service(image="docktor:1.0.0")),
    ("compose-first", compose(lambda file: file.update(services={"cache": OTHER, **file["services"]}))),
    ("compose-image", service(build=".")),
    ("compose-guest", compose(lambda file: file["services"]["docktor"]["volumes"].append("/x:/run/guest-services"))),
    ("compose-names", compose(lambda file: file.update(name="docktor"))),
    ("compose-names", service(container_name="docktor")),
    ("compose-ports", service(ports=["8099:8099"])),
    ("compose-restart", service(restart="no")),
    (
        "compose-restart",
        compose(lambda file: file["services"].update(setup={**OTHER, "restart": "on-failure"})),
    ),
    ("compose-privileges", service(privileged=True)),
    ("compose-privileges", service(security_opt=[])),
    ("compose-privileges", service(cap_drop=["NET_RAW"])),
    ("compose-state", compose(lambda file: file.pop("volumes"))),
    ("compose-state", service(volumes=[{"type": "bind", "source": "/srv", "target": "/data"}])),
]


@pytest.mark.parametrize(("rule", "extension"), BROKEN, ids=[f"{n}-{name}" for n, (name, _) in enumerate(BROKEN)])
def test_a_rule_finds_what_it_is_for(rule: str, extension: Extension) -> None:
    assert {found.id for found, _ in findings(extension)} == {rule}


def test_every_rule_has_been_broken() -> None:
    assert {rule for rule, _ in BROKEN} == {rule.id for rule in RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_nothing_is_wrong_with_ours() -> None:
    assert findings(OURS) == []
    assert OURS.labels["org.opencontainers.image.title"] == "Docktor"
    assert {"/metadata.json", "/docktor.svg", "/docker-compose.yaml", "/ui/index.html"} <= OURS.files


def test_the_version_is_that_of_the_package() -> None:
    project = (ROOT / "pyproject.toml").read_text()
    assert f'version = "{OURS.labels["org.opencontainers.image.version"]}"' in project


@pytest.mark.parametrize("content", [None, [], "text", {}, {"vm": [], "ui": "x", "host": {"binaries": {}}}])
def test_nonsense_is_found_and_breaks_nothing(content: object) -> None:
    assert findings(replace(OURS, metadata=content)) and findings(replace(OURS, compose=content))
