"""The cast stands where everybody expects it."""

from apps.accounts.selectors import holders
from apps.core.working_calendar import lunar_text
from tests.factories.world import World


def test_the_principal_head_of_the_office_is_found_by_role(world: World) -> None:
    """Roles hang on appointments of an organ."""
    found = holders(organ_id=world.organs["office"].pk, role="principal_head")
    assert [post.person.name for post in found] == ["沈亦舟"]
    assert world.actor("head").roles == {"principal_head"}


def test_the_county_lies_below_the_city(world: World) -> None:
    """Paths name all superiors."""
    assert world.organs["county_office"].path.startswith(world.organs["city"].path)


def test_the_lunar_date_is_said_in_words() -> None:
    """农历 of a known day."""
    from datetime import date

    assert lunar_text(date(2026, 2, 17)) == "农历正月初一"
