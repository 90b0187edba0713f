"""The front end is built when its sources changed, and its worker knows every file it keeps."""

from pathlib import Path
from typing import Any

import pytest

from config.stack import frontend
from config.stack.frontend import Frontend, build_sources


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A source tree of its own, and the commands that were run for it instead of running them."""
    ran: list[str] = []

    def run(title: str, command: list[str], **_: Any) -> None:
        ran.append(" ".join(command))
        if command[0] == "npm":
            (tmp_path / "static" / "node_modules").mkdir(exist_ok=True)
            (tmp_path / "static" / "dist").mkdir(exist_ok=True)
            for name in ("manifest.json", "icons.svg"):
                (tmp_path / "static" / "dist" / name).touch()

    for folder in ("static/public/readme", "templates", "apps"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.setattr(frontend, "ROOT", tmp_path)
    monkeypatch.setattr(frontend, "STATIC", tmp_path / "static")
    monkeypatch.setattr(frontend, "CACHE", tmp_path / ".cache")
    monkeypatch.setattr(frontend, "run_step", run)
    monkeypatch.setattr(Frontend, "_node_path", lambda _: "")
    Frontend(tmp_path / ".venv").prepare()
    assert ran == ["npm ci --ignore-scripts --no-audit --no-fund", "npm run --silent build"]
    ran.clear()
    return ran


def test_a_new_icon_gives_the_worker_a_new_version(steps: list[str], tmp_path: Path) -> None:
    """The worker serves the icons it keeps: with the old version it would go on serving the old ones."""
    (tmp_path / "templates" / "a.html").write_text('{% icon "bell" %}')
    Frontend(tmp_path / ".venv").prepare()
    assert steps == ["node scripts/icons.mjs", "node scripts/worker.mjs"]
    Frontend(tmp_path / ".venv").prepare()
    assert len(steps) == 2


def test_what_the_worker_keeps_of_public_is_a_source(steps: list[str], tmp_path: Path) -> None:
    """Pictures of the README are not."""
    (tmp_path / "static" / "public" / "readme" / "desk.webp").write_bytes(b"1")
    Frontend(tmp_path / ".venv").prepare()
    assert steps == []
    (tmp_path / "static" / "public" / "offline.html").write_text("网络未连接")
    Frontend(tmp_path / ".venv").prepare()
    assert steps == ["npm run --silent build"]


def test_the_sources_of_the_build_exist() -> None:
    """A renamed file would silently stop counting."""
    assert [place.name for place in build_sources() if not place.exists()] == []
