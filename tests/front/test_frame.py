"""The frame round every page, and the components it is made of."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.template.loader import get_template
from django.test import Client

from apps.core import shell
from apps.core.shell import NavItem

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def test_every_component_says_what_it_needs() -> None:
    """The first line names the variables."""
    silent = [
        path.name
        for path in sorted((TEMPLATES / "components").glob("*.html"))
        if "{% comment %}" not in path.read_text(encoding="utf-8").splitlines()[0]
    ]
    assert not silent


def test_every_template_compiles() -> None:
    """A mistyped tag must not wait for a person to open the page."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        get_template(str(path.relative_to(TEMPLATES)))


def test_the_frame_carries_the_notice_and_the_ways_past_it(client_as: Callable[[str], Client]) -> None:
    """非涉密 on every page; a skip link, landmarks and the phone's tabs are there without a script."""
    page = client_as("head").get("/").content.decode()
    assert "本系统为非涉密系统" in page
    for part in ('class="skip-link" href="#main"', 'id="main"', 'class="tab-bar"', 'aria-label="主导航"'):
        assert part in page


def test_the_frame_says_whose_page_it_is(client_as: Callable[[str], Client], client: Client) -> None:
    """What was typed before a lock is given back to this person only; a page without a person says nothing."""
    head = client_as("head")
    assert f'data-person="{head.session["_auth_user_id"]}"' in head.get("/").content.decode()
    assert "data-person" not in client.get("/accounts/login/").content.decode()


def test_the_worker_comes_from_the_root_and_is_asked_for_anew(client: Client) -> None:
    """Its scope is the whole site; an old one would keep an old shell."""
    response = client.get("/sw.js")
    if response.status_code == 404:
        pytest.skip("前端尚未构建：在 static/ 中运行 npm run build")
    assert response["Cache-Control"] == "no-cache"
    assert response["Content-Type"].startswith("text/javascript")


def test_the_entry_with_the_longest_prefix_is_the_current_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The desk's prefix `/` fits every path and must not win over a nearer one."""
    items = {
        name: NavItem(name=name, icon="x", url_name=name, prefix=prefix, order=order)
        for name, prefix, order in (("desk", "/", 1), ("documents", "/documents/", 2))
    }
    monkeypatch.setattr(shell, "_nav", items)
    assert shell.current_of("/documents/outgoing/1/") == "documents"
    assert shell.current_of("/") == "desk"
    assert shell.current_of("/search/") == ""
