"""What speaks against a notice: each rule fires on its case and only there."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from apps.affairs.checks import Case, Other, findings_of
from apps.core.clock import CITY_ZONE

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=CITY_ZONE)
FINE = Case(
    starts_at=NOW + timedelta(days=5),
    ends_at=NOW + timedelta(days=6),
    moment=NOW,
    is_leader=True,
    is_principal=True,
    has_acting=True,
)


def codes(**changed: Any) -> list[tuple[str, bool]]:
    """Codes of the findings with whether they stop."""
    return [(finding.code, finding.stops) for finding in findings_of(replace(FINE, **changed))]


def test_a_notice_in_order_has_nothing_against_it() -> None:
    assert codes() == []


@pytest.mark.parametrize(
    ("changed", "code", "stops"),
    [
        ({"ends_at": FINE.starts_at}, "dates", True),
        ({"starts_at": NOW - timedelta(days=2), "ends_at": NOW - timedelta(days=1)}, "past", True),
        ({"own_overlap": "11月28日上午的请假"}, "overlap", True),
        ({"has_acting": False}, "acting", True),
        ({"acting_is_self": True}, "acting_self", True),
        ({"acting_away": "11月28日上午休假请假"}, "acting_away", True),
        ({"starts_at": NOW + timedelta(days=2)}, "late", False),
        ({"principals_away": [Other("周明远", "11月28日上午公务出差")]}, "both_away", False),
        ({"everybody_away": True}, "nobody_left", False),
        ({"duties": ["11月28日带班领导"]}, "duty", False),
    ],
)
def test_each_rule_is_found(changed: dict[str, Any], code: str, stops: bool) -> None:  # noqa: FBT001  # a table
    assert (code, stops) in codes(**changed)


def test_what_stops_comes_first() -> None:
    found = codes(has_acting=False, duties=["11月28日主班"])
    assert [stops for _, stops in found] == [True, False]


def test_ordinary_staff_need_nobody_to_preside_and_no_three_days() -> None:
    assert (
        codes(is_leader=False, is_principal=False, has_acting=False, starts_at=NOW + timedelta(hours=2)) == []
    )
