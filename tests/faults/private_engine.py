"""A dockerd of the tests' own, that they may stop, freeze and kill: the machine's engine never notices."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.compose_project import docker
from tests.real_parts import require

START_S = 60.0
STOP_S = 60.0
# Two engines must not share a network namespace: the second would take the first one's bridge and firewall rules.
ROOM = ("unshare", "--net", "--mount", "--propagation", "slave")
NEEDED = ("dockerd", "containerd", "runc", "unshare", "nsenter", "setpriv", "ip")


class PrivateEngine:
    """Its namespaces outlive its dockerd, as a machine does; both end with this process, however that ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "sock"
        self.host = f"unix://{self.socket}"
        self._log = (folder / "log").open("ab")
        self._room = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *ROOM, "sh", "-c", "ip link set lo up && echo; exec sleep infinity"],
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        assert self._room.stdout is not None
        assert self._room.stdout.readline() == b"\n", self.said()
        self._dockerd: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._dockerd is not None, "dockerd does not run"
        return self._dockerd.pid

    def start(self) -> None:
        """Answers when dockerd does."""
        if self._dockerd is not None:
            return
        for left in ("pid", "exec/containerd/containerd.pid"):  # of a killed one: the number may be another's by now
            (self.folder / left).unlink(missing_ok=True)
        options = {
            "host": self.host,
            "data-root": self.folder / "data",
            "exec-root": self.folder / "exec",
            "pidfile": self.folder / "pid",
            "default-address-pool": "base=10.212.0.0/16,size=24",
            "log-level": "warn",
        }
        into_room = ("nsenter", "--net", "--mount", "--target", str(self._room.pid), "--")
        dockerd = ("dockerd", *(f"--{name}={value}" for name, value in options.items()))
        self._dockerd = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", *into_room, *dockerd],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        end = time.monotonic() + START_S
        while self._ask("version").returncode:
            assert self._dockerd.poll() is None and time.monotonic() < end, f"dockerd does not come up: {self.said()}"
            time.sleep(0.1)

    def load(self, archive: Path) -> None:
        """Make it know the images of a `docker save`."""
        assert self._ask("load", "-q", "-i", str(archive)).returncode == 0, self.said()

    def stop(self) -> None:
        """SIGTERM; answers when it has ended, and its containers with it."""
        if self._dockerd is not None:
            self.thaw()
            self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL: its containers live on until the next start."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """It still takes connections and never answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def said(self) -> str:
        return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-5:])

    def close(self) -> None:
        """End it and all it ever started, and remove its data."""
        try:
            self.start()  # whose containers live on after a kill, it ends them
            self.stop()
        finally:
            self._sweep()
            self._room.kill()
            self._room.communicate()
            self._log.close()
            shutil.rmtree(self.folder)

    def _ask(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["docker", "-H", self.host, *command],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            timeout=START_S,
        )

    def _end(self, sign: signal.Signals) -> None:
        assert self._dockerd is not None
        self._dockerd.send_signal(sign)
        try:
            self._dockerd.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._dockerd.kill()
            self._dockerd.wait()
            raise AssertionError(f"dockerd does not stop: {self.said()}") from None
        finally:
            self._dockerd = None

    def _sweep(self) -> None:
        """A killed engine forgets the containers it was just starting: they live on with their shims."""
        while left := [process for process in Path("/proc").glob("[0-9]*") if self._is_ours(process)]:
            for process in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(process.name), signal.SIGKILL)
            time.sleep(0.1)

    def _is_ours(self, process: Path) -> bool:
        """Our folder is in its command line, or it lives on a file system that lies there."""
        if process.name == str(self._room.pid):
            return False
        try:
            known_by = [(process / name).read_bytes() for name in ("cmdline", "mountinfo")]
        except OSError:
            return False
        return any(f"{self.folder}/".encode() in text for text in known_by)


def require_second_engine() -> None:
    """What it takes to run one beside the machine's own."""
    require(sys.platform == "linux" and os.geteuid() == 0, "root on Linux, to run a second dockerd")
    for tool in NEEDED:
        require(shutil.which(tool), f"{tool}, to run a second dockerd")


@contextlib.contextmanager
def private_engine(*images: str) -> Iterator[PrivateEngine]:
    """One that runs and has these images of the machine's engine."""
    engine = PrivateEngine(Path(tempfile.mkdtemp(prefix="dkt-engine-")))
    try:
        engine.start()
        with tempfile.TemporaryDirectory(prefix="dkt-img-") as folder:
            archive = Path(folder) / "images.tar"
            docker("save", "-o", str(archive), *images)
            engine.load(archive)
        yield engine
    finally:
        engine.close()
