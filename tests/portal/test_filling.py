"""The database filled for measuring: small here, and as if every document had been worked on."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from apps.accounts.models import Person
from apps.accounts.selectors import actor_for
from apps.core.actors import Actor
from apps.core.errors import InvalidState
from apps.core.paging import page_of
from apps.documents.models import DocumentNumber, IncomingDocument, OutgoingDocument
from apps.documents.policies import incoming as incoming_policy
from apps.documents.policies import outgoing as outgoing_policy
from apps.documents.selectors import incoming, outgoing
from apps.documents.selectors.duplicates import number_key, title_key
from apps.documents.selectors.incoming import IncomingFilter
from apps.documents.selectors.outgoing import OutgoingFilter
from apps.documents.services.incoming import incoming_complete
from apps.portal.demo.filling import database_fill
from apps.workflow.models import Matter, Participation, Reading, Run, Task
from apps.workflow.selectors import inbox
from tests.helpers.keeping import kept

pytestmark = [pytest.mark.django_db, pytest.mark.long]
COUNT = 950


@pytest.fixture(scope="module", autouse=True)
def filled(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Once for all who only look."""
    with kept(django_db_blocker):
        database_fill(lambda _: None, COUNT, make_password("Measured-2026"), people=600)
        yield


def acting(key: str) -> Actor:
    """One of the three who are measured."""
    return actor_for(Person.objects.get(login_name=f"measured-{key}"))


def test_there_are_as_many_as_asked_for_with_five_to_dos_each() -> None:
    assert (
        OutgoingDocument.objects.count() + IncomingDocument.objects.count() == Matter.objects.count() == COUNT
    )
    assert Task.objects.count() / COUNT == pytest.approx(5, rel=0.1)
    assert Run.objects.filter(status="running").count() == COUNT // 25


def test_no_key_points_nowhere() -> None:
    """The rows were written without the database looking."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text, "
            "(SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = conkey[1]) "
            "FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text ~ '^(workflow|documents)_'"
        )
        for table, target, column in cursor.fetchall():
            key = "document_id" if target == "documents_sealedfile" else "id"
            cursor.execute(
                f"SELECT count(*) FROM {table} AS one WHERE {column} IS NOT NULL "  # noqa: S608  # our own names
                f"AND NOT EXISTS (SELECT FROM {target} AS other WHERE other.{key} = one.{column})"
            )
            assert (table, column, cursor.fetchone()) == (table, column, (0,))


def test_what_the_database_keeps_beside_is_as_it_would_have_kept_it() -> None:
    """Texts that are searched, parts, keys of duplicates."""
    for model in (Matter, OutgoingDocument, IncomingDocument):
        texts = dict(model._default_manager.values_list("pk", "search_text"))  # Django's public model API
        if model is OutgoingDocument:
            model._default_manager.exclude(status="filed").update(issuer_signature="甲")
            continue
        model._default_manager.update(title="甲")
        again = dict(model._default_manager.values_list("pk", "search_text"))
        assert {pk: text.split(" ", 1)[1] for pk, text in texts.items()} == {
            pk: text.split(" ", 1)[1] for pk, text in again.items()
        }
    people = set(Task.objects.values_list("matter_id", "person_id")) | set(
        Reading.objects.values_list("matter_id", "person_id")
    )
    assert set(Participation.objects.values_list("matter_id", "person_id")) == people
    told = Participation.objects.values_list("urgency", "form", "matter__urgency", "matter__form")
    assert all(told_of[:2] == told_of[2:] for told_of in told)
    for side in (OutgoingDocument, IncomingDocument):
        for urgency, kind, card_urgency, card_kind in side._default_manager.values_list(
            "urgency", "document_type", "matter__urgency", "matter__form"
        ):
            assert (urgency, kind) == (card_urgency, card_kind)
    numbers = dict(DocumentNumber.objects.values_list("pk", "search_text"))
    DocumentNumber.objects.update(reason="")
    assert dict(DocumentNumber.objects.values_list("pk", "search_text")) == numbers
    row = IncomingDocument.objects.latest("pk")
    assert row.number_key == number_key(row.source_number)


def test_a_title_is_compared_as_registration_would() -> None:
    row = IncomingDocument.objects.latest("pk")
    assert row.title_key == title_key(row.title)


@pytest.mark.parametrize("key", ["clerk", "director", "principal"])
def test_the_lists_of_those_who_are_measured_are_what_a_scan_gives(key: str) -> None:
    actor = acting(key)
    seen = outgoing_policy.visible_to(actor).order_by(*outgoing.LIST_ORDER)
    assert [row.pk for row in outgoing.documents_first(actor, OutgoingFilter(), 5000)] == [
        row.pk for row in seen
    ]
    received = incoming_policy.visible_to(actor).order_by(*incoming.LIST_ORDER)
    assert [row.pk for row in incoming.incoming_first(actor, IncomingFilter(), 5000)] == [
        row.pk for row in received
    ]
    assert len(page_of(inbox.tasks_done(actor), order=inbox.DONE_ORDER).rows) > 5


def test_the_pages_of_documents_open(client: Client) -> None:
    client.force_login(Person.objects.get(login_name="measured-director"))
    for status in ("filed", "signing"):
        document = OutgoingDocument.objects.filter(status=status, organ__kind="office").latest("pk")
        page = client.get(reverse("documents:outgoing_detail", args=[document.pk]))
        assert document.title in page.content.decode()
    for status in ("completed", "circulation"):
        row = IncomingDocument.objects.filter(status=status, organ__kind="office").latest("pk")
        page = client.get(reverse("documents:incoming_detail", args=[row.pk]))
        assert row.title in page.content.decode()
    assert client.get("/?tab=done").status_code == 200


def test_what_is_in_hand_can_be_worked_on(client: Client) -> None:
    """The engine knows where it stands."""
    actor = acting("clerk")
    task = inbox.tasks_todo(actor).filter(step_code="circulation")[0]
    document = IncomingDocument.objects.get(matter=task.matter)
    done = incoming_complete(
        actor=actor, incoming_id=document.pk, expected_version=document.version, text="已传阅。"
    )
    assert done.status == "completed"


def test_it_is_not_filled_twice() -> None:
    with pytest.raises(InvalidState, match="已经填充过"):
        database_fill(lambda _: None, 100, "!")


@pytest.mark.parametrize(("mode", "count", "words"), [("real", 100, "正式环境"), ("demo", 5, "之间")])
def test_the_command_refuses_what_it_may_not_do(mode: str, count: int, words: str) -> None:
    with override_settings(TONGZHOU_MODE=mode), pytest.raises(CommandError, match=words):
        call_command("demo", documents=count)
