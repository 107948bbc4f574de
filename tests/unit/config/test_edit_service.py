"""What a docktor.yaml says of one service, changed: only that, and only if it is without fault."""

from pathlib import Path
from typing import Any

import pytest

from docktor.compose.document import Value
from docktor.config.differ import unblotted
from docktor.config.edit_service import set_service
from docktor.core.world import ServiceId
from docktor.errors import ConfigError
from tests.unit.config.edits import API, HEAD, QUEUE, TAIL, TARGET, TEXT, WEB, WEB_ENTRY, file, put, read, refused

CHANGES: dict[str, tuple[dict[str, Any], str, str]] = {
    "a number": ({"max_replicas": 12}, "max_replicas: 8 ", "max_replicas: 12 "),
    "another key": ({"min_replicas": 1}, ", value: 20}]\n", ", value: 20}]\n    min_replicas: 1\n"),
    "a key less": ({"max_replicas": None}, "    max_replicas: 8   # as many as fit\n", ""),
    "a value in a rule": (
        {"rules": {**WEB_ENTRY["rules"], "scale_up_when": [{"metric": "cpu.avg", "op": ">=", "value": 80}]}},
        'op: ">", value: 75}',
        'op: ">=", value: 80}',
    ),
    "a rule more": (
        {
            "rules": {
                **WEB_ENTRY["rules"],
                "scale_up_when": [
                    *WEB_ENTRY["rules"]["scale_up_when"],
                    {"metric": "memory.avg", "op": ">", "value": 90},
                ],
            }
        },
        "value: 75}   # hot\n",
        'value: 75}   # hot\n        - {metric: memory.avg, op: ">", value: 90}\n',
    ),
    "a block": (
        {"cooldown": {"up": 5, "down": "2m"}},
        ", value: 20}]\n",
        ', value: 20}]\n    cooldown: {up: 5, down: "2m"}\n',
    ),
}


@pytest.mark.parametrize(("change", "old", "new"), CHANGES.values(), ids=CHANGES)
def test_only_what_differs_is_written(tmp_path: Path, change: dict[str, Any], old: str, new: str) -> None:
    path = file(tmp_path, TEXT)
    changed = put(path, {**WEB_ENTRY, **change})
    assert path.read_text() == TEXT.replace(old, new)
    assert [one.path for one in changed.values] == list(change)


RULES = """\
services:
  - name: web
    rules:
      scale_up_when:
        - {metric: cpu.avg, op: ">", value: 75}   # hot
        # full
        - {metric: memory.avg, op: ">", value: 85}
        - {metric: cpu.max, op: ">", value: 95}   # one of them
"""
HOT, FULL, ONE_OF = (
    {"metric": metric, "op": ">", "value": value}
    for metric, value in (("cpu.avg", 75), ("memory.avg", 85), ("cpu.max", 95))
)


@pytest.mark.parametrize(
    ("rules", "lines"),
    [
        ([HOT, ONE_OF], [0, 1, 3]),
        ([FULL], [1, 2]),
        ([HOT, FULL, {**ONE_OF, "value": 95.0}], [0, 1, 2, 3]),
        ([ONE_OF, HOT, FULL], None),  # each has become another
        ([], []),
    ],
)
def test_comments_stay_with_their_rules(tmp_path: Path, rules: list[Any], lines: list[int] | None) -> None:
    path = file(tmp_path, RULES)
    put(path, {"rules": {"scale_up_when": rules}, "target": TARGET})
    head, *below = RULES.partition("scale_up_when:\n")[::2]
    kept = below[0].splitlines(keepends=True)
    if lines is not None:
        said = "".join(kept[line] for line in lines) if lines else ""
        start = head + ("scale_up_when:\n" if lines else "scale_up_when: []\n")
        assert path.read_text() == f"{start}{said}    target: {{metric: cpu.avg, value: 60}}\n"
    assert [(one.metric, one.value) for one in read(path).entries[0].policy.up_when] == [
        (rule["metric"], rule["value"]) for rule in rules
    ]


def test_bytes_are_kept(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").rstrip().encode()
    path = file(tmp_path, data)
    put(path, {**WEB_ENTRY, "max_replicas": 9})
    data = data.replace(b"max_replicas: 8 ", b"max_replicas: 9 ")
    assert path.read_bytes() == data
    put(path, {"target": TARGET}, "consumer")
    item = b"  - name: consumer\r\n    target: {metric: cpu.avg, value: 60}\r\n"
    assert path.read_bytes() == data.replace(b"# the end", item + b"# the end")


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    path = file(tmp_path, TEXT)
    before = path.stat()
    assert put(path, {**WEB_ENTRY, "max_replicas": 8.0}).values == ()
    assert path.stat() == before


def test_rules_give_way_to_a_target(tmp_path: Path) -> None:
    path = file(tmp_path, TEXT)
    changed = put(path, {"target": TARGET})
    assert str(changed).startswith("max_replicas is gone instead of 8, rules is gone instead of {scale_up_when")
    assert "  - name: web\n" in path.read_text() and API + TAIL in path.read_text() and HEAD in path.read_text()
    assert {entry.policy.service.name: entry.policy.target is not None for entry in read(path).entries} == {
        "web": True,
        "api": True,
    }


ADDED: dict[str, tuple[str, str]] = {
    "after the last": (TEXT, f"{HEAD}services:\n{WEB}\n{API}@{TAIL}"),
    "to none": (f"{HEAD}services: []  # labels\n{TAIL}", f"{HEAD}services:  # labels\n@{TAIL}"),
    "to nothing": (f"{HEAD}services:\n{TAIL}", f"{HEAD}services:\n@{TAIL}"),
    "to those in brackets": (
        HEAD + "services: [{name: api, target: {metric: cpu.avg, value: 60}}]  # all\n",
        HEAD + "services: [{name: api, target: {metric: cpu.avg, value: 60}}, "
        "{name: consumer, max_replicas: 4, target: {metric: cpu.avg, value: 60}}]  # all\n",
    ),
    "to comments": ("# mine\n", '# mine\nversion: "1"\nservices:\n@'),
}
ITEM = "  - name: consumer\n    max_replicas: 4\n    target: {metric: cpu.avg, value: 60}\n"


@pytest.mark.parametrize(("before", "after"), ADDED.values(), ids=ADDED)
def test_a_service_is_added(tmp_path: Path, before: str, after: str) -> None:
    path = file(tmp_path, before)
    put(path, {"max_replicas": 4, "target": TARGET}, "consumer")
    assert path.read_text() == after.replace("@", ITEM)
    assert read(path).entries[-1].policy.max_replicas == 4


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = file(tmp_path, None)
    done = put(path, {"max_replicas": 4, "target": TARGET}, "consumer")
    assert done.created
    assert path.read_text() == 'version: "1"\nservices:\n' + ITEM


def test_a_new_file_names_what_was_managed_before(tmp_path: Path) -> None:
    path = file(tmp_path, None)
    set_service(
        path,
        ServiceId("shop", "web"),
        {"target": TARGET},
        project="shop",
        check=read,
        others=[{"name": "api", "target": TARGET}],
    )
    assert [entry.policy.service.name for entry in read(path).entries] == ["api", "web"]
    assert refused(path, {"target": TARGET, "scale_up_by": 0}) == [("scale_up_by", "must be 1 or more, not 0")]


def test_a_service_of_another_project_names_it(tmp_path: Path) -> None:
    path = file(tmp_path, TEXT)
    put(path, {"target": TARGET}, "web", "blog")
    assert "  - name: web\n    project: blog\n    target:" in path.read_text()
    put(path, {"target": TARGET, "max_replicas": 3, "project": "blog"}, "web", "blog")
    found = {str(entry.policy.service): entry.policy.max_replicas for entry in read(path).entries}
    assert found == {"shop/web": 8, "shop/api": 10, "blog/web": 3}


FAULTS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "an op": (
        {"rules": {"scale_up_when": [{"metric": "cpu.avg", "op": "=>", "value": 1}]}},
        [("rules.scale_up_when[0].op", 'unknown op "=>"; did you mean ">="?')],
    ),
    "a field": (
        {**WEB_ENTRY, "max_replica": 3},
        [("max_replica", 'unknown field "max_replica"; did you mean max_replicas?')],
    ),
    "no rules": ({}, [("", "has neither rules nor a target; say when to scale")]),
    "no list": ({"rules": {"scale_up_when": 5}, "target": TARGET}, [("rules.scale_up_when", "must be a list, not 5")]),
    "no block": ({"rules": 5}, [("rules", "must be a mapping, not 5")]),
    "another's name": (
        {**WEB_ENTRY, "name": "api"},
        [("name", "this is shop/web; another service has an address of its own")],
    ),
    "another's project": (
        {**WEB_ENTRY, "project": "x"},
        [("project", "this is shop/web; another service has an address of its own")],
    ),
    "a placeholder": (
        {**WEB_ENTRY, "queue": {"kind": "nats", "token": "***"}},
        [("queue.token", "*** stands for what is not shown, and this is not the value that was; write it as ${NAME}")],
    ),
    "no number": (
        {**WEB_ENTRY, "check_interval": float("nan")},
        [("check_interval", "must be a finite number, not NaN")],
    ),
    "too large a number": ({**WEB_ENTRY, "check_interval": 10**400}, [("check_interval", "the number is too large")]),
    "half a letter": (
        {**WEB_ENTRY, "queue": {"kind": "\ud800"}},
        [("queue", "the value is not text that UTF-8 can hold")],
    ),
}


@pytest.mark.parametrize(("entry", "told"), FAULTS.values(), ids=FAULTS)
def test_faults_are_told_as_they_are_in_the_entry(
    tmp_path: Path, entry: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    assert refused(file(tmp_path, TEXT), entry) == told


def test_deep_nesting_is_no_entry(tmp_path: Path) -> None:
    deep: Any = {}
    for _ in range(400):
        deep = {"a": deep}
    assert refused(file(tmp_path, TEXT), {"queue": deep}) == [("queue.a.a", "is nested too deep")]


def test_faults_elsewhere_keep_their_place(tmp_path: Path) -> None:
    path = file(tmp_path, TEXT.replace("metric: cpu.avg, value: 60", "metric: cpu.average, value: 60"))
    assert [path for path, _ in refused(path, {**WEB_ENTRY, "max_replicas": 9})] == ["services[1].target.metric"]
    path.write_text("services: {")
    assert refused(path, WEB_ENTRY)[0][1].startswith("not YAML")


def test_a_fault_in_the_entry_itself_can_be_mended(tmp_path: Path) -> None:
    path = file(tmp_path, TEXT.replace("max_replicas: 8", "max_replicas: eight"))
    put(path, WEB_ENTRY)
    assert path.read_text() == TEXT


def test_references_and_comments_of_a_queue_stay(tmp_path: Path) -> None:
    path = file(tmp_path, QUEUE)
    url = "http://guest:${RABBIT}@rabbit:15672"
    entry: dict[str, Any] = {"target": {"metric": "queue.backlog", "value": 50}}
    queue = {"kind": "rabbitmq", "url": url, "queue": "jobs", "timeout": "${PATIENCE:-5}"}
    put(path, {**entry, "queue": {**queue, "queue": "mail"}}, "consumer")
    assert path.read_text() == QUEUE.replace("value: 100", "value: 50").replace("jobs", "mail")
    blotted = {**queue, "url": "http://***@rabbit:15672", "queue": "mail"}
    before = path.read_text()
    put(path, {**entry, "queue": blotted}, "consumer")  # as it is shown
    assert path.read_text() == before
    away = refused(path, {**entry, "queue": {**blotted, "url": "http://***@evil:15672"}}, "consumer")
    assert [path for path, _ in away] == ["queue.url"]


def test_what_is_not_shown_is_known_by_its_name_when_it_moves() -> None:
    old: Value = [{"name": "a", "token": "one"}, {"name": "b", "token": 2}]
    seen: Value = [{"name": "a", "token": "***"}, {"name": "b", "token": "***"}]
    assert unblotted([{"name": "b", "token": "***"}], old, seen) == [{"name": "b", "token": 2}]
    for stranger in ({"name": "c", "token": "***"}, {"name": "a", "token": "x***"}, {"name": "a", "key": "***"}):
        with pytest.raises(ConfigError, match="stands for what is not shown"):
            unblotted([dict(stranger)], old, seen)


def test_an_anchor_that_others_use_stays(tmp_path: Path) -> None:
    usual = "x-usual: &usual\n  max_replicas: 8\n  target: {metric: cpu.avg, value: 60}\n"
    text = usual + "services:\n  - {name: web, <<: *usual}\n  - {name: api, <<: *usual}\n"
    path = file(tmp_path, text)
    put(path, {"max_replicas": 4, "target": TARGET})
    assert path.read_text() == text.replace("web, <<: *usual", "web, <<: *usual, max_replicas: 4")
    assert refused(path, {"target": TARGET}) == [
        ("max_replicas", "can't be changed without changing something else too; change it by hand")
    ]
