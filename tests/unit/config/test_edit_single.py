"""The form for one service, and services taken out of the other form."""

from pathlib import Path
from typing import Any

import pytest

from docktor.config.edit_service import remove_service
from docktor.config.rewrite import Changed
from docktor.core.world import ServiceId
from docktor.errors import ConfigError
from tests.unit.config.edits import HEAD, ONE, TAIL, TARGET, TEXT, WEB, file, put, read, refused

CPU: Any = {
    "scale_up_when": [{"metric": "cpu.avg", "op": ">=", "value": 80}],
    "scale_down_when": [{"metric": "cpu.avg", "op": "<=", "value": 20}],
}


def test_the_form_for_one_service_takes_what_it_has_a_place_for(tmp_path: Path) -> None:
    path = file(tmp_path, ONE)
    put(path, {"max_replicas": 9, "min_replicas": 2, "cooldown": {"up": 0, "down": 30}, "mode": "review", "rules": CPU})
    assert path.read_text() == ONE.replace(": 6", ": 9") + "  cooldown: {up: 0, down: 30}\nmode: review\n"
    policy = read(path).entries[0].policy
    assert (policy.max_replicas, policy.mode.value, policy.up_when[0].value) == (9, "review", 80)
    put(path, {"rules": {**CPU, "scale_up_when": [{"metric": "cpu.avg", "op": ">=", "value": 90}]}})
    assert "cpu_high: 90  # hot" in path.read_text() and "max_replicas" not in path.read_text()


def test_the_form_for_one_service_says_what_it_has_no_place_for(tmp_path: Path) -> None:
    path = file(tmp_path, ONE)
    found = refused(path, {"max_replicas": 9, "target": TARGET, "activation": 0, "rules": {"scale_up_when": [{}]}})
    assert [path for path, _ in found] == ["target", "rules"]
    assert all("write it as an item of 'services'" in message for _, message in found)
    assert "form for one service (web)" in refused(path, {"max_replicas": 9}, "api")[0][1]
    assert "another project" in refused(path, {"max_replicas": 9}, "web", "blog")[0][1]
    assert refused(path, {"max_replicas": 1})[0][0] == "max_replicas"
    low = refused(path, {"rules": {**CPU, "scale_down_when": [{"metric": "cpu.avg", "op": "<=", "value": 90}]}})
    assert low[0][0] == "rules.scale_down_when[0].value"


def remove(path: Path, name: str) -> Changed:
    return remove_service(path, ServiceId("shop", name), project="shop", check=read)


def test_removed(tmp_path: Path) -> None:
    path = file(tmp_path, TEXT)
    assert str(remove(path, "api")).startswith("shop/api is gone")
    assert path.read_text() == f"{HEAD}services:\n{WEB}\n{TAIL}"
    remove(path, "web")
    assert path.read_text() == f"{HEAD}services: []\n\n{TAIL}"
    assert read(path).entries == ()


def test_what_can_not_be_removed(tmp_path: Path) -> None:
    for text, told in ((TEXT, "doesn't name shop/consumer"), (ONE, "form for one service"), (None, "doesn't name")):
        path = file(tmp_path, text)
        with pytest.raises(ConfigError, match=told):
            remove(path, "consumer")
        path.unlink(missing_ok=True)
