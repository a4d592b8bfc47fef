"""The house keeps its order: layers, furniture, file sizes, documentation."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "xiuhua"
PYTHON = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)


def test_rooms_import_only_downwards():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_file_is_longer_than_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_there_is_no_drawer_for_odds_and_ends():
    assert not [path for path in PYTHON if path.stem in {"utils", "helpers", "common", "misc"}]


def test_every_room_has_its_page():
    rooms = {path.parent.name for path in SOURCE.glob("*/apps.py")}
    assert {path.stem for path in (ROOT / "docs" / "rooms").glob("*.md")} >= rooms


def test_every_setting_is_documented():
    text = (SOURCE / "conf" / "settings.py").read_text(encoding="utf-8")
    names = set(re.findall(r'_(?:env|flag|list)\(\s*"([A-Z0-9_]+)"', text))
    documented = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert names
    assert not {name for name in names if f"`XIUHUA_{name}`" not in documented}


def _walk(command, path):
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _walk(inner, f"{path} {name}")


def test_every_command_is_documented():
    from xiuhua.conf.cli import build

    documented = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    missing = [path for path, _command in _walk(build(), "xiuhua") if f"`{path}`" not in documented]
    assert not missing


def test_every_endpoint_is_documented():
    from xiuhua.conf.api import api

    documented = (ROOT / "docs" / "interfaces" / "api.md").read_text(encoding="utf-8")
    paths = api.get_openapi_schema()["paths"]
    assert paths
    assert not [path for path in paths if f"`{path}`" not in documented]


def test_the_repository_names_no_machine_of_its_makers():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    texts = [path for path in listed if path.endswith((".py", ".md", ".toml", ".yaml", ".html", ".js", ".css"))]
    found = [
        path
        for path in texts
        if "vendor/" not in path
        and path != "tests/test_structure.py"
        and re.search(r"/work/(?:main|shared|\.)", (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert not found


def test_every_key_of_an_indicator_is_documented():
    from xiuhua.foundation.indicator_files import schema

    documented = (ROOT / "docs" / "interfaces" / "indicators-file.md").read_text(encoding="utf-8")
    keys = schema()["$defs"]["entry"]["properties"]
    assert not [key for key in keys if f"`{key}`" not in documented]
