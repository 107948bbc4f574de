"""The configuration of the load balancer that `make-scalable` puts in front of a service."""

from collections.abc import Sequence
from dataclasses import dataclass

SLOTS = 128
"""Most replicas the balancer can have behind it; an unused slot costs a few kilobytes."""

CONFIG_PATH = "/usr/local/etc/haproxy/haproxy.cfg"

HEAD = """\
global
    log stdout format raw local0 notice
    maxconn 4096
    hard-stop-after 5s

# Docker's own name server: it answers with the replicas there are. Asked every second, believed at once.
resolvers docker
    nameserver dns 127.0.0.11:53
    accepted_payload_size 8192
    resolve_retries 3
    timeout resolve 1s
    timeout retry 1s
    hold nx 2s
    hold other 10s
    hold refused 10s
    hold timeout 10s

# A replica that refuses is left for another one at once, and gets no more until it answers a check.
defaults
    log global
    option dontlognull
    option redispatch 1
    retries 30
    timeout connect 1s
    timeout client 1h
    timeout server 1h
    default-server inter 1s fastinter 250ms fall 2 rise 1 init-addr none resolvers docker resolve-prefer ipv4
"""

HTTP = """\
    mode http
    balance roundrobin
    option forwardfor
    option http-server-close
    timeout http-keep-alive 60s
    timeout tunnel 24h
    # A replica that goes away before it answered: ask another one, where asking twice does no harm.
    retry-on conn-failure empty-response
    http-request disable-l7-retry unless { method GET HEAD OPTIONS }
"""

TCP = """\
    mode tcp
    balance leastconn
    timeout client 24h
    timeout server 24h
"""


@dataclass(frozen=True, slots=True)
class Listener:
    """A port the balancer listens on and passes on. mode: `http` or `tcp`. `check`: whether replicas are probed."""

    port: int
    mode: str
    check: bool = True


def balancer_config(name: str, listeners: Sequence[Listener], ipv6: bool = False) -> str:
    """HAProxy's configuration for the replicas that Docker's DNS knows as `name`."""
    return HEAD + "".join(_section(name, listener, ipv6) for listener in listeners)


def _section(name: str, listener: Listener, ipv6: bool) -> str:
    bind = f":::{listener.port} v4v6" if ipv6 else f":{listener.port}"
    probe = " check observe layer4 error-limit 1 on-error sudden-death" if listener.check else ""
    return (
        f"\nlisten port-{listener.port}\n    bind {bind}\n"
        + (HTTP if listener.mode == "http" else TCP)
        + f"    server-template replica 1-{SLOTS} {name}:{listener.port}{probe}\n"
    )
