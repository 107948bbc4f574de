import asyncio
import socket
import stat
from pathlib import Path

import pytest

from docktor.api.listeners import (
    SOCKET_VARIABLE,
    answers,
    further_listener,
    open_listener,
    tcp_listener,
    unix_listener,
)
from docktor.errors import DocktorError


def test_the_socket_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    with unix_listener(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert answers(path)
    assert not answers(path)


def test_the_socket_of_a_dead_daemon_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    with unix_listener(path):
        assert answers(path)


def test_the_socket_of_a_living_daemon_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    with unix_listener(path):
        with pytest.raises(DocktorError, match="another daemon answers"):
            unix_listener(path)
        assert answers(path)


def test_a_file_that_is_no_socket_is_never_removed(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    path.write_text("precious")
    with pytest.raises(DocktorError, match="not a socket"):
        unix_listener(path)
    assert path.read_text() == "precious"


def test_a_path_too_long_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DocktorError, match="DOCKTOR_HOME"):
        unix_listener(tmp_path / ("x" * 120))


def test_a_directory_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(DocktorError, match="can't listen"):
        unix_listener(tmp_path / "none" / "s.sock")


async def test_answers_over_tcp_do_not_wait_to_be_filled_up() -> None:
    delays: list[int] = []

    async def take(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        delays.append(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(take, sock=tcp_listener("127.0.0.1", 0)) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
    assert delays == [1]


def test_a_taken_port_gives_the_next_free_one() -> None:
    with socket.socket() as first:
        first.bind(("127.0.0.1", 0))
        first.listen()
        port = first.getsockname()[1]
        with tcp_listener("127.0.0.1", port) as second:
            assert port < second.getsockname()[1] < port + 20


def test_an_address_of_another_machine_is_refused_with_the_reason() -> None:
    with pytest.raises(DocktorError, match=r"can't listen on 192\.0\.2\.1"):
        tcp_listener("192.0.2.1", 8099)


def test_an_open_socket_is_for_everyone_and_its_folder_is_made(tmp_path: Path) -> None:
    path = tmp_path / "guest" / "s.sock"
    with open_listener(path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o666
    with open_listener(path):  # the file of the one before is replaced
        assert answers(path)


def test_nothing_asked_for_is_no_further_socket() -> None:
    assert further_listener({}) is None and further_listener({SOCKET_VARIABLE: ""}) is None


def test_a_further_socket_is_a_path_or_one_that_is_open(tmp_path: Path) -> None:
    path = tmp_path / "s.sock"
    first = further_listener({SOCKET_VARIABLE: str(path)})
    assert first is not None
    with pytest.raises(DocktorError, match="another daemon answers"):
        further_listener({SOCKET_VARIABLE: str(path)})
    second = further_listener({SOCKET_VARIABLE: f"fd:{first.detach()}"})
    assert second is not None and answers(path)
    assert not second.get_inheritable() and not second.getblocking()
    second.close()
    assert not answers(path)


@pytest.mark.parametrize("asked", ["fd:", "fd:x", "fd:9999"])
def test_a_socket_that_is_not_open_says_what_to_do(asked: str) -> None:
    with pytest.raises(DocktorError, match="give it a path"):
        further_listener({SOCKET_VARIABLE: asked})
