"""How points are shared. Pure. The usual points are those of 湖州 2018 (domain.md §7); every office sets its own."""

from collections.abc import Hashable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from apps.briefings.enums import InstructionLevel, Use

K = TypeVar("K", bound=Hashable)
USUAL: dict[Use, Decimal] = {
    Use.ADOPTED: Decimal(3),
    Use.FORWARDED: Decimal(3),
    Use.SUPERIOR: Decimal(10),
    Use.STATE: Decimal(50),
    Use.SAID_CITY: Decimal(10),
    Use.SAID_PROVINCE: Decimal(50),
    Use.SAID_STATE: Decimal(100),
}
USE_OF_LEVEL = {
    InstructionLevel.CITY: Use.SAID_CITY,
    InstructionLevel.PROVINCE: Use.SAID_PROVINCE,
    InstructionLevel.STATE: Use.SAID_STATE,
}
CENT = Decimal("0.01")


def shares(points: Decimal, units: Sequence[K]) -> dict[K, Decimal]:
    """The points by unit: a text combined from several units counts once, in equal parts rounded to hundredths."""
    distinct = list(dict.fromkeys(units))
    if not distinct:
        return {}
    each = (points / len(distinct)).quantize(CENT, ROUND_HALF_UP)
    return dict.fromkeys(distinct, each)


def share_words(name: str, points: Decimal, count: int, each: Decimal) -> str:
    """The reckoning in words, as it stands beside the number."""
    whole = f"{name}计 {shown(points)} 分"
    return whole if count == 1 else f"{whole}，{count} 个单位综合，各 {shown(each)} 分"


def shown(points: Decimal) -> str:
    """Without needless zeros."""
    words = f"{points:.2f}".rstrip("0").rstrip(".")
    return words or "0"
