"""After a transactional test the database is as migrations left it: any test may follow on the same worker."""

import pytest

from apps.core.models import CalendarDay
from tests.factories.world import World

MOMENTS = ("before", "after")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", MOMENTS)
def test_the_working_days_outlive_a_flush_and_nobody_else_does(moment: str) -> None:
    """The second of the two comes after the first one's flush."""
    assert CalendarDay.objects.filter(date__year=2026, is_provisional=False).exists(), moment
    World.build()
    CalendarDay.objects.all().delete()
