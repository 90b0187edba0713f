"""Clock, slots, subjects, shell, submissions."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from apps.core import clock, shell, slots, subjects, submissions
from apps.core.actors import Actor
from apps.core.errors import Conflict, NotFound
from apps.core.models import Submission
from apps.core.slots import Panel
from apps.core.subjects import Subject, SubjectKind

SOMEBODY = Actor(person_id=1, name="许若溪", login_name="x")


def test_the_clock_can_be_moved_and_comes_back() -> None:
    """Nested too; a moment without zone is refused."""
    moment = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() == moment
        assert clock.today().isoformat() == "2026-03-05"
        with clock.at(datetime(2026, 3, 5, 17, 0, tzinfo=UTC)):
            assert clock.today().isoformat() == "2026-03-06"
        assert clock.now() == moment
    assert clock.now() != moment
    with pytest.raises(ValueError, match="aware"), clock.at(datetime(2026, 3, 5, 1, 0)):  # noqa: DTZ001  # the mistake
        pass


def test_panels_stand_in_order_and_empty_ones_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """By number, then by name."""
    monkeypatch.setitem(slots._panels, "tests.slot", {})
    slots.panel("tests.slot", order=20)(_second)
    slots.panel("tests.slot", order=10)(_first)
    slots.panel("tests.slot", order=5)(_nothing)
    assert [panel.template for panel in slots.panels_of("tests.slot", SOMEBODY, 5)] == ["first", "second"]


def _first(_actor: Actor, subject: Any) -> Panel | None:
    return Panel(template="first", context={"subject": subject})


def _second(_actor: Actor, _subject: Any) -> Panel | None:
    return Panel(template="second")


def _nothing(_actor: Actor, _subject: Any) -> Panel | None:
    return None


def test_an_unowned_subject_is_invisible_and_has_no_address() -> None:
    """Rows may outlive an app."""
    gone = Subject("gone.thing", 1)
    assert subjects.can_view(SOMEBODY, gone) is False
    assert subjects.url_of(gone) == ""
    with pytest.raises(NotFound):
        subjects.kind_of(gone)


def test_nothing_can_be_attached_unless_the_owner_says_so() -> None:
    """The default is no."""
    kind = SubjectKind(kind="t", name="", icon="", title=str, url=str, can_view=lambda _actor, _id: True)
    assert kind.can_attach(SOMEBODY, 1) is False


def test_counts_are_shown_up_to_999() -> None:
    """Live numbers stay narrow."""
    assert [shell.shown(count) for count in (-1, 0, 1, 999, 1000, 5000)] == [
        "",
        "",
        "1",
        "999",
        "999+",
        "999+",
    ]


@pytest.mark.django_db(transaction=True)
def test_an_idempotency_key_claims_once_per_person() -> None:
    """Another person's same key is another key; an empty one always claims."""

    def claim(person: int, key: str) -> bool:
        with transaction.atomic():
            return submissions.claim(person_id=person, key=key, verb="sign")

    assert [claim(1, "k"), claim(1, "k"), claim(2, "k"), claim(1, ""), claim(1, "")] == [
        True,
        False,
        True,
        True,
        True,
    ]
    assert Submission.objects.count() == 2
    with pytest.raises(RuntimeError):
        submissions.claim(person_id=1, key="other", verb="sign")


def test_a_form_sent_again_finds_what_it_made_and_nothing_else(db: None) -> None:
    """Also when more was made since; what is gone is a sentence."""
    rows = [
        Submission.objects.create(person_id=9, key=f"row{n}", verb="x", created_at=clock.now())
        for n in range(3)
    ]
    for person, key, row in ((1, "a", rows[0]), (1, "b", rows[1]), (2, "a", rows[2])):
        with transaction.atomic():
            assert submissions.claim(person_id=person, key=key, verb="make")
            submissions.made(person_id=person, key=key, row_id=row.pk)
    every = Submission.objects
    assert submissions.made_before(every, person_id=1, key="a") == rows[0]
    assert submissions.made_before(every, person_id=1, key="b") == rows[1]
    assert submissions.made_before(every, person_id=2, key="a") == rows[2]
    submissions.made(person_id=1, key="", row_id=rows[2].pk)
    rows[0].delete()
    for key in ("a", "never"):
        with pytest.raises(Conflict, match="已经提交过"):
            submissions.made_before(every, person_id=1, key=key)


def test_keys_are_long_and_different() -> None:
    """Nobody guesses them."""
    keys = {submissions.new_key() for _ in range(100)}
    assert len(keys) == 100
    assert min(map(len, keys)) >= 20
