"""Flags beat environment, environment beats the file, the file beats defaults; and every value says whence it is."""

from pathlib import Path

import pytest

from docktor.config.load import fingerprint
from docktor.config.model import Config, Entry, Flags
from docktor.config.resolve import resolve
from docktor.core.policy import Condition, Mode, Op, Pair, Target
from docktor.core.world import ServiceId
from docktor.errors import ConfigError
from tests.unit.config.places import COMPOSE, faults, load, shop

TWO = """\
services:
  - name: web
    target: {metric: cpu.avg, value: 60}
  - name: consumer
    mode: observe
    target: {metric: memory.avg, value: 70, tolerance: 0.2}
"""


def sources(entry: Entry) -> dict[str, str]:
    return {setting.path: setting.source for setting in entry.settings}


def general(config: Config) -> dict[str, tuple[object, str]]:
    return {setting.path: (setting.value, setting.source) for setting in config.general}


def test_every_field_of_a_service(tmp_path: Path) -> None:
    text = """\
retention: {decisions_days: 90, metrics_days: 7}
labels: {max_replicas: 25}
services:
  - name: web
    mode: review
    min_replicas: 3
    max_replicas: 30
    scale_up_by: 4
    scale_down_by: 2
    check_interval: 5s
    metrics_window: 1m30s
    cooldown: {up: 15, down: 2m}
    stabilization: {down: 1h}
    max_step: {up: 6}
    rules:
      scale_up_when: [{metric: network.rx.avg, op: ">=", value: 1e6}, {metric: health.oom, op: "!=", value: 0}]
      scale_down_when: [{metric: memory.bytes, op: "<", value: -1}, {metric: replicas.ready, op: "==", value: 4}]
    target: {metric: cpu.cores, value: 2.5, tolerance: 0.2}
"""
    config = load(tmp_path, text)
    (policy,) = config.policies
    assert (policy.mode, policy.min_replicas, policy.max_replicas) == (Mode.REVIEW, 3, 30)
    assert (policy.scale_up_by, policy.scale_down_by) == (4, 2)
    assert (policy.check_interval, policy.metrics_window) == (5, 90)
    assert (policy.cooldown, policy.stabilization) == (Pair(15, 120), Pair(0, 3600))
    assert (policy.max_step_up, policy.max_step_down) == (6, None)
    assert policy.up_when == (Condition("network.rx.avg", Op.GE, 1e6), Condition("health.oom", Op.NE, 0))
    assert policy.down_when == (Condition("memory.bytes", Op.LT, -1), Condition("replicas.ready", Op.EQ, 4))
    assert policy.target == Target("cpu.cores", 2.5, 0.2)
    assert (config.retention.decisions_days, config.retention.metrics_days) == (90, 7)
    assert config.label_ceilings.max_replicas == 25
    told = sources(config.entries[0])
    assert told["cooldown.up"] == told["target"] == told["rules.scale_down_when"] == "docktor.yaml"
    assert told["stabilization.up"] == told["max_step.down"] == "default"


def test_single_form_has_mode_and_timing_too(tmp_path: Path) -> None:
    text = "mode: observe\nscaling: {stabilization: {down: 30}, cooldown: {up: 5}, max_step: {down: 3}, cpu_high: 50}"
    (entry,) = load(tmp_path, text).entries
    assert (entry.policy.mode, entry.policy.stabilization.down, entry.policy.cooldown.up) == (Mode.OBSERVE, 30, 5)
    assert entry.policy.max_step_down == 3
    assert sources(entry)["rules.scale_up_when"] == "docktor.yaml"
    assert sources(entry)["rules.scale_down_when"] == "default"


def test_merge_keys_and_top_level_x_fields_share_settings(tmp_path: Path) -> None:
    text = """\
x-common: &common
  max_replicas: 6
  target: {metric: cpu.avg, value: 60}
services:
  - {name: web, <<: *common}
  - {<<: *common, name: api, max_replicas: 8}
"""
    assert [policy.max_replicas for policy in load(tmp_path, text).policies] == [6, 8]
    (found,) = faults(tmp_path, text.replace("max_replicas: 8", "max_replicas: no"))
    assert found == 'line 6: services[1].max_replicas: must be a whole number, not "no"'


@pytest.mark.parametrize("name", ["docktor.yaml", "docktor.yml"])
def test_the_file_is_found_by_itself(tmp_path: Path, name: str) -> None:
    directory = shop(tmp_path, None)
    (directory / name).write_text("service: api")
    assert resolve(Flags(), {}, directory).source == directory / name


def test_two_files_beside_each_other(tmp_path: Path) -> None:
    directory = shop(tmp_path, "service: api")
    (directory / "docktor.yml").write_text("service: web")
    config = resolve(Flags(), {}, directory)
    assert config.policies[0].service.name == "api"
    assert [str(warning) for warning in config.warnings] == ["docktor.yaml is read, docktor.yml beside it is not"]


def test_compose_file_flag_beats_environment_beats_file(tmp_path: Path) -> None:
    directory = shop(tmp_path, "service: web\ncompose_file: file.yaml")
    for name in ("flag", "environment", "file"):
        (directory / f"{name}.yaml").write_text(f"name: from-{name}\n{COMPOSE}")
    env = {"DOCKTOR_COMPOSE_FILE": "environment.yaml"}
    flagged = resolve(Flags(compose_file=Path("flag.yaml")), env, directory)
    assert (flagged.project, general(flagged)["compose_file"]) == (
        "from-flag",
        (str(directory / "flag.yaml"), "flag"),
    )
    from_env = resolve(Flags(), env, directory)
    assert (from_env.project, general(from_env)["compose_file"][1]) == ("from-environment", "environment")
    from_file = resolve(Flags(), {"DOCKTOR_COMPOSE_FILE": ""}, directory)
    assert (from_file.project, general(from_file)["compose_file"][1]) == ("from-file", "docktor.yaml")


def test_compose_file_is_relative_to_the_docktor_yaml_that_names_it(tmp_path: Path) -> None:
    directory = shop(tmp_path, None)
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "d.yaml").write_text("service: web\ncompose_file: ../shop/docker-compose.yaml")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    config = resolve(Flags(config=Path("../conf/d.yaml")), {}, elsewhere)
    assert config.compose_file == directory / "docker-compose.yaml"
    assert config.project == "shop"
    conf = tmp_path / "conf"
    assert config.watched == (conf / "d.yaml", directory / "docker-compose.yaml", conf / ".env")


def test_compose_file_of_the_flag_or_environment_that_is_not_there(tmp_path: Path) -> None:
    assert faults(tmp_path, "service: web", flags=Flags(compose_file=Path("x.yaml"))) == [
        "--compose-file: /shop/x.yaml is not there"
    ]
    assert faults(tmp_path, "service: web", env={"DOCKTOR_COMPOSE_FILE": "y.yaml"}) == [
        "DOCKTOR_COMPOSE_FILE: /shop/y.yaml is not there"
    ]
    assert faults(tmp_path, None, env={"DOCKTOR_COMPOSE_FILE": "y.yaml"}) == [
        "DOCKTOR_COMPOSE_FILE: /shop/y.yaml is not there"
    ]


def test_project_flag_beats_file_beats_environment_beats_compose(tmp_path: Path) -> None:
    env = {"COMPOSE_PROJECT_NAME": "by-environment"}
    compose = f"name: by-compose\n{COMPOSE}"
    file = "service: web\nproject: by-file"
    flagged = load(tmp_path, file, flags=Flags(project="by-flag"), env=env, compose=compose)
    assert (flagged.project, general(flagged)["project"][1]) == ("by-flag", "flag")
    filed = load(tmp_path, file, env=env, compose=compose)
    assert (filed.project, general(filed)["project"][1]) == ("by-file", "docktor.yaml")
    from_env = load(tmp_path, "service: web", env=env, compose=compose)
    assert (from_env.project, general(from_env)["project"][1]) == ("by-environment", "environment")
    composed = load(tmp_path, "service: web", compose=compose)
    assert (composed.project, general(composed)["project"][1]) == ("by-compose", "default")
    assert load(tmp_path, "service: web").project == "shop"


def test_a_project_flag_that_is_no_name(tmp_path: Path) -> None:
    assert faults(tmp_path, "service: web", flags=Flags(project="My Shop")) == [
        "--project: \"My Shop\" is no project name; Compose takes a-z, 0-9, '-' and '_'"
    ]


def test_a_running_project_needs_no_compose_file(tmp_path: Path) -> None:
    config = load(tmp_path, "service: anything\nproject: far-away", compose=None)
    assert config.policies[0].service == ServiceId("far-away", "anything")
    assert config.compose_file is None
    assert load(tmp_path, "service: any", flags=Flags(project="p"), compose=None).project == "p"


def test_a_project_of_ones_own_is_not_looked_for_in_the_compose_file(tmp_path: Path) -> None:
    config = load(tmp_path, TWO + "  - {name: far, project: other, target: {metric: cpu.avg, value: 5}}\n")
    assert [str(policy.service) for policy in config.policies] == ["shop/web", "shop/consumer", "other/far"]
    alone = "services: [{name: far, project: other, target: {metric: cpu.avg, value: 5}}]"
    bare = tmp_path / "bare"
    bare.mkdir()
    assert load(bare, alone, compose=None).project is None


def test_one_service_out_of_many(tmp_path: Path) -> None:
    config = load(tmp_path, TWO, flags=Flags(service="consumer"))
    assert [policy.service.name for policy in config.policies] == ["consumer"]
    assert config.only_service == "consumer"
    assert faults(tmp_path, TWO, flags=Flags(service="wbe")) == [
        '--service: "wbe" is not among the services; did you mean web?'
    ]


def test_a_service_flag_the_compose_file_hasnt(tmp_path: Path) -> None:
    expected = ['--service: /shop/docker-compose.yaml has no service "ap"; did you mean api?']
    assert faults(tmp_path, "service: web", flags=Flags(service="ap")) == expected
    (tmp_path / "shop" / "docktor.yaml").unlink()
    assert faults(tmp_path, None, flags=Flags(service="ap")) == expected


def test_manual_makes_auto_review_and_nothing_bolder(tmp_path: Path) -> None:
    config = load(tmp_path, TWO, flags=Flags(manual=True))
    assert [policy.mode for policy in config.policies] == [Mode.REVIEW, Mode.OBSERVE]
    assert sources(config.entries[0])["mode"] == "flag"
    assert sources(config.entries[1])["mode"] == "docktor.yaml"
    assert config.label_ceilings.mode is Mode.REVIEW


def test_without_a_file_labels_decide(tmp_path: Path) -> None:
    config = load(tmp_path, None)
    assert config.policies == ()
    assert [str(warning) for warning in config.warnings] == [
        "there is no docktor.yaml: only services labelled docktor.enable=true are managed"
    ]
    assert config.watched == (tmp_path / "shop" / "docktor.yaml", tmp_path / "shop" / "docktor.yml")


def test_without_a_file_a_broken_compose_file_does_not_matter(tmp_path: Path) -> None:
    assert load(tmp_path, None, compose="]").policies == ()


def test_without_a_file_a_service_named_gets_the_defaults(tmp_path: Path) -> None:
    (entry,) = load(tmp_path, None, flags=Flags(service="api", manual=True)).entries
    assert entry.policy.service == ServiceId("shop", "api")
    assert entry.policy.up_when == (Condition("cpu.avg", Op.GE, 75),)
    assert entry.policy.mode is Mode.REVIEW
    assert set(sources(entry).values()) == {"default", "flag"}


def test_without_a_file_a_compose_file_named_means_its_web(tmp_path: Path) -> None:
    flags = Flags(compose_file=Path("docker-compose.yaml"))
    assert [str(policy.service) for policy in load(tmp_path, None, flags=flags).policies] == ["shop/web"]
    other = load(tmp_path, None, flags=flags, compose="services: {db: {image: x}}")
    assert other.policies == ()


def test_without_a_file_a_service_needs_to_be_somewhere(tmp_path: Path) -> None:
    assert faults(tmp_path, None, flags=Flags(service="web"), compose=None) == [
        "compose_file: no Compose file in /shop or above it; say which with compose_file, or name the project"
    ]
    config = load(tmp_path, None, flags=Flags(service="web", project="run"), compose=None)
    assert [str(policy.service) for policy in config.policies] == ["run/web"]


def test_no_services_means_labels_only(tmp_path: Path) -> None:
    config = load(tmp_path, "services: []\nlabels: {max_replicas: 4}", compose=None)
    assert config.policies == ()
    assert config.label_ceilings.max_replicas == 4


def test_references_fill_values_and_are_named_as_source(tmp_path: Path) -> None:
    text = """\
service: ${SERVICE:-web}
scaling:
  max_replicas: ${MOST:-10}
  cpu_high: ${HIGH}
  check_interval: "${EVERY:-15s}"
"""
    (entry,) = load(tmp_path, text, env={"HIGH": "55.5", "MOST": "12"}).entries
    assert (entry.policy.service.name, entry.policy.max_replicas) == ("web", 12)
    assert (entry.policy.up_when[0].value, entry.policy.check_interval) == (55.5, 15)
    assert sources(entry)["max_replicas"] == "environment"
    assert sources(entry)["check_interval"] == "docktor.yaml"


def test_a_reference_can_not_add_yaml(tmp_path: Path) -> None:
    found = faults(tmp_path, "service: ${S}", env={"S": "web\nmode: off"})
    assert len(found) == 1
    assert found[0].startswith("line 1: service: must be a service's name")


def test_a_dollar_sign_can_be_meant(tmp_path: Path) -> None:
    text = TWO + "    metrics: [{name: m, kind: prometheus, url: 'http://p:9090', query: 'a$b $${c} ${D:-d}'}]\n"
    (source,) = load(tmp_path, text).entries[1].sources
    assert source.options["query"] == "a$b ${c} d"


def test_services_from_an_included_file_are_a_warning_at_most(tmp_path: Path) -> None:
    compose = "include: [more.yaml]\nservices: {web: {image: x}}"
    config = load(tmp_path, "service: other", compose=compose)
    assert config.policies[0].service.name == "other"
    assert "has no service" in str(config.warnings[0])


def test_the_override_counts_as_compose_counts_it(tmp_path: Path) -> None:
    directory = shop(tmp_path, "service: extra")
    override = directory / "docker-compose.override.yml"
    override.write_text("services: {extra: {image: x, ports: !reset []}}")
    config = resolve(Flags(), {}, directory)
    assert config.policies[0].service.name == "extra"
    assert override in config.watched


def test_the_same_files_give_the_same_configuration(tmp_path: Path) -> None:
    assert load(tmp_path, TWO) == load(tmp_path, TWO)


def test_a_fingerprint_follows_content_and_absence(tmp_path: Path) -> None:
    path = tmp_path / "docktor.yaml"
    assert fingerprint(path) == "absent"
    path.write_text("a")
    first = fingerprint(path)
    path.write_text("b")
    second = fingerprint(path)
    path.write_text("a")
    assert first == fingerprint(path) != second
    assert fingerprint(tmp_path) == "absent"


def test_faults_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, "mode: 5")
    assert caught.value.source == str(tmp_path / "shop" / "docktor.yaml")


def test_entries_that_name_their_projects_need_no_compose_file_and_mind_none(tmp_path: Path) -> None:
    """In the image one lies in /, above every home: the extension's own."""
    text = "services: [{name: api, project: elsewhere, target: {metric: cpu.avg, value: 60}}]"
    config = load(tmp_path, text)
    assert [str(policy.service) for policy in config.policies] == ["elsewhere/api"]
    assert (config.compose_file, config.project) == (None, None)
