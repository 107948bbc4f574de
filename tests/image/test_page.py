"""The page in the image: as files for Docker Desktop, and served by the server."""

import re

import httpx2
import pytest

from tests.compose_project import docker
from tests.image.desktop import Running, wait_for

pytestmark = pytest.mark.engine


def test_the_page_is_a_folder_of_files_and_what_the_server_shows(server: Running) -> None:
    files = server.inside("find", "/ui", "-type", "f").splitlines()
    assert "/ui/index.html" in files
    assert {file.rpartition(".")[2] for file in files} >= {"html", "js", "css", "svg"}
    address = docker("port", server.container, "8099").stdout.strip()
    # Its port is another one here than inside, so that it is asked by the name that it has there.
    headers = {"Host": "127.0.0.1:8099"}
    with httpx2.Client(base_url=f"http://{address}", headers=headers, trust_env=False) as http:
        page = wait_for(lambda: http.get("/"), "the page")
        assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        [nonce] = re.findall("'nonce-([^']+)'", page.headers["Content-Security-Policy"])
        assert f'content="{nonce}"' in page.text
        for name in re.findall(r'(?:src|href)="\./([^"]+)"', page.text):
            assert http.get(f"/{name}").status_code == 200, name
