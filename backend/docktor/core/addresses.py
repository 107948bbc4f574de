"""Which addresses are on this machine. Pure: names are judged as written, never looked up."""

import ipaddress
from urllib.parse import urlsplit

_NAMES = ("localhost", "host.docker.internal", "gateway.docker.internal", "model-runner.docker.internal")
_DOCKER_BRIDGE = "172.17.0.1"


def is_this_machine(url: str) -> bool:
    try:
        host = (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    if host in _NAMES or host.endswith(".localhost") or host == _DOCKER_BRIDGE:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
