"""Writing the record: what is accepted, what is refused, what it holds."""

import pytest
import structlog
from django.db import DatabaseError, connection, transaction

from apps.audit.digests import ENTRY_FIELDS, entry_digest
from apps.audit.models import AuditEntry
from apps.audit.registry import UnknownAction, action
from apps.audit.services import record
from apps.audit.services.recording import NotAuditable
from apps.core.subjects import Subject
from tests.factories.world import World

ACT = "accounts.absence_record"


def test_an_entry_holds_who_what_and_from_where(world: World) -> None:
    with structlog.contextvars.bound_contextvars(ip="10.1.2.3", request_id="r-1"):
        entry = record(
            ACT,
            actor=world.actor("drafter"),
            subject=Subject("accounts.person", 7),
            subject_text="许若溪 出差",
            facts={"days": 3, "places": ["省城", None], "paid": True},
            on_behalf_of="沈亦舟",
        )
    entry.refresh_from_db()
    assert (entry.person_name, entry.post_text, entry.on_behalf_of) == ("许若溪", "综合科 科员", "沈亦舟")
    assert (entry.source_ip, entry.request_id, entry.subject_id) == ("10.1.2.3", "r-1", 7)
    assert entry.digest == entry_digest({name: getattr(entry, name) for name in ENTRY_FIELDS})


def test_the_system_acts_under_its_own_name(db: None) -> None:
    assert record(ACT, actor=None).person_name == "系统"


def test_unknown_actions_are_refused(db: None) -> None:
    with pytest.raises(UnknownAction):
        record("accounts.no_such_verb", actor=None)


def test_an_action_cannot_get_two_meanings() -> None:
    with pytest.raises(UnknownAction):
        action(ACT, "别的意思")


@pytest.mark.parametrize("value", [1.5, b"x", {1: "x"}, [object()]])
def test_facts_that_would_not_read_back_the_same_are_refused(db: None, value: object) -> None:
    with pytest.raises(NotAuditable):
        record(ACT, actor=None, facts={"value": value})


@pytest.mark.django_db(transaction=True)
def test_nothing_is_recorded_outside_a_transaction() -> None:
    with pytest.raises(NotAuditable):
        record(ACT, actor=None)


@pytest.mark.django_db(transaction=True)
def test_an_entry_vanishes_with_the_verb_that_failed() -> None:
    def verb() -> None:
        with transaction.atomic():
            record(ACT, actor=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        verb()
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET subject_text = 'x'",
        "DELETE FROM audit_auditentry",
        "TRUNCATE audit_auditentry, audit_auditpending, audit_auditseal",
    ],
)
def test_the_database_refuses_to_change_the_record(db: None, statement: str) -> None:
    record(ACT, actor=None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="pgtrigger"), transaction.atomic():
            cursor.execute(statement)
