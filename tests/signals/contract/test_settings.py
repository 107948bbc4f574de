"""What is known of every kind without asking anybody."""

import json
import subprocess
import sys

import pytest

from docktor.signals.registry import options_of, provider
from tests.signals.contract.owed import Hands


def test_its_settings_describe_themselves(rig: Hands) -> None:
    schema = options_of(rig.kind).model_json_schema()
    json.dumps(schema)
    assert schema["type"] == "object"
    assert not schema["additionalProperties"]
    undescribed = [name for name, field in schema["properties"].items() if not field.get("description")]
    assert not undescribed
    assert provider(rig.kind).about


WITHOUT = """
import json, sys
from importlib.machinery import PathFinder

module, kind, options = sys.argv[1:]

class Without:
    find_distributions = PathFinder.find_distributions

    @staticmethod
    def find_spec(name, path=None, target=None):
        return None if name.partition(".")[0] == module else PathFinder.find_spec(name, path, target)

sys.meta_path = [Without if one is PathFinder else one for one in sys.meta_path]

from docktor.signals.base import Around
from docktor.signals.connections import Connections
from docktor.signals.registry import options_of, provider

found = provider(kind)
found(options_of(kind).model_validate(json.loads(options)), Around("shop", Connections()))
print(found.library.missing, found.library.install)
"""


def test_it_can_be_made_without_its_library(rig: Hands) -> None:
    library = provider(rig.kind).library
    if library is None:
        pytest.skip("this kind needs none")
    extra = rig.kind.partition("-")[0]
    command = [sys.executable, "-c", WITHOUT, library.module, rig.kind, json.dumps(rig.options())]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.stdout.strip() == f"True pip install 'docktor[{extra}]'", said.stderr
    assert not library.missing
