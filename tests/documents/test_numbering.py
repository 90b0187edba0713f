"""编号: after recheck, once, gapless, each gap with its reason."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as DjangoHypothesisCase

from apps.core import clock
from apps.core.actors import Actor
from apps.core.clock import CITY_ZONE, today
from apps.core.errors import Conflict, Forbidden, HouseError, InvalidState, NotFound, ValidationFailed
from apps.core.words import text_has, words_of
from apps.documents.enums import NumberStatus
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import DocumentNumber, NumberLedgerEntry, NumberSeries, OutgoingDocument
from apps.documents.selectors.numbering import (
    LedgerFilter,
    ledger_of,
    reserved_for_document,
    series_for_document,
    unexplained_gaps,
)
from apps.documents.services import numbering
from apps.documents.services.drafting import DraftChanges, outgoing_autosave
from apps.documents.services.flow import outgoing_cancel, outgoing_return, outgoing_submit
from apps.documents.services.numbering import number_reserve, number_use, number_void, series_ready
from tests.factories.world import World
from tests.helpers.depth import examples, first_quick
from tests.helpers.outgoing import carried, stepped

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


def office_series(world: World) -> NumberSeries:
    """This year's series of the office."""
    return series_ready(organ=world.organs["office"], year=today().year)


def use(world: World, document: OutgoingDocument, who: str = "clerk", **more: Any) -> OutgoingDocument:
    """`who` numbers the document."""
    return number_use(
        actor=world.actor(who), document_id=document.pk, expected_version=document.version, **more
    )


def advanced(world: World, document: OutgoingDocument, status: Status) -> OutgoingDocument:
    """The document carried on to `status` from where it stands."""
    document = OutgoingDocument.objects.get(pk=document.pk)
    if document.status == Status.DRAFT:
        drafter = world.actor("drafter")
        document = outgoing_submit(
            actor=drafter, document_id=document.pk, expected_version=document.version, text="已修改。"
        )
    while document.status != status:
        document = stepped(world, document)
    return document


def test_numbers_of_a_year_begin_at_one_and_follow_each_other(world: World) -> None:
    numbers = [use(world, carried(world, Status.NUMBERING)).document_number for _ in range(3)]
    year = today().year
    assert numbers == [f"岱政办发〔{year}〕{serial}号" for serial in (1, 2, 3)]


@pytest.mark.parametrize("status", first_quick([Status.RECHECK, Status.OFFICE_REVIEW, Status.SIGNING]))
def test_no_number_before_recheck_is_done(world: World, status: Status) -> None:
    document = carried(world, status)
    with pytest.raises(Forbidden, match="编号"):
        use(world, document)
    assert DocumentNumber.objects.count() == 0


@pytest.mark.parametrize("who", first_quick(["director", "drafter", "head"]))
def test_only_the_clerk_numbers(world: World, who: str) -> None:
    document = carried(world, Status.NUMBERING)
    with pytest.raises(Forbidden):
        use(world, document, who)


def test_a_text_other_than_the_signed_one_gets_no_number(world: World) -> None:
    document = carried(world, Status.NUMBERING)
    OutgoingDocument.objects.filter(pk=document.pk).update(title="被改动的通知")
    with pytest.raises(ValidationFailed) as refused:
        use(world, document)
    assert refused.value.data["rules"] == ["D27"]
    assert DocumentNumber.objects.count() == 0


def test_the_number_stands_on_the_card_of_the_matter(world: World) -> None:
    document = use(world, carried(world, Status.NUMBERING))
    document.refresh_from_db()
    assert document.matter is not None
    assert document.matter.reference_number == document.document_number


def test_a_document_sent_back_to_numbering_keeps_its_number(world: World) -> None:
    document = use(world, carried(world, Status.NUMBERING))
    number = document.document_number
    document = outgoing_return(
        actor=world.actor("clerk"),
        document_id=document.pk,
        expected_version=document.version,
        to="numbering",
        text="核对字号。",
    )
    document = use(world, document)
    assert document.document_number == number
    assert DocumentNumber.objects.count() == 1


def back_with_drafter(world: World, document: OutgoingDocument) -> OutgoingDocument:
    """A numbered document that was sent back the whole way."""
    for who, to in (("clerk", "recheck"), ("clerk", "signing"), ("head", "drafter")):
        document = outgoing_return(
            actor=world.actor(who),
            document_id=document.pk,
            expected_version=document.version,
            to=to,
            text="改",
        )
    return document


def test_a_number_that_fits_no_longer_is_changed_before_the_document_goes_on(
    world: World, client_as: ClientAs
) -> None:
    document = back_with_drafter(world, use(world, carried(world, Status.NUMBERING)))
    outgoing_autosave(
        actor=world.actor("drafter"),
        document_id=document.pk,
        expected_version=document.version,
        changes=DraftChanges(issuing_organ_id=world.organs["city"].pk),
    )
    document = advanced(world, document, Status.NUMBERING)
    with pytest.raises(InvalidState, match="换号"):
        use(world, document)
    address = reverse("documents:number_void", args=[document.numbers.get().pk])
    client = client_as("clerk")
    page = client.get(reverse("documents:outgoing_detail", args=[document.pk])).content.decode()
    assert address in page
    client.post(address, {"reason": "发文机关改为市政府", "document": document.pk})
    document.refresh_from_db()
    assert use(world, document).document_number == f"岱政发〔{today().year}〕1号"


def test_a_number_of_last_year_does_not_number_what_is_signed_this_year(world: World) -> None:
    with clock.at(datetime(2026, 12, 30, 9, tzinfo=CITY_ZONE)):
        document = use(world, carried(world, Status.NUMBERING))
        document = outgoing_return(
            actor=world.actor("clerk"),
            document_id=document.pk,
            expected_version=document.version,
            to="recheck",
            text="核对。",
        )
        kept = document.document_number
    with clock.at(datetime(2027, 1, 5, 9, tzinfo=CITY_ZONE)):
        document = advanced(world, document, Status.NUMBERING)
        OutgoingDocument.objects.filter(pk=document.pk).update(document_date=today())
        with pytest.raises(InvalidState, match="成文年度"):
            use(world, document)
        OutgoingDocument.objects.filter(pk=document.pk).update(document_date=date(2026, 12, 30))
        assert use(world, document).document_number == kept


def test_a_city_document_is_offered_the_citys_numbers_alone(world: World) -> None:
    office, city = (series_ready(organ=world.organs[key], year=today().year) for key in ("office", "city"))
    of_office, of_city = (
        number_reserve(actor=world.actor("clerk"), series_id=series.pk, reason="备用")
        for series in (office, city)
    )
    document = carried(world, Status.NUMBERING, issuing_organ_id=world.organs["city"].pk)
    assert series_for_document(document) == [city]
    assert list(reserved_for_document(document)) == [of_city]
    with pytest.raises(ValidationFailed, match="不属于发文机关"):
        use(world, document, number_id=of_office.pk)


def test_a_serial_taken_by_a_document_meanwhile_is_not_voided_under_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, clerk = carried(world, Status.NUMBERING), world.actor("clerk")
    number = number_reserve(actor=clerk, series_id=office_series(world).pk, reason="备用")
    held = numbering._series_held

    def meanwhile(actor: Actor, series_id: int) -> NumberSeries:
        monkeypatch.setattr(numbering, "_series_held", held)
        use(world, document, number_id=number.pk)
        return held(actor, series_id)

    monkeypatch.setattr(numbering, "_series_held", meanwhile)
    with pytest.raises(Conflict, match="没有作废"):
        number_void(actor=clerk, number_id=number.pk, reason="不用了")


def test_a_changed_number_leaves_an_explained_gap(world: World) -> None:
    document = use(world, carried(world, Status.NUMBERING))
    document = outgoing_return(
        actor=world.actor("clerk"),
        document_id=document.pk,
        expected_version=document.version,
        to="numbering",
        text="换号。",
    )
    number_void(actor=world.actor("clerk"), number_id=document.numbers.get().pk, reason="序列选错")
    document.refresh_from_db()
    assert document.document_number == ""
    document = use(world, document)
    assert document.document_number.endswith("2号")
    assert list(unexplained_gaps(office_series(world))) == []
    void = DocumentNumber.objects.get(status=NumberStatus.VOID)
    assert [entry.reason for entry in void.ledger.all()] == ["", "序列选错"]


def test_a_number_in_use_cannot_be_voided(world: World) -> None:
    document = use(world, carried(world, Status.NUMBERING))
    with pytest.raises(InvalidState, match="退回到“编号”"):
        number_void(actor=world.actor("clerk"), number_id=document.numbers.get().pk, reason="不想要")


def test_a_reserved_serial_is_used_later_or_voided_with_a_reason(world: World) -> None:
    clerk = world.actor("clerk")
    series = office_series(world)
    first = number_reserve(actor=clerk, series_id=series.pk, reason="会议纪要专用")
    second = number_reserve(actor=clerk, series_id=series.pk, reason="待定")
    document = use(world, carried(world, Status.NUMBERING), number_id=first.pk)
    assert document.document_number == str(first)
    with pytest.raises(ValidationFailed, match="作废原因"):
        number_void(actor=clerk, number_id=second.pk, reason=" ")
    number_void(actor=clerk, number_id=second.pk, reason="取消发文")
    with pytest.raises(InvalidState, match="已经作废"):
        number_void(actor=clerk, number_id=second.pk, reason="再次")


def test_a_reservation_sent_again_finds_its_own_number(world: World) -> None:
    """Also when another clerk of the series took the next one meanwhile."""
    clerk, series = world.actor("clerk"), office_series(world)
    first = number_reserve(actor=clerk, series_id=series.pk, reason="会议纪要专用", key="form")
    number_reserve(actor=clerk, series_id=series.pk, reason="待定", key="other form")
    assert number_reserve(actor=clerk, series_id=series.pk, reason="会议纪要专用", key="form") == first
    assert series.numbers.count() == 2


def test_a_reserved_serial_is_not_used_twice(world: World) -> None:
    reserved = number_reserve(actor=world.actor("clerk"), series_id=office_series(world).pk, reason="占号")
    use(world, carried(world, Status.NUMBERING), number_id=reserved.pk)
    with pytest.raises(Conflict, match="已被使用"):
        use(world, carried(world, Status.NUMBERING), number_id=reserved.pk)


def test_a_reservation_wants_a_reason_and_the_organs_clerk(world: World) -> None:
    series = office_series(world)
    with pytest.raises(ValidationFailed, match="占号原因"):
        number_reserve(actor=world.actor("clerk"), series_id=series.pk, reason="")
    for key in ("drafter", "bureau_clerk", "county_clerk", "sysadmin"):
        with pytest.raises(Forbidden):
            number_reserve(actor=world.actor(key), series_id=series.pk, reason="占号")
    with pytest.raises(NotFound):
        number_reserve(actor=world.actor("clerk"), series_id=999_999, reason="占号")


def test_the_office_keeps_the_governments_series_and_a_bureau_does_not(world: World) -> None:
    series = series_ready(organ=world.organs["city"], year=today().year)
    number = number_reserve(actor=world.actor("clerk"), series_id=series.pk, reason="市政府文件")
    assert str(number) == f"岱政发〔{today().year}〕1号"
    with pytest.raises(Forbidden):
        number_reserve(actor=world.actor("finance_clerk"), series_id=series.pk, reason="占号")


def test_a_document_is_not_numbered_in_a_strangers_series(world: World) -> None:
    alien = series_ready(organ=world.organs["finance"], year=today().year)
    document = carried(world, Status.NUMBERING)
    with pytest.raises(Forbidden):
        use(world, document, series_id=alien.pk)


def test_a_cancelled_document_gives_its_number_up_with_the_reason(world: World) -> None:
    document = back_with_drafter(world, use(world, carried(world, Status.NUMBERING)))
    document = outgoing_cancel(
        actor=world.actor("drafter"),
        document_id=document.pk,
        expected_version=document.version,
        reason="停发",
    )
    number = DocumentNumber.objects.get()
    assert (number.status, number.reason) == (NumberStatus.VOID, "公文作废：停发")
    assert document.document_number == ""


def test_an_organ_without_code_is_told_so(world: World) -> None:
    organ = world.organs["office"]
    organ.organ_code = ""
    organ.save(update_fields=["organ_code"])
    with pytest.raises(InvalidState, match="机关代字"):
        use(world, carried(world, Status.NUMBERING))


def test_the_ledger_is_for_the_office(world: World) -> None:
    stepped(world, carried(world, Status.NUMBERING))
    assert ledger_of(world.actor("clerk"), LedgerFilter()).count() == 1
    assert ledger_of(world.actor("clerk"), LedgerFilter(text="1号")).count() == 1
    assert ledger_of(world.actor("clerk"), LedgerFilter(text="不存在")).count() == 0
    assert ledger_of(world.actor("finance_clerk"), LedgerFilter()).count() == 0
    for key, refusal in (("drafter", Forbidden), ("stranger", Forbidden), ("sysadmin", NotFound)):
        with pytest.raises(refusal):
            ledger_of(world.actor(key), LedgerFilter())


def test_words_find_a_number_by_itself_its_title_and_its_reason(world: World) -> None:
    """As a scan of what is printed does; a changed title is found by its new words."""
    clerk = world.actor("clerk")
    document = use(world, carried(world, Status.NUMBERING))
    number_reserve(actor=clerk, series_id=office_series(world).pk, reason="会议纪要专用")
    for text, count in (
        ("防汛", 1), ("汛 通知", 1), ("1号", 1), ("２号", 1), ("〔", 2), ("纪要", 1), ("岱政办发", 2), ("龘", 0), ("纪要 防汛", 0),
    ):  # fmt: skip
        rows = ledger_of(clerk, LedgerFilter(text=text))
        assert rows.count() == count, text
        assert set(rows) == set(DocumentNumber.objects.filter(text_has(words_of(text))))
    OutgoingDocument.objects.filter(pk=document.pk).update(title="关于抗旱的通知")
    assert ledger_of(clerk, LedgerFilter(text="抗旱")).get().document_id == document.pk
    assert not ledger_of(clerk, LedgerFilter(text="防汛")).exists()


def test_the_database_keeps_serials_unique_and_the_ledger_fixed(world: World) -> None:
    stepped(world, carried(world, Status.NUMBERING))
    number = DocumentNumber.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentNumber.objects.create(
            series=number.series, serial=number.serial, status=NumberStatus.USED, changed_at=number.changed_at
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentNumber.objects.create(
            series=number.series,
            serial=99,
            status=NumberStatus.RESERVED,
            document_id=number.document_id,
            changed_at=number.changed_at,
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        NumberLedgerEntry.objects.update(reason="改写")
    with pytest.raises(DatabaseError), transaction.atomic():
        NumberLedgerEntry.objects.all().delete()


class TestAnyOrderOfVerbs(DjangoHypothesisCase):
    """Whatever clerks do, every serial handed out has a row and no document holds two."""

    @settings(max_examples=examples(quick=4, long=40))
    @given(st.lists(st.sampled_from(["reserve", "use", "use_reserved", "void", "void_used"]), max_size=12))
    def test_no_gap_is_unexplained(self, verbs: list[str]) -> None:
        world = World.build()
        clerk, series = world.actor("clerk"), office_series(world)
        for verb in verbs:
            reserved = DocumentNumber.objects.filter(status=NumberStatus.RESERVED).first()
            used = DocumentNumber.objects.filter(status=NumberStatus.USED).first()
            try:
                if verb == "reserve":
                    number_reserve(actor=clerk, series_id=series.pk, reason="占号")
                elif verb == "use":
                    use(world, carried(world, Status.NUMBERING))
                elif verb == "use_reserved" and reserved:
                    use(world, carried(world, Status.NUMBERING), number_id=reserved.pk)
                elif verb == "void" and reserved:
                    number_void(actor=clerk, number_id=reserved.pk, reason="作废")
                elif verb == "void_used" and used:
                    number_void(actor=clerk, number_id=used.pk, reason="作废")
            except HouseError:
                continue
        series.refresh_from_db()
        assert list(unexplained_gaps(series)) == []
        live = DocumentNumber.objects.exclude(status=NumberStatus.VOID).exclude(document=None)
        assert live.count() == live.values("document").distinct().count()
        for document in OutgoingDocument.objects.exclude(document_number=""):
            assert str(document.numbers.get(status=NumberStatus.USED)) == document.document_number
