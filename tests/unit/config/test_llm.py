"""The `llm` block: what it comes to, every fault with its line, and a key that is never seen."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from docktor.config.load import fingerprint, read
from docktor.config.model import Config
from docktor.config.show import as_dict, as_lines, fault_lines
from docktor.core.advisor import AdvisorMode, AdvisorPolicy, Ask, Budget, Profile, Provider
from docktor.core.policy import Pair
from docktor.errors import ConfigError
from tests.unit.config.places import faults, load, shop

KEY = "sk-s3cret"
HEAD = "service: web\n"
LOCAL = "provider: openai, model: m, base_url: 'http://localhost:8000/v1'"
OPENAI = "provider: openai, model: m, allow_remote: true"
OTHER = f"{OPENAI}, base_url: 'https://models.example/v1'"


def block(fields: str) -> str:
    return f"{HEAD}llm: {{{fields}}}\n"


def policy(tmp_path: Path, fields: str, env: Mapping[str, str] | None = None) -> AdvisorPolicy:
    advisor = load(tmp_path, block(fields), env=env).llm
    assert advisor is not None
    return advisor


def warned(tmp_path: Path, fields: str, env: Mapping[str, str] | None = None) -> list[str]:
    return [str(warning) for warning in load(tmp_path, block(fields), env=env).warnings]


def shown(config: Config) -> dict[str, tuple[object, str]]:
    return {setting.path: (setting.value, setting.source) for setting in config.general}


def test_every_field(tmp_path: Path) -> None:
    text = """\
llm:
  provider: openai
  base_url: "https://models.example/v1"
  model: org/big:7b
  profile: smart
  mode: shadow
  ask: down
  fallback: [org/small, rules]
  timeout: 2500ms
  allow_remote: true
  api_key: ${KEY}
  patience: {up: 1m, down: 1h}
  budget: {calls_per_minute: 3, calls_per_day: 40, tokens_per_day: 500}
  keep_warm: false
"""
    assert load(tmp_path, text, env={"KEY": f"{KEY}\n"}).llm == AdvisorPolicy(
        provider=Provider.OPENAI,
        base_url="https://models.example/v1",
        model="org/big:7b",
        profile=Profile.SMART,
        mode=AdvisorMode.SHADOW,
        fallback=("org/small", "rules"),
        timeout=2.5,
        allow_remote=True,
        api_key=KEY,
        ask=Ask.DOWN,
        patience=Pair(60, 3600),
        budget=Budget(3, 40, 500),
        keep_warm=False,
    )


@pytest.mark.parametrize("text", ["llm: {}", "llm: {provider: dmr}", "llm:\n  fallback:\n  patience:\n  budget:\n"])
def test_the_defaults(tmp_path: Path, text: str) -> None:
    assert load(tmp_path, text).llm == AdvisorPolicy()


@pytest.mark.parametrize("text", [HEAD, "llm:\n", "llm:\n#  provider: openai\n"])
def test_no_block(tmp_path: Path, text: str) -> None:
    config = load(tmp_path, text)
    assert config.llm is None
    assert config.warnings == ()
    assert not any(path.startswith("llm") for path in shown(config))


NAME = "must be a model's name: letters, digits and . _ - : / @ +, beginning with a letter or digit"
AWAY = "what Docktor sees goes there only with allow_remote: true"
WRITE = "llm.api_key: credentials come from the environment only: write it as ${NAME}, without a default"
FAULTS = {
    "provider: openia": 'llm.provider: unknown value "openia"; did you mean openai?',
    "profile: smrt": 'llm.profile: unknown value "smrt"; did you mean smart?',
    "mode: advice": 'llm.mode: unknown value "advice"; did you mean advise?',
    "ask: never": 'llm.ask: unknown value "never"; known: changes, down, always',
    "base_url: 'localhost:1'": 'llm.base_url: must be an address beginning with http:// or https://, not "localhost:1"',
    "base_url: 'http://me:s3cret@localhost'": "llm.base_url: must have no user or password in it; "
    "a key belongs in api_key",
    "base_url: 'http://localhost/?key=s3cret'": "llm.base_url: must end with its path, without ? and #; "
    "a key belongs in api_key",
    "base_url: 'http://gpu.lan:8000/v1'": f"llm.base_url: is another machine; {AWAY}",
    "model: 'a b'": f"llm.model: {NAME}",
    "model: ''": "llm.model: must not be empty",
    "model: 7": "llm.model: must be text, not 7",
    "model: rules": "llm.model: rules is no model; to go by the rules alone, write mode: off",
    "fallback: [-x]": f"llm.fallback[0]: {NAME}",
    "fallback: x": 'llm.fallback: must be a list, not "x"',
    "fallback: [rules, a]": "llm.fallback[0]: rules may only stand last: what comes after it is never asked",
    "fallback: [a, b, a]": 'llm.fallback[2]: "a" is in the list already',
    "timeout: 0.4": "llm.timeout: must be 0.5 or more, not 0.4",
    "timeout: 2m": 'llm.timeout: must be 60 or less, not "2m"',
    "allow_remote: 1": "llm.allow_remote: must be true or false, not 1",
    "api_key: s3cret": WRITE,
    "api_key: 53000": WRITE,
    "api_key: '${X:-s3cret}'": WRITE,
    "api_key: 's3cret${X:-}'": WRITE,
    "api_key: '$${X}'": WRITE,
    "api_key: [s3cret]": "llm.api_key: must be text, not a list",
    "api_key: '${X}'": "llm.api_key: the environment variable X is not set; set it, or write ${X:-default}",
    "patience: {up: soon}": 'llm.patience.up: must be seconds (10), or a duration like 10s, 5m or 1h30m, not "soon"',
    "budget: {calls_per_day: 0}": "llm.budget.calls_per_day: must be 1 or more, not 0",
    "budget: {tokens_per_day: 1.5}": "llm.budget.tokens_per_day: must be a whole number, not 1.5",
    "budget: {calls: 1}": 'llm.budget.calls: unknown field "calls"; known: calls_per_day, calls_per_minute, '
    "tokens_per_day",
    "provider: openai, base_url: 'http://localhost'": "llm.model: provider openai needs a model",
    f"{OPENAI}": "llm.api_key: api.openai.com wants a key; set OPENAI_API_KEY in the environment or in .env",
    f"{OPENAI}, base_url: 'http://api.openai.com/v1'": "llm.base_url: api.openai.com is asked by https:// only",
}


@pytest.mark.parametrize("fields", FAULTS)
def test_a_fault(tmp_path: Path, fields: str) -> None:
    assert faults(tmp_path, block(fields)) == [f"line 2: {FAULTS[fields]}"]
    assert "s3cret" not in FAULTS[fields]


def test_openai_itself_is_another_machine(tmp_path: Path) -> None:
    told = faults(tmp_path, block("provider: openai, model: m"), env={"OPENAI_API_KEY": KEY})
    assert told == [f"line 2: llm.provider: openai means https://api.openai.com/v1, another machine; {AWAY}"]


def test_faults_have_the_line_of_their_own_field(tmp_path: Path) -> None:
    text = (
        "llm:\n  provider: openai\n\n  base_url: https://gpu.lan/v1\n  fallback:\n    - a\n    - a\n  api_key: x1y2\n"
    )
    assert faults(tmp_path, text) == [
        "line 1: llm.model: provider openai needs a model",
        f"line 4: llm.base_url: is another machine; {AWAY}",
        'line 7: llm.fallback[1]: "a" is in the list already',
        "line 8: " + WRITE,
    ]


@pytest.mark.parametrize("key", ["a b", "a\nb", "schlüssel"])
def test_what_can_not_be_a_key(tmp_path: Path, key: str) -> None:
    told = "what ${OPENAI_API_KEY} holds can't be a key: it has spaces or characters beyond ASCII"
    assert faults(tmp_path, block(OPENAI), env={"OPENAI_API_KEY": key}) == [f"line 2: llm.api_key: {told}"]


def test_off_needs_nothing_and_says_nothing(tmp_path: Path) -> None:
    for fields in ("provider: openai", f"{OTHER}, profile: fast", "base_url: 'http://gpu.lan'"):
        assert warned(tmp_path, f"{fields}, mode: off".replace("allow_remote: true, ", "")) == []
    assert policy(tmp_path, "mode: off").mode is AdvisorMode.OFF


def test_a_profile_beside_a_model(tmp_path: Path) -> None:
    told = "line 2: llm.profile: is not heeded: model says which one is asked"
    assert warned(tmp_path, "model: a, profile: smart") == [told]
    assert warned(tmp_path, "model: a") == warned(tmp_path, "profile: smart") == []


def test_a_key_that_others_could_read(tmp_path: Path) -> None:
    fields = OTHER.replace("https", "http")
    told = "line 2: llm.base_url: the key goes there unencrypted; use https://"
    assert warned(tmp_path, fields, {"DOCKTOR_LLM_API_KEY": KEY}) == [told]
    assert warned(tmp_path, fields) == warned(tmp_path, LOCAL, {"OPENAI_API_KEY": KEY}) == []


BOTH = {"DOCKTOR_LLM_API_KEY": "own", "OPENAI_API_KEY": "openai", "MINE": "written", "NONE": ""}


@pytest.mark.parametrize(
    ("fields", "env", "key"),
    [
        (OPENAI, BOTH, "own"),
        (OPENAI, {"OPENAI_API_KEY": "openai"}, "openai"),
        (OPENAI, {"OPENAI_API_KEY": "openai", "DOCKTOR_LLM_API_KEY": " "}, "openai"),
        (f"{OPENAI}, base_url: 'HTTPS://API.OpenAI.com/v1'", {"OPENAI_API_KEY": "openai"}, "openai"),
        (LOCAL, {"OPENAI_API_KEY": "openai"}, "openai"),
        (LOCAL, {}, None),
        (OTHER, {"OPENAI_API_KEY": "openai"}, None),
        (f"{OPENAI}, base_url: 'https://api.openai.com.evil.example/v1'", {"OPENAI_API_KEY": "openai"}, None),
        (OTHER, BOTH, "own"),
        (f"{OTHER}, api_key: '${{OPENAI_API_KEY}}'", BOTH, "openai"),
        (f"{OTHER}, api_key: '${{MINE}}'", BOTH, "written"),
        (f"{OTHER}, api_key: '${{NONE:-}}'", BOTH, "own"),
        ("provider: dmr", BOTH, None),
        ("provider: dmr, allow_remote: true, base_url: 'https://api.openai.com/v1'", BOTH, None),
    ],
)
def test_whose_key_goes_where(tmp_path: Path, fields: str, env: Mapping[str, str], key: str | None) -> None:
    assert policy(tmp_path, fields, env).api_key == key


def test_a_key_may_look_like_a_number(tmp_path: Path) -> None:
    text = "llm:\n  provider: openai\n  model: m\n  base_url: http://localhost\n  api_key: ${NUMBER}\n"
    for number in ("0123", "1e5", "null", "true"):
        advisor = load(tmp_path, text, env={"NUMBER": number}).llm
        assert advisor is not None and advisor.api_key == number


def test_docker_model_runner_takes_no_key(tmp_path: Path) -> None:
    assert policy(tmp_path, "api_key: '${K}'", {"K": KEY}).api_key is None
    assert warned(tmp_path, "api_key: '${K}'", {"K": KEY}) == [
        "line 2: llm.api_key: is not heeded: Docker Model Runner takes no key"
    ]


@pytest.mark.parametrize("fields", [OPENAI, LOCAL, OTHER + ", api_key: '${DOCKTOR_LLM_API_KEY}'"])
def test_a_key_is_never_seen(tmp_path: Path, fields: str) -> None:
    config = load(tmp_path, block(fields), env={"DOCKTOR_LLM_API_KEY": KEY})
    assert config.llm is not None and config.llm.api_key == KEY
    reading = read(tmp_path / "shop" / "docktor.yaml", {"DOCKTOR_LLM_API_KEY": KEY})
    told = json.dumps(as_dict(config)) + "\n".join(as_lines(config)) + repr(config) + repr(reading) + str(reading.form)
    assert KEY not in told
    assert shown(config)["llm.api_key"] == ("${DOCKTOR_LLM_API_KEY}", "environment")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, block(f"{fields}, timeout: no, patience: 4"), env={"DOCKTOR_LLM_API_KEY": KEY})
    assert KEY not in repr(caught.value) + "".join(fault_lines(caught.value))


def test_every_value_is_shown_with_its_source(tmp_path: Path) -> None:
    text = "llm: {model: '${M}', mode: shadow, patience: {down: 1h}, fallback: [rules], timeout: '${T}'}"
    config = load(tmp_path, text, env={"M": "ai/x", "T": "5s"})
    assert {path: told for path, told in shown(config).items() if path.startswith("llm")} == {
        "llm.provider": ("dmr", "default"),
        "llm.base_url": (None, "default"),
        "llm.model": ("${M}", "environment"),
        "llm.profile": ("balanced", "default"),
        "llm.mode": ("shadow", "docktor.yaml"),
        "llm.ask": ("changes", "default"),
        "llm.fallback": (["rules"], "docktor.yaml"),
        "llm.timeout": (5, "environment"),
        "llm.allow_remote": (False, "default"),
        "llm.api_key": (None, "default"),
        "llm.patience.up": (30, "default"),
        "llm.patience.down": (3600, "docktor.yaml"),
        "llm.budget.calls_per_minute": (10, "default"),
        "llm.budget.calls_per_day": (2000, "default"),
        "llm.budget.tokens_per_day": (None, "default"),
        "llm.keep_warm": (True, "default"),
    }


def test_the_address_meant_is_shown(tmp_path: Path) -> None:
    config = load(tmp_path, block(OPENAI), env={"OPENAI_API_KEY": KEY})
    assert shown(config)["llm.base_url"] == ("https://api.openai.com/v1", "default")


def test_dotenv_beside_the_file(tmp_path: Path) -> None:
    directory = shop(tmp_path, None)
    dotenv = directory / ".env"
    before = fingerprint(dotenv)
    dotenv.write_text(f"SERVICE=api\nexport OPENAI_API_KEY='{KEY}'\nMODEL=file\n")
    text = block(OPENAI).replace("web", "${SERVICE}").replace("model: m", "model: '${MODEL}'")
    config = load(tmp_path, text, env={"MODEL": "real"})
    assert config.llm is not None and (config.llm.api_key, config.llm.model) == (KEY, "real")
    assert config.policies[0].service.name == "api"
    assert shown(config)["llm.api_key"] == ("${OPENAI_API_KEY}", "environment")
    assert config.entries[0].policy.service.name == "api"
    assert dotenv in config.watched and fingerprint(dotenv) != before
    assert KEY not in repr(config)


def test_dotenv_is_watched_before_it_is_there(tmp_path: Path) -> None:
    assert tmp_path / "shop" / ".env" in load(tmp_path, HEAD).watched
