"""Secrets and configs written into a container (`environment:`, `content:`): no configuration holds them.

Compose puts them in as files before the start; a copy must get the very same files.
"""

import base64
import io
import json
import tarfile
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from docktor.engine.docker.client import SLOW, EngineApiError, EngineClient
from docktor.engine.docker.wire import Inspect, Json, id_of, time_of

_SECRETS = "/run/secrets/"
_ADDED = 1
_READ_ONLY = 0o444
_SOON = timedelta(seconds=30)
_MOST_FILES = 200
_MOST_BYTES = 8 * 1024 * 1024
_NOT_A_PLAIN_FILE = 0x8F280000  # Go's mode bits: directory, link, device, pipe, socket, irregular


async def inline_files(client: EngineClient, source: Inspect) -> bytes | None:
    """A tar, from `/`, of what Compose wrote into the source before its first start; `None` if nothing."""
    id_, created = id_of(source), time_of(source.get("Created"))
    if created is None:
        return None
    try:
        changes: list[Json] = await client.get(f"containers/{id_}/changes", deadline=SLOW) or []
    except EngineApiError:
        return None  # some storage drivers can't tell; a container without inline files loses nothing
    mounted = {str(mount["Destination"]) for mount in source.get("Mounts") or ()}
    added = [path for change in changes if change["Kind"] == _ADDED and (path := str(change["Path"])) not in mounted]
    added.sort(key=lambda path: not path.startswith(_SECRETS))
    archive = io.BytesIO()
    count = 0
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for path in added[:_MOST_FILES]:
            if written_by_compose(path, await _stat(client, id_, path), created):
                content = await client.call("GET", f"containers/{id_}/archive", {"path": path}, deadline=SLOW)
                count += _append(tar, path, content)
            if archive.tell() > _MOST_BYTES:
                break
    return archive.getvalue() if count else None


async def put_files(client: EngineClient, container: str, archive: bytes) -> None:
    await client.call("PUT", f"containers/{container}/archive", {"path": "/"}, data=archive, deadline=SLOW)


def written_by_compose(path: str, stat: Json | None, created: datetime) -> bool:
    """Compose's files have a time in whole seconds, about the creation's, and lie with the secrets or are 0444."""
    if stat is None or stat["mode"] & _NOT_A_PLAIN_FILE:
        return False
    written = time_of(stat["mtime"])
    if written is None or written.microsecond or abs(written - created) > _SOON:
        return False
    return path.startswith(_SECRETS) or stat["mode"] & 0o777 == _READ_ONLY


async def _stat(client: EngineClient, container: str, path: str) -> Json | None:
    try:
        headers = await client.head(f"containers/{container}/archive", {"path": path})
        stat: Json = json.loads(base64.b64decode(headers["X-Docker-Container-Path-Stat"]))
    except (EngineApiError, KeyError, ValueError):
        return None
    return stat


def _append(tar: tarfile.TarFile, path: str, archive: bytes) -> int:
    """Adds the archive's one file under its whole path, with its owner, mode and time."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as found:
        for member in found:
            if member.isfile():
                member.name = str(PurePosixPath(path).relative_to("/"))
                member.pax_headers = {}
                tar.addfile(member, found.extractfile(member))
                return 1
    return 0
