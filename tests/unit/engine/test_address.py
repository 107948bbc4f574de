"""Where a service of the project is reached from outside its networks."""

import pytest

from docktor.engine.docker.address import choose_address
from docktor.engine.docker.wire import Json


def row(*ports: Json, **networks: str) -> Json:
    return {
        "Ports": list(ports),
        "NetworkSettings": {"Networks": {name: {"IPAddress": address} for name, address in networks.items()}},
    }


def published(private: int, public: int | None, ip: str = "0.0.0.0", kind: str = "tcp") -> Json:
    return {"PrivatePort": private, "Type": kind} | ({"PublicPort": public, "IP": ip} if public else {})


@pytest.mark.parametrize(
    ("rows", "machine", "found"),
    [
        ([row(published(4222, 14222), shop_default="172.20.0.2")], None, ("127.0.0.1", 14222)),
        ([row(published(4222, 14222, "192.168.1.5"))], None, ("192.168.1.5", 14222)),
        ([row(published(4222, 14222, "::"))], "engine.example", ("engine.example", 14222)),
        ([row(published(4222, None), shop_default="172.20.0.2")], None, ("172.20.0.2", 4222)),
        ([row(published(4222, 14222, kind="udp"), shop_default="172.20.0.2")], None, ("172.20.0.2", 4222)),
        ([row(shop_default=""), row(published(4222, 4222))], None, ("127.0.0.1", 4222)),
        ([row(host="")], None, ("127.0.0.1", 4222)),
        ([row(shop_default="172.20.0.2")], "engine.example", None),
        ([row()], None, None),
        ([], None, None),
        ([{}], None, None),
    ],
)
def test_a_published_port_else_the_containers_address(
    rows: list[Json], machine: str | None, found: tuple[str, int] | None
) -> None:
    assert choose_address(rows, 4222, machine) == found
