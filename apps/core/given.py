"""What people and programs give, taken within bounds: days and months this house can reckon with, text the database can keep."""

import re
from datetime import date, datetime

from apps.core.clock import CITY_ZONE

YEARS = range(2000, 2101)
# JSON may carry NUL and halves of characters; PostgreSQL keeps neither
UNKEPT = re.compile(r"[\x00\ud800-\udfff]")


def day_given(value: str) -> date | None:
    """`2026-11-23` within `YEARS`; None for anything else."""
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if found.year in YEARS else None


def month_given(value: str) -> date | None:
    """`2026-11` within `YEARS` as its first day; None for anything else."""
    try:
        found = datetime.strptime(value, "%Y-%m").date()  # noqa: DTZ007  # a month has no zone
    except ValueError:
        return None
    return found if found.year in YEARS else None


def moment_given(value: str) -> datetime | None:
    """`2026-11-23T10:05` within `YEARS`, in the city's time whatever zone it names; None for anything else."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.replace(tzinfo=CITY_ZONE) if found.year in YEARS else None


def is_kept_whole(text: str) -> bool:
    """Whether the database can keep every character."""
    return UNKEPT.search(text) is None


def kept_part(text: str) -> str:
    """The text with a sign in the place of each character the database cannot keep."""
    return UNKEPT.sub("\ufffd", text)
