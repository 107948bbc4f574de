"""The copy: every rule holds, every broken field is noticed, and every rule taken out of the code is missed."""

import copy
import inspect
import sys
import types
from collections.abc import Iterator

import pytest

from docktor.engine.docker import clone
from docktor.engine.docker.wire import Json
from tests.unit.engine.copy_cases import CASES, NEW, OLD, Case, Make, copied
from tests.unit.engine.inspects import LABEL, rich


def named(case: Case) -> str:
    return str(getattr(case, "__name__", case))


@pytest.mark.parametrize("case", CASES, ids=named)
def test_rule(case: Case) -> None:
    case(clone.create_request)


def failing(make: Make) -> list[str]:
    """Names of the rules that this function breaks."""
    broken = []
    for case in CASES:
        try:
            case(make)
        except (AssertionError, LookupError, TypeError, AttributeError):
            broken.append(named(case))
    return broken


# One field of the finished request broken at a time, as in the table of what Compose compares and what clones need.
BROKEN_FIELDS: dict[str, str] = {
    f"Labels.{LABEL}project": "other",
    f"Labels.{LABEL}service": "other",
    f"Labels.{LABEL}config-hash": "other",
    f"Labels.{LABEL}image": "other",
    f"Labels.{LABEL}oneoff": "True",
    f"Labels.{LABEL}container-number": "2",
    f"Labels.{LABEL}depends_on": "other",
    f"Labels.{LABEL}version": "other",
    f"Labels.{LABEL}project.config_files": "other",
    "Labels.team": "other",
    "Labels.docktor.op": "other",
    "Image": "other",
    "HostConfig.NetworkMode": "other",
    "NetworkingConfig.EndpointsConfig.shop_front.Aliases": "other",
    "NetworkingConfig.EndpointsConfig.shop_back.Aliases": "other",
    **{key: "other" for key in rich()["Config"] if key not in ("Hostname", "Labels", "Image")},
    **{
        f"HostConfig.{key}": "other"
        for key in rich()["HostConfig"]
        if key not in ("ContainerIDFile", "KernelMemory", "KernelMemoryTCP", "NetworkMode")
    },
}


def place_of(body: Json, path: str) -> tuple[Json, str]:
    """Label names have dots of their own."""
    if path.startswith("Labels."):
        return body["Labels"], path.removeprefix("Labels.")
    *parents, last = path.split(".")
    for key in parents:
        body = body[key]
    return body, last


@pytest.mark.parametrize("how", ["changed", "missing"])
@pytest.mark.parametrize("path", BROKEN_FIELDS)
def test_a_broken_field_is_noticed(path: str, how: str) -> None:
    def broken(source: object, **given: object) -> clone.CreateRequest:
        request = clone.create_request(source, **given)  # type: ignore[arg-type]  # passed through as they came
        place, key = place_of(request.body, path)
        if how == "changed":
            place[key] = BROKEN_FIELDS[path]
        else:
            place.pop(key, None)
        return request

    assert failing(broken)


# Rules taken out of the code, one at a time: (what is lost, the code, what stands there instead).
MUTANTS: list[tuple[str, str, str]] = [
    ("the image", 'body["Image"] = image', "pass"),
    ("the labels", 'body["Labels"] = _labels(labels_of(source), number, op_id)', "pass"),
    ("dropping the MAC address", 'body.pop("MacAddress", None)', "pass"),
    ("the hostname rules", "_hostname(body, source)\n    body[", "body["),
    ("ports of a shared network", 'body.pop("ExposedPorts", None)', "pass"),
    ("port bindings of a shared network", 'body["HostConfig"].pop("PortBindings", None)', "pass"),
    ("late networks on old engines", "if api_version < ALL_NETWORKS_AT_CREATE:", "if False:"),
    ("networks at creation on new engines", "if api_version < ALL_NETWORKS_AT_CREATE:", "if True:"),
    ("the networks", "if endpoints:", "if False:"),
    ("dropping the replace label", "if key != names.REPLACE", "if True"),
    ("the number", "names.NUMBER: str(number), ", ""),
    ("the one-off label", 'names.ONEOFF: "False", ', ""),
    ("the operation", ", names.OP: op_id", ""),
    ("the old separator", 'separator = "_" if', 'separator = "-" if'),
    ("hostname under host network", 'network_mode(source) != "none"', "False"),
    ("hostname without network", 'network_mode(source) != "none"', "True"),
    ("hostname from the id", 'body.get("Hostname") == id_of(source)[:SHORT_ID]', "False"),
    ("a chosen hostname", 'body.get("Hostname") == id_of(source)[:SHORT_ID]', "True"),
    ("the domain name", 'body.pop("Domainname", None)', "pass"),
    ("host settings engines refuse", "config.pop(key, None)", "pass"),
    ("mounts pinned to a volume", "_unpinned(mount) for", "mount for"),
    ("binds pinned to a volume", "if _ANONYMOUS.fullmatch(volume):", "if False:"),
    ("read-only binds", 'mount["ReadOnly"] = True', "pass"),
    ("nocopy binds", 'mount["VolumeOptions"] = {"NoCopy": True}', "pass"),
    ("no endpoints on a shared network", "if not has_own_network(source):\n        return {}", ""),
    ("settings of an endpoint", "for key in _ENDPOINT if endpoint.get(key)", "for key in ()"),
    ("addresses of the other", "for key in _ENDPOINT if endpoint.get(key)", "for key in endpoint"),
    ("the aliases", "if aliases:", "if False:"),
    ("link-local addresses", "if link_local:", "if False:"),
    ("static addresses", '{"LinkLocalIPs": link_local}', 'endpoint["IPAMConfig"]'),
    ("the new name among the aliases", "own.get(alias, alias) for", "alias for"),
    ("dropping the id among the aliases", ', id_of(source)[:SHORT_ID]: ""', ""),
    ("the other name of the default bridge", 'mode = "bridge" if mode == "default" else mode', "pass"),
    ("the id of a late network", 'str(found[network].get("NetworkID") or network)', "network"),
    ("the platform", "if parts[0] and parts[1] else None", "if False else None"),
    ("its own copy of config", 'copy.deepcopy(dict(source["Config"]))', 'dict(source["Config"])'),
    ("its own copy of host config", 'copy.deepcopy(dict(source["HostConfig"]))', 'dict(source["HostConfig"])'),
]


@pytest.fixture
def module() -> Iterator[types.ModuleType]:
    made = types.ModuleType("mutated_clone")
    sys.modules[made.__name__] = made
    yield made
    del sys.modules[made.__name__]


@pytest.mark.parametrize(("lost", "code", "instead"), MUTANTS, ids=[mutant[0] for mutant in MUTANTS])
def test_a_rule_taken_out_is_missed(lost: str, code: str, instead: str, module: types.ModuleType) -> None:
    source = inspect.getsource(clone)
    assert source.count(code) == 1, f"the code that holds {lost} has changed: bring this table up to date"
    exec(compile(source.replace(code, instead), f"clone without {lost}", "exec"), module.__dict__)
    assert failing(module.create_request)


@pytest.mark.parametrize("api", [OLD, NEW])
def test_a_copy_of_a_copy_is_the_same_copy(api: tuple[int, int]) -> None:
    """What the engine would report of the first copy, copied again, differs only in name, number and operation."""
    first = copied(clone.create_request, rich(), number=5, api=NEW, image="docktor-local/busybox:latest")
    made = rich()
    made["Id"], made["Name"] = "f" * 64, "/shop-web-5"
    made["Config"] = {**copy.deepcopy(first.body), "Hostname": "f" * 12}
    del made["Config"]["HostConfig"], made["Config"]["NetworkingConfig"]
    made["HostConfig"] = copy.deepcopy(first.body["HostConfig"])
    for name, endpoint in first.body["NetworkingConfig"]["EndpointsConfig"].items():
        made["NetworkSettings"]["Networks"][name]["Aliases"] = [*endpoint["Aliases"], "f" * 12]
    again = copied(clone.create_request, made, number=5, api=api, image="docktor-local/busybox:latest")
    assert again == copied(clone.create_request, rich(), number=5, api=api, image="docktor-local/busybox:latest")
