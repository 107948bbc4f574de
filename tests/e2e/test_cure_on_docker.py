"""A service that can't be scaled is cured with what the page shows: no more than to copy, save and run it."""

import secrets
import shlex
from pathlib import Path

import pytest
from playwright.sync_api import expect

from docktor.api.client import Client
from tests.brokers.process import free_ports
from tests.browser.chromium import PATIENCE_MS, running
from tests.compose_project import SESSION_PREFIX, run
from tests.conftest import MakeProject
from tests.e2e.shop import Docktor, shop, until
from tests.e2e.test_page_on_docker import BUILD, sign_in
from tests.real_parts import require

pytestmark = pytest.mark.engine

SECRET = "s3cr3t-of-the-shop"


def test_a_fixed_name_is_lifted(project: MakeProject, docktor: Docktor, tmp_path: Path) -> None:
    require((BUILD / "index.html").is_file(), "the page's build (make page)")
    name = f"{SESSION_PREFIX}{secrets.token_hex(3)}-web"
    compose = project(shop(tmp_path / "load", container_name=name, env_file="web.env", environment={"KEY": SECRET}))
    (compose.file.parent / "web.env").write_text(f"PASSWORD={SECRET}\n")
    (compose.file.parent / ".env").write_text(f"TOKEN={SECRET}\n")
    compose.up()
    docktor.environment = {"DOCKTOR_PAGE": str(BUILD)}
    [port] = free_ports(1)
    docktor.start("--project", compose.name, "--listen", f"127.0.0.1:{port}")
    with Client(docktor.home / "docktor.sock") as client:
        cure = client.override(f"{compose.name}/web")
        assert cure.text and cure.file and cure.use, cure.why
        assert SECRET not in str(cure)
        with running() as browser:
            page = browser.new_page()
            page.set_default_timeout(PATIENCE_MS)
            sign_in(page, f"http://127.0.0.1:{port}/", (docktor.home / "token").read_text(encoding="ascii").strip())
            page.get_by_role("button", name="Show the cure for web").click()
            dialog = page.get_by_role("dialog")
            expect(dialog.get_by_text("container_name: !reset null")).to_have_text(cure.text.rstrip())
            expect(dialog.get_by_text(cure.use, exact=True)).to_be_visible()
        Path(cure.file).write_text(cure.text)
        run(shlex.split(cure.use))
        until(lambda: client.find(f"{compose.name}/web").unscalable is None, "a service that can have replicas")
        again = client.override(f"{compose.name}/web")
        assert again.text is None and again.why and again.why.startswith("web needs nothing: it can")
        run([*shlex.split(cure.use), "--scale", "web=2"])
        until(lambda: len(compose.ps_ids("web", every=False)) == 2, "two containers")
