"""The page at /: files from its build, open to anybody who asks by our name. They hold no secrets."""

import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from fastapi import APIRouter, FastAPI, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles

import docktor
from docktor.api.headers import POLICY
from docktor.api.router import add_routes

NONCE = "__CSP_NONCE__"
FOR_EVER = "public, max-age=31536000, immutable"
METHODS = ["GET", "HEAD"]
# Named here, since what the machine's own tables say of them differs from one to the next.
TYPES: Mapping[str, str] = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/vnd.microsoft.icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
ANY_TYPE = "application/octet-stream"
ABSENT = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Docktor</title></head>
<body>
<h1>Docktor is running</h1>
<p>Its page is not in this build. In a checkout, <code>make page</code> builds it; then load this again.</p>
<p>Until then, <code>docktor status</code> and <code>docktor watch</code> show the services.</p>
</body>
</html>
"""

router = APIRouter(include_in_schema=False)


def page_places(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Where the build may be, first the place to prefer. `$DOCKTOR_PAGE` stands for all others."""
    if given := environment.get("DOCKTOR_PAGE"):
        return (Path(given),)
    package = Path(docktor.__file__).parent
    return package / "page", package.parents[1] / "ui" / "build"


def add_page(app: FastAPI, places: Sequence[Path] | None) -> None:
    """`places`: instead of the usual ones."""
    app.state.page = tuple(page_places(os.environ) if places is None else places)
    add_routes(app, router)


@router.api_route("/", methods=METHODS)
async def page(request: Request) -> Response:
    """The page itself, never from a cache: it names the other files, and has a nonce of its own each time."""
    folder = await run_in_threadpool(_folder, request)
    text = ABSENT if folder is None else await run_in_threadpool((folder / "index.html").read_text, "utf-8")
    nonce = secrets.token_urlsafe(16)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": policy(nonce)}
    return HTMLResponse(text.replace(NONCE, nonce), headers=headers)


@router.api_route("/assets/{path:path}", methods=METHODS)
async def page_asset(request: Request, path: str) -> Response:
    """What the page is made of. The names change with the content, so a browser may keep it for ever."""
    found = await _file(request, "assets", path)
    found.headers["Cache-Control"] = FOR_EVER
    return found


@router.api_route("/favicon.{kind}", methods=METHODS)
async def page_icon(request: Request, kind: str) -> Response:
    """The sign on the browser's tab."""
    return await _file(request, "", f"favicon.{kind}")


def policy(nonce: str) -> str:
    """What the page may load: our own files, and the styles that it makes while it runs."""
    return f"{POLICY}; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data:; font-src 'self'"


class _Files(StaticFiles):
    def file_response(self, full_path: str | os.PathLike[str], *args: object, **more: object) -> Response:
        response = super().file_response(full_path, *args, **more)  # type: ignore[arg-type]  # passed on as they came
        if isinstance(response, FileResponse):
            kind = TYPES.get(PurePath(full_path).suffix, ANY_TYPE)
            response.headers["Content-Type"] = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
        return response


async def _file(request: Request, below: str, path: str) -> Response:
    folder = await run_in_threadpool(_folder, request)
    if folder is None:
        raise HTTPException(404)
    return await _Files(directory=folder / below, check_dir=False).get_response(path, request.scope)


def _folder(request: Request) -> Path | None:
    """The first place where there is a page; looked for each time, for it may be built while the daemon runs."""
    return next((place for place in request.app.state.page if (place / "index.html").is_file()), None)
