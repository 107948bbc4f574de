"""Files that are not there, may not be read, or hold something else: one clear line each."""

import os
import tempfile
from pathlib import Path

import pytest

from docktor.config.model import Flags
from tests.unit.config.places import faults, load, nobody, shop


def test_ten_megabytes_are_refused_unread(tmp_path: Path) -> None:
    assert faults(tmp_path, b"a: 1\n" * 2_000_000) == ["/shop/docktor.yaml is larger than 1 MiB and was not read"]


def test_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    found = faults(tmp_path, b"service: web\n# caf\xe9\n")
    assert found == ["line 2: /shop/docktor.yaml is not UTF-8 text; save it as UTF-8"]


def test_utf16_is_not_utf8(tmp_path: Path) -> None:
    assert faults(tmp_path, "service: web".encode("utf-16")) == [
        "line 1: /shop/docktor.yaml is not UTF-8 text; save it as UTF-8"
    ]


def test_byte_order_mark_and_windows_lines_are_fine(tmp_path: Path) -> None:
    config = load(tmp_path, b"\xef\xbb\xbfservice: web\r\nscaling:\r\n  max_replicas: 7\r\n")
    assert config.policies[0].max_replicas == 7
    assert faults(tmp_path, b"\xef\xbb\xbfservice: web\r\nscaling:\r\n  max_replicas: x\r\n") == [
        'line 3: scaling.max_replicas: must be a whole number, not "x"'
    ]


def test_aliases_that_unfold_without_end(tmp_path: Path) -> None:
    bomb = "x-0: &a0 [1,1,1,1,1,1,1,1,1,1]\n"
    bomb += "".join(f"x-{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9))
    expected = "aliases ('*name') unfold to more than this file may hold"
    assert faults(tmp_path, bomb) == [expected]
    assert faults(tmp_path, "x-a: &a [*a]\n") == [expected]
    assert faults(tmp_path, "x-a: &a\n  <<: *a\n") == [expected]


def test_a_config_that_is_not_there(tmp_path: Path) -> None:
    flags = Flags(config=Path("other.yaml"))
    assert faults(tmp_path, None, flags=flags) == ["/shop/other.yaml is not there"]


def test_a_config_that_is_a_directory(tmp_path: Path) -> None:
    assert faults(tmp_path, None, flags=Flags(config=Path())) == ["/shop is a directory"]


def test_a_config_that_is_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(shop(tmp_path, None) / "docktor.yaml")
    assert faults(tmp_path, None) == ["/shop/docktor.yaml is not a regular file"]


def test_a_config_whose_name_is_broken(tmp_path: Path) -> None:
    assert "can't be read" in faults(tmp_path, None, flags=Flags(config=Path("a\0b")))[0]
    assert "can't be read" in faults(tmp_path, None, flags=Flags(config=Path("a" * 300)))[0]


def test_a_config_without_permission() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own is closed to nobody
        Path(folder).chmod(0o777)
        (shop(Path(folder), "service: web") / "docktor.yaml").chmod(0)
        with nobody():
            assert faults(Path(folder), None, compose=None) == ["/shop/docktor.yaml can't be read: Permission denied"]


def test_a_compose_file_that_is_not_yaml_names_its_own_line(tmp_path: Path) -> None:
    found = faults(tmp_path, "service: web", compose="services:\n  web: {image: 'x}\n")
    assert found == ["compose_file: /shop/docker-compose.yaml: not YAML: found unexpected end of stream (line 3)"]


@pytest.mark.parametrize(
    ("compose", "message"),
    [
        ("- web", "is not a Compose file: it must be a mapping"),
        ("services: [web]", "services must be a mapping"),
        ("volumes: {a: {}}", "names no services"),
        ("", "the file is empty"),
    ],
)
def test_a_compose_file_that_is_none(tmp_path: Path, compose: str, message: str) -> None:
    (found,) = faults(tmp_path, "service: web", compose=compose)
    assert found.startswith("compose_file: /shop/docker-compose.yaml")
    assert message in found


def test_no_compose_file_at_all(tmp_path: Path) -> None:
    found = faults(tmp_path, "service: web", compose=None)
    assert found == [
        "compose_file: no Compose file in /shop or above it; say which with compose_file, or name the project"
    ]
