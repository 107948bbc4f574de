"""Rules for the Compose file that Docker Desktop runs an extension's service by."""

from collections.abc import Iterator

from scripts.extension_rules import Extension, Node, items, node, rule

GUEST = "/run/guest-services"
LIVES_ON = ("always", "unless-stopped")


def services(extension: Extension) -> Iterator[tuple[str, Node]]:
    for name, service in node(extension.compose, "services").items():
        yield name, node(service)


def mounts(service: Node) -> Iterator[tuple[str, str]]:
    """(source, target) in either form."""
    for volume in items(service.get("volumes")):
        if isinstance(volume, str):
            source, _, rest = volume.partition(":")
            yield source, rest.partition(":")[0]
        else:
            yield str(node(volume).get("source", "")), str(node(volume).get("target", ""))


@rule("compose-first", "The first service is the extension's own image: the page reaches no other.")
def compose_first(extension: Extension) -> Iterator[str]:
    first = next(services(extension), ("no service", {}))
    if first[1].get("image") != "${DESKTOP_PLUGIN_IMAGE}":
        yield first[0]


@rule("compose-image", "Every service is an image that can be pulled; nothing is built on the user's machine.")
def compose_image(extension: Extension) -> Iterator[str]:
    yield from (name for name, service in services(extension) if "build" in service or not service.get("image"))


@rule("compose-guest", "The folder of the guest services is mounted by Docker Desktop, not by the file.")
def compose_guest(extension: Extension) -> Iterator[str]:
    for name, service in services(extension):
        yield from (name for _, target in mounts(service) if target.startswith(GUEST))


@rule("compose-names", "Docker Desktop names project and containers, not the file.")
def compose_names(extension: Extension) -> Iterator[str]:
    if "name" in node(extension.compose):
        yield "name"
    yield from (name for name, service in services(extension) if "container_name" in service)


@rule("compose-ports", "No port is published: it may be taken, and any web page may call on it.")
def compose_ports(extension: Extension) -> Iterator[str]:
    yield from (name for name, service in services(extension) if service.get("ports"))


@rule("compose-restart", "Every service lives on: Docker Desktop starts again whatever ends.")
def compose_restart(extension: Extension) -> Iterator[str]:
    yield from (name for name, service in services(extension) if service.get("restart") not in LIVES_ON)


@rule("compose-privileges", "No service is privileged or may gain privileges, and each drops all capabilities.")
def compose_privileges(extension: Extension) -> Iterator[str]:
    for name, service in services(extension):
        if service.get("privileged"):
            yield f"{name} is privileged"
        if "no-new-privileges:true" not in items(service.get("security_opt")):
            yield f"{name} lacks no-new-privileges"
        if "ALL" not in items(service.get("cap_drop")):
            yield f"{name} drops no capabilities"


@rule("compose-state", "What must outlive an update is in a named volume, and the file declares it.")
def compose_state(extension: Extension) -> Iterator[str]:
    declared = node(extension.compose, "volumes")
    named = [source for _, service in services(extension) for source, _ in mounts(service) if "/" not in source]
    if not named:
        yield "no named volume"
    yield from (source for source in named if source not in declared)
