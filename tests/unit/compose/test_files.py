"""Compose files: found where Compose finds them, and the services in them."""

from pathlib import Path

import pytest

from docktor.compose.files import NAMES, find, read
from docktor.errors import ConfigError


def test_the_first_of_composes_names_wins(tmp_path: Path) -> None:
    assert find(tmp_path / "nowhere") is None or not str(find(tmp_path / "nowhere")).startswith(str(tmp_path))
    for name in reversed(NAMES):
        (tmp_path / name).write_text("services: {}")
        assert find(tmp_path) == tmp_path / name


def test_parents_are_searched(tmp_path: Path) -> None:
    (tmp_path / "compose.yml").write_text("services: {}")
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find(deep) == tmp_path / "compose.yml"


def test_services_and_name(tmp_path: Path) -> None:
    path = tmp_path / "any.yaml"
    path.write_text("name: shop\nservices:\n  web: {image: x, ports: ['80']}\n  db: {image: y}\nvolumes: {v: }\n")
    found = read(path)
    assert (found.name, found.services, found.complete, found.files) == ("shop", ("web", "db"), True, (path,))


def test_the_override_adds_services_and_renames(tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text("name: one\nservices: {web: {image: x}}")
    override = tmp_path / "compose.override.yaml"
    override.write_text("name: two\nservices: {web: {ports: !override ['81']}, more: {image: y}}")
    found = read(path)
    assert (found.name, found.services, found.files) == ("two", ("web", "more"), (path, override))


def test_included_files_leave_the_list_open(tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text("include: [other.yaml]\n")
    assert (read(path).services, read(path).complete) == ((), False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b: c", "compose.yaml: not YAML: mapping values are not allowed here"),
        ("- a", "compose.yaml is not a Compose file: it must be a mapping"),
        ("services: 5", "compose.yaml: services must be a mapping"),
        ("networks: {}", "compose.yaml names no services"),
    ],
)
def test_what_is_no_compose_file(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "compose.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert message in str(caught.value)
