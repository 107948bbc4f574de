"""What a copy must be, rule by rule. Each case takes the function that makes create requests."""

import copy
import json
from collections.abc import Callable
from typing import Protocol

from docktor.engine.docker.clone import CreateRequest
from docktor.engine.docker.wire import Inspect, Json
from tests.unit.engine.inspects import LABEL, labelled, rich, set_at, small

OLD, NEW = (1, 41), (1, 44)
ANONYMOUS = "0123456789abcdef" * 4


class Make(Protocol):
    def __call__(
        self, source: Inspect, *, number: int, op_id: str, api_version: tuple[int, int], image: str
    ) -> CreateRequest: ...


Case = Callable[[Make], None]


def copied(
    make: Make, source: Json, *, number: int = 5, api: tuple[int, int] = NEW, image: str = "web:1"
) -> CreateRequest:
    return make(source, number=number, op_id="op-7", api_version=api, image=image)


def endpoints(request: CreateRequest) -> Json:
    found = request.body["NetworkingConfig"]["EndpointsConfig"]
    assert isinstance(found, dict)
    return found


def with_mode(mode: str) -> Json:
    source = small(2)
    set_at(source, "HostConfig.NetworkMode", mode)
    set_at(source, "Config.Hostname", "box")
    set_at(source, "Config.Domainname", "example.test")
    set_at(source, "Config.ExposedPorts", {"80/tcp": {}})
    set_at(source, "HostConfig.PortBindings", {"80/tcp": [{"HostIp": "", "HostPort": "80"}]})
    set_at(source, "NetworkSettings.Networks", {"host": {}} if mode == "host" else {})
    return source


def labels_that_compose_selects_by(make: Make) -> None:
    labels = copied(make, rich()).body["Labels"]
    want = rich()["Config"]["Labels"]
    for key in ("project", "service", "config-hash", "image", "depends_on", "version"):
        assert labels[LABEL + key] == want[LABEL + key]
    assert labels[LABEL + "oneoff"] == "False"
    assert labels[LABEL + "project.config_files"] == "/srv/shop/compose.yaml"


def own_number(make: Make) -> None:
    assert copied(make, rich(), number=9).body["Labels"][LABEL + "container-number"] == "9"


def one_off_label_is_set_where_it_is_missing(make: Make) -> None:
    assert copied(make, labelled(small(), oneoff=None)).body["Labels"][LABEL + "oneoff"] == "False"


def every_other_label(make: Make) -> None:
    labels = copied(make, rich()).body["Labels"]
    assert labels["team"] == "shop" and labels["docktor.max"] == "9"
    assert labels.keys() == rich()["Config"]["Labels"].keys() | {"docktor.op"}


def replace_label_goes(make: Make) -> None:
    assert LABEL + "replace" not in copied(make, labelled(small(), replace="abc")).body["Labels"]


def the_operation_of_a_copied_copy_is_the_new_one(make: Make) -> None:
    source = small(2)
    source["Config"]["Labels"]["docktor.op"] = "op-1"
    assert copied(make, source).body["Labels"]["docktor.op"] == "op-7"


def name_is_as_compose_would_name_it(make: Make) -> None:
    assert copied(make, rich()).name == "shop-web-5"
    assert copied(make, small(2) | {"Name": "/shop_web_2"}).name == "shop_web_5"


def hostname_made_from_the_id_goes(make: Make) -> None:
    assert "Hostname" not in copied(make, rich()).body


def hostname_a_person_chose_stays(make: Make) -> None:
    source = small(2)
    set_at(source, "Config.Hostname", "box")
    set_at(source, "Config.Domainname", "example.test")
    body = copied(make, source).body
    assert (body["Hostname"], body["Domainname"]) == ("box", "example.test")


def hostname_of_a_shared_network_goes(make: Make) -> None:
    for mode in ("host", f"container:{'c' * 64}"):
        body = copied(make, with_mode(mode)).body
        assert "Hostname" not in body and "Domainname" not in body


def hostname_without_network_stays(make: Make) -> None:
    assert copied(make, with_mode("none")).body["Hostname"] == "box"


def a_shared_network_has_no_ports_of_its_own(make: Make) -> None:
    source = with_mode(f"container:{'c' * 64}")
    body = copied(make, source).body
    assert "ExposedPorts" not in body and "PortBindings" not in body["HostConfig"]
    assert body["HostConfig"]["NetworkMode"] == source["HostConfig"]["NetworkMode"]
    assert "NetworkingConfig" not in body


def host_network_is_kept(make: Make) -> None:
    body = copied(make, with_mode("host")).body
    assert body["HostConfig"]["NetworkMode"] == "host" and "NetworkingConfig" not in body


def aliases_have_the_new_name_and_no_id(make: Make) -> None:
    found = endpoints(copied(make, rich()))
    assert found["shop_front"]["Aliases"] == ["shop-web-5", "web", "webalias"]
    assert found["shop_back"]["Aliases"] == ["shop-web-5", "web"]


def nothing_operational_of_a_network_is_sent(make: Make) -> None:
    source = rich()
    source["NetworkSettings"]["Networks"]["shop_front"]["DNSNames"] = ["shop-web-2", "50f81d6608d6"]
    assert set(endpoints(copied(make, source))["shop_front"]) == {"Aliases"}


def endpoint_settings_a_person_wrote_are_sent(make: Make) -> None:
    source = small(2)
    network = source["NetworkSettings"]["Networks"]["shop_default"]
    network |= {"Links": ["shop-db-1:db"], "DriverOpts": {"a": "b"}, "GwPriority": 7}
    network["IPAMConfig"] = {"LinkLocalIPs": ["169.254.8.8"], "IPv4Address": "10.0.0.9", "IPv6Address": "fd::9"}
    found = endpoints(copied(make, source))["shop_default"]
    assert found["IPAMConfig"] == {"LinkLocalIPs": ["169.254.8.8"]}
    assert (found["Links"], found["DriverOpts"], found["GwPriority"]) == (["shop-db-1:db"], {"a": "b"}, 7)


def static_addresses_are_never_copied(make: Make) -> None:
    source = small(2)
    source["NetworkSettings"]["Networks"]["shop_default"]["IPAMConfig"] = {"IPv4Address": "10.0.0.9"}
    assert "IPAMConfig" not in endpoints(copied(make, source))["shop_default"]


def new_engines_get_all_networks_at_once(make: Make) -> None:
    request = copied(make, rich(), api=NEW)
    assert set(endpoints(request)) == {"shop_front", "shop_back"} and request.connect == ()


def old_engines_get_the_others_before_the_start(make: Make) -> None:
    request = copied(make, rich(), api=OLD)
    assert set(endpoints(request)) == {"shop_back"}
    (late,) = request.connect
    assert late.network == rich()["NetworkSettings"]["Networks"]["shop_front"]["NetworkID"]
    assert late.endpoint == {"Aliases": ["shop-web-5", "web", "webalias"]}


def old_engines_know_the_default_bridge_by_two_names(make: Make) -> None:
    source = small(2)
    source["HostConfig"]["NetworkMode"] = "default"
    source["NetworkSettings"]["Networks"] = {"bridge": {"NetworkID": "b1"}}
    request = copied(make, source, api=OLD)
    assert set(endpoints(request)) == {"bridge"} and request.connect == ()


def mac_address_is_never_copied(make: Make) -> None:
    source = rich()
    source["Config"]["MacAddress"] = "02:42:ac:11:99:99"
    assert "02:42:ac" not in json.dumps(copied(make, source).body)


def port_requests_are_kept_as_asked(make: Make) -> None:
    bindings = copied(make, rich()).body["HostConfig"]["PortBindings"]
    assert bindings == {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "28080-28110"}]}


def anonymous_mounts_get_a_volume_of_their_own(make: Make) -> None:
    source = rich()
    for mount in source["HostConfig"]["Mounts"]:
        if mount["Target"] == "/anonymous":
            mount["Source"] = ANONYMOUS
    mounts = copied(make, source).body["HostConfig"]["Mounts"]
    assert {"Type": "volume", "Target": "/anonymous", "VolumeOptions": {}} in mounts
    assert len(mounts) == len(source["HostConfig"]["Mounts"])


def anonymous_binds_get_a_volume_of_their_own(make: Make) -> None:
    source = small(2)
    source["HostConfig"]["Binds"] = [f"{ANONYMOUS}:/data", f"{ANONYMOUS}:/ro:ro,nocopy", "named:/n:rw"]
    config = copied(make, source).body["HostConfig"]
    assert config["Binds"] == ["named:/n:rw"]
    assert config["Mounts"] == [
        {"Type": "volume", "Target": "/data"},
        {"Type": "volume", "Target": "/ro", "ReadOnly": True, "VolumeOptions": {"NoCopy": True}},
    ]


def volumes_of_the_image_are_kept(make: Make) -> None:
    source = small(2)
    source["Config"]["Volumes"] = {"/var/lib/data": {}}
    assert copied(make, source).body["Volumes"] == {"/var/lib/data": {}}


def named_volumes_binds_and_tmpfs_are_kept(make: Make) -> None:
    assert copied(make, rich()).body["HostConfig"]["Mounts"] == rich()["HostConfig"]["Mounts"]
    assert copied(make, rich()).body["HostConfig"]["Tmpfs"] == {"/scratch": ""}


def no_entrypoint_and_an_empty_one_are_not_the_same(make: Make) -> None:
    none, empty = small(2), small(2)
    none["Config"] |= {"Entrypoint": None, "Cmd": None}
    empty["Config"] |= {"Entrypoint": [], "Cmd": []}
    body = copied(make, none).body
    assert body["Entrypoint"] is None and body["Cmd"] is None
    body = copied(make, empty).body
    assert body["Entrypoint"] == [] and body["Cmd"] == []


def the_image_is_the_one_asked_for(make: Make) -> None:
    assert copied(make, rich(), image="sha256:aa").body["Image"] == "sha256:aa"


def the_platform_is_the_images(make: Make) -> None:
    source = small(2)
    source["ImageManifestDescriptor"] = {"platform": {"os": "linux", "architecture": "arm64", "variant": "v8"}}
    assert copied(make, source).platform == "linux/arm64/v8"
    assert copied(make, small(2)).platform is None


def everything_else_of_config_is_kept(make: Make) -> None:
    source = rich()
    body = copied(make, source).body
    for key in source["Config"].keys() - {"Hostname", "Labels", "Image", "MacAddress"}:
        assert body[key] == source["Config"][key], key


def everything_else_of_host_config_is_kept(make: Make) -> None:
    source = rich()
    source["HostConfig"] |= {
        "VolumesFrom": ["d" * 64],
        "DeviceRequests": [{"Driver": "nvidia", "Count": 1, "Capabilities": [["gpu"]]}],
        "Devices": [{"PathOnHost": "/dev/fuse", "PathInContainer": "/dev/fuse"}],
    }
    config = copied(make, source).body["HostConfig"]
    for key in source["HostConfig"].keys() - {"ContainerIDFile", "KernelMemory", "KernelMemoryTCP"}:
        assert config[key] == source["HostConfig"][key], key


def what_engines_refuse_to_take_back_is_not_sent(make: Make) -> None:
    source = rich()
    source["HostConfig"] |= {"ContainerIDFile": "/x", "KernelMemory": 1, "KernelMemoryTCP": 1}
    assert not {"ContainerIDFile", "KernelMemory", "KernelMemoryTCP"} & copied(make, source).body["HostConfig"].keys()


def the_source_is_left_as_it_was(make: Make) -> None:
    source = rich()
    before = copy.deepcopy(source)
    request = copied(make, source)
    request.body["HostConfig"]["Ulimits"].append("x")
    request.body["Env"].append("x")
    endpoints(request)["shop_back"]["Aliases"].append("x")
    assert source == before


CASES: list[Case] = [
    case
    for name, case in list(globals().items())
    if callable(case) and getattr(case, "__annotations__", {}).keys() == {"make", "return"}
]
