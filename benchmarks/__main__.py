"""The benchmarks, written to `benchmarks/RESULTS.md`. `python -m benchmarks NAME ...` runs some; the rest stays."""

import os
import platform
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import (
    advisor,
    burst,
    charts,
    footprint,
    page,
    pages,
    queues,
    reaction,
    replay,
    sampling,
    scale,
    simulate,
    tick,
)
from benchmarks.ours import command

RESULTS = Path(__file__).with_name("RESULTS.md")
ALL: dict[str, tuple[str, Callable[[], list[str]]]] = {
    "scale": ("Scaling, beside `docker compose up -d --no-recreate --scale`", scale.run),
    "sampling": ("Sampling, beside `docker stats --no-stream`", sampling.run),
    "sampling-26": ("Sampling on a later engine", lambda: _on_engine("26")),
    "reaction": ("Reaction to load", reaction.run),
    "tick": ("A tick", tick.run),
    "replay": ("A day again, under other rules", replay.run),
    "simulate": ("A month simulated", simulate.chapter),
    "advisor": ("A model that advises", advisor.run),
    "queues": ("Reading queues", queues.run),
    "burst": ("A burst into JetStream, with Docktor and with one worker", burst.run),
    "footprint": ("The daemon", footprint.run),
    "pages": ("A long record", pages.run),
    "charts": ("The history of metrics", charts.run),
    "page": ("The page", page.run),
}


def main() -> None:
    wanted = sys.argv[1:] or list(ALL)
    unknown = [name for name in wanted if name not in ALL]
    if unknown:
        sys.exit(f"no benchmark {', '.join(unknown)}; there are {', '.join(ALL)}")
    chapters = _chapters()
    for name in wanted:
        title, run = ALL[name]
        print(f"{title} ...", flush=True)
        chapters[title] = "\n".join(run())
        print(chapters[title], flush=True)
        _write(chapters)
    print(f"written to {RESULTS}")


def _chapters() -> dict[str, str]:
    """By title, as measured before."""
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    parts = (part.partition("\n") for part in text.split("\n## ")[1:])
    return {title: body.strip() for title, _, body in parts}


def _write(chapters: Mapping[str, str]) -> None:
    head = f"# Benchmark results\n\nMade by `make bench`; nothing here is edited by hand.\n\n{_machine()}\n"
    known = [title for title, _ in ALL.values() if title in chapters]
    text = "".join(f"\n## {title}\n\n{chapters[title]}\n" for title in known)
    RESULTS.write_text(head + text, encoding="utf-8")


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
