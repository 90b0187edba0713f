"""Shape of what people send here."""

from datetime import date

from django.http import QueryDict

from apps.core.errors import ValidationFailed
from apps.core.given import day_given, moment_given
from apps.core.subjects import Subject
from apps.supervision.services import InterviewDraft, ItemDraft

ID_LENGTH = 15


def number_of(form: QueryDict, name: str, label: str) -> int | None:
    """A whole number, None when empty."""
    value = form.get(name, "").strip()
    if not value:
        return None
    if not value.isdecimal() or len(value) > ID_LENGTH:
        raise ValidationFailed(f"{label}须为整数。")
    return int(value)


def day_of(form: QueryDict, name: str, label: str) -> date | None:
    """A day, None when empty."""
    value = form.get(name, "").strip()
    if not value:
        return None
    day = day_given(value)
    if day is None:
        raise ValidationFailed(f"{label}的日期格式不正确，请重新选择。")
    return day


def days_of(form: QueryDict, name: str, label: str) -> list[date]:
    """Days of several fields of one name, empty ones left out."""
    days = []
    for value in form.getlist(name):
        if value.strip():
            day = day_given(value.strip())
            if day is None:
                raise ValidationFailed(f"{label}的格式不正确，请重新选择。")
            days.append(day)
    return days


def version_of(form: QueryDict) -> int | None:
    """The version the page was drawn from, None for acts on a list."""
    return number_of(form, "expected_version", "版本")


def ids_of(form: QueryDict, name: str) -> list[int]:
    """Ids from a picker."""
    return [int(value) for value in form.getlist(name) if value.isdecimal() and len(value) <= ID_LENGTH]


def subject_of(form: QueryDict) -> Subject | None:
    """The thing an item comes from."""
    kind, raw = form.get("kind", ""), form.get("id", "")
    return Subject(kind[:40], int(raw)) if kind and raw.isdecimal() and len(raw) <= ID_LENGTH else None


def draft_of(form: QueryDict) -> ItemDraft:
    """An item as typed in."""
    lead = ids_of(form, "lead")
    leader = ids_of(form, "leader")
    return ItemDraft(
        class_code=form.get("class", ""),
        title=form.get("title", ""),
        requirement=form.get("requirement", ""),
        lead_organ_id=lead[0] if lead else 0,
        lead_unit_id=number_of(form, "lead_unit", "牵头科室"),
        assisting_ids=ids_of(form, "assisting"),
        due_on=day_of(form, "due_on", "时限"),
        workdays=number_of(form, "workdays", "时限"),
        frequency=form.get("frequency", ""),
        report_dates=days_of(form, "report_on", "反馈日期"),
        weight=number_of(form, "weight", "权重") or 1,
        subject=subject_of(form),
        quote=form.get("quote", ""),
        leader_id=leader[0] if leader else None,
    )


def interview_of(form: QueryDict) -> InterviewDraft:
    """A talk as written down; the day and time are the city's."""
    return InterviewDraft(
        held_at=moment_given(form.get("held_at", "").strip()),
        hosts=form.get("hosts", ""),
        guests=form.get("guests", ""),
        text=form.get("words", ""),
        place=form.get("place", ""),
        asked=form.get("asked", ""),
    )


def figures_of(form: QueryDict) -> list[tuple[str, str]]:
    """Names and values of a report's figures; one of the last report that has no value this time is left out."""
    known = zip(form.getlist("known_name"), form.getlist("known_value"), strict=False)
    fresh = zip(form.getlist("figure_name"), form.getlist("figure_value"), strict=False)
    return [*((name, value) for name, value in known if value.strip()), *fresh]
