"""Numbers of the old and the new year on New Year's Eve, by the city's clock."""

from datetime import datetime
from typing import Any

import pytest

from apps.core import clock
from apps.core.clock import CITY_ZONE
from apps.core.errors import ValidationFailed
from apps.documents.enums import OutgoingStatus as Status
from apps.documents.models import NumberSeries, OutgoingDocument
from apps.documents.services.numbering import number_reserve, number_use, series_ready
from tests.factories.world import World
from tests.helpers.incoming import registered
from tests.helpers.outgoing import carried

pytestmark = [pytest.mark.django_db, pytest.mark.long]
EVENING = datetime(2026, 12, 31, 23, 59, 59, tzinfo=CITY_ZONE)
MIDNIGHT = datetime(2027, 1, 1, 0, 0, 0, tzinfo=CITY_ZONE)


def numbered(world: World, document: OutgoingDocument, **chosen: Any) -> str:
    """The number the clerk gives."""
    return number_use(
        actor=world.actor("clerk"), document_id=document.pk, expected_version=document.version, **chosen
    ).document_number


def series_of(world: World, year: int) -> NumberSeries:
    """The office's series of a year."""
    return series_ready(organ=world.organs["office"], year=year)


def test_the_last_second_numbers_in_the_old_year_and_midnight_at_one_in_the_new(world: World) -> None:
    with clock.at(EVENING):
        documents = [carried(world, Status.NUMBERING) for _ in range(3)]
        old = [numbered(world, document) for document in documents[:2]]
    with clock.at(MIDNIGHT):
        new = numbered(world, documents[2])
    assert [number.split("〔")[1] for number in (*old, new)] == ["2026〕1号", "2026〕2号", "2027〕1号"]


def test_a_page_opened_before_midnight_does_not_number_in_the_old_years_series(world: World) -> None:
    with clock.at(EVENING):
        document = carried(world, Status.NUMBERING)
        shown = series_of(world, 2026)
    with clock.at(MIDNIGHT), pytest.raises(ValidationFailed, match="不是本年度的"):
        numbered(world, document, series_id=shown.pk)
    shown.refresh_from_db()
    assert shown.next_serial == 1


def test_a_serial_kept_in_the_old_year_is_for_what_was_signed_in_the_old_year(world: World) -> None:
    with clock.at(EVENING):
        signed_in_time = carried(world, Status.NUMBERING)
        kept = [
            number_reserve(
                actor=world.actor("clerk"), series_id=series_of(world, 2026).pk, reason="年底会议文件"
            )
            for _ in range(2)
        ]
    with clock.at(MIDNIGHT):
        signed_late = carried(world, Status.NUMBERING)
        assert numbered(world, signed_in_time, number_id=kept[0].pk).endswith("〔2026〕1号")
        with pytest.raises(ValidationFailed, match="文件成文于2027年"):
            numbered(world, signed_late, number_id=kept[1].pk)
        assert numbered(world, signed_late).endswith("〔2027〕1号")


def test_the_register_of_incoming_documents_begins_anew_at_midnight(world: World) -> None:
    with clock.at(EVENING):
        old = registered(world).register_number
    with clock.at(MIDNIGHT):
        new = registered(world).register_number
    assert (old, new) == ("收〔2026〕1号", "收〔2027〕1号")
