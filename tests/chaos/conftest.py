"""What every storm needs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from apps.core import valkey
from tests.chaos.harness import Stage
from tests.chaos.nodes import Node


@pytest.fixture
def stage(tmp_path: Path, settings: Any) -> Iterator[Stage]:
    """A Valkey of the test's own, known to this process too."""
    for folder in (tmp_path, tmp_path.parent):
        folder.chmod(0o755)
    made = Stage(tmp_path)
    settings.CELERY_BROKER_URL = made.valkey.url
    valkey.forget()
    yield made
    made.end()
    valkey.forget()


@pytest.fixture
def nodes(stage: Stage, tmp_path: Path) -> Iterator[list[Node]]:
    """Two web processes."""
    made = [Node(stage, tmp_path / f"web-{number}.log") for number in (1, 2)]
    for node in made:
        node.start()
    yield made
    for node in made:
        node.kill()
