"""Any entry, set in any of these files: the file says that and nothing else is changed, or nothing is."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docktor.compose.document import parse
from docktor.errors import ConfigError
from tests.unit.config.edits import HEAD, ONE, QUEUE, TEXT, file, put

NUMBERS = st.integers(1, 30) | st.floats(1, 30).map(lambda value: round(value, 2))
RULE = st.fixed_dictionaries(
    {
        "metric": st.sampled_from(["cpu.avg", "memory.avg", "nonsense"]),
        "op": st.sampled_from([">", "<=", "??"]),
        "value": NUMBERS,
    }
)
ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "mode": st.sampled_from(["auto", "off", "observe"]),
        "min_replicas": st.integers(1, 6),
        "max_replicas": st.integers(3, 12),
        "check_interval": st.one_of(NUMBERS, st.sampled_from(["5s", "1m"])),
        "cooldown": st.dictionaries(st.sampled_from(["up", "down", "zero"]), NUMBERS),
        "rules": st.dictionaries(st.sampled_from(["scale_up_when", "scale_down_when"]), st.lists(RULE, max_size=3)),
        "target": st.fixed_dictionaries({"metric": st.just("cpu.avg"), "value": NUMBERS}),
        "fallback_replicas": st.none(),
        "queue": st.dictionaries(st.text(max_size=5), st.text(max_size=8), max_size=3),
    },
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
ANY = st.dictionaries(
    st.sampled_from(["name", "rules", "target", "queue", "metrics", "mode", "x", ""]), JSON, max_size=4
)
TEXTS = st.sampled_from(
    [
        TEXT,
        QUEUE,
        ONE,
        HEAD + "services: []\n",
        TEXT.replace("\n", "\r\n"),
        "",
        "services: [{name: web}]",
        "{services: []}",
    ]
)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, entry=ENTRY | ANY, name=st.sampled_from(["web", "api", "consumer"]))
def test_it_comes_to_that_entry_and_nothing_else_or_to_nothing(
    tmp_path_factory: pytest.TempPathFactory, text: str, entry: dict[str, Any], name: str
) -> None:
    path = file(tmp_path_factory.mktemp("edit"), text)
    old: Any = parse(text).value if text else {}
    try:
        put(path, entry, name)
    except ConfigError:
        assert path.read_bytes() == text.encode()
        return
    new: Any = parse(path.read_text()).value
    if "services" not in new:
        return
    (found,) = [item for item in new["services"] if item["name"] == name]
    wanted = {key: value for key, value in entry.items() if value is not None}
    assert {key: value for key, value in found.items() if key != "name"} == {
        key: value for key, value in wanted.items() if key != "name"
    }
    rest = [item for item in old.get("services") or [] if item["name"] != name]
    assert [item for item in new["services"] if item["name"] != name] == rest
    kept = [line for line in path.read_text().splitlines() if line.lstrip().startswith("#")]
    # one inside a list that is written anew goes with it
    assert kept == [line for line in text.splitlines() if line.lstrip().startswith("#") and line in kept]
    assert {"# ours", "# the end"} & set(text.splitlines()) <= set(kept)
