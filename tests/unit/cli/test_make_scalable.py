"""`docktor make-scalable` as a person runs it: files in, override out, and nothing of theirs overwritten."""

import json
from pathlib import Path

import pytest

from docktor.cli.main import run

FILE = """
services:
  web: {image: app, container_name: my-web, ports: ["8080:80"]}
  worker: {image: app}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("COMPOSE_FILE", "DOCKTOR_COMPOSE_FILE", "COMPOSE_PATH_SEPARATOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "compose.yaml").write_text(FILE)
    return tmp_path


def test_it_prints_the_override_and_how_to_use_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["make-scalable", "web"]) == 0
    printed = capsys.readouterr().out
    assert "docker compose -f compose.yaml -f docktor.web.yaml up -d" in printed
    assert "web-lb:" in printed
    assert [path.name for path in folder.iterdir()] == ["compose.yaml"]


def test_it_writes_its_own_file_again_but_no_other(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = ["make-scalable", "web", "--write", "out.yaml"]
    assert run(own) == 0
    assert "docker compose -f compose.yaml -f out.yaml up -d" in capsys.readouterr().out
    assert run([*own, "--mode", "tcp"]) == 0
    assert "mode tcp" in (folder / "out.yaml").read_text()
    (folder / "out.yaml").write_text("precious: true\n")
    assert run(own) == 1
    assert "not written by make-scalable" in capsys.readouterr().err
    assert (folder / "out.yaml").read_text() == "precious: true\n"
    assert run([*own, "--force"]) == 0


def test_an_override_that_compose_finds_by_itself_can_be_written_anew(folder: Path) -> None:
    own = ["make-scalable", "web", "--write", "compose.override.yaml"]
    assert run(own) == 0
    assert run([*own, "--mode", "tcp"]) == 0
    assert "mode tcp" in (folder / "compose.override.yaml").read_text()


def test_with_the_override_in_place_nothing_more_is_needed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["make-scalable", "web", "--write", "compose.override.yaml"]) == 0
    capsys.readouterr()
    assert run(["make-scalable", "web"]) == 0
    assert capsys.readouterr().err == "web needs nothing: web-lb already stands in front of it\n"


def test_json_says_everything(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["make-scalable", "web", "--write", "o.yaml", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["balancer"] == "web-lb"
    assert told["listeners"] == [{"port": 80, "mode": "http", "check": True}]
    assert told["lifted"] == ["port 8080:80", "container_name my-web"]
    assert told["text"] == (folder / "o.yaml").read_text()
    assert run(["make-scalable", "worker", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["command"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["wbe"], 2, "did you mean web?"),
        (["web", "--compose-file", "nope.yaml"], 2, "nope.yaml is not there"),
        (["web", "--mode", "udp"], 2, "udp"),
        (["web", "--write", "no/such/place.yaml"], 1, "can't be written"),
    ],
)
def test_what_goes_wrong_is_said_in_a_line(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert run(["make-scalable", *arguments]) == code
    error = capsys.readouterr().err
    assert words in error
    assert "Traceback" not in error


def test_without_a_compose_file_it_says_how_to_name_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["make-scalable", "web"]) == 2
    assert "--compose-file" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["services: [", "just words", "services: 3", "services: {web: {image: a, image: b}}"])
def test_a_file_that_is_none_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    (folder / "compose.yaml").write_text(text)
    assert run(["make-scalable", "web"]) == 2
    assert "compose.yaml" in capsys.readouterr().err
