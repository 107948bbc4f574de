"""What stands in the way of a scale, and the cure that is named."""

import pytest

from docktor.engine.docker.refuse import port_cap, refusal, unscalable
from docktor.engine.docker.wire import Json
from tests.unit.engine.inspects import WEB, labelled, rich, small


def publishing(*ports: str) -> Json:
    bindings = {f"{80 + n}/tcp": [{"HostIp": "", "HostPort": port}] for n, port in enumerate(ports)}
    return small(1, HostConfig__PortBindings=bindings)


@pytest.mark.parametrize("ports", [(), ("",), ("0",), ("8000-8009",), ("", "8000-8009")])
def test_free_and_ranged_ports_are_no_obstacle(ports: tuple[str, ...]) -> None:
    assert unscalable(WEB, [publishing(*ports)]) is None


@pytest.mark.parametrize("ports", [("8080",), ("8000-8009", "9000"), ("8080-8080",)])
def test_a_fixed_port_is_one(ports: tuple[str, ...]) -> None:
    obstacle = unscalable(WEB, [publishing(*ports)])
    assert obstacle is not None and obstacle.code == "fixed-port"
    assert "shop/web publishes host port" in obstacle.text
    assert "`docktor make-scalable shop/web`" in obstacle.text


def test_ports_count_for_nothing_on_a_shared_network() -> None:
    shared = publishing("8080")
    for mode in ("host", "none", "container:abc"):
        shared["HostConfig"]["NetworkMode"] = mode
        assert unscalable(WEB, [shared]) is None


def test_bindings_may_be_null() -> None:
    assert unscalable(WEB, [small(1, HostConfig__PortBindings={"80/tcp": None})]) is None
    assert unscalable(WEB, [small(1, HostConfig__PortBindings=None)]) is None


@pytest.mark.parametrize("name", ["shop-web-1", "shop_web_1", "0123456789ab_shop-web-1"])
def test_names_compose_gives(name: str) -> None:
    assert unscalable(WEB, [small(1) | {"Name": f"/{name}"}]) is None


@pytest.mark.parametrize("name", ["frontend", "shop-web-2", "shop-web", "shop-web_1", "x-shop-web-1"])
def test_a_name_a_person_gave(name: str) -> None:
    obstacle = unscalable(WEB, [small(1) | {"Name": f"/{name}"}])
    assert obstacle is not None and obstacle.code == "container-name" and name in obstacle.text


@pytest.mark.parametrize("key", ["IPv4Address", "IPv6Address"])
def test_a_static_address(key: str) -> None:
    taken = small(1)
    taken["NetworkSettings"]["Networks"]["shop_default"]["IPAMConfig"] = {key: "10.0.0.9"}
    obstacle = unscalable(WEB, [taken])
    assert obstacle is not None and obstacle.code == "static-address"
    assert "10.0.0.9" in obstacle.text and "make-scalable" not in obstacle.text


def test_all_reasons_are_told_at_once() -> None:
    taken = publishing("8080") | {"Name": "/frontend"}
    obstacle = unscalable(WEB, [taken, taken])
    assert obstacle is not None
    assert obstacle.text == (
        "shop/web publishes host port 8080, which only one replica can have and has the fixed name frontend "
        "(container_name): `docktor make-scalable shop/web` writes the override that cures it"
    )


def test_a_service_with_everything_else_is_fine() -> None:
    assert unscalable(WEB, [rich()]) is None and refusal(WEB, [rich()], 31) is None


def test_the_smallest_range_is_the_most() -> None:
    inspects = [publishing("8000-8009", "9000-9003", "")]
    assert port_cap(inspects) == 4 and port_cap([small()]) is None
    assert refusal(WEB, inspects, 4) is None
    refused = refusal(WEB, inspects, 5)
    assert refused is not None and refused.code == "port-range-exhausted" and "4 host ports" in refused.text


def test_zero_can_be_asked_and_less_cannot() -> None:
    refused = refusal(WEB, [small(1)], -1)
    assert refused is not None and refused.code == "negative"
    for inspects in ([small(1)], [small(1), small(2, State__Status="exited")], [publishing("8080")]):
        assert refusal(WEB, inspects, 0) is None


@pytest.mark.parametrize("asked", [0, 1, 2, 3])
def test_paused_holds_whatever_is_asked(asked: int) -> None:
    refused = refusal(WEB, [small(1), small(2, State__Status="paused")], asked)
    assert refused is not None and refused.code == "paused" and "shop-web-2" in refused.text


def test_a_stopped_service_does_not_grow_but_may_shrink() -> None:
    stopped = [small(n, State__Status="exited") for n in (1, 2)]
    for asked in (0, 2, 3):
        refused = refusal(WEB, stopped, asked)
        assert refused is not None and refused.code == "stopped"
    assert refusal(WEB, stopped, 1) is None
    assert refusal(WEB, [*stopped, small(3, State__Status="restarting")], 4) is None


def test_one_that_we_parked_may_come_back_as_far_as_the_service_can_grow() -> None:
    (parked, port) = small(1, State__Status="exited"), publishing("8080") | {"State": {"Status": "exited"}}
    assert [refusal(WEB, [parked], asked, parked=True) for asked in (0, 1, 3)] == [None] * 3
    assert [refusal(WEB, [port], asked, parked=True) for asked in (0, 1)] == [None] * 2
    refused = refusal(WEB, [port], 2, parked=True)
    assert refused is not None and refused.code == "fixed-port"


def test_an_obstacle_does_not_hinder_shrinking() -> None:
    assert refusal(WEB, [publishing("8080"), small(2)], 1) is None


def test_a_missing_number_is_no_crash() -> None:
    assert unscalable(WEB, [labelled(small(1), container_number=None)]) is not None
