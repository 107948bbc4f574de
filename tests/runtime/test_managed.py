"""Which services are managed, when configuration, labels and the engine don't say the same."""

from docktor.config.model import Config, Entry
from docktor.core.policy import Policy
from docktor.core.world import ServiceId, ServiceState
from docktor.engine.base import ProjectState
from docktor.runtime.managed import plan

WEB, DESK = ServiceId("shop", "web"), ServiceId("shop", "desk")


def test_what_is_off_limits_is_not_managed_though_docktor_yaml_names_it() -> None:
    config = Config(None, "shop", None, (Entry(Policy(WEB), ()), Entry(Policy(DESK), ())), (), ())
    desk = ServiceState(DESK, (), unscalable="shop/desk belongs to Tool, an extension", off_limits=True)
    planned = plan(config, [ProjectState("shop", "compose", (desk, ServiceState(WEB, ())))], {})
    assert list(planned.services) == [WEB]
    assert planned.unheeded == ("docktor.yaml on shop/desk belongs to Tool, an extension",)
