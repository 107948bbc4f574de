"""Project names as Compose makes them. The same cases are asked of Compose itself where it is installed."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from docktor.compose import files
from docktor.compose.names import normalise, project_name, read_dotenv
from docktor.errors import ConfigError
from tests.real_parts import require

BODY = "services: {web: {image: x}}\n"


@dataclass(frozen=True)
class Case:
    """What lies in the directory, and the name that comes of it (`None`: refused)."""

    name: str | None
    directory: str = "shop"
    compose: str = BODY
    dotenv: str | None = None
    env: dict[str, str] = field(default_factory=dict)


CASES = {
    "plain": Case("shop"),
    "upper case and spaces": Case("myshop", "My Shop"),
    "dots": Case("shop2_x-y", "Shop.2_x-y"),
    "leading signs": Case("x", "_-x"),
    "digits": Case("123", "123"),
    "accents": Case("caf", "Café"),
    "nothing left": Case(None, "ÄÖÜ"),
    "name in the file": Case("mine", compose="name: mine\n" + BODY),
    "name in the file, normalised": Case("top-n", compose="name: Top-N\n" + BODY),
    "name with a reference": Case("dflt", compose="name: ${N:-dflt}\n" + BODY),
    "name with a reference to .env": Case("set", compose="name: ${N:-dflt}\n" + BODY, dotenv="N=set\n"),
    "empty name in the file": Case("shop", compose='name: ""\n' + BODY),
    "name in the file of signs only": Case(None, compose='name: "-_"\n' + BODY),
    "environment": Case("env", compose="name: mine\n" + BODY, env={"COMPOSE_PROJECT_NAME": "env"}),
    "environment in capitals": Case(None, env={"COMPOSE_PROJECT_NAME": "Env"}),
    "empty environment": Case("shop", env={"COMPOSE_PROJECT_NAME": ""}),
    ".env": Case("dot", compose="name: mine\n" + BODY, dotenv="COMPOSE_PROJECT_NAME=dot\n"),
    ".env below the environment": Case("env", dotenv="COMPOSE_PROJECT_NAME=dot\n", env={"COMPOSE_PROJECT_NAME": "env"}),
    ".env with export, quotes and comment": Case("quo-ted", dotenv='# c\nexport COMPOSE_PROJECT_NAME="quo-ted" # x\n'),
    ".env with a comment": Case("bare", dotenv="COMPOSE_PROJECT_NAME=bare # x\n"),
    ".env with a reference": Case("zz-x", dotenv="A=zz\nCOMPOSE_PROJECT_NAME=${A}-x\n"),
    ".env in single quotes": Case(None, dotenv="A=zz\nCOMPOSE_PROJECT_NAME='${A}-x'\n"),
    ".env with a colon": Case("colon", dotenv="COMPOSE_PROJECT_NAME: colon\n"),
    "empty .env value": Case("shop", dotenv="COMPOSE_PROJECT_NAME=\n"),
}


def lay_out(case: Case, tmp_path: Path) -> Path:
    directory = tmp_path / case.directory
    directory.mkdir()
    (directory / "compose.yaml").write_text(case.compose)
    if case.dotenv is not None:
        (directory / ".env").write_text(case.dotenv)
    return directory


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_project_name(case: Case, tmp_path: Path) -> None:
    directory = lay_out(case, tmp_path)
    written = files.read(directory / "compose.yaml").name
    if case.name is not None:
        assert project_name(directory, written, case.env)[0] == case.name
        return
    with pytest.raises(ConfigError) as caught:
        project_name(directory, written, case.env)
    assert [problem.path for problem in caught.value.problems] == ["project"]


@pytest.mark.engine
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_compose_says_the_same(case: Case, tmp_path: Path) -> None:
    require(shutil.which("docker"), "the docker command, with Compose")
    directory = lay_out(case, tmp_path)
    env = {key: value for key, value in os.environ.items() if not key.startswith("COMPOSE_")}
    done = subprocess.run(
        ["docker", "compose", "config", "--format", "json"],
        cwd=directory,
        env={**env, **case.env, "PWD": str(directory)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (json.loads(done.stdout)["name"] if done.returncode == 0 else None) == case.name


def test_normalise() -> None:
    assert normalise("-A.b_C-1") == "ab_c-1"


def test_a_dotenv_that_can_not_be_read_is_none(tmp_path: Path) -> None:
    assert read_dotenv(tmp_path / "none", {}) == {}
    assert read_dotenv(tmp_path, {}) == {}
    (tmp_path / ".env").write_bytes(b"A=\xff")
    assert read_dotenv(tmp_path / ".env", {}) == {}
    (tmp_path / ".env").write_text('\ufeffA=1\r\nB\n=x\nC=\'it"s\'\nD="a b"\nE=${\n')
    assert read_dotenv(tmp_path / ".env", {}) == {"A": "1", "C": 'it"s', "D": "a b", "E": "${"}
