"""After a transactional test the database is as migrations left it: any test may follow on the same worker."""

import pytest
from django.core.management import call_command

from apps.accounts.models import Person
from apps.core.models import CalendarDay
from tests.factories.world import World


@pytest.mark.django_db(transaction=True)
def test_the_working_days_outlive_a_flush_and_nobody_else_does() -> None:
    """Flushed as it is between such tests."""
    days = set(CalendarDay.objects.values_list("date", "kind", "name", "is_provisional"))
    assert days
    World.build()
    CalendarDay.objects.all().delete()
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
    assert set(CalendarDay.objects.values_list("date", "kind", "name", "is_provisional")) == days
    assert not Person.objects.exists()
