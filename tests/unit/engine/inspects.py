"""Inspects for the pure parts: one recorded from a real engine (20.10), and small ones made for a purpose."""

import copy
import json
from pathlib import Path

from docktor.core.world import ServiceId
from docktor.engine.docker.wire import Json

WEB = ServiceId("shop", "web")
LABEL = "com.docker.compose."


def rich() -> Json:
    """`shop-web-2`: two networks, aliases, healthcheck, secrets, every kind of mount, limits."""
    found = json.loads(Path(__file__).with_name("rich_inspect.json").read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


def small(number: int = 1, **changes: object) -> Json:
    """A running replica of shop/web; `changes` by dotted path with `__` for the dot (`State__Status="exited"`)."""
    made: Json = {
        "Id": f"{number:064x}",
        "Name": f"/shop-web-{number}",
        "Created": f"2026-11-23T10:00:{number:02}Z",
        "Image": "sha256:aa",
        "RestartCount": 0,
        "State": {"Status": "running", "Running": True, "StartedAt": "2026-11-23T10:01:00Z", "ExitCode": 0},
        "Config": {
            "Image": "web:1",
            "Hostname": f"{number:064x}"[:12],
            "Labels": {
                f"{LABEL}project": "shop",
                f"{LABEL}service": "web",
                f"{LABEL}container-number": str(number),
                f"{LABEL}config-hash": "h1",
                f"{LABEL}oneoff": "False",
                f"{LABEL}image": "sha256:aa",
            },
        },
        "HostConfig": {"NetworkMode": "shop_default", "PortBindings": {}},
        "NetworkSettings": {"Networks": {"shop_default": {"NetworkID": "n1", "Aliases": None}}},
        "Mounts": [],
    }
    for path, value in changes.items():
        set_at(made, path.replace("__", "."), value)
    return made


def labelled(inspect: Json, **labels: str | None) -> Json:
    """A copy with Compose labels changed; `None` removes one, `_` stands for `-`."""
    made = copy.deepcopy(inspect)
    for key, value in labels.items():
        name = LABEL + key.replace("_", "-")
        if value is None:
            made["Config"]["Labels"].pop(name, None)
        else:
            made["Config"]["Labels"][name] = value
    return made


def set_at(inspect: Json, path: str, value: object) -> None:
    *parents, last = path.split(".")
    place = inspect
    for key in parents:
        place = place.setdefault(key, {})
    place[last] = value
