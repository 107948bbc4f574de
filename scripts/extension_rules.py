"""What Docker Desktop asks of an extension, by its validator or by experience: a rule for each demand."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

REQUIRED = (
    "org.opencontainers.image.title",
    "org.opencontainers.image.description",
    "org.opencontainers.image.vendor",
    "com.docker.desktop.extension.api.version",
    "com.docker.desktop.extension.icon",
    "com.docker.extension.screenshots",
    "com.docker.extension.detailed-description",
    "com.docker.extension.publisher-url",
    "com.docker.extension.changelog",
    "com.docker.extension.categories",  # the documentation says no, the validator yes
)
TITLE, _, _, API_VERSION, ICON, SCREENSHOTS, _, PUBLISHER, _, CATEGORIES = REQUIRED
MORE_URLS = "com.docker.extension.additional-urls"
ACCOUNT = "com.docker.extension.account-info"
KNOWN_CATEGORIES = frozenset(
    (
        "ci-cd",
        "cloud-deployment",
        "cloud-development",
        "container-orchestration",
        "database",
        "image-registry",
        "kubernetes",
        "networking",
        "security",
        "testing-tools",
        "utility-tools",
        "volumes",
    )
)
SYSTEMS = frozenset(("darwin", "windows", "linux"))
LONGEST_SOCKET_NAME = 40
_SEMVER = r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"

Node = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Extension:
    """`files`: paths in the image. `tag`: of the image, where one was built. `release`: it is to be published."""

    labels: Mapping[str, str]
    metadata: object
    compose: object
    files: frozenset[str]
    tag: str | None = None
    release: bool = False


Check = Callable[[Extension], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`check` yields what is wrong."""

    id: str
    sentence: str
    check: Check


RULES: list[Rule] = []


def rule(id_: str, sentence: str) -> Callable[[Check], Check]:
    def keep(check: Check) -> Check:
        RULES.append(Rule(id_, sentence, check))
        return check

    return keep


def findings(extension: Extension) -> list[tuple[Rule, str]]:
    return [(one, wrong) for one in RULES for wrong in one.check(extension)]


def node(value: object, *path: str) -> Node:
    """The mapping at `path`, an empty one where there is none."""
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def is_url(text: object) -> bool:
    parts = urlsplit(text) if isinstance(text, str) else None
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)


@rule("label-missing", "Every label that the validator asks for is there and says something.")
def label_missing(extension: Extension) -> Iterator[str]:
    yield from (name for name in REQUIRED if not extension.labels.get(name, "").strip())


@rule("title-word", "The title doesn't contain the word extension.")
def title_word(extension: Extension) -> Iterator[str]:
    if "extension" in (title := extension.labels.get(TITLE, "")).lower():
        yield title


@rule("api-version", "The API version is a lower bound: an exact one is refused by every later Docker Desktop.")
def api_version(extension: Extension) -> Iterator[str]:
    text = extension.labels.get(API_VERSION, "")
    if text and not re.fullmatch(rf">=\s*{_SEMVER}", text):
        yield text


@rule("icon-url", "The icon is the URL of a picture: svg, png or jpg.")
def icon_url(extension: Extension) -> Iterator[str]:
    text = extension.labels.get(ICON, "")
    if text and not (is_url(text) and urlsplit(text).path.endswith((".svg", ".png", ".jpg"))):
        yield text


@rule("publisher-url", "The publisher's address is a URL.")
def publisher_url(extension: Extension) -> Iterator[str]:
    text = extension.labels.get(PUBLISHER, "")
    if text and not is_url(text):
        yield text


@rule("screenshots", 'Screenshots are a JSON list of {"alt": …, "url": …}, at least one.')
def screenshots(extension: Extension) -> Iterator[str]:
    text = extension.labels.get(SCREENSHOTS, "")
    if text and not _linked(text, "alt"):
        yield text


@rule("additional-urls", 'Further links, if any, are a JSON list of {"title": …, "url": …}.')
def additional_urls(extension: Extension) -> Iterator[str]:
    text = extension.labels.get(MORE_URLS, "")
    if text and not _linked(text, "title"):
        yield text


def _linked(text: str, words: str) -> bool:
    try:
        links = items(json.loads(text))
    except ValueError:
        return False
    return bool(links) and all(
        isinstance(link, dict) and link.keys() == {words, "url"} and link[words] and is_url(link["url"])
        for link in links
    )


@rule("account-info", "Whether an account is needed is said by `required` or not at all.")
def account_info(extension: Extension) -> Iterator[str]:
    if (text := extension.labels.get(ACCOUNT, "")) not in ("", "required"):
        yield text


@rule("categories", "Categories are those of the Marketplace, between commas.")
def categories(extension: Extension) -> Iterator[str]:
    names = filter(None, extension.labels.get(CATEGORIES, "").split(","))
    yield from (name for name in names if name not in KNOWN_CATEGORIES)


@rule("metadata-keys", "metadata.json has the properties that Docker Desktop knows, and no other.")
def metadata_keys(extension: Extension) -> Iterator[str]:
    if not isinstance(extension.metadata, Mapping):
        yield "not a JSON object"
    known = {
        (): {"icon", "ui", "vm", "host"},
        ("vm",): {"image", "composefile", "exposes"},
        ("vm", "exposes"): {"socket"},
        ("ui",): {"dashboard-tab"},
        ("ui", "dashboard-tab"): {"title", "root", "src", "backend"},
        ("ui", "dashboard-tab", "backend"): {"socket"},
        ("host",): {"binaries"},
    }
    for path, keys in known.items():
        yield from (".".join((*path, key)) for key in node(extension.metadata, *path) if key not in keys)


@rule("metadata-icon", "metadata.json names an icon that is in the image.")
def metadata_icon(extension: Extension) -> Iterator[str]:
    yield from _not_in_image(extension, node(extension.metadata).get("icon"))


@rule("metadata-vm", "The service is described by an image or by a Compose file that is in the image, not by both.")
def metadata_vm(extension: Extension) -> Iterator[str]:
    metadata = node(extension.metadata)
    vm = node(metadata, "vm")
    if "vm" in metadata and len({"image", "composefile"} & vm.keys()) != 1:
        yield "exactly one of vm.image and vm.composefile"
    elif "composefile" in vm:
        yield from _not_in_image(extension, vm["composefile"])


@rule("metadata-socket", "The socket is one short file name, and the page asks the one that the service offers.")
def metadata_socket(extension: Extension) -> Iterator[str]:
    offered = node(extension.metadata, "vm", "exposes").get("socket")
    asked = node(extension.metadata, "ui", "dashboard-tab", "backend").get("socket", offered)
    if offered is not None and (
        not isinstance(offered, str) or not re.fullmatch(rf"[\w.-]{{1,{LONGEST_SOCKET_NAME}}}", offered)
    ):
        yield str(offered)
    if asked != offered:
        yield f"{asked} is asked, {offered} offered"


@rule("metadata-ui", "The tab has a title, and its page is in the image.")
def metadata_ui(extension: Extension) -> Iterator[str]:
    if "ui" not in node(extension.metadata):
        return
    tab = node(extension.metadata, "ui", "dashboard-tab")
    yield from (f"no {key}" for key in ("title", "root", "src") if not tab.get(key))
    if tab.get("root") and tab.get("src"):
        yield from _not_in_image(extension, f"{tab['root']}/{tab['src']}")


@rule("metadata-host", "Programs for the host are listed by system, each with a path in the image.")
def metadata_host(extension: Extension) -> Iterator[str]:
    for program in items(node(extension.metadata, "host").get("binaries")):
        for system, files in node(program).items():
            if system not in SYSTEMS:
                yield f"{system} is no system"
            for file in items(files):
                yield from _not_in_image(extension, node(file).get("path"))


def _not_in_image(extension: Extension, path: object) -> Iterator[str]:
    if not path or f"/{str(path).strip('/')}" not in extension.files:
        yield f"{path or 'nothing'} is not in the image"


@rule("tag", "The image's tag is a semantic version: Docker Desktop tells updates by it.")
def tag(extension: Extension) -> Iterator[str]:
    if extension.tag is not None and not re.fullmatch(_SEMVER, extension.tag):
        yield extension.tag


@rule("placeholder", "What is published names no example address.")
def placeholder(extension: Extension) -> Iterator[str]:
    if extension.release:
        yield from (name for name, text in extension.labels.items() if "//example." in text)
