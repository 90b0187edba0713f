"""What workflow does about what happens elsewhere."""

from apps.accounts.events import CalendarChanged
from apps.core.events import listens_to
from apps.workflow.services import deadlines_recompute


@listens_to(CalendarChanged)
def follow_the_calendar(event: CalendarChanged) -> None:
    """Open deadlines move with the year's arrangement."""
    deadlines_recompute(year=event.year)
