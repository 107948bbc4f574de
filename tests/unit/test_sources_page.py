"""docs/sources.md: every kind, every option, every example as the program has it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from docktor.compose.document import parse
from docktor.config.sources import check_sources
from docktor.signals import registry

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "sources.md").read_text()
EXAMPLES = re.findall(r"^((?:queue|metrics): .*)$", PAGE, re.MULTILINE)


def test_the_tables_are_those_of_the_settings() -> None:
    argv = [sys.executable, str(ROOT / "scripts" / "sources_page.py"), "--check"]
    done = subprocess.run(argv, check=False, capture_output=True, text=True, env=dict(os.environ), timeout=60)
    assert done.returncode == 0, done.stderr


def test_every_built_in_kind_has_a_chapter() -> None:
    built_in = {kind for kind in registry.kinds() if registry.provider(kind).__module__.startswith("docktor.")}
    assert {line.removeprefix("## ") for line in PAGE.splitlines() if line.startswith("## ")} == built_in


def test_every_example_is_without_fault() -> None:
    assert len(EXAMPLES) > 7
    for example in EXAMPLES:
        doc = parse("services:\n  - " + example, lambda text: (text, False))
        assert isinstance(doc.value, dict)
        faults = [str(fault) for fault in check_sources(doc, doc.value["services"], registry)]
        assert not faults, (example, faults)
