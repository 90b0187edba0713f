"""When units are reminded of a commission: the working day before, on the day, and on three working days after."""

from apps.core.deadlines import Schedule

PLAN = Schedule(before=(1,), on_day=True, overdue_every=1, overdue_most=3)
