"""The commands about models, against a real server of models, with a daemon and without."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.models.answers import pick_last, says
from tests.models.beside import serving
from tests.models.pulls import pull_fails, pulled
from tests.models.runner import HostedModel
from tests.models.server import ModelServer
from tests.unit.cli.conftest import Result, spawn

SMALL = "ai/smollm2:latest"
USUAL = "ai/llama3.2:latest"


@pytest.fixture
def models() -> Iterator[ModelServer]:
    hosted = {USUAL: HostedModel(), SMALL: HostedModel(parameters="361.82 M", size="256.35 MiB")}
    with serving(ModelServer(models=hosted)) as server:
        yield server


class Shell:
    """A directory with a docktor.yaml, and the commands run in it."""

    def __init__(self, home: Path, folder: Path, server: ModelServer) -> None:
        self.home, self.folder = home, folder
        self.config = folder / "docktor.yaml"
        self.config.write_text(
            f'version: "1"\nproject: shop\n# who advises\nllm: {{model: {USUAL}, base_url: "{server.url}"}}  # local\n'
            "services:\n  - {name: web, check_interval: 1, metrics_window: 1, target: {metric: cpu.avg, value: 60}}\n"
        )

    def __call__(self, *words: str) -> Result:
        return spawn(*words, home=self.home, cwd=self.folder)


@pytest.fixture
def shell(home: Path, tmp_path: Path, models: ModelServer) -> Shell:
    return Shell(home, tmp_path, models)


@pytest.fixture
def daemon(shell: Shell) -> Iterator[Shell]:
    started = shell("daemon", "start", "--engine", "simulated")
    assert started.code == 0, started.err
    yield shell
    shell("daemon", "stop")


def test_list_models_without_a_daemon(shell: Shell) -> None:
    told = shell("config", "list-models")
    assert told.code == 0, told.err
    head, titles, *rows = told.out.splitlines()
    assert head.startswith("dmr at http://127.0.0.1:")
    assert titles.split() == ["MODEL", "PARAMETERS", "QUANTIZATION", "SIZE", "STATE", "PROFILE"]
    assert rows[0].split()[:4] == ["asked", USUAL, "3.21", "B"]
    assert rows[1].split()[:3] == [SMALL, "361.82", "M"]
    found = json.loads(shell("config", "list-models", "--json").out)
    assert [one["name"] for one in found["models"]] == [USUAL, SMALL]
    assert found["model"] == USUAL and found["error"] is None


def test_nobody_there_is_said(shell: Shell, models: ModelServer) -> None:
    shell.config.write_text(shell.config.read_text().replace(models.url, "http://127.0.0.1:1"))
    told = shell("config", "list-models")
    assert told.code == 1
    assert "no Docker Model Runner at" in told.out


def test_pull_without_a_daemon(shell: Shell, models: ModelServer) -> None:
    models.runner.pull = pulled(layers=3, steps=3)
    told = shell("models", "pull", "ai/qwen3")
    assert told.code == 0, told.err
    assert told.out.strip() == "ai/qwen3 is here; `docktor config set-model ai/qwen3` has it asked"
    assert "ai/qwen3" in json.loads(shell("models", "pull", "ai/qwen3", "--json").out)["model"]


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("registry.example/ai/qwen3", "registry.example is not a registry models are fetched from"),
        ("../../etc/passwd", "must be a model's name"),
        ("Ai/Qwen", "in lower case"),
    ],
)
def test_what_is_not_fetched(shell: Shell, models: ModelServer, name: str, complaint: str) -> None:
    told = shell("models", "pull", name)
    assert told.code == 1
    assert complaint in told.err
    assert models.runner.asked_for == []


def test_a_pull_that_fails_half_way(daemon: Shell, models: ModelServer) -> None:
    models.runner.pull = pull_fails("no space left on device")
    told = daemon("models", "pull", "ai/qwen3")
    assert told.code == 1
    assert told.err.splitlines()[-1] == "docktor: ai/qwen3 could not be fetched: no space left on device"


def test_with_a_daemon(daemon: Shell, models: ModelServer) -> None:
    models.runner.pull = pulled(layers=2, steps=3, every=0.1)
    assert daemon("models", "pull", "ai/qwen3:4B").code == 0
    health = json.loads(daemon("daemon", "status", "--json").out)
    assert health["advisor"]["model"] == USUAL
    assert "advisor" in daemon("daemon", "status").out
    assert daemon("status").out.splitlines()[-1].startswith(f"advisor  {USUAL}, advise: ")
    changed = daemon("config", "set-model", SMALL)
    assert changed.code == 0, changed.err
    text = daemon.config.read_text()
    assert f"model: {SMALL}" in text and "# who advises" in text and "# local" in text
    assert json.loads(daemon("daemon", "status", "--json").out)["advisor"]["model"] == SMALL
    listed = daemon("config", "list-models").out.splitlines()
    assert [line.split()[1] for line in listed if line.startswith("asked")] == [SMALL]


def test_set_model_without_a_daemon(shell: Shell) -> None:
    before = shell.config.read_text()
    told = shell("config", "set-model", SMALL)
    assert told.code == 0, told.err
    assert shell.config.read_text() == before.replace(f"model: {USUAL}", f"model: {SMALL}")


def test_a_mode_with_a_daemon(daemon: Shell) -> None:
    changed = daemon("config", "set-model", "--mode", "shadow")
    assert changed.code == 0, changed.err
    assert changed.out.strip() == f"mode shadow; written to {daemon.config}"
    assert json.loads(daemon("daemon", "status", "--json").out)["advisor"]["mode"] == "shadow"
    both = daemon("config", "set-model", SMALL, "--mode", "advise")
    assert both.out.startswith(f"{SMALL} is asked from now on, mode advise; written to ")
    text = daemon.config.read_text()
    assert f"model: {SMALL}" in text and "mode: advise" in text and "# who advises" in text


def test_a_mode_without_a_daemon(shell: Shell) -> None:
    told = shell("config", "set-model", "--mode", "off")
    assert told.code == 0, told.err
    assert told.out.startswith("llm.mode is off, in ")
    assert 'mode: "off"' in shell.config.read_text()  # older readers of YAML take a bare one for false


@pytest.mark.parametrize(
    "words", [[], ["--provider", "openai"], ["--mode", "off", "--base-url", "http://localhost/v1"]]
)
def test_a_model_is_needed_but_for_a_mode(shell: Shell, words: list[str]) -> None:
    before = shell.config.read_text()
    told = shell("config", "set-model", *words)
    assert told.code == 2
    assert "say which MODEL; only --mode can be set without one" in told.err
    assert shell.config.read_text() == before


@pytest.mark.parametrize(
    "words", [["a model"], ["ai//x"], ["ai/x", "--base-url", "ftp://x"], ["gpt-5-mini", "--provider", "openai"]]
)
def test_a_model_that_can_not_be_set_changes_nothing(daemon: Shell, words: list[str]) -> None:
    before = daemon.config.read_text()
    told = daemon("config", "set-model", *words)
    assert told.code == 2
    assert "line 4: llm." in told.err and "Traceback" not in told.err
    assert daemon.config.read_text() == before
    assert list(daemon.folder.iterdir()) == [daemon.config]
    assert json.loads(daemon("daemon", "status", "--json").out)["advisor"]["model"] == USUAL


def test_bench_on_the_built_in_situations(shell: Shell, models: ModelServer) -> None:
    models.behave(pick_last())
    told = shell("ai", "bench", "--scenarios", "--models", f"{USUAL},{SMALL}")
    assert told.code == 0, told.err
    head, _, titles, rules, usual, small = told.out.splitlines()
    assert head.startswith("24 situations (built-in) at http://127.0.0.1:")
    assert titles.split()[:3] == ["MODEL", "AGREES", "RIGHT"]
    assert rules.startswith("rules ") and usual.startswith(f"{USUAL} ") and small.startswith(f"{SMALL} ")
    found = json.loads(shell("ai", "bench", "--scenarios", "--json").out)
    assert [one["model"] for one in found["scores"]] == ["rules", USUAL]
    assert len(found["answers"][USUAL]) == 24 and found["scores"][1]["spoilt"] == 0


def test_bench_tells_what_is_spoilt_and_what_is_not_there(shell: Shell, models: ModelServer) -> None:
    models.behave(says("I would scale to 50."))
    told = shell("ai", "bench", "--scenarios", "--models", f"{USUAL},ai/none")
    assert told.code == 0, told.err
    rows = {line.split()[0]: line.split() for line in told.out.splitlines() if line}
    assert rows[USUAL][-5:-3] == ["24", "0"]
    assert rows["ai/none"][-5:-3] == ["0", "3"]  # the rest is spared
    assert "ai/none: answered 404" in told.out
