"""Labels configure a service within the file's ceilings; a bad one is that service's problem alone."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docktor.config.labels import apply_labels, effective
from docktor.config.model import Ceilings, Flags
from docktor.core.policy import Condition, Mode, Op, Policy, Target
from docktor.core.world import ServiceId
from tests.unit.config.places import load

WEB = ServiceId("shop", "web")
FILE = Policy(
    service=WEB,
    min_replicas=2,
    max_replicas=10,
    up_when=(Condition("cpu.avg", Op.GT, 75),),
    down_when=(Condition("cpu.avg", Op.LT, 20),),
)
ON = {"docktor.enable": "true"}


def labelled(labels: Mapping[str, str], policy: Policy | None = FILE, ceilings: Ceilings | None = None) -> Policy:
    result, _, problems = apply_labels(policy, WEB, labels, ceilings or Ceilings())
    assert problems == ()
    assert result is not None
    return result


def faults(labels: Mapping[str, str], policy: Policy | None = FILE) -> list[str]:
    return [str(problem) for problem in apply_labels(policy, WEB, labels, Ceilings())[2]]


def test_labels_win_over_the_file_within_its_limits() -> None:
    policy = labelled(
        {
            "docktor.min": "3",
            "docktor.max": "8",
            "docktor.mode": "review",
            "docktor.scale-up": "memory.avg > 80, cpu.avg>=60",
            "docktor.scale-down": "15",
            "docktor.target": "cpu.avg=50",
        }
    )
    assert policy == replace(
        FILE,
        min_replicas=3,
        max_replicas=8,
        mode=Mode.REVIEW,
        up_when=(Condition("memory.avg", Op.GT, 80), Condition("cpu.avg", Op.GE, 60)),
        down_when=(Condition("cpu.avg", Op.LE, 15),),
        target=Target("cpu.avg", 50),
    )


def test_no_labels_change_nothing() -> None:
    assert apply_labels(FILE, WEB, {"other": "x", "docktor.op": "7"}, Ceilings()) == (FILE, (), ())
    assert apply_labels(None, WEB, {"other": "x", "docktor.op": "7"}, Ceilings()) == (None, (), ())


def test_settings_name_the_labels_that_counted_and_no_others() -> None:
    labels = {"docktor.max": "8", "docktor.min": "1", "docktor.scale-up": "90", "docktor.mode": "atuo"}
    policy, settings, problems = apply_labels(FILE, WEB, labels, Ceilings())
    assert policy == replace(FILE, max_replicas=8, up_when=(Condition("cpu.avg", Op.GE, 90),))
    assert {(setting.path, setting.source) for setting in settings} == {
        ("max_replicas", "label"),
        ("rules.scale_up_when", "label"),
    }
    assert {problem.path for problem in problems} == {"docktor.min", "docktor.mode"}


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ({"docktor.max": "20"}, "docktor.max: 20 is above docktor.yaml's ceiling of 10 replicas"),
        ({"docktor.max": "1"}, "docktor.max: 1 is below docktor.yaml's floor of 2 replicas"),
        ({"docktor.min": "1"}, "docktor.min: 1 is below docktor.yaml's floor of 2 replicas"),
        ({"docktor.min": "11"}, "docktor.min: 11 is above docktor.yaml's ceiling of 10 replicas"),
        ({"docktor.min": "6", "docktor.max": "4"}, "docktor.min: 6 is above the maximum of 4 replicas"),
        ({"docktor.max": "many"}, 'docktor.max: must be a whole number, not "many"'),
        ({"docktor.max": "-3"}, 'docktor.max: must be a whole number, not "-3"'),
        ({"docktor.max": "٣"}, 'docktor.max: must be a whole number, not "٣"'),
        ({"docktor.max": ""}, 'docktor.max: must be a whole number, not ""'),
        ({"docktor.max": "9" * 300}, "docktor.max: is longer than 256 characters"),
        ({"docktor.mode": "reveiw"}, 'docktor.mode: unknown mode "reveiw"; did you mean review?'),
        ({"docktor.enable": "maybe"}, 'docktor.enable: must be true or false, not "maybe"'),
        (
            {"docktor.scale-up": "cpu.averge>5"},
            'docktor.scale-up: unknown metric "cpu.averge"; did you mean cpu.avg?',
        ),
        ({"docktor.scale-up": "cpu.avg=>5"}, 'docktor.scale-up: unknown op "=>"; did you mean ">="?'),
        ({"docktor.scale-up": "cpu.avg>nan"}, 'docktor.scale-up: must be a number, not "nan"'),
        ({"docktor.scale-up": "1e999"}, 'docktor.scale-up: must be a number, not "1e999"'),
        (
            {"docktor.scale-up": "much too much"},
            'docktor.scale-up: "much too much" is no condition; write cpu.avg>75, or 75 for CPU',
        ),
        ({"docktor.scale-up": "75,"}, 'docktor.scale-up: "" is no condition; write cpu.avg>75, or 75 for CPU'),
        (
            {"docktor.scale-up": "10"},
            "docktor.scale-up: scale up when cpu.avg >= 10 overlaps scale down when cpu.avg < 20; "
            "leave a gap between the two thresholds",
        ),
        (
            {"docktor.scale-down": "80"},
            "docktor.scale-down: scale up when cpu.avg > 75 overlaps scale down when cpu.avg <= 80; "
            "leave a gap between the two thresholds",
        ),
        (
            {"docktor.target": "cpu.avg>60"},
            'docktor.target: "cpu.avg>60" is no target; write cpu.avg=60, or 60 for CPU',
        ),
        ({"docktor.target": "0"}, 'docktor.target: must be more than 0, not "0"'),
        ({"docktor.mxa": "5"}, 'labels: unknown label "docktor.mxa"; did you mean docktor.max?'),
        (
            {"docktor.mode\x1b[2J": "5"},
            'labels: unknown label "docktor.mode\\x1b[2J"; did you mean docktor.mode?',
        ),
    ],
)
def test_a_bad_label_is_a_problem_and_leaves_the_file_in_force(labels: Mapping[str, str], message: str) -> None:
    assert faults(labels) == [message]
    assert apply_labels(FILE, WEB, labels, Ceilings())[0] == FILE


def test_one_bad_label_does_not_stop_the_others() -> None:
    policy, _, problems = apply_labels(FILE, WEB, {"docktor.max": "20", "docktor.min": "3"}, Ceilings())
    assert policy == replace(FILE, min_replicas=3)
    assert len(problems) == 1


def test_a_label_may_not_be_bolder_than_the_file() -> None:
    cautious = replace(FILE, mode=Mode.OBSERVE)
    policy, _, problems = apply_labels(cautious, WEB, {"docktor.mode": "auto"}, Ceilings())
    assert policy == cautious
    assert [str(problem) for problem in problems] == [
        "docktor.mode: auto would do more than docktor.yaml's mode observe"
    ]


def test_enable_false_turns_a_service_of_the_file_off() -> None:
    policy, settings, problems = apply_labels(FILE, WEB, {"docktor.enable": "False"}, Ceilings())
    assert policy == replace(FILE, mode=Mode.OFF)
    assert [(setting.path, setting.source) for setting in settings] == [("mode", "label")]
    assert problems == ()


def test_enable_alone_gives_the_defaults() -> None:
    policy, settings, problems = apply_labels(None, WEB, ON, Ceilings())
    assert policy == Policy(
        WEB, up_when=(Condition("cpu.avg", Op.GE, 75),), down_when=(Condition("cpu.avg", Op.LE, 20),)
    )
    assert {setting.source for setting in settings} == {"default"}
    assert problems == ()


def test_labels_alone_configure_a_service() -> None:
    policy, settings, _ = apply_labels(
        None, WEB, {**ON, "docktor.max": "1", "docktor.mode": "observe", "docktor.scale-up": "cpu.max>90"}, Ceilings()
    )
    assert policy is not None
    assert (policy.min_replicas, policy.max_replicas, policy.mode) == (1, 1, Mode.OBSERVE)
    assert policy.up_when == (Condition("cpu.max", Op.GT, 90),)
    assert policy.down_when == (Condition("cpu.avg", Op.LE, 20),)
    told = {setting.path: setting.source for setting in settings}
    assert (told["max_replicas"], told["mode"], told["rules.scale_up_when"]) == ("label", "label", "label")
    assert (told["cooldown.down"], told["rules.scale_down_when"]) == ("default", "default")


def test_a_target_alone_takes_the_place_of_the_default_rules() -> None:
    policy = labelled({**ON, "docktor.target": "60"}, None)
    assert (policy.up_when, policy.down_when, policy.target) == ((), (), Target("cpu.avg", 60))
    beside = labelled({**ON, "docktor.target": "60", "docktor.scale-up": "90"}, None)
    assert beside.up_when and beside.down_when and beside.target


def test_ceilings_hold_without_a_file() -> None:
    assert labelled({**ON, "docktor.max": "25"}, None, Ceilings(max_replicas=30)).max_replicas == 25
    assert labelled(ON, None, Ceilings(max_replicas=30)).max_replicas == 10
    low = labelled(ON, None, Ceilings(max_replicas=1))
    assert (low.min_replicas, low.max_replicas) == (1, 1)
    assert faults({**ON, "docktor.max": "11"}, None) == ["docktor.max: 11 is above the ceiling of 10 replicas"]
    assert faults({**ON, "docktor.min": "0"}, None) == ["docktor.min: 0 is below the floor of 1 replicas"]


@pytest.mark.parametrize("label", ["docktor.max", "docktor.mode", "docktor.scale-up", "docktor.target", "docktor.mx"])
def test_without_a_file_a_bad_label_leaves_the_service_alone(label: str) -> None:
    policy, settings, problems = apply_labels(None, WEB, {**ON, label: "?"}, Ceilings())
    assert (policy, settings) == (None, ())
    assert len(problems) == 1


def test_labels_without_enable_say_so() -> None:
    assert faults({"docktor.max": "3"}, None) == [
        "docktor.max: counts only beside docktor.enable=true, which is missing"
    ]
    assert faults({"docktor.max": "3", "docktor.enable": "no"}, None) == []


def test_manual_holds_for_labels_too(tmp_path: Path) -> None:
    config = load(tmp_path, "service: web", flags=Flags(manual=True))
    bold = effective(config, WEB, {"docktor.mode": "auto"})
    assert bold.policy is not None
    assert (bold.policy.mode, bold.problems) == (Mode.REVIEW, ())
    other = effective(config, ServiceId("blog", "web"), ON)
    assert other.policy is not None
    assert other.policy.mode is Mode.REVIEW
    assert {setting.path: setting.source for setting in other.settings}["mode"] == "flag"


def test_effective_is_file_and_labels_together(tmp_path: Path) -> None:
    config = load(tmp_path, "service: web\nscaling: {max_replicas: 6}\nlabels: {max_replicas: 3}")
    both = effective(config, WEB, {"docktor.max": "5"})
    assert both.policy is not None
    assert both.policy.max_replicas == 5
    told = {setting.path: setting.source for setting in both.settings}
    assert (told["max_replicas"], told["min_replicas"]) == ("label", "default")
    assert [setting.path for setting in both.settings] == [setting.path for setting in config.entries[0].settings]
    labels_only = effective(config, ServiceId("shop", "api"), {**ON, "docktor.max": "5"})
    assert labels_only.policy is None
    assert str(labels_only.problems[0]) == "docktor.max: 5 is above the ceiling of 3 replicas"
    assert effective(config, ServiceId("shop", "api"), {}).policy is None


def test_flags_narrow_what_labels_can_enable(tmp_path: Path) -> None:
    one = load(tmp_path, "service: web", flags=Flags(service="web"))
    assert effective(one, ServiceId("shop", "api"), ON).policy is None
    project = load(tmp_path, "service: web", flags=Flags(project="shop"))
    assert effective(project, ServiceId("shop", "api"), ON).policy is not None
    assert effective(project, ServiceId("blog", "api"), ON).policy is None


def test_a_metric_of_its_own_stays_usable_in_a_label() -> None:
    own = replace(FILE, up_when=(Condition("latency.p95", Op.GT, 1),))
    assert labelled({"docktor.scale-up": "latency.p95>2"}, own).up_when == (Condition("latency.p95", Op.GT, 2),)


NAMES = ["enable", "min", "max", "mode", "scale-up", "scale-down", "target", "op", "x"]
VALUES = st.one_of(
    st.text(max_size=20),
    st.integers(-5, 50).map(str),
    st.sampled_from(["true", "false", "auto", "off", "cpu.avg>75", "cpu.avg<1", "memory.avg=5", "75", "1e5"]),
)


@given(
    st.dictionaries(st.sampled_from(NAMES).map("docktor.{}".format), VALUES, max_size=7),
    st.booleans(),
    st.integers(1, 20),
)
def test_whatever_labels_say_the_ceilings_hold(labels: dict[str, str], in_file: bool, most: int) -> None:
    file = replace(FILE, min_replicas=min(2, most), max_replicas=most) if in_file else None
    policy, _, _ = apply_labels(file, WEB, labels, Ceilings(max_replicas=most))
    if policy is not None:
        assert 1 <= policy.min_replicas <= policy.max_replicas <= most
        assert policy.service == WEB
        assert not in_file or policy.min_replicas >= min(2, most)
