"""page_types.py [--check]: the types of the API for the page, ui/src/api/schema.d.ts, made from the OpenAPI document.

`--check` only tells whether they are those of this API.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from docktor.api.app import create_app

UI = Path(__file__).parents[1] / "ui"
TYPES = UI / "src" / "api" / "schema.d.ts"


def main() -> int:
    document = create_app(None).openapi()  # type: ignore[arg-type]  # nobody is asked
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "openapi.json", Path(folder) / "schema.d.ts"
        source.write_text(json.dumps(document), encoding="utf-8")
        program = UI / "node_modules" / ".bin" / "openapi-typescript"
        subprocess.run([program, source, "-o", made], check=True, stdout=subprocess.DEVNULL, timeout=120)
        text = made.read_text(encoding="utf-8")
    if "--check" not in sys.argv[1:]:
        TYPES.write_text(text, encoding="utf-8")
    elif not TYPES.exists() or TYPES.read_text(encoding="utf-8") != text:
        print(f"{TYPES.relative_to(UI.parent)} is not what the API says: make api", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
