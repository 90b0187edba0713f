"""Keyset paging: pages that stay fast at a million rows and do not shift when rows arrive."""

import base64
import binascii
import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.timezone import is_naive

from apps.core.given import is_kept_whole

M = TypeVar("M", bound=Model)
PAGE_SIZE = 30
CURSOR_LIMIT = 600


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page of rows with opaque cursors to its neighbours (None at the ends)."""

    rows: list[M]
    next_cursor: str | None
    previous_cursor: str | None


@dataclass(frozen=True)
class Walk:
    """Which way a page goes and from where: `order` as it is walked, `values` of the row before its first (None: from the end)."""

    order: tuple[str, ...]
    values: list[Any] | None
    is_backwards: bool


def page_of(
    queryset: QuerySet[M], *, order: tuple[str, ...], cursor: str = "", size: int = PAGE_SIZE
) -> Page[M]:
    """A page of `queryset` ordered by `order` (field names, `-` for descending; none nullable; the last one unique).

    `cursor` is what an earlier page gave; nonsense counts as the first page.
    """
    walk = walk_of(queryset.model, order=order, cursor=cursor)
    rows = queryset.order_by(*walk.order)
    if walk.values is not None:
        rows = rows.filter(after(walk.order, walk.values))
    return page_from(list(rows[: size + 1]), order=order, walk=walk, size=size)


def walk_of(model: type[Model], *, order: tuple[str, ...], cursor: str) -> Walk:
    """The way `cursor` means."""
    backwards, raw = _decode(cursor, len(order))
    values = _typed(model, order, raw) if raw is not None else None
    backwards = backwards and values is not None
    return Walk(tuple(_flip(name) for name in order) if backwards else order, values, backwards)


def page_from(rows: list[M], *, order: tuple[str, ...], walk: Walk, size: int = PAGE_SIZE) -> Page[M]:
    """The page of `rows` as walked, one more than `size` when there are more."""
    more = len(rows) > size
    rows = rows[:size]
    if walk.is_backwards:
        rows.reverse()
    has_next = more if not walk.is_backwards else bool(rows)
    has_previous = (walk.values is not None and bool(rows)) if not walk.is_backwards else more
    return Page(
        rows=rows,
        next_cursor=_encode(rows[-1], order, backwards=False) if rows and has_next else None,
        previous_cursor=_encode(rows[0], order, backwards=True) if rows and has_previous else None,
    )


def _flip(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def after(order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows strictly after `values` in `order`; the first field besides by itself, which is what an index can begin at."""
    condition = Q()
    equal: dict[str, Any] = {}
    for name, value in zip(order, values, strict=True):
        field = name.lstrip("-")
        condition |= Q(**equal, **{f"{field}__{'lt' if name.startswith('-') else 'gt'}": value})
        equal[field] = value
    first = f"{order[0].lstrip('-')}__{'lte' if order[0].startswith('-') else 'gte'}"
    return Q(**{first: values[0]}) & condition


def _encode(row: Model, order: tuple[str, ...], *, backwards: bool) -> str:
    values = []
    for name in order:
        value: Any = row
        for part in name.lstrip("-").split("__"):
            value = getattr(value, part)
        values.append(value.isoformat() if hasattr(value, "isoformat") else value)
    text = json.dumps([int(backwards), *values], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _typed(model: type[Model], order: tuple[str, ...], raw: list[Any]) -> list[Any] | None:
    """The values as the fields of `order` have them; None when one cannot be (an edited address)."""
    values = []
    for name, given in zip(order, raw, strict=True):
        try:
            field = _field_of(model, name.lstrip("-").split("__"))
            value = field.to_python(given) if field is not None else given
        except (ValidationError, ValueError, TypeError, OverflowError):
            return None
        if value is None or (isinstance(value, datetime) and is_naive(value)):
            return None
        values.append(value)
    return values


def _field_of(model: type[Model], parts: list[str]) -> Any:
    """The model field at the end of the path; None for an annotation."""
    owner: Any = model
    field: Any = None
    for part in parts:
        try:
            field = owner._meta.get_field(part)  # noqa: SLF001  # Django's public model API
        except FieldDoesNotExist:
            return None
        owner = field.related_model
    return field


def _decode(cursor: str, length: int) -> tuple[bool, list[Any] | None]:
    if len(cursor) > CURSOR_LIMIT:
        return False, None
    try:
        data = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        backwards, *values = data
    except (ValueError, TypeError, binascii.Error):
        return False, None
    if len(values) != length or not all(_is_plain(value) for value in values):
        return False, None
    return backwards == 1, values


def _is_plain(value: object) -> bool:
    """Text that can be kept, a finite number or a truth value: what the database can compare with."""
    if isinstance(value, str):
        return is_kept_whole(value)
    return isinstance(value, int | float) and math.isfinite(value)
