"""Live frames: whose screens are told to look again, and that they carry ids only."""

import json
from typing import Any

import pytest

from apps.core import realtime
from apps.workflow.services import reading_send
from tests.workflow.conftest import Desk


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, Any]]]:
    """What would go to Valkey."""
    sent: list[tuple[list[str], dict[str, Any]]] = []
    monkeypatch.setattr(
        realtime, "_publish", lambda topics, frame: sent.append((topics, json.loads(frame.partition(" ")[2])))
    )
    return sent


def test_whoever_loses_and_whoever_gets_a_to_do_looks_again(
    desk: Desk, frames: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    """After commit, once, with the matter's id."""
    with django_capture_on_commit_callbacks(execute=True):
        desk.act("drafter", "submit")
    ids = sorted(desk.world.person(key).pk for key in ("drafter", "section_chief"))
    topics = [f"person.{pk}" for pk in ids]
    assert (sorted(frames[0][0]), frames[0][1]["kind"], frames[0][1]["ids"]) == (
        sorted(topics),
        "inbox",
        [desk.matter.pk],
    )


def test_readers_look_again_when_something_is_sent(
    desk: Desk, frames: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    """Only they."""
    with django_capture_on_commit_callbacks(execute=True):
        reading_send(
            actor=desk.actor("drafter"), matter=desk.matter, appointments=[desk.world.post("county_clerk")]
        )
    assert [frame[0] for frame in frames] == [[f"person.{desk.world.person('county_clerk').pk}"]]
