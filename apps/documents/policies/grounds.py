"""Why somebody may see a document: the conditions of its visibility, each with its reason in words."""

from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

Grounds = dict[str, Q]


def any_of(grounds: Grounds) -> Q:
    """Visible is what has at least one ground."""
    return reduce(or_, grounds.values())


def grounds_met(rows: QuerySet[Any], grounds: Grounds) -> list[str]:
    """The reasons that hold for the single row of `rows`. One query."""
    asked = {
        f"ground_{place}": ExpressionWrapper(condition, output_field=BooleanField())
        for place, condition in enumerate(grounds.values())
    }
    found = rows.annotate(**asked).values_list(*asked).first() or ()
    return [why for why, holds in zip(grounds, found, strict=False) if holds]
