"""A real server of the tests' own, that they may stop, kill, freeze and start again."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar, Self

import httpx2
import psutil

HOST = "127.0.0.1"
PORTS = range(20000, 28000)  # below those that the system gives to clients: a stopped server's port stays free
START_S = 60.0
STOP_S = 15.0
ASK_S = 2.0
LINGER_S = 0.2
POLL_S = 0.02
LOG_LINES = 10
# A leash is held by the thread that started the child, not by the process: by one that lives as long as the tests do.
_PARENT = ThreadPoolExecutor(1)
# As scripts/brokers.sh looks for them. The first has RabbitMQ's own command, Debian's is for the system's service only.
PLACES = (
    "/usr/lib/rabbitmq/bin",
    os.environ.get("PATH", os.defpath),
    "/usr/sbin",
    str(Path(__file__).parents[2] / ".cache/brokers/bin"),
)


def find(program: str) -> str | None:
    """Where that program is: on the system, or as scripts/brokers.sh unpacked it."""
    return shutil.which(program, path=os.pathsep.join(PLACES))


def free_ports(count: int) -> list[int]:
    """Different ports of 127.0.0.1 on which nobody listens."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                one.bind((HOST, port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise AssertionError(f"no {count} free ports in {PORTS}")


def ask(port: int, question: bytes) -> bytes:
    """The first bytes of the answer; OSError when nobody answers."""
    with socket.create_connection((HOST, port), timeout=ASK_S) as one:
        one.sendall(question)
        return one.recv(4096)


def get(url: str, auth: tuple[str, str] | None = None) -> httpx2.Response | None:
    """None when nobody answers."""
    try:
        return httpx2.get(url, auth=auth, timeout=ASK_S, trust_env=False)
    except httpx2.HTTPError:
        return None


def wait_until(true: Callable[[], bool], seconds: float, failure: Callable[[], str]) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, failure()
        time.sleep(POLL_S)


class Server(ABC):
    """One server on loopback, with a folder of its own; the same ports and folder in all its lives.

    Every method returns when what it says is so, and blocks the event loop until then: seconds, for RabbitMQ.
    A test that has tasks at work meanwhile says `await asyncio.to_thread(server.start)`.
    """

    programs: ClassVar[tuple[str, ...]] = ()
    piped: ClassVar[bool] = False  # whether the tests speak to it by its standard input and output

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="dkt-", dir="/tmp"))  # a short path
        [self.port] = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None
        self._frozen = False

    @abstractmethod
    def command(self) -> Sequence[str]:
        """What to run; it doesn't go into the background."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it is ready for clients; may raise OSError."""

    def environment(self) -> Mapping[str, str]:
        """What it needs beside the tests' own."""
        return {}

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, f"{self} does not run"
        return self._process

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Answers when the server does: in a new one, or in one that was stopped or killed, with the data it kept."""
        assert self._process is None, f"{self} was started already"
        self._process = self.spawn(self.command(), self.environment())
        try:
            wait_until(self._ready, START_S, lambda: f"{self} does not answer: {self.said()}")
        except BaseException:
            self.kill()
            raise
        return self

    def stop(self) -> None:
        """SIGTERM, and SIGKILL if that is not enough."""
        self.thaw()
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, to all it runs."""
        self._end(signal.SIGKILL)
        self._frozen = False

    def freeze(self) -> None:
        """SIGSTOP, to all it runs: the system still takes connections, and no answer comes."""
        os.killpg(self.pid, signal.SIGSTOP)
        self._frozen = True
        wait_until(lambda: stands_still(self.pid), STOP_S, lambda: f"{self} does not stand still")

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        if self._frozen and self.running:
            os.killpg(self.pid, signal.SIGCONT)
        self._frozen = False

    def close(self) -> None:
        """End it, and remove its folder."""
        try:
            self.kill()
        finally:
            if self.folder.exists():
                shutil.rmtree(self.folder)

    def said(self) -> str:
        """The last lines of its log."""
        lines = (self.folder / "log").read_text(errors="replace").splitlines()
        return "\n".join(lines[-LOG_LINES:])

    def spawn(self, command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """A child with a process group of its own, that ends with the tests however they end."""
        program = find(command[0])
        assert program is not None, f"no {command[0]} here (scripts/brokers.sh ensure)"
        leash = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        with (self.folder / "log").open("ab") as log:
            return _PARENT.submit(
                subprocess.Popen,
                [*leash, program, *command[1:]],
                cwd=self.folder,
                env={**os.environ, **environment},
                stdin=subprocess.PIPE if self.piped else subprocess.DEVNULL,
                stdout=subprocess.PIPE if self.piped else log,
                stderr=log,
                start_new_session=True,
            ).result()

    def __str__(self) -> str:
        return f"{type(self).__name__} on port {self.port}"

    def _ready(self) -> bool:
        assert self.running, f"{self} ended while starting: {self.said()}"
        with contextlib.suppress(OSError):
            return self.answers()
        return False

    def _end(self, sign: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            end(process, sign)


def end(process: subprocess.Popen[bytes], sign: signal.Signals) -> None:
    """End it and all that it runs."""
    children: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        children = psutil.Process(process.pid).children(recursive=True)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, sign) if sign is signal.SIGKILL else process.send_signal(sign)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
    deadline = time.monotonic() + LINGER_S
    while left := [child for child in children if lives(child)]:
        if time.monotonic() > deadline:
            for child in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    child.kill()
        time.sleep(POLL_S)


def stands_still(pid: int) -> bool:
    """Each thread takes the signal in its own time."""
    try:
        states = [stat.read_text().rpartition(") ")[2][0] for stat in Path(f"/proc/{pid}/task").glob("*/stat")]
    except OSError:  # a thread that ended meanwhile
        return False
    return set(states) <= {"T"}


def lives(process: psutil.Process) -> bool:
    """A zombie doesn't: it waits for the system's init, in its own time."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
