"""What several tests of the stack need."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def passable() -> Iterator[Path]:
    """A folder that servers under another user may pass through, as below `/srv`; its name is short enough for a socket."""
    made = Path(tempfile.mkdtemp(prefix="tongzhou-"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Such a folder for one test."""
    with passable() as made:
        yield made
