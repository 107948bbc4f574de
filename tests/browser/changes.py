"""What an attacker would like to do to a daemon."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

REASON = "an attack"
SERVICE = "/api/projects/shop/services/web"
READER = "reader"  # a token there is
ASKED = "/asked-by-the-daemon"


@dataclass(frozen=True)
class Change:
    """A request that changes something. `allowed`: what the owner's own page gets for it."""

    name: str
    method: str
    path: str
    body: Mapping[str, object] | None = None
    allowed: int = 200

    @property
    def json(self) -> str | None:
        return None if self.body is None else json.dumps(self.body)

    @property
    def smuggled(self) -> tuple[str, str]:
        """Name and value of a form's field that, sent as text/plain (`name=value`), are valid JSON and mean `json`."""
        if self.body is None:
            return "x", "y"
        # Of a key that comes twice, the last one counts.
        return f'{{"{next(iter(self.body))}": "', '", ' + json.dumps(self.body)[1:]


def changes(waiting: int, port: int) -> tuple[Change, ...]:
    """`waiting`: a proposal that waits for a person. `port`: the attacker's, which the daemon might be made to ask."""
    queue = {"kind": "http-json", "url": f"http://127.0.0.1:{port}{ASKED}"}
    rules = {"scale_up_when": [{"metric": "cpu.avg", "op": ">", "value": 1000}]}
    entry = {"name": "web", "min_replicas": 1, "max_replicas": 5, "rules": rules}
    return (
        Change("scale", "POST", f"{SERVICE}/scale", {"replicas": 5, "reason": REASON}),
        Change("hold", "POST", f"{SERVICE}/hold", {"minutes": 5, "reason": REASON}),
        Change("resume", "DELETE", f"{SERVICE}/hold"),
        Change("mode", "POST", f"{SERVICE}/mode", {"mode": "observe"}),
        Change("check", "POST", f"{SERVICE}/check"),
        Change("approve", "POST", f"/api/approvals/{waiting}", {"verdict": "approve", "reason": REASON}),
        Change("source", "POST", "/api/sources/test", {"queue": queue}),
        Change("give a token", "POST", "/api/tokens", {"role": "admin", "name": "evil"}, 201),
        Change("take a token", "DELETE", f"/api/tokens/{READER}"),
        Change("model", "PUT", "/api/model", {"model": "evil"}),
        Change("pull", "POST", "/api/models/pull", {"model": "ai/evil"}, 400),  # allowed, but nobody is there to do it
        Change("rules", "PUT", f"{SERVICE}/rules", entry),
        Change("no rules", "DELETE", f"{SERVICE}/rules"),
        Change("rotate", "POST", "/api/token/rotate", None, 403),  # not over TCP, whoever asks
        Change("stop", "POST", "/api/stop", None, 403),
        Change("login", "POST", "/api/session", {"token": "wrong"}, 401),
        Change("logout", "DELETE", "/api/session"),
    )
