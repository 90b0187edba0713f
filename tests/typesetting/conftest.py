"""Every test here lays out with the same open fonts, whatever the machine has."""

import functools
from collections.abc import Callable
from typing import Any

import pytest

from apps.typesetting import OfficialSheet, Typeset, compose
from apps.typesetting.faces import FontLibrary
from tests.helpers.fonts import CACHE, open_fonts
from tests.typesetting.paper import Paper, read


@pytest.fixture(scope="session")
def library() -> FontLibrary:
    """The open fonts."""
    return open_fonts()


@pytest.fixture(autouse=True)
def _font_folder(library: FontLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands and children find them too."""
    monkeypatch.setenv("TONGZHOU_FONTS", str(CACHE))


@pytest.fixture(scope="session")
def laid_out(library: FontLibrary) -> Callable[..., Typeset]:
    """`compose` with these fonts."""
    return functools.partial(compose, library=library)


@pytest.fixture(scope="session")
def printed(library: FontLibrary) -> Callable[..., Paper]:
    """A sheet as it lies on the table."""

    def run(sheet: OfficialSheet, **options: Any) -> Paper:
        return read(compose(sheet, library=library, **options).pdf)

    return run
