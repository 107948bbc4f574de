"""What is shown of a service to be edited, and where it is said to be from."""

from docktor.config.build import default_entry
from docktor.config.entry import entry_of_policy
from docktor.config.model import Config, Entry
from docktor.core.policy import Policy, Target
from docktor.core.world import ServiceId, ServiceState
from docktor.runtime.managed import Managed
from docktor.runtime.rulebook import Written, written

WEB = ServiceId("shop", "web")
POLICY = Policy(WEB, target=Target("cpu.avg", 60))
NOTHING = ServiceState(WEB, ())


def config(*entries: Entry) -> Config:
    return Config(None, "shop", None, entries, (), ())


def test_what_the_file_says_comes_first() -> None:
    entry = Entry(POLICY, (), written={"name": "web", "max_replicas": "${MOST}"})
    assert written(config(entry), NOTHING, Managed(POLICY, ())) == Written(entry.written, "docktor.yaml")


def test_labels_are_shown_as_what_the_file_would_say() -> None:
    assert written(config(), NOTHING, Managed(POLICY, ())) == Written(entry_of_policy(POLICY, "shop"), "labels")


def test_what_is_managed_by_default_is_from_nowhere() -> None:
    entry = default_entry(WEB)
    found = written(config(entry), NOTHING, Managed(entry.policy, entry.settings))
    assert (found.entry["max_replicas"], found.origin, found.settings) == (10, "none", entry.settings)


def test_of_an_unmanaged_one_something_to_begin_with() -> None:
    found = written(config(), NOTHING, None)
    assert (found.entry["name"], found.entry["min_replicas"], found.origin) == ("web", 1, "none")
