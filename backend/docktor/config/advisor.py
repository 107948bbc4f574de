"""The `llm` block: what must hold between its fields, where the key comes from, and the policy it makes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from docktor.compose.document import Document, Place, Value
from docktor.compose.expand import expand
from docktor.config.schema import Llm
from docktor.config.secrets import shown
from docktor.config.words import describe
from docktor.core.addresses import host_of, is_this_machine, url_fault
from docktor.core.advisor import OPENAI_URL, RULES, AdvisorMode, AdvisorPolicy, Ask, Budget, Profile, Provider
from docktor.core.policy import Pair
from docktor.errors import Problem

KEY_AT = ("llm", "api_key")
_OPENAI_HOST = host_of(OPENAI_URL)
_OWN_KEY, _OPENAI_KEY = "DOCKTOR_LLM_API_KEY", "OPENAI_API_KEY"
_REFERENCE = re.compile(r"\$\{\w+(?::?-|:?\?[^}]*)?\}")  # with a default that isn't empty, the key would be written out
_AWAY = "what Docktor sees goes there only with allow_remote: true"


@dataclass(frozen=True, slots=True)
class _Key:
    """`written`: the reference it is shown as."""

    value: str = field(repr=False)
    written: str


def check_llm(doc: Document, raw: Value, env: Mapping[str, str]) -> Iterator[Problem]:
    """Faults between the fields. Works on the raw values, so that one wrong field doesn't hide the others' faults."""
    if not isinstance(raw, dict):
        return
    yield from _check_names(doc, raw)
    key, written = raw.get("api_key"), doc.written.get(KEY_AT, "")
    literal = key is not None and _REFERENCE.fullmatch(written) is None
    if literal and not isinstance(key, dict | list):
        yield doc.problem(KEY_AT, "credentials come from the environment only: write it as ${NAME}, without a default")
    if raw.get("mode") not in (AdvisorMode.OFF, False):  # nobody is asked, so nothing is needed
        url = raw.get("base_url") or (OPENAI_URL if raw.get("provider") == Provider.OPENAI else None)
        yield from _check_needs(doc, raw, url)
        if isinstance(url, str) and not literal:
            yield from _check_key(doc, raw, url, env)


def advisor_policy(doc: Document, form: Llm, env: Mapping[str, str]) -> AdvisorPolicy:
    """The policy of a block without faults."""
    key = _key(doc, form.provider, _url(form), env)
    return AdvisorPolicy(
        provider=Provider(form.provider),
        base_url=_url(form),
        model=form.model,
        profile=Profile(form.profile),
        mode=AdvisorMode(form.mode),
        fallback=tuple(form.fallback),
        timeout=form.timeout,
        allow_remote=form.allow_remote,
        api_key=key.value if key else None,
        ask=Ask(form.ask),
        patience=Pair(form.patience.up, form.patience.down),
        budget=Budget(form.budget.calls_per_minute, form.budget.calls_per_day, form.budget.tokens_per_day),
        keep_warm=form.keep_warm,
    )


def advisor_warnings(doc: Document, form: Llm, env: Mapping[str, str]) -> Iterator[Problem]:
    """What is written and not heeded, and a key that others could read on its way."""
    if form.mode == AdvisorMode.OFF:
        return
    url = _url(form)
    if form.model and ("llm", "profile") in doc.lines:
        yield doc.problem(("llm", "profile"), "is not heeded: model says which one is asked")
    if form.provider == Provider.DMR and form.api_key:
        yield doc.problem(KEY_AT, "is not heeded: Docker Model Runner takes no key")
    if url and not _encrypted(url) and not is_this_machine(url) and _key(doc, form.provider, url, env):
        yield doc.problem(("llm", "base_url"), "the key goes there unencrypted; use https://")


def advisor_values(doc: Document, form: Llm, env: Mapping[str, str]) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every value in force with its place. Names and addresses from the environment are told as written."""
    url = _url(form)
    key = _key(doc, form.provider, url, env)
    told: dict[str, object] = form.model_dump()
    told["base_url"] = shown(doc, ("llm", "base_url"), url)
    told["model"] = shown(doc, ("llm", "model"), form.model)
    told["fallback"] = shown(doc, ("llm", "fallback"), list(form.fallback))
    told["api_key"] = key.written if key else doc.written.get(KEY_AT)
    for name, value in told.items():
        if isinstance(value, dict):
            yield from ((("llm", name, part), inner) for part, inner in value.items())
        else:
            yield ("llm", name), value


def _url(form: Llm) -> str | None:
    return form.base_url or (OPENAI_URL if form.provider == Provider.OPENAI else None)


def _key(doc: Document, provider: str, url: str | None, env: Mapping[str, str]) -> _Key | None:
    """The key sent there: the one written, else the one for Docktor, else OpenAI's, which no third party gets."""
    if provider != Provider.OPENAI or url is None:
        return None
    written = doc.written.get(KEY_AT, "")
    offered = {written: expand(written, env)[0], f"${{{_OWN_KEY}}}": env.get(_OWN_KEY, "")}
    if is_this_machine(url) or (host_of(url) == _OPENAI_HOST and _encrypted(url)):
        offered[f"${{{_OPENAI_KEY}}}"] = env.get(_OPENAI_KEY, "")
    found = ((value.strip(), reference) for reference, value in offered.items())
    return next((_Key(value, reference) for value, reference in found if value), None)


def _encrypted(url: str) -> bool:
    return url.lower().startswith("https:")


def _check_names(doc: Document, raw: Mapping[str, Value]) -> Iterator[Problem]:
    model, listed = raw.get("model"), raw.get("fallback")
    if model == RULES:
        yield doc.problem(("llm", "model"), f"{RULES} is no model; to go by the rules alone, write mode: off")
    names = listed if isinstance(listed, list) else []
    for index, name in enumerate(names):
        place: Place = ("llm", "fallback", index)
        told = describe(shown(doc, place, name))
        if name == RULES and index < len(names) - 1:
            yield doc.problem(place, f"{RULES} may only stand last: what comes after it is never asked")
        elif isinstance(name, str) and name in names[:index]:
            yield doc.problem(place, f"{told} is in the list already")


def _check_needs(doc: Document, raw: Mapping[str, Value], url: Value) -> Iterator[Problem]:
    if raw.get("provider") == Provider.OPENAI and raw.get("model") is None:
        yield doc.problem(("llm", "model"), "provider openai needs a model")
    if not isinstance(url, str) or url_fault(url):
        return
    if not is_this_machine(url) and raw.get("allow_remote") in (None, False):
        if raw.get("base_url"):
            yield doc.problem(("llm", "base_url"), f"is another machine; {_AWAY}")
        else:
            yield doc.problem(("llm", "provider"), f"openai means {OPENAI_URL}, another machine; {_AWAY}")
    if host_of(url) == _OPENAI_HOST and not _encrypted(url):
        yield doc.problem(("llm", "base_url"), f"{_OPENAI_HOST} is asked by https:// only")


def _check_key(doc: Document, raw: Mapping[str, Value], url: str, env: Mapping[str, str]) -> Iterator[Problem]:
    key = _key(doc, str(raw.get("provider")), url, env)
    if key and not (key.value.isascii() and key.value.isprintable() and " " not in key.value):
        yield doc.problem(KEY_AT, f"what {key.written} holds can't be a key: it has spaces or characters beyond ASCII")
    wanted = raw.get("provider") == Provider.OPENAI and host_of(url) == _OPENAI_HOST and _encrypted(url)
    if key is None and wanted:
        yield doc.problem(KEY_AT, f"{_OPENAI_HOST} wants a key; set {_OPENAI_KEY} in the environment or in .env")
