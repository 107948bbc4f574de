"""`python -m scripts.extension_lint [--release] [IMAGE]`: whether Docker Desktop will take Docktor as an extension.

Reads metadata.json and docker-compose.yaml, and the labels and files of IMAGE, else those that the Dockerfile gives.
Exit code 1 when a rule is broken. `docker extension validate`, which only Docker Desktop has, checks the same and more.
"""

import argparse
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ruamel.yaml import YAML

import scripts.extension_compose  # noqa: F401 - its rules
from scripts.extension_rules import RULES, Extension, findings

ROOT = Path(__file__).parents[1]
LIST = "for file in /* /ui/*; do echo $file; done"


def from_dockerfile(folder: Path, *, release: bool = False) -> Extension:
    """As the Dockerfile in `folder` will make it, with the defaults of its arguments."""
    stages: list[list[tuple[str, str]]] = [[]]
    for keyword, rest in _instructions((folder / "Dockerfile").read_text()):
        if keyword == "FROM":
            stages.append([])
        stages[-1].append((keyword, rest))
    arguments = dict(_pair(rest) for keyword, rest in stages[-1] if keyword == "ARG")
    labels = {
        name: re.sub(r"\$\{(\w+)\}", lambda found: arguments.get(found[1], ""), value)
        for keyword, rest in stages[-1]
        if keyword == "LABEL"
        for name, value in map(_pair, shlex.split(rest))
    }
    copied = [rest for keyword, rest in stages[-1] if keyword == "COPY" and not rest.startswith("--from")]
    files = frozenset(file for rest in copied for file in _copied(folder, shlex.split(rest)))
    built = [rest for keyword, rest in stages[-1] if keyword == "COPY" and rest.startswith("--from=page ")]
    files |= {file for rest in built for file in _built(folder, rest.split()[-1])}
    return _read(folder, labels, files, None, release)


def from_image(folder: Path, image: str, *, release: bool = False) -> Extension:
    """As `image` is."""
    labels = json.loads(_docker("image", "inspect", "-f", "{{json .Config.Labels}}", image)) or {}
    files = _docker("run", "--rm", "--network", "none", "--entrypoint", "/bin/sh", image, "-c", LIST).split()
    name, _, tag = image.rpartition(":")
    return _read(folder, labels, frozenset(files), tag if name and "/" not in tag else "latest", release)


def _read(folder: Path, labels: Mapping[str, str], files: frozenset[str], tag: str | None, release: bool) -> Extension:
    metadata = json.loads((folder / "metadata.json").read_text())
    compose = YAML(typ="safe").load(folder / "docker-compose.yaml")
    return Extension(labels, metadata, compose, files, tag, release)


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in lines.replace("\\\n", " ").splitlines():
        keyword, _, rest = line.strip().partition(" ")
        if keyword:
            yield keyword.upper(), rest.strip()


def _pair(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _copied(folder: Path, words: Sequence[str]) -> Iterator[str]:
    *sources, target = words
    base = f"/{target.strip('/')}".rstrip("/")
    for source in sources:
        path = folder / source
        if path.is_dir():
            yield from (f"{base}/{file.relative_to(path)}" for file in path.rglob("*") if file.is_file())
        elif path.is_file():
            yield f"{base}/{path.name}" if target.endswith("/") or len(sources) > 1 else base


def _built(folder: Path, target: str) -> Iterator[str]:
    """What is known beforehand of the page's build: Vite puts index.html and all of ui/public at its top."""
    yield from _copied(folder, ["ui/index.html", "ui/public", f"{target}/"])


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], check=False, capture_output=True, text=True, timeout=60)
    if done.returncode:
        sys.exit(f"docker {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image", nargs="?", help="an image on the engine")
    parser.add_argument("--release", action="store_true", help="refuse what is only good for trying")
    given = parser.parse_args()
    if given.image:
        extension = from_image(ROOT, given.image, release=given.release)
    else:
        extension = from_dockerfile(ROOT, release=given.release)
    found = findings(extension)
    for rule, wrong in found:
        print(f"{rule.id}: {wrong}\n    {rule.sentence}")
    print(f"{len(RULES)} rules, {len(found)} broken")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
