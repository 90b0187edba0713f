"""Shapes of what the incoming pages post; rules across rows stay with the services."""

from datetime import date, datetime

from django.http import QueryDict

from apps.core.errors import ValidationFailed
from apps.core.given import day_given, moment_given
from apps.documents.forms.outgoing import NUMBER_LENGTH
from apps.documents.services.incoming import HandlingChoice
from apps.documents.services.registration import PaperDocument, Registration


def version_of(form: QueryDict) -> int:
    """The version the page was drawn from."""
    value = form.get("expected_version", "")
    if not value.isdecimal() or len(value) > NUMBER_LENGTH:
        raise ValidationFailed("页面数据不完整，请刷新后重试。")
    return int(value)


def ids_of(form: QueryDict, name: str) -> list[int]:
    """All chosen ids under a name; nonsense falls out."""
    return [int(value) for value in form.getlist(name) if value.isdecimal() and len(value) <= NUMBER_LENGTH]


def first_id(form: QueryDict, name: str) -> int:
    """The one chosen id under a name; 0, which nothing has, when there is none."""
    return next(iter(ids_of(form, name)), 0)


def moment_of(form: QueryDict, name: str) -> datetime | None:
    """A `datetime-local` value in the city's time, or None when empty."""
    value = form.get(name, "").strip()
    if not value:
        return None
    found = moment_given(value)
    if found is None:
        raise ValidationFailed("办理时限的格式不正确，请重新选择。", fields={name: "请选择日期和时间。"})
    return found


def day_of(form: QueryDict, name: str) -> date | None:
    """A `date` value, or None when empty."""
    value = form.get(name, "").strip()
    found = day_given(value)
    if value and found is None:
        raise ValidationFailed("日期的格式不正确，请重新选择。", fields={name: "请选择日期。"})
    return found


def registration_of(form: QueryDict) -> Registration:
    """How the clerk wants the document registered."""
    if form.get("purpose") not in {"action", "information"}:
        raise ValidationFailed("请选择批办件或阅知件。", fields={"purpose": "请选择。"})
    proposers = ids_of(form, "proposer")
    return Registration(
        is_for_action=form["purpose"] == "action",
        deadline_at=moment_of(form, "deadline_at"),
        proposer_id=proposers[0] if proposers else None,
        text=form.get("text", ""),
        review_failings=tuple(form.getlist("failings")),
        duplicate_reason=form.get("duplicate_reason", ""),
    )


def units_of(form: QueryDict) -> list[HandlingChoice]:
    """The chosen handling units with their parts; `lead` names the leading one."""
    lead = form.get("lead", "")
    return [
        HandlingChoice(
            unit,
            is_lead=str(unit) == lead,
            assignment=form.get(f"assignment-{unit}", ""),
            deadline_at=moment_of(form, f"deadline-{unit}"),
        )
        for unit in ids_of(form, "units")
    ]


def paper_of(form: QueryDict) -> PaperDocument:
    """What the clerk entered of a paper document."""
    return PaperDocument(
        source_name=form.get("source_name", ""),
        title=form.get("title", ""),
        document_type=form.get("document_type", ""),
        source_number=form.get("source_number", ""),
        urgency=form.get("urgency", ""),
        addressees=form.get("addressees", ""),
        duplicate_reason=form.get("duplicate_reason", ""),
    )
