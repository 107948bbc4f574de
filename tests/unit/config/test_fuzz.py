"""Whatever the file holds, reading it ends in a configuration or in ConfigError with at least one problem."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docktor.compose.document import parse
from docktor.config.model import Config, Flags
from docktor.config.resolve import resolve
from docktor.config.show import as_dict, as_lines, fault_lines
from docktor.errors import ConfigError
from tests.unit.config.places import COMPOSE
from tests.unit.config.test_readme import LOCAL_MODEL, MULTI, NOTIFICATIONS, SINGLE

ENV = {"A": "1", "B": "web"}
PIECES = [
    *("version: 1", "service: ", "services:", "- name: web", "  - ", "scaling: ", "cpu_high: ", "rules: ", "target: "),
    *("scale_up_when: ", "{metric: cpu.avg, op: '>', value: 1}", "metric: ", "mode: off", "max_replicas: ", "queue: "),
    *("llm: ", "policies: ", "notifications: ", "labels: ", "retention: ", "x-a: ", "metrics: ", "cooldown: "),
    *(
        "&a ",
        "*a",
        "<<: *a",
        "!!int ",
        "!!set ",
        "!!binary ",
        "!x ",
        "? ",
        ": ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "|",
        ">",
    ),
    *("'", '"', "#", "%YAML 1.1", "%TAG ! x", "---", "...", "\n", "\n  ", "\n    ", "\t", "\r", "\r\n", " ", "\x00"),
    *(
        "${A}",
        "${B:-x}",
        "${C}",
        "${",
        "$",
        ".nan",
        "-.inf",
        "1e999",
        "0x1F",
        "0o7",
        "1_0",
        "-1",
        "~",
        "true",
        "2020-01-01",
    ),
    *("web", "\ufeff", "\u2028", "\x85", "é", "😀", "\\x", "=", "9" * 5000),
]


def read(data: bytes) -> Config | ConfigError:
    with TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "docker-compose.yaml").write_text(COMPOSE)
        (directory / "docktor.yaml").write_bytes(data)
        try:
            config = resolve(Flags(project="p"), ENV, directory)
        except ConfigError as error:
            assert error.problems
            assert all("\n" not in line for line in fault_lines(error))
            return error
        assert list(as_lines(config))
        assert as_dict(config)
        for policy in config.policies:
            assert 1 <= policy.min_replicas <= policy.max_replicas
        return config


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_yaml_like_text(text: str) -> None:
    read(text.encode())


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_bytes(data: bytes) -> None:
    read(data)


TREE = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from(["cpu.avg", ">"])
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([piece.split(":")[0].strip("- ") for piece in PIECES[:24]]), inner, max_size=5
        )
    ),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(TREE)
def test_any_shape_under_known_names(tree: object) -> None:
    read(repr_yaml(tree).encode("utf-8", "replace"))


def repr_yaml(value: object) -> str:
    """`value` as flow YAML; text is escaped, so that any of it can stand in a file."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {repr_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(repr_yaml(item) for item in value) + "]"
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(char):08X}" for char in value) + '"'
    if isinstance(value, float):
        return {"nan": ".nan", "inf": ".inf", "-inf": "-.inf"}.get(str(value), str(value))
    return (
        {None: "~", True: "true", False: "false"}.get(value, str(value)) if value in (None, True, False) else str(value)
    )


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_valid_file_with_bytes_changed(data: st.DataObject) -> None:
    whole = bytearray((MULTI + LOCAL_MODEL + NOTIFICATIONS).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=3))
    read(bytes(whole))


@pytest.mark.parametrize("whole", [SINGLE + LOCAL_MODEL, MULTI], ids=["single", "multi"])
def test_every_prefix_of_a_valid_file(whole: str) -> None:
    data = whole.encode()
    assert isinstance(read(data), Config)
    for length in range(len(data)):
        read(data[:length])


def test_slow_shapes_are_refused_or_read_without_growing() -> None:
    for text in ("[" * 100_000, "- " * 5_000, "{" * 50_000, "a: " + "x " * 200_000, "&a " * 20_000, "a: !!set {b, c}"):
        try:
            parse(text)
        except ConfigError as error:
            assert error.problems
