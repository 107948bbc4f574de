"""The override made from the files that containers name: what is read, what is told, and what never is."""

import os
import subprocess
from pathlib import Path

import pytest

from docktor.cli.main import run
from docktor.compose.advice import OURS
from docktor.compose.cure import Cure, cure_of
from docktor.core.world import Origin, ServiceId
from tests.real_parts import require

WEB = ServiceId("shop", "web")
FILE = """
services:
  web:
    image: app
    container_name: my-web
    ports: ["8080:80"]
    env_file: secret.env
    environment: {PASSWORD: pa55-in-the-file}
    volumes: ["data:/data"]
"""


def cure(folder: Path, text: str = FILE, *more: str) -> Cure:
    files = [folder / "compose.yaml", *(folder / f"more-{at}.yaml" for at, _ in enumerate(more))]
    for path, content in zip(files, (text, *more), strict=True):
        path.write_text(content)
    return cure_of(WEB, Origin(str(folder), tuple(map(str, files))))


def why(folder: Path, text: str = FILE, *more: str) -> str:
    found = cure(folder, text, *more)
    assert found.text is None and found.use is None and found.why
    return found.why


def ports(*entries: str) -> str:
    listed = ", ".join(f'"{one}"' for one in entries)
    return f"services: {{web: {{image: app, ports: [{listed}]}}}}"


def test_it_is_what_make_scalable_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = cure(tmp_path)
    (tmp_path / "secret.env").write_text("TOKEN=x")
    monkeypatch.setenv("PATH", "/nowhere")  # not by way of Compose, which spells everything out
    assert run(["make-scalable", "web", "--compose-file", str(tmp_path / "compose.yaml")]) == 0
    printed = capsys.readouterr().out
    assert found.text is not None
    assert found.text.splitlines()[2:] == printed.splitlines()[2:]
    assert found.text.startswith(f"{OURS} web: ")
    assert found.notes == ("all replicas will write to the same data",)
    assert found.file == str(tmp_path / "docktor.web.yaml")
    assert found.use == f"docker compose -p shop -f {tmp_path}/compose.yaml -f {tmp_path}/docktor.web.yaml up -d"
    assert found.use in found.text
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("docktor")] == []


def test_no_value_of_any_environment_is_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "s3cr3t"
    for name in ("NAME", "PORT", "HOST", "RESTART", "IP", "DATA"):
        monkeypatch.setenv(name, secret)
    for name in (".env", "secret.env"):
        (tmp_path / name).write_text(f"NAME={secret}\nPASSWORD={secret}\nPORT=9999\n")
    found = cure(
        tmp_path,
        FILE.replace("my-web", "${NAME}").replace("8080:80", "${PORT:-8080}:80").replace("data:/data", "${DATA}:/data")
        + "    restart: ${RESTART}\n    hostname: ${HOST}\n    networks: {front: {ipv4_address: '${IP}'}}\n",
    )
    assert found.text
    for told in (found.text, found.notes, found.use):
        assert secret not in str(told) and "9999" not in str(told) and "pa55" not in str(told)
    for kept in ("aliases:\n          - ${NAME}", '"${PORT:-8080}:80"', "restart: ${RESTART}", "ipv4_address: ${IP}"):
        assert kept in found.text, found.text
    assert "a port is given by a variable: this is right for its default" in found.notes


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("${PORT}:80", "a port is given by the variable PORT, whose value is not read here"),
        ("$PORT:80", "the variable PORT"),
        ("${PORT:?say which}:80", "the variable PORT"),
        ("8080:${INSIDE:-80}", "the port in the container is given by a variable"),
        ("${PORT:-8080}:${INSIDE:-80}", "the port in the container is given by a variable"),
        ("${ALL:-8080:80}", "the port in the container is given by a variable"),
        ("8080:80/${PROTOCOL:-tcp}", "without the values"),
        ("${PORT:80", "without the values"),
        ("80:eighty", "'80:eighty' is not a port"),
    ],
)
def test_ports_that_can_not_be_told(tmp_path: Path, entry: str, words: str) -> None:
    (tmp_path / ".env").write_text("PORT=8080\nINSIDE=80\n")
    assert words in why(tmp_path, ports(entry))


def test_files_are_laid_over_each_other(tmp_path: Path) -> None:
    found = cure(tmp_path, "services: {web: {image: app}}", ports("9000:80"), "services: {worker: {image: app}}")
    assert found.text and "9000:80" in found.text
    assert found.use and found.use.count(" -f ") == 4


def test_one_that_needs_nothing(tmp_path: Path) -> None:
    assert why(tmp_path, "services: {web: {image: app}}").startswith("web needs nothing: it has no fixed host port")
    done = cure(tmp_path)
    assert done.text
    assert why(tmp_path, FILE, done.text) == "web needs nothing: web-lb already stands in front of it"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("services: {api: {image: app}}", "has no service web"),
        ("include: [other.yaml]", "has no service web; one it includes may have"),
        ("services: {web: {extends: {file: base.yaml, service: web}, ports: ['80:80']}}", "extends another service"),
        ("services: {web: {network_mode: host, ports: ['80:80']}}", "network_mode: host"),
        ("services: {web: {ports: ['53:53/udp']}}", "UDP can't be balanced"),
        ("services: {web: {container_name: x}}\nx-a: !reset null", "has !reset or !override"),
        ("services: {web: 3}", "has no service web"),
        ("services: [web]", "has no service web"),
        ("root:x:0:0:root:/root:/bin/bash", "can't be read as a Compose file here"),
        ("token: s3cr3t: s3cr3t", "can't be read as a Compose file here"),
        ("[s3cr3t", "can't be read as a Compose file here"),
        ("", "can't be read as a Compose file here"),
        ("services: {web: {ports: s3cr3t}}", "ports must be a list"),
        ("services: {web: {ports: ['80:80'], networks: 3}}", "must be a mapping"),
    ],
)
def test_what_can_not_be_helped_says_why(tmp_path: Path, text: str, words: str) -> None:
    told = why(tmp_path, text)
    assert words in told
    assert "s3cr3t" not in told and "root:" not in told


def test_only_files_that_may_be_read(tmp_path: Path) -> None:
    (tmp_path / "passwords").write_text("services: {web: {ports: ['80:80']}}")
    (tmp_path / "big.yaml").write_text("services: {}\n" + "#" * (1 << 20))
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    cases = {
        "gone.yaml": "can't be read from where Docktor runs",
        "folder.yaml": "can't be read from where Docktor runs",
        "pipe.yaml": "can't be read from where Docktor runs",
        "passwords": "is not named like one, and is not read",
        "big.yaml": "can't be read as a Compose file here",
    }
    for name, words in cases.items():
        found = cure_of(WEB, Origin(str(tmp_path), (str(tmp_path / name),)))
        assert found.text is None and found.why and words in found.why, name
    for file in ("compose.yaml", r"C:\shop\compose.yaml", "-", "/a/\x1b[2J.yaml"):
        found = cure_of(WEB, Origin("", (file,)))
        assert found.why and "is not a path on this machine" in found.why and "\x1b" not in found.why
    many = cure_of(WEB, Origin("/", tuple(f"/{n}.yaml" for n in range(11))))
    assert many.why and "made from 11 Compose files" in many.why


def test_a_name_that_leads_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services: {\"../x\": {ports: ['80:80']}}")
    found = cure_of(ServiceId("shop", "../x"), Origin(str(tmp_path), (str(tmp_path / "compose.yaml"),)))
    assert found.text is None and found.why == "../x is no name that Compose gives a service"


def test_what_is_to_be_minded_stays_a_comment(tmp_path: Path) -> None:
    found = cure(tmp_path, FILE + '    hostname: "a\\nservices: {}"\n')
    assert found.text and "\nservices: {}" not in found.text and "# Mind: all replicas will call" in found.text


def test_an_older_label_names_the_file_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(FILE)
    found = cure_of(WEB, Origin(str(tmp_path), ("docker-compose.yml",)))
    assert found.text and found.use and f"-f {tmp_path}/docker-compose.yml" in found.use


def test_relative_paths_are_seen_from_where_they_were(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/compose.yaml").write_text(FILE)
    found = cure_of(WEB, Origin(str(tmp_path), (str(tmp_path / "sub/compose.yaml"),)))
    assert found.use and f"-p shop --project-directory {tmp_path} -f " in found.use


def test_compose_takes_it(tmp_path: Path) -> None:
    version = subprocess.run(["docker", "compose", "version"], capture_output=True, check=False)
    require(version.returncode == 0, "Docker Compose")
    found = cure(
        tmp_path,
        ports("${PORT:-8080}:80").replace("image: app", "image: app, container_name: '${NAME:-x}'"),
    )
    assert found.text
    (tmp_path / "docktor.web.yaml").write_text(found.text)
    command = ["docker", "compose", "-p", "shop", "-f", "compose.yaml", "-f", "docktor.web.yaml", "config"]
    env = {**os.environ, "PORT": "9123", "NAME": "named"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert 'published: "9123"' in done.stdout and "- named" in done.stdout and "container_name" not in done.stdout
