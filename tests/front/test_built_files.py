"""What the build leaves in static/dist: small enough, complete, and a worker that keeps only the shell (ui.md)."""

import gzip
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
DIST = STATIC / "dist"
KIB = 1024
built = pytest.mark.skipif(
    not (DIST / "manifest.json").exists(), reason="前端尚未构建：在 static/ 中运行 npm run build"
)


def manifest() -> dict[str, dict[str, object]]:
    """Vite's manifest."""
    found: dict[str, dict[str, object]] = json.loads((DIST / "manifest.json").read_text())
    return found


def with_imports(key: str) -> set[str]:
    """Files that entry `key` loads at once."""
    entry = manifest()[key]
    files = {str(entry["file"])}
    imports = entry.get("imports", [])
    assert isinstance(imports, list)
    for other in imports:
        files |= with_imports(other)
    return files


def packed(files: set[str]) -> int:
    """Bytes after gzip."""
    return sum(len(gzip.compress((DIST / file).read_bytes(), 9)) for file in files)


@built
def test_the_shell_s_script_stays_within_its_budget() -> None:
    """htmx (17 KiB) and ours together stay below 60 KiB."""
    assert packed(with_imports("src/main.ts")) <= (60 - 17) * KIB


@built
def test_the_style_sheet_stays_within_its_budget() -> None:
    """One sheet for every page."""
    assert packed(with_imports("src/styles/app.css")) <= 25 * KIB


@built
def test_the_editor_is_not_loaded_with_the_shell() -> None:
    """Only the drafting page pays for it."""
    editor = str(manifest()["src/islands/body-editor.ts"]["file"])
    assert editor not in with_imports("src/main.ts")


@built
def test_the_worker_keeps_static_files_that_exist_and_nothing_else() -> None:
    """A page, an answer or a file of people is never cached."""
    source = (DIST / "sw.js").read_text()
    names = json.loads(re.search(r"const FILES = (\[.*?\]);", source, re.DOTALL)[1])  # type: ignore[index]  # written by the build
    assert names
    for name in names:
        assert name.startswith("/static/")
        bare = name.removeprefix("/static/")
        assert (DIST / bare).exists() or (STATIC / "public" / bare).exists()
    assert "cache.put" not in source


@built
def test_every_icon_a_template_names_is_in_the_sprite() -> None:
    """A missing icon shows as a hole."""
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (DIST / "icons.svg").read_text()))
    templates = STATIC.parent / "templates"
    named = {
        name
        for path in templates.rglob("*.html")
        for name in re.findall(r'\{%\s*icon\s+"([\w-]+)"', path.read_text(encoding="utf-8"))
    }
    assert named <= sprite


def test_the_lock_of_the_front_end_names_no_registry() -> None:
    """Every office has its own mirror."""
    assert '"resolved"' not in (STATIC / "package-lock.json").read_text()


def test_the_manifest_names_icons_that_exist() -> None:
    """Installing on a phone needs them."""
    facts = json.loads((STATIC / "public" / "manifest.webmanifest").read_text())
    for entry in facts["icons"]:
        assert (STATIC / "public" / entry["src"].removeprefix("/static/")).exists()
