"""Every command against a real daemon on the simulated engine."""

import json
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from docktor import __version__
from docktor.api.client import Client
from docktor.cli.shared import complete_service
from tests.unit.cli.conftest import Cli, spawn


def test_version_and_help(cli: Cli) -> None:
    assert cli("--version").out == f"docktor {__version__}\n"
    told = cli("--help").out
    for command in ("status", "watch", "explain", "scale", "hold", "mode", "make-scalable", "daemon", "config"):
        assert f"\n  {command} " in told


@pytest.mark.parametrize(
    "command",
    ["status", "watch", "explain", "events", "scale", "hold", "resume", "mode", "check", "daemon start",
     "daemon stop", "daemon status", "daemon logs", "config validate", "config show", "replay", "cost"],
)  # fmt: skip
def test_every_command_has_an_example_and_a_sentence_that_fits_the_list(cli: Cli, command: str) -> None:
    *path, name = command.split()
    told = cli(*path, name, "--help").out
    assert f"Example: docktor {command}" in told
    group = cli(*path, "--help").out
    (listed,) = [line for line in group.splitlines() if line.startswith(f"  {name} ")]
    assert not listed.endswith("...")


def test_status(cli: Cli) -> None:
    told = cli("status")
    assert told.code == 0
    assert told.out.startswith("SERVICE ")
    assert "demo/web" in told.out
    assert "\x1b" not in told.out
    names = [service["name"] for service in json.loads(cli("status", "--json").out)]
    assert {"web", "worker"} <= set(names)


def test_cost(cli: Cli) -> None:
    patient = time.monotonic() + 30
    while "demo/web" not in (told := cli("cost", "--days", "2")).out and time.monotonic() < patient:
        time.sleep(0.5)  # numbers are written every few seconds
    assert told.code == 0
    head, *_, total = [line for line in told.out.splitlines() if line.startswith(("DAY", "TOTAL"))]
    assert head.split() == ["DAY", "demo/web", "demo/worker", "TOTAL"] and total.endswith(" h")
    (web,) = json.loads(cli("cost", "demo/web", "--json").out)
    assert len(web["days"]) == 7 and web["price"] is None
    assert 0 < web["days"][-1]["known_hours"] <= web["days"][-1]["replica_hours"]
    (today,) = [one["today"] for one in json.loads(cli("status", "--json").out) if one["name"] == "web"]
    assert today["date"] == web["days"][-1]["date"] and today["money"] is None
    assert cli("cost", "nosuch").code == 1


def test_cost_advice(cli: Cli) -> None:
    told = cli("cost", "web", "--advice")
    assert told.code == 0 and "too early" in told.out
    (tip,) = json.loads(cli("cost", "web", "--advice", "--json").out)["advice"]
    assert tip["code"] == "too-early" and tip["evidence"]["ask_again_in"]["unit"] == "h"
    assert cli("cost", "--advice").code == 2


def test_daemon_status(cli: Cli, running_home: Path) -> None:
    told = cli("daemon", "status")
    health = json.loads(cli("daemon", "status", "--json").out)
    assert str(health["pid"]) in told.out
    assert str(running_home / "docktor.sock") in told.out
    assert health["engine"]["kind"] == "simulated"


def test_scale_then_explain(cli: Cli) -> None:
    decision = json.loads(cli("scale", "web", "3", "--reason", "a test", "--json").out)
    assert (decision["target_replicas"], decision["source"]) == (3, "person")
    told = cli("explain", str(decision["id"]))
    assert f"#{decision['id']} " in told.out
    assert "a test" in told.out
    assert json.loads(cli("explain", str(decision["id"]), "--json").out)["id"] == decision["id"]
    tail = json.loads(cli("explain", "--tail", "1", "--service", "demo/web", "--json").out)
    assert [(one["project"], one["service"]) for one in tail] == [("demo", "web")]
    assert cli("scale", "demo/web", "2").code == 0


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Asia/Kolkata"])
def test_explain_says_what_the_api_says(cli: Cli, running_home: Path, zone: str) -> None:
    """But for the clock, which is each reader's own."""
    reason = "a sale\n\x1b[31m begins"
    number = json.loads(cli("scale", "web", "3", "--reason", reason, "--json").out)["id"]
    with Client(running_home / "docktor.sock") as client:
        text = client.explanation(number)
        at = client.decision(number).timestamp
    assert cli("explain", str(number)).out == text + "\n"
    assert "a sale??[31m begins" in text and f"#{number} " in text
    here = at.astimezone(ZoneInfo(zone))
    elsewhere = spawn("explain", str(number), home=running_home, cwd=running_home, TZ=zone)
    (head, *rest), (said, *lines) = elsewhere.out.splitlines(), text.splitlines()
    assert head.startswith(f"#{number}  {here:%Y-%m-%d %H:%M:%S %Z}  ") and rest == lines
    assert head.split("  ", 2)[2] == said.split("  ", 2)[2]
    assert cli("scale", "web", "2").code == 0


def test_explain_of_a_service_without_decisions(cli: Cli) -> None:
    told = cli("explain", "--service", "db")
    assert (told.code, told.out) == (0, "Nothing has been decided yet about db.\n")


def test_a_scale_beyond_the_limits_names_the_limit(cli: Cli) -> None:
    told = cli("scale", "web", "5000")
    assert (told.code, told.out) == (1, "")
    assert "max_replicas" in told.complaint


def test_hold_resume_mode_check(cli: Cli) -> None:
    assert "held until" in cli("hold", "worker", "10m", "--reason", "tests").out
    assert json.loads(cli("hold", "worker", "1h30m", "--json").out)["service"]["state"] == "held"
    assert "held until" not in cli("resume", "worker").out
    assert "mode observe" in cli("mode", "worker", "observe").out
    assert "mode up auto, down review" in cli("mode", "worker", "--up", "auto", "--down", "review").out
    assert "  up auto, down review  " in cli("status").out
    assert "mode auto" in cli("mode", "worker", "auto").out
    assert cli("check", "worker").out.startswith("demo/worker: ")


def test_events(cli: Cli) -> None:
    assert cli("resume", "worker").code == 0
    lines = cli("events", "--tail", "3").out.splitlines()
    assert 1 <= len(lines) <= 3
    events = json.loads(cli("events", "--json", "--service", "worker").out)
    assert events and all(event["service"] == "worker" for event in events)


def test_logs(cli: Cli) -> None:
    told = cli("daemon", "logs")
    assert "docktor: manages demo/web, demo/worker" in told.out
    assert cli("daemon", "logs", "--tail", "0").out == ""
    assert len(cli("daemon", "logs", "--tail", "1").out.splitlines()) == 1


def test_config_show_with_a_daemon_gives_each_managed_service(cli: Cli) -> None:
    shown = json.loads(cli("config", "show", "--json").out)
    assert {"demo/web", "demo/worker"} <= shown["services"].keys()


def test_services_are_offered_to_the_shell(cli: Cli) -> None:
    cli("status")
    assert complete_service("w") == ["web", "worker"]
    assert complete_service("demo/we") == ["demo/web"]
    assert complete_service("zzz") == []


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("nonsense",), "No such command"),
        (("status", "--jsn"), "--json"),
        (("scale", "web"), "Missing argument 'N'"),
        (("scale", "web", "many"), "valid integer"),
        (("hold", "web", "10"), "30s, 10m"),
        (("mode", "web", "sideways"), "auto"),
        (("mode", "web"), "either MODE, or --up MODE and --down MODE"),
        (("mode", "web", "--up", "auto"), "either MODE, or --up MODE and --down MODE"),
        (("mode", "web", "--down", "auto"), "either MODE, or --up MODE and --down MODE"),
        (("mode", "web", "auto", "--down", "review"), "either MODE, or --up MODE and --down MODE"),
        (("mode", "web", "--up", "sideways", "--down", "review"), "--up"),
        (("mode",), "Missing argument 'SERVICE'"),
        (("explain", "--tail", "0"), "--tail"),
        (("daemon", "start", "--engine", "steam"), "simulated"),
        (("daemon", "start", "--listen", "8099"), "127.0.0.1:8099"),
        (("daemon", "start", "--listen", "127.0.0.1:99999"), "127.0.0.1:8099"),
    ],
)
def test_wrong_usage_is_one_line_and_2(cli: Cli, arguments: tuple[str, ...], part: str) -> None:
    told = cli(*arguments)
    assert (told.code, told.out) == (2, "")
    assert told.complaint.startswith("docktor: ")
    assert part in told.complaint
    assert "--help`" in told.complaint


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (("scale", "nope", "2"), "demo/web"),
        (("hold", "db", "5m"), "not managed"),
        (("explain", "987654"), "no decision 987654"),
        (("check", "demo/nope"), "demo/worker"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_1(cli: Cli, arguments: tuple[str, ...], part: str) -> None:
    told = cli(*arguments)
    assert (told.code, told.out) == (1, "")
    assert part in told.complaint


def test_a_second_daemon_is_told_who_holds_the_home(cli: Cli, running_home: Path) -> None:
    pid = json.loads(cli("daemon", "status", "--json").out)["pid"]
    for extra in ((), ("--foreground",)):
        told = spawn("daemon", "start", "--engine", "simulated", *extra, home=running_home, cwd=running_home)
        assert (told.code, told.out) == (1, "")
        assert f"pid {pid}" in told.complaint
    assert json.loads(cli("daemon", "status", "--json").out)["pid"] == pid


def test_output_survives_a_terminal_that_knows_only_ascii(running_home: Path) -> None:
    told = spawn("explain", home=running_home, cwd=running_home, PYTHONIOENCODING="ascii")
    assert (told.code, told.err) == (0, "")


def test_a_proxy_for_the_web_has_no_part_in_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    assert cli("status").code == 0


def test_every_command_is_in_the_documentation(cli: Cli) -> None:
    documented = (Path(__file__).parents[3] / "docs" / "cli.md").read_text(encoding="utf-8")
    for group in ((), ("daemon",), ("config",)):
        _, _, listed = cli(*group, "--help").out.partition("Commands:\n")
        for line in listed.splitlines():
            name = " ".join(("docktor", *group, line.split()[0]))
            assert name in documented, name
