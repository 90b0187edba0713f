"""令号: orders run through the tenure of who signs them, whatever the year; a new leader begins at one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from apps.core import clock
from apps.core.clock import CITY_ZONE, today
from apps.core.errors import InvalidState, ValidationFailed
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import NumberSeries, OutgoingDocument
from apps.documents.selectors.numbering import LedgerFilter, ledger_of, series_for_document
from apps.documents.selectors.outgoing import content_of
from apps.documents.selectors.sheets import sheet_of
from apps.documents.services.numbering import (
    number_reserve,
    number_use,
    order_series_ready,
    series_ready,
)
from apps.documents.services.series import series_default_set, series_open
from tests.factories.world import World
from tests.helpers.outgoing import carried

pytestmark = [pytest.mark.django_db, pytest.mark.long]
ClientAs = Callable[[str], Client]
MARK = "岱海市人民政府办公室令"


def order_at_numbering(world: World, signer: str = "head") -> OutgoingDocument:
    """An order the signer has signed."""
    document = carried(world, Status.NUMBERING, document_type="order", title=MARK)
    OutgoingDocument.objects.filter(pk=document.pk).update(signer=world.post(signer))
    return OutgoingDocument.objects.get(pk=document.pk)


def use(world: World, document: OutgoingDocument, **chosen: Any) -> OutgoingDocument:
    return number_use(
        actor=world.actor("clerk"), document_id=document.pk, expected_version=document.version, **chosen
    )


def numbered(world: World, signer: str = "head", **chosen: Any) -> str:
    return use(world, order_at_numbering(world, signer), **chosen).document_number


def test_orders_are_cited_by_mark_and_serial_and_print_the_serial_alone(world: World) -> None:
    document = order_at_numbering(world)
    assert sheet_of(document, content_of(document)).document_number == "第　　号"
    document = use(world, document)
    assert document.document_number == f"{MARK}第1号"
    assert sheet_of(document, content_of(document)).document_number == "第1号"


def test_they_run_through_the_tenure_and_past_the_new_year(world: World) -> None:
    with clock.at(datetime(2026, 12, 31, 12, tzinfo=CITY_ZONE)):
        old = [numbered(world), numbered(world)]
    with clock.at(datetime(2027, 1, 4, 12, tzinfo=CITY_ZONE)):
        assert [*old, numbered(world)] == [f"{MARK}第{serial}号" for serial in (1, 2, 3)]


def test_a_new_leader_begins_at_one_and_both_stand_in_the_ledger(world: World) -> None:
    assert [numbered(world), numbered(world, "deputy")] == [f"{MARK}第1号"] * 2
    names = {str(row.series) for row in ledger_of(world.actor("clerk"), LedgerFilter())}
    assert names == {f"{MARK}（沈亦舟任期）", f"{MARK}（周明远任期）"}


def test_the_same_serial_of_one_tenure_is_never_given_twice(world: World) -> None:
    numbered(world)
    number = NumberSeries.objects.get(tenure=world.post("head")).numbers.get()
    number.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        number.save(force_insert=True)


def test_other_documents_are_numbered_by_the_year_as_before(world: World) -> None:
    numbered(world)
    document = use(world, carried(world, Status.NUMBERING))
    assert document.document_number == f"岱政办发〔{today().year}〕1号"


def test_neither_takes_a_serial_of_the_others_series(world: World) -> None:
    office = world.organs["office"]
    of_year = series_ready(organ=office, year=today().year)
    of_head = order_series_ready(organ=office, tenure=world.post("head"))
    of_deputy = order_series_ready(organ=office, tenure=world.post("deputy"))
    order, notice = order_at_numbering(world), carried(world, Status.NUMBERING)
    assert series_for_document(order) == [of_head]
    assert series_for_document(notice) == [of_year]
    for document, series in ((order, of_year), (order, of_deputy), (notice, of_head)):
        with pytest.raises(ValidationFailed, match="请重新选择"):
            use(world, document, series_id=series.pk)
        kept = number_reserve(actor=world.actor("clerk"), series_id=series.pk, reason="备用")
        with pytest.raises(ValidationFailed, match="签发人任期"):
            use(world, document, number_id=kept.pk)


def test_a_reserved_order_number_is_used_in_a_later_year_of_the_tenure(world: World) -> None:
    with clock.at(datetime(2026, 12, 31, 12, tzinfo=CITY_ZONE)):
        series = order_series_ready(organ=world.organs["office"], tenure=world.post("head"))
        kept = number_reserve(actor=world.actor("clerk"), series_id=series.pk, reason="待会议审议")
    with clock.at(datetime(2027, 1, 4, 12, tzinfo=CITY_ZONE)):
        assert numbered(world, number_id=kept.pk) == f"{MARK}第1号"


def test_a_series_goes_on_from_the_paper_ledger_and_is_no_default(world: World) -> None:
    organ, tenure = world.organs["office"], world.post("head")
    facts: dict[str, Any] = {"organ_id": organ.pk, "year": today().year, "tenure_id": tenure.pk}
    with pytest.raises(ValidationFailed, match="以“令”结尾"):
        series_open(actor=None, prefix="岱政办发", **facts)
    series = series_open(actor=None, prefix=MARK, first_serial=17, **facts)
    assert numbered(world) == f"{MARK}第17号"
    with pytest.raises(InvalidState, match="一个任期只有一个序列"):
        series_open(actor=None, prefix=MARK, **facts)
    with pytest.raises(InvalidState, match="不设默认"):
        series_default_set(actor=None, series_id=series.pk)
    assert not series.is_default


def test_the_form_shows_the_next_order_number(world: World, client_as: ClientAs) -> None:
    client, document = client_as("clerk"), order_at_numbering(world)
    address = reverse("documents:outgoing_detail", args=[document.pk])
    assert f"{MARK}第1号（沈亦舟任期首个）" in client.get(address).content.decode()
    numbered(world)
    assert f">{MARK}第2号<" in client.get(address).content.decode()
    ledger = client.get(reverse("documents:numbers")).content.decode()
    assert f"{MARK}（沈亦舟任期）" in ledger
    assert f"{MARK}第1号" in ledger


def test_the_administrator_opens_one_in_the_back_office(world: World, client_as: ClientAs) -> None:
    form = {
        "organ": world.organs["office"].pk,
        "tenure": world.post("head").pk,
        "prefix": MARK,
        "year": today().year,
        "first_serial": 9,
    }
    address = reverse("admin:documents_numberseries_add")
    assert client_as("sysadmin").post(address, form).status_code == 302
    assert numbered(world) == f"{MARK}第9号"
