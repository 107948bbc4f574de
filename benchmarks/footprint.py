"""The memory and CPU of a daemon that keeps 100 services, as the operating system counts them.

`python -m benchmarks.footprint [--services 100] [--seconds 60]`
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.ours import ROOT

SERVICE = """\
  - name: s{number:03d}
    min_replicas: 5
    max_replicas: 20
    rules:
      scale_up_when: [{{metric: cpu.avg, op: ">", value: 75}}]
      scale_down_when: [{{metric: cpu.avg, op: "<", value: 20}}]
"""


def run(services: int = 100, seconds: float = 60) -> list[str]:
    """Markdown lines. Needs no engine: the services are simulated, the daemon is the real one."""
    with tempfile.TemporaryDirectory(prefix="dkt-") as folder:
        config = Path(folder) / "docktor.yaml"
        entries = "".join(SERVICE.format(number=number) for number in range(services))
        config.write_text(f'version: "1"\nproject: fleet\nservices:\n{entries}', encoding="utf-8")
        home = Path(folder) / "home"
        command = [sys.executable, "-m", "docktor", "daemon", "start", "--foreground", "--engine", "simulated"]
        with subprocess.Popen(
            [*command, "--config", str(config)],
            cwd=ROOT,
            env=os.environ | {"DOCKTOR_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        ) as daemon:
            try:
                time.sleep(seconds / 2)
                before = _cpu_seconds(daemon.pid)
                time.sleep(seconds / 2)
                used = (_cpu_seconds(daemon.pid) - before) / (seconds / 2)
                resident = resident_mb(daemon.pid)
            finally:
                daemon.terminate()
                daemon.wait(timeout=60)
    return [
        f"A daemon that keeps {services} simulated services x 5 replicas, every 10 s, after {seconds:.0f} s.",
        "",
        "| | |",
        "|---|---:|",
        f"| resident memory | {resident:.0f} MB |",
        f"| CPU | {100 * used:.1f} % of one core |",
    ]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Memory in use, as the operating system counts it."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--services", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    print("\n".join(run(args.services, args.seconds)))


if __name__ == "__main__":
    main()
