from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.cells import cell_len
from rich.text import Text

from docktor.cli import render
from docktor.core.decision import Phase
from docktor.runtime.views import ConfigView, EngineView, Setting
from tests.unit.cli.views import decision, event, health, project, service


def plain(lines: Sequence[Text]) -> list[str]:
    return [line.plain for line in lines]


def test_status_at_80_columns_keeps_every_line_within_them_and_the_reason_below_its_service() -> None:
    long = service(project="a-project-with-quite-a-long-name", reason="because " * 20, replicas=4, desired=6)
    lines = plain(
        render.status_lines([project(long, service("worker", project="a-project-with-quite-a-long-name"))], 80)
    )
    assert all(cell_len(line) <= 80 for line in lines)
    assert lines[0].split() == ["SERVICE", "REPLICAS", "MIN-MAX", "METRIC", "STATE", "MODE", "NEXT", "TODAY"]
    assert lines[1].startswith("…") and "-long-name/web " in lines[1]
    assert "4 → 6" in lines[1]
    assert lines[2].startswith("  because") and lines[2].endswith("…")


def test_status_in_a_pipe_is_one_uncut_line_a_service() -> None:
    reason = "x" * 300
    lines = plain(render.status_lines([project(service(reason=reason))], None))
    assert len(lines) == 2
    assert lines[1].endswith(reason)


def test_columns_line_up() -> None:
    lines = plain(render.status_lines([project(service(), service("a-longer-name", cpu=100.0))], None))
    at = lines[0].index("STATE")
    assert [line[at : at + 6] for line in lines[1:]] == ["steady", "steady"]


def test_managed_services_come_first_and_the_others_say_so() -> None:
    lines = plain(render.status_lines([project(service("db", managed=False), service("web"))], None))
    assert lines[1].startswith("shop/web")
    assert "not managed" in lines[2]


def test_an_unscalable_service_gives_its_obstacle() -> None:
    blocked = service(state="unscalable", unscalable="publishes the fixed host port 80")
    (_, line) = plain(render.status_lines([project(blocked)], None))
    assert "unscalable" in line and line.endswith("publishes the fixed host port 80")


def test_no_services_at_all_says_what_to_do() -> None:
    (line,) = plain(render.status_lines([], 80))
    assert "docker compose up" in line


def test_an_unknown_metric_is_a_question_mark_not_a_zero() -> None:
    (_, line) = plain(render.status_lines([project(service(cpu=None))], None))
    assert "cpu.avg ?" in line


@pytest.mark.parametrize(
    ("replicas", "bar"), [(0, "····"), (5, "██████······"), (10, "████████████"), (40, "████████████")]
)
def test_the_bar_fills_towards_max(replicas: int, bar: str) -> None:
    lines = plain(render.watch_lines([project(service(replicas=replicas))], 140))
    assert f" 2 ▕{bar}" in lines[1]


@pytest.mark.parametrize(
    ("metric", "value", "shown"),
    [
        ("cpu.avg", 82.34, "82.3%"),
        ("cpu.cores", 1.5, "1.5"),
        ("memory.avg", 1_234_567_890.0, "1.2 GB"),
        ("network.rx", 2_000_000.0, "2 MB/s"),
        ("queue.backlog", 1700.0, "1700"),
        ("cpu.avg", None, "?"),
    ],
)
def test_amounts(metric: str, value: float | None, shown: str) -> None:
    assert render.amount(metric, value) == shown


def test_names_and_reasons_cannot_command_the_terminal() -> None:
    evil = service("web\x1b[2J", reason="done\x1b]0;owned\x07\nnext\u202e")
    lines = plain(render.status_lines([project(evil)], 80))
    assert not any(char in line for line in lines for char in "\x1b\x07\n\u202e")
    assert "web?[2J" in lines[1]


def test_wide_characters_keep_the_columns_in_line() -> None:
    lines = render.status_lines([project(service("注文"), service("web"))], None)
    ends = [cell_len(line.plain[: line.plain.index("steady")]) for line in lines[1:]]
    assert ends[0] == ends[1]


def test_an_event_names_its_service_once() -> None:
    assert render.event_line(event()).plain.count("shop/web") == 1
    assert "shop/web: is blind" in render.event_line(event(text="is blind", kind="state")).plain


def test_a_decision_in_sentences() -> None:
    text = "\n".join(plain(render.decision_lines(decision())))
    for part in ("#17", "shop/web 2 → 4", "cpu.avg 91 > 75", "at most 4 replicas", "1.2 s"):
        assert part in text


def test_a_failed_decision_says_what_went_wrong() -> None:
    failed = decision(phase=Phase.FAILED, error="no space left on device")
    assert "no space left on device" in render.decision_lines(failed)[0].plain


def test_health_shows_what_is_wrong() -> None:
    down = replace(health().engine, state="down", error="permission denied: join group docker")
    sick = health(
        status="degraded", engine=down, config=ConfigView("rejected", "/srv/docktor.yaml", ("line 3: min: > max",))
    )
    text = "\n".join(plain(render.health_lines(sick, "/run/docktor.sock")))
    for part in ("degraded", "join group docker", "line 3: min: > max", "/run/docktor.sock", "4711"):
        assert part in text


def test_health_of_an_engine_without_versions() -> None:
    simulated = health(engine=EngineView("ok", "simulated", None, None, "in this process"))
    text = "\n".join(plain(render.health_lines(simulated, "s")))
    assert "engine   simulated at in this process" in text
    assert "None" not in text


def test_settings_say_where_they_come_from() -> None:
    lines = plain(render.setting_lines([Setting("max_replicas", 8, "label"), Setting("mode", "auto", "default")], 80))
    assert lines[0].split() == ["max_replicas", "8", "label"]
    assert lines[0].index("label") == lines[1].index("default")
