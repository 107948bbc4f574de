"""The override of make-scalable as a pure function: what moves, what is lifted, what is refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq, TaggedScalar

from docktor.compose.ports import Port, read_ports
from docktor.compose.project import load_project
from docktor.compose.scalable import Override, make_override
from docktor.errors import ConfigError, ScaleRefusedError


def project(web: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"services": {"web": {"image": "app", **web}, **cast(dict[str, object], more.pop("services", {}))}, **more}


def written(override: Override) -> dict[str, dict[str, dict[str, object]]]:
    document = YAML().load(override.text)
    assert isinstance(document, dict)
    return document


def reset(value: object) -> bool:
    if isinstance(value, CommentedSeq):
        return value.tag.value == "!reset" and not value
    return isinstance(value, TaggedScalar) and value.tag.value == "!reset"


@pytest.mark.parametrize(
    ("entry", "ports"),
    [
        (80, [Port(80, range(0))]),
        ("80", [Port(80, range(0))]),
        ("0:80", [Port(80, range(0))]),
        ("8080:80", [Port(80, range(8080, 8081))]),
        ("127.0.0.1:8080:80/tcp", [Port(80, range(8080, 8081), "127.0.0.1")]),
        ("127.0.0.1::80", [Port(80, range(0), "127.0.0.1")]),
        ("[::1]:8080:80", [Port(80, range(8080, 8081), "[::1]")]),
        ("53:53/udp", [Port(53, range(53, 54), protocol="udp")]),
        ("8080-8090:80", [Port(80, range(8080, 8091))]),
        ("90-91:70-71", [Port(70, range(90, 91)), Port(71, range(91, 92))]),
        ({"target": 80, "published": "8080", "host_ip": "::"}, [Port(80, range(8080, 8081), "::")]),
        ({"target": 80, "app_protocol": "http"}, [Port(80, range(0), app_protocol="http")]),
    ],
)
def test_ports_are_read_as_compose_reads_them(entry: object, ports: list[Port]) -> None:
    assert list(read_ports([entry])) == ports


@pytest.mark.parametrize(
    "entry", ["web", "70000:80", "80:90-91", "90-80:80", "${P}:80", "1:2:3:4", None, {"target": "x"}]
)
def test_what_is_no_port_is_named(entry: object) -> None:
    with pytest.raises(ValueError, match="not a port that Compose knows"):
        read_ports([entry])


@given(st.text(max_size=30))
def test_any_text_is_ports_or_a_value_error(text: str) -> None:
    try:
        ports = read_ports([text])
    except ValueError:
        return
    assert ports
    assert all(port.target > 0 for port in ports)


def test_fixed_ports_move_as_they_were_written() -> None:
    spec = {"ports": ["127.0.0.1:8080:80", {"target": 443, "published": "8443"}, "9000"], "container_name": "my-web"}
    asked = ["127.0.0.1:${PORT:-8080}:80", {"target": 443, "published": "8443"}, "9000"]
    override = make_override(project(spec), "web", ports=asked, image="haproxy:x")
    services = written(override)["services"]
    assert reset(services["web"]["ports"])
    assert reset(services["web"]["container_name"])
    assert services["web"]["expose"] == ["80", "443", "9000"]
    assert services["web-lb"]["ports"] == asked
    assert services["web-lb"]["image"] == "haproxy:x"
    assert services["web-lb"]["depends_on"] == ["web"]
    assert services["web"]["networks"] == {"default": {"aliases": ["my-web"]}}
    assert override.ports == ("127.0.0.1:8080:80", "8443:443", "9000")
    assert "server-template replica 1-128 web:80 check" in config(override)


def config(override: Override) -> str:
    return str(written(override)["configs"][f"{override.service}-lb"]["content"])


@pytest.mark.parametrize(
    ("ports", "mode", "expected"),
    [
        (["8080:80"], "auto", "http"),
        (["8080:5432"], "auto", "tcp"),
        (["443:443"], "auto", "tcp"),
        (["443:8000"], "auto", "tcp"),
        (["8080:80", "8443:80"], "auto", "tcp"),
        ([{"target": 5432, "published": "1", "app_protocol": "http"}], "auto", "http"),
        ([{"target": 80, "published": "1", "app_protocol": "tls"}], "auto", "tcp"),
        (["8080:5432"], "http", "http"),
        (["8080:80"], "tcp", "tcp"),
    ],
)
def test_a_port_is_taken_for_http_only_where_it_is_known_to_be(ports: list[object], mode: str, expected: str) -> None:
    override = make_override(project({"ports": ports}), "web", mode=mode)
    assert [listener.mode for listener in override.listeners] == [expected]
    assert f"    mode {expected}\n" in config(override)


def test_networks_restart_and_profiles_are_the_balancers_too() -> None:
    networks = {"front": {"ipv4_address": "10.9.0.5", "aliases": ["www"]}, "back": None}
    spec = {"ports": ["80:80"], "networks": networks, "restart": "always", "profiles": ["dev"], "mac_address": "02::"}
    services = written(make_override(project(spec), "web"))["services"]
    assert reset(cast(dict[str, dict[str, object]], services["web"]["networks"])["front"]["ipv4_address"])
    assert reset(services["web"]["mac_address"])
    assert services["web-lb"]["networks"] == {"front": {"ipv4_address": "10.9.0.5"}, "back": None}
    assert (services["web-lb"]["restart"], services["web-lb"]["profiles"]) == ("always", ["dev"])


def test_on_a_network_of_others_the_replicas_get_a_name_of_their_own() -> None:
    document = project({"ports": ["80:80"], "networks": ["proxy"]}, networks={"proxy": {"external": True}})
    override = make_override(document, "web")
    name = "replicas-of-web-in-${COMPOSE_PROJECT_NAME}"
    assert written(override)["services"]["web"]["networks"] == {"proxy": {"aliases": [name]}}
    assert f" {name}:80 " in config(override)


def test_without_a_fixed_port_nothing_is_put_in_front() -> None:
    override = make_override(project({"container_name": "one", "ports": ["80"]}), "web")
    assert override.balancer is None
    assert list(written(override)["services"]) == ["web"]
    assert "ports" not in written(override)["services"]["web"]


def test_a_udp_port_that_is_not_fixed_stays_with_the_service() -> None:
    override = make_override(project({"ports": ["80:80", "5000-5010:53/udp"]}), "web")
    ports = written(override)["services"]["web"]["ports"]
    assert isinstance(ports, CommentedSeq)
    assert (ports.tag.value, list(ports)) == ("!override", ["5000-5010:53/udp"])
    assert written(override)["services"]["web-lb"]["ports"] == ["80:80"]


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ({}, "no fixed host port"),
        ({"ports": ["80", "127.0.0.1::81"]}, "no fixed host port"),
        ({"ports": ["8080-8083:80"]}, "host ports for 4 replicas"),
    ],
)
def test_a_service_that_needs_nothing_gets_nothing(spec: dict[str, object], why: str) -> None:
    override = make_override(project(spec), "web")
    assert not override.text
    assert why in override.why


def test_a_service_that_has_its_balancer_gets_no_second_one() -> None:
    first = make_override(project({"ports": ["80:80"], "container_name": "x"}), "web")
    balancer = written(first)["services"]["web-lb"]
    again = make_override(project({"container_name": "x"}, services={"web-lb": balancer}), "web")
    assert (again.text, again.why) == ("", "web-lb already stands in front of it")


@pytest.mark.parametrize(
    ("spec", "code", "words"),
    [
        ({"network_mode": "host"}, "network_mode", "network_mode: host"),
        ({"network_mode": "service:vpn", "container_name": "x"}, "network_mode", "put it on a network"),
        ({"ports": ["53:53/udp"]}, "protocol", "UDP can't be balanced"),
    ],
)
def test_what_cant_be_helped_is_refused_with_the_reason(spec: dict[str, object], code: str, words: str) -> None:
    with pytest.raises(ScaleRefusedError, match=words) as caught:
        make_override(project(spec), "web")
    assert caught.value.code == code


def test_a_service_of_that_name_is_not_replaced() -> None:
    document = project({"ports": ["80:80"]}, services={"web-lb": {"image": "mine"}})
    with pytest.raises(ScaleRefusedError, match="web-lb exists already"):
        make_override(document, "web")


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"services": {"webb": {}}}, "did you mean webb"),
        ({"services": {"db": {}, "cache": {}}}, "there are db, cache"),
        ({}, "there are none"),
        ({"services": ["web"]}, "services: must be a mapping"),
        (project({"ports": "80:80"}), "services.web.ports: ports must be a list"),
        (project({"ports": ["80:x"]}), "'80:x' is not a port"),
        (project({"networks": "front"}), "services.web.networks: must be a mapping"),
    ],
)
def test_a_faulty_project_is_told_where(document: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        make_override(document, "web")


def test_what_replicas_would_share_is_said() -> None:
    spec = {"ports": ["3306:3306"], "volumes": ["data:/var/lib/mysql", "./conf:/etc/x:ro", "/tmp"], "hostname": "db"}
    override = make_override(project(spec, services={"side": {"network_mode": "service:web"}}), "web")
    text = " / ".join(override.warnings)
    assert all(words in text for words in ("MySQL's", "write to the same data", "call themselves db", "side shares"))
    assert "conf" not in text
    assert "web:3306\n" in config(override), "a bare connect counts as an error with MySQL: no checks"


def test_files_are_read_without_compose_too(tmp_path: Path) -> None:
    first, second = tmp_path / "compose.yaml", tmp_path / "compose.prod.yaml"
    first.write_text('services: {web: {image: a, ports: ["${PORT:-81}:80", "$BARE:90"]}}\n')
    second.write_text("services: {web: {container_name: one, ports: ['443:443']}}\n")
    (tmp_path / ".env").write_text("BARE=9090\n")
    read = load_project([first, second], {"PATH": "", "PORT": "8088"})
    override = make_override(read.document, "web")
    assert override.ports == ("8088:80", "9090:90", "443:443")
    assert "container_name one" in override.lifted
