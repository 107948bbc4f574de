"""Which container Docktor itself runs in, if it does: it never manages its own service."""

import re
import socket
from pathlib import Path

# The files the engine mounts into every container; the host's own mount table has no such targets.
_MOUNTED = re.compile(r"/containers/([0-9a-f]{64})/\S* /etc/(?:hostname|hosts|resolv\.conf) ")
_CGROUP = re.compile(r"(?:/docker/|docker-)([0-9a-f]{64})")
_HOSTNAME = re.compile(r"[0-9a-f]{12}")


def own_ids(hostname: str, mountinfo: str, cgroup: str) -> frozenset[str]:
    """Ids (whole, or the first 12 digits) that may be this process's container; empty outside of one."""
    ids = set(_MOUNTED.findall(mountinfo)) | set(_CGROUP.findall(cgroup))
    if _HOSTNAME.fullmatch(hostname):
        ids.add(hostname)
    return frozenset(ids)


def read_own_ids() -> frozenset[str]:
    return own_ids(socket.gethostname(), _read("/proc/self/mountinfo"), _read("/proc/self/cgroup"))


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""
