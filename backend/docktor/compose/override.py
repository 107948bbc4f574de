"""Writes the Compose file that lays a load balancer in front of a service; Compose 2.24.4 or later reads it."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq, TaggedScalar
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString
from ruamel.yaml.tag import Tag

from docktor.compose.haproxy import CONFIG_PATH, Listener, balancer_config
from docktor.compose.ports import Port

BALANCES = "docktor.balances"
"""The label by which a balancer of ours is known; it names the service behind it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be changed of a service.

    `listeners`: empty without a balancer. `owned`: the `ports` it takes over, as Compose writes them. `stay`: those
    the service keeps. `networks`: each with the static settings it gives the service. `shared`: other projects are
    on one of them. `keep`: further settings of the service that hold for its balancer too. `lifted`: the service's
    own settings that go.
    """

    service: str
    balancer: str
    image: str
    listeners: tuple[Listener, ...]
    owned: tuple[object, ...]
    stay: tuple[Port, ...]
    networks: Mapping[str, Mapping[str, object]]
    shared: bool
    ipv6: bool
    container_name: str
    lifted: tuple[str, ...]
    keep: Mapping[str, object]

    @property
    def behind(self) -> str:
        """The name by which the balancer finds the replicas: on a shared network the service's own may be taken."""
        return f"replicas-of-{self.service}-in-${{COMPOSE_PROJECT_NAME}}" if self.shared else self.service


def write_override(change: Change) -> str:
    """The override as YAML."""
    services: dict[str, object] = {change.service: _replicated(change)}
    document: dict[str, object] = {"services": services}
    if change.listeners:
        config = balancer_config(change.behind, change.listeners, change.ipv6)
        services[change.balancer] = _in_front(change, config)
        document["configs"] = {change.balancer: {"content": LiteralScalarString(config)}}
    yaml, out = YAML(), io.StringIO()
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(document, out)
    return out.getvalue()


def _replicated(change: Change) -> dict[str, object]:
    """What changes on the service itself."""
    spec: dict[str, object] = {}
    if change.listeners:
        spec["ports"] = _tagged("!override", change.stay) if change.stay else _tagged("!reset", ())
        spec["expose"] = [_quoted(listener.port) for listener in change.listeners]
    spec |= {key: _reset() for key in change.lifted}
    aliases = [change.container_name] if change.container_name else []  # who used that name still finds it
    if change.listeners and change.shared:
        aliases.append(change.behind)
    networks: dict[str, dict[str, object]] = {
        net: {key: _reset() for key in static} | ({"aliases": [*aliases]} if aliases else {})
        for net, static in change.networks.items()
    }
    if any(networks.values()):
        spec["networks"] = {net: changes for net, changes in networks.items() if changes}
    return spec


def _in_front(change: Change, config: str) -> dict[str, object]:
    """The balancer. A label changes with its configuration, so that Compose makes it anew."""
    spec: dict[str, object] = {
        "image": change.image,
        "depends_on": [change.service],
        "ports": [dict(port) if isinstance(port, Mapping) else _quoted(port) for port in change.owned],
        "configs": [{"source": change.balancer, "target": CONFIG_PATH}],
    }
    addresses = {
        net: {key: value for key, value in static.items() if key in ("ipv4_address", "ipv6_address")}
        for net, static in change.networks.items()
    }
    if any(addresses.values()):
        spec["networks"] = {net: own or None for net, own in addresses.items()}
    elif list(change.networks) != ["default"]:
        spec["networks"] = list(change.networks)
    digest = hashlib.sha256(config.encode()).hexdigest()[:12]
    return {**spec, **change.keep, "labels": {BALANCES: change.service, "docktor.config": digest}}


def _quoted(value: object) -> str:
    text: str = DoubleQuotedScalarString(str(value))
    return text


def _tagged(tag: str, values: Sequence[object]) -> CommentedSeq:
    sequence = CommentedSeq(_quoted(value) for value in values)
    sequence.yaml_set_ctag(Tag(suffix=tag))
    if not values:
        sequence.fa.set_flow_style()
    return sequence


def _reset() -> TaggedScalar:
    return TaggedScalar("null", style=None, tag=Tag(suffix="!reset"))
