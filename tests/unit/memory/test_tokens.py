import json
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from docktor.core.roles import Role
from docktor.errors import DocktorError, PermanentError, StorageError
from docktor.memory.tokens import MOST, Tokens, read_token

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    made = Tokens(tmp_path / "token", tmp_path / "tokens.json")
    made.open(NOW)
    return made


def again(tokens: Tokens) -> Tokens:
    """What another process, or the next daemon, reads."""
    other = Tokens(tokens.owner_file, tokens.file)
    other.open(NOW)
    return other


def test_the_owners_token_is_made_once_and_private(tmp_path: Path) -> None:
    path = tmp_path / "token"
    token = read_token(path)
    assert len(token) >= 40
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert read_token(path) == token
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_all_who_come_first_have_the_same(tmp_path: Path) -> None:
    for number in range(20):
        path = tmp_path / str(number) / "token"
        path.parent.mkdir()
        with ThreadPoolExecutor(8) as pool:
            assert len(set(pool.map(read_token, [path] * 8))) == 1
        assert [one.name for one in path.parent.iterdir()] == ["token"]


@pytest.mark.parametrize("content", [b"\n", b"", "schlüssel\n".encode()])
def test_a_file_without_a_token_is_no_token(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    with pytest.raises(DocktorError, match="delete it"):
        read_token(path)


def test_an_owners_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "token").mkdir()
    with pytest.raises(StorageError, match="token"):
        read_token(tmp_path / "token")


def test_the_owner_is_an_admin(tokens: Tokens) -> None:
    found = tokens.find(read_token(tokens.owner_file), NOW)
    assert found is not None and (found.name, found.role) == ("owner", Role.ADMIN)


def test_a_token_opens_until_it_is_removed_and_outlives_a_restart(tokens: Tokens) -> None:
    added, text = tokens.add(Role.VIEWER, "grafana", None, NOW)
    assert tokens.find(text, NOW) == again(tokens).find(text, NOW) == added
    tokens.remove("grafana")
    assert tokens.find(text, NOW) is again(tokens).find(text, NOW) is None


def test_only_its_hash_is_kept_and_for_the_owner_alone(tokens: Tokens) -> None:
    _, text = tokens.add(Role.ADMIN, None, 1, NOW)
    assert text not in tokens.file.read_text()
    assert stat.S_IMODE(tokens.file.stat().st_mode) == 0o600


def test_it_expires(tokens: Tokens) -> None:
    _, text = tokens.add(Role.OPERATOR, "ci", 2, NOW)
    assert tokens.find(text, NOW + timedelta(days=2, seconds=-1))
    assert again(tokens).find(text, NOW + timedelta(days=2)) is None


@pytest.mark.parametrize("given", ["", "x", "ümlaut", "\udcff"])
def test_what_is_no_token_opens_nothing(tokens: Tokens, given: str) -> None:
    assert tokens.find(given, NOW) is None


def test_a_rotated_token_opens_nothing(tokens: Tokens) -> None:
    old = read_token(tokens.owner_file)
    tokens.rotate(NOW)
    new = read_token(tokens.owner_file)
    assert tokens.find(old, NOW) is None and tokens.find(new, NOW)
    assert stat.S_IMODE(tokens.owner_file.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["owner", "person", "../x", "a b", "", "-x", "x" * 65, "a\n"])
def test_names_that_are_refused(tokens: Tokens, name: str) -> None:
    if name == "":
        assert tokens.add(Role.VIEWER, name, None, NOW)[0].name.startswith("viewer-")
        return
    with pytest.raises(PermanentError, match="name"):
        tokens.add(Role.VIEWER, name, None, NOW)


def test_no_two_of_one_name_nor_too_many(tokens: Tokens) -> None:
    tokens.add(Role.VIEWER, "a", None, NOW)
    with pytest.raises(PermanentError, match="already"):
        tokens.add(Role.ADMIN, "a", None, NOW)
    for _ in range(MOST - 1):
        tokens.add(Role.VIEWER, None, None, NOW)
    with pytest.raises(PermanentError, match="remove one"):
        tokens.add(Role.VIEWER, None, None, NOW)
    with pytest.raises(PermanentError, match="no token 'b'"):
        tokens.remove("b")


GOOD = {"name": "a", "role": "admin", "created": "2026-11-25T12:00:00Z", "expires": None, "digest": "0" * 64}


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", '{"version": 2, "tokens": []}', '{"version": 1}', '{"version": 1, "tokens": [7]}',
        *(json.dumps({"version": 1, "tokens": [GOOD | fault]}) for fault in (
            {"role": "king"}, {"digest": "canary"}, {"digest": 7}, {"name": "../canary"}, {"expires": "canary"},
            {"created": None},
        )),
        json.dumps({"version": 1, "tokens": [GOOD, GOOD]}),
    ],
)  # fmt: skip
def test_a_broken_file_lets_nobody_in_and_is_not_written_over(tokens: Tokens, content: str) -> None:
    _, text = tokens.add(Role.VIEWER, "a", None, NOW)
    tokens.file.write_text(content)
    broken = again(tokens)
    assert broken.find(text, NOW) is None
    assert broken.find(read_token(tokens.owner_file), NOW), "the owner's own is in another file"
    for change in (broken.listed, lambda: broken.add(Role.VIEWER, "b", None, NOW), lambda: broken.remove("a")):
        with pytest.raises(PermanentError, match="restore it, or delete it") as told:
            change()
        assert "canary" not in str(told.value)
    assert tokens.file.read_text() == content


def test_what_could_not_be_written_does_not_count(tokens: Tokens) -> None:
    tokens.file.mkdir()
    with pytest.raises(StorageError, match=r"tokens\.json"):
        tokens.add(Role.VIEWER, "a", None, NOW)
    assert tokens.listed() == ()
