"""All benchmarks in one run, written to `benchmarks/RESULTS.md`. `python -m benchmarks [NAME ...]` runs only some."""

import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks import footprint, queues, reaction, sampling, scale, tick
from benchmarks.ours import command

RESULTS = Path(__file__).with_name("RESULTS.md")
ALL: dict[str, tuple[str, Callable[[], list[str]]]] = {
    "scale": ("Scaling, beside `docker compose up -d --no-recreate --scale`", scale.run),
    "sampling": ("Sampling, beside `docker stats --no-stream`", sampling.run),
    "sampling-26": ("Sampling on a later engine", lambda: _on_engine("26")),
    "reaction": ("Reaction to load", reaction.run),
    "tick": ("A tick", tick.run),
    "queues": ("Reading queues", queues.run),
    "footprint": ("The daemon", footprint.run),
}


def main() -> None:
    wanted = sys.argv[1:] or list(ALL)
    unknown = [name for name in wanted if name not in ALL]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}")
    lines = ["# Benchmark results", "", "Made by `make bench`; nothing here is edited by hand.", "", _machine()]
    for name in wanted:
        title, run = ALL[name]
        print(f"{title} ...", flush=True)
        found = run()
        print("\n".join(found), flush=True)
        lines += ["", f"## {title}", "", *found]
    if wanted == list(ALL):
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(f"written to {RESULTS}")


def _on_engine(engine: str) -> list[str]:
    """The same measurement in a private engine of that version; see scripts/test-engines.sh."""
    script = Path(__file__).parents[1] / "scripts" / "test-engines.sh"
    if os.geteuid() != 0:
        return ["Not measured: starting a second engine takes root."]
    return command(str(script), "with", engine, sys.executable, "-m", "benchmarks.sampling").splitlines()


def _machine() -> str:
    engine = command("docker", "version", "--format", "{{.Server.Version}}").strip()
    compose = command("docker", "compose", "version", "--short").strip()
    return f"{os.cpu_count()} CPUs, Python {platform.python_version()}, Docker {engine}, Compose {compose}."


if __name__ == "__main__":
    main()
