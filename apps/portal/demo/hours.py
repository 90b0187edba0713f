"""When things happen in the demo city: at office hours of working days, never in the future."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from apps.core import clock
from apps.core.working_calendar import city_calendar

MORNING = time(8, 40)
NOON = time(12, 0)
AFTERNOON = time(14, 0)
EVENING = time(17, 30)
STEP = timedelta(minutes=47)


@dataclass(frozen=True)
class Hours:
    """A moment of the story and the one it must not pass."""

    moment: datetime
    latest: datetime

    def after(self, pause: timedelta = STEP) -> "Hours":
        """`pause` later, or when the office opens again; close to the present everything happens within minutes."""
        wanted = clock.local(self.moment) + pause
        if NOON <= wanted.time() < AFTERNOON:
            wanted += timedelta(hours=2)
        if not MORNING <= wanted.time() <= EVENING:
            next_day = city_calendar().add(clock.local(self.moment).date(), 1)
            wanted = datetime.combine(next_day, MORNING, tzinfo=clock.CITY_ZONE) + pause / 2
        if wanted > self.latest:
            wanted = self.moment + (self.latest - self.moment) / 3
        return Hours(wanted, self.latest)


def hours_from(days: int, number: int) -> Hours:
    """The morning `days` working days ago, a little later for each document of the day."""
    day = days_before(clock.today(), days)
    start = datetime.combine(day, MORNING, tzinfo=clock.CITY_ZONE) + timedelta(minutes=7 * (number % 5))
    return Hours(start, clock.now() - timedelta(minutes=1))


def days_before(day: date, count: int) -> date:
    """The `count`-th working day before `day`; for 0 that day."""
    return city_calendar().back(day, count) if count else day
