"""`docktor` as it is, but for how often it may be asked: thousands of questions a minute are what is wanted here.

Whoever comes in over TCP, with what and how it ended is written to the file that DOCKTOR_HEARD names.
"""

import json
import os
import sys
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope, Send

from docktor.api import doors, server
from docktor.api.headers import CarefulHeaders
from docktor.cli.main import main


class Heard(CarefulHeaders):
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                note(scope, message["status"])
            await send(message)

        await super().__call__(scope, receive, noting)


def note(scope: Scope, status: int) -> None:
    line = {"method": scope["method"], "path": scope["path"], "status": status, "headers": dict(Headers(scope=scope))}
    with Path(os.environ["DOCKTOR_HEARD"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    doors.READS_A_MINUTE = doors.WRITES_A_MINUTE = doors.LOGINS_A_MINUTE = 1_000_000
    if "DOCKTOR_HEARD" in os.environ:
        vars(server)["CarefulHeaders"] = Heard
    sys.argv[0] = "docktor"
    main()
