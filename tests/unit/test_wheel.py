"""The wheel has the page when it was built, and is a whole one without it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[2]
IGNORED = shutil.ignore_patterns("__pycache__", "page")


def wheel_names(root: Path, out: Path) -> set[str]:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=root, env=os.environ, check=True, capture_output=True, timeout=120)
    [wheel] = out.glob("*.whl")
    with ZipFile(wheel) as file:
        return {name for name in file.namelist() if ".dist-info/" not in name}


def test_the_page_goes_along_when_it_is_there(tmp_path: Path) -> None:
    root = tmp_path / "root"
    shutil.copytree(ROOT / "backend" / "docktor", root / "backend" / "docktor", ignore=IGNORED)
    for name in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / name, root / name)
    without = wheel_names(root, tmp_path / "without")
    files = {path.relative_to(root / "backend").as_posix() for path in root.rglob("*.py")}
    assert without == files | {"docktor/py.typed"}
    build = root / "ui" / "build"
    (build / "assets").mkdir(parents=True)
    (build / "index.html").write_text("the page")
    (build / "assets" / "index-1.js").write_text("1")
    (root / "ui" / "package.json").write_text("{}")
    page = {"docktor/page/index.html", "docktor/page/assets/index-1.js"}
    assert wheel_names(root, tmp_path / "with") - without == page
