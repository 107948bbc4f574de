"""A docktor.yaml that is changed: checked first, then written whole, or left as it was."""

import errno
import os
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from docktor.config.edit import Change, Changed, set_model, write_file
from docktor.config.model import Config, Flags
from docktor.config.resolve import resolve
from docktor.core.advisor import AdvisorMode, Choice, Provider
from docktor.errors import ConfigError
from docktor.signals import registry
from tests.unit.config.places import COMPOSE, nobody, shop

TEXT = """\
compose_file: docker-compose.yaml  # beside it
service: web
llm:
  # provider: openai
  model: "ai/old"   # small
  base_url: http://localhost:12434/engines/v1
"""
REMOTE = "http://localhost:8000/v1"


def read(candidate: Path) -> Config:
    return resolve(Flags(config=candidate), {}, candidate.parent, registry)


def model(path: Path, name: str = "ai/new", provider: str | None = None, base_url: str | None = None) -> Changed:
    return set_model(path, Choice(name, Provider(provider) if provider else None, base_url), check=read)


def refused(path: Path, name: str = "ai/new", provider: str | None = None, base_url: str | None = None) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        model(path, name, provider, base_url)
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return shop(tmp_path, TEXT) / "docktor.yaml"


def test_the_model_and_nothing_else(path: Path) -> None:
    assert model(path) == Changed(path, False, (Change("llm.model", "ai/old", "ai/new"),))
    assert path.read_text() == TEXT.replace("ai/old", "ai/new")
    config = read(path)
    assert config.llm is not None and config.llm.model == "ai/new"
    assert sorted(file.name for file in path.parent.iterdir()) == ["docker-compose.yaml", "docktor.yaml"]


@pytest.mark.parametrize("mode", AdvisorMode)
def test_only_the_mode(path: Path, mode: AdvisorMode) -> None:
    done = set_model(path, Choice(mode=mode), check=read)
    assert done.values == (Change("llm.mode", None, mode.value),)
    config = read(path)
    assert config.llm is not None and (config.llm.model, config.llm.mode) == ("ai/old", mode)
    assert path.read_text().startswith(TEXT)


def test_a_mode_takes_the_place_of_another_and_its_comment_stays(tmp_path: Path) -> None:
    path = shop(tmp_path, "service: web\nllm: {model: ai/old, mode: off}  # for now\n") / "docktor.yaml"
    assert set_model(path, Choice(mode=AdvisorMode.OFF), check=read).values == ()
    set_model(path, Choice("ai/new", mode=AdvisorMode.SHADOW), check=read)
    assert path.read_text() == "service: web\nllm: {model: ai/new, mode: shadow}  # for now\n"


def test_a_mode_that_needs_more_than_there_is(tmp_path: Path) -> None:
    text = "service: web\nllm: {provider: openai, mode: off}\n"
    path = shop(tmp_path, text) / "docktor.yaml"
    with pytest.raises(ConfigError, match="provider openai needs a model"):
        set_model(path, Choice(mode=AdvisorMode.ADVISE), check=read)
    assert path.read_text() == text


def test_the_same_again_changes_nothing(path: Path) -> None:
    before = path.stat()
    assert model(path, "ai/old") == Changed(path, False, ())
    assert path.stat() == before


def test_another_provider_takes_its_address_along(path: Path) -> None:
    done = model(path, "gpt", "openai", REMOTE)
    assert [(change.path, change.after) for change in done.values] == [
        ("llm.provider", "openai"),
        ("llm.base_url", REMOTE),
        ("llm.model", "gpt"),
    ]
    back = model(path, "ai/old", "dmr")
    assert Change("llm.base_url", REMOTE, None) in back.values
    assert "base_url" not in path.read_text() and "# provider: openai" in path.read_text()


def test_the_same_provider_keeps_its_address(path: Path) -> None:
    model(path, provider="dmr")
    assert "engines/v1" in path.read_text()


def test_bytes_are_kept(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").rstrip().encode()
    path = shop(tmp_path, data) / "docktor.yaml"
    model(path)
    assert path.read_bytes() == data.replace(b"ai/old", b"ai/new")


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = shop(tmp_path, None) / "docktor.yaml"
    done = model(path, "gpt", "openai", REMOTE)
    assert done.created and len(done.values) == 3
    assert path.read_text() == (
        'version: "1"\nllm:\n  provider: openai\n  base_url: http://localhost:8000/v1\n  model: gpt\n'
        "# Services are managed by their labels (docktor.enable=true); "
        "name them here to give them rules of their own.\n"
        "services: []\n"
    )
    assert read(path).entries == ()


def test_an_empty_file_will_do(tmp_path: Path) -> None:
    path = shop(tmp_path, "# mine\n") / "docktor.yaml"
    model(path)
    assert path.read_text() == "# mine\nllm:\n  model: ai/new\n"


def test_faults_of_the_new_text_name_the_file_and_leave_it(path: Path) -> None:
    error = refused(path, "a b")
    assert error.source == str(path)
    assert str(error).startswith("line 5: llm.model: must be a model's name")
    far = refused(path, "gpt", "openai", "https://me:pa55@models.example/v1")
    assert "user or password" in str(far) and "pa55" not in str(far)
    assert path.read_text() == TEXT
    assert sorted(file.name for file in path.parent.iterdir()) == ["docker-compose.yaml", "docktor.yaml"]


def test_a_fault_that_speaks_of_the_file(path: Path) -> None:
    def check(candidate: Path) -> None:
        raise ConfigError((replace(refused(path, "a b").problems[0], message=f"{candidate} is odd"),), str(candidate))

    with pytest.raises(ConfigError) as caught:
        set_model(path, Choice("m"), check=check)
    assert (caught.value.problems[0].message, caught.value.source) == (f"{path} is odd", str(path))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("llm: [1]", "line 1: llm: is a list; llm.model can't be set in it"),
        ("a: 'x", "line 1: not YAML: found unexpected end of stream"),
    ],
)
def test_a_file_that_can_not_be_changed(tmp_path: Path, text: str, told: str) -> None:
    path = shop(tmp_path, text) / "docktor.yaml"
    error = refused(path)
    assert (str(error), error.source, path.read_text()) == (told, str(path), text)


def test_not_text(tmp_path: Path) -> None:
    assert "is not UTF-8 text" in str(refused(shop(tmp_path, b"\xff") / "docktor.yaml"))


def test_someone_else_wrote_meanwhile(path: Path) -> None:
    with pytest.raises(ConfigError, match="was changed by someone else just now; try again"):
        set_model(path, Choice("m"), check=lambda candidate: path.write_text("service: api"))
    assert path.read_text() == "service: api"


def test_a_missing_folder(tmp_path: Path) -> None:
    path = tmp_path / "no" / "docktor.yaml"
    assert str(refused(path)) == f"{path} can't be written: its folder is not there; make it first"


def test_a_link_stays_and_paths_are_seen_from_it(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text(TEXT)
    path = shop(tmp_path, None) / "docktor.yaml"
    path.symlink_to(real)
    model(path)
    assert path.is_symlink() and "ai/new" in real.read_text()


def test_mode_and_owner_stay(path: Path) -> None:
    path.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(path, 1234, 1234)
    before = path.stat()
    model(path)
    after = path.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)
    assert after.st_ino != before.st_ino


def busy(code: int, fresh: Path, target: Path) -> None:
    assert fresh.read_text() == "new" and fresh.parent == target.parent
    raise OSError(code, os.strerror(code))


@pytest.mark.parametrize("code", [errno.EBUSY, errno.EXDEV])
def test_a_file_mounted_by_itself_is_written_over(path: Path, code: int) -> None:
    before = path.stat()
    write_file(path, "new", rename=partial(busy, code))
    assert (path.read_text(), path.stat().st_ino) == ("new", before.st_ino)
    assert len(list(path.parent.iterdir())) == 2


def test_other_errors_leave_the_file(path: Path) -> None:
    with pytest.raises(ConfigError, match="the disk is full; free some space"):
        write_file(path, "new", rename=partial(busy, errno.ENOSPC))
    assert path.read_text() == TEXT
    assert len(list(path.parent.iterdir())) == 2


def test_links_in_a_circle_and_folders(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    for path in (tmp_path / "a", tmp_path):
        with pytest.raises(ConfigError, match="can't be written"):
            write_file(path, "new")


@pytest.mark.skipif(os.geteuid() != 0, reason="takes two users")
def test_without_permission() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        for file, mode in (("theirs", 0o666), ("closed", 0o644)):
            (folder / file).write_text(COMPOSE)
            (folder / file).chmod(mode)
        with nobody():
            write_file(folder / "theirs", "new")
            with pytest.raises(ConfigError, match="no permission; check who owns the file and its folder"):
                write_file(folder / "closed", "new")
            with pytest.raises(ConfigError, match="can't be written: no permission"):
                set_model(folder / "fresh", Choice("m"), check=read)
        assert (folder / "theirs").read_text() == "new"
