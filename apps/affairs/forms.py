"""Shape of what people send here."""

from datetime import date, datetime

from django.http import QueryDict

from apps.affairs.services.away import AwayDraft
from apps.affairs.services.suggestions import SuggestionDraft
from apps.core.errors import ValidationFailed
from apps.core.given import day_given, moment_given

ID_LENGTH = 15


def draft_of(form: QueryDict) -> AwayDraft:
    """The form of a notice."""
    return AwayDraft(
        kind=form.get("kind", ""),
        reason=form.get("reason", ""),
        destination=form.get("destination", ""),
        companions=form.get("companions", ""),
        phone=form.get("phone", ""),
        starts_on=_day(form.get("starts_on", "")),
        starts_half=form.get("starts_half", ""),
        ends_on=_day(form.get("ends_on", "")),
        ends_half=form.get("ends_half", ""),
        acting_id=id_of(form.get("acting", "")),
        is_delegating=form.get("is_delegating") == "1",
        explanation=form.get("explanation", ""),
        post_id=id_of(form.get("post", "")),
    )


def suggestion_draft_of(form: QueryDict) -> SuggestionDraft:
    """The form of a complaint or suggestion."""
    return SuggestionDraft(
        kind=form.get("kind", ""),
        topic=form.get("topic", ""),
        title=form.get("title", ""),
        text=form.get("text", ""),
        organ_id=id_of(form.get("organ", "")),
        is_anonymous=form.get("is_anonymous") == "1",
    )


def id_of(value: str) -> int | None:
    """An id, None when empty. Raises `ValidationFailed` for anything else."""
    if not value:
        return None
    if not value.isdecimal() or len(value) > ID_LENGTH:
        raise ValidationFailed("提交的内容无法识别，请刷新页面重试。")
    return int(value)


def moment_of(value: str) -> datetime | None:
    """`2026-11-23T10:05` in the city's time, None when empty."""
    if not value:
        return None
    moment = moment_given(value)
    if moment is None:
        raise ValidationFailed("返岗时间格式不正确，请重新选择。")
    return moment


def _day(value: str) -> date | None:
    if not value:
        return None
    day = day_given(value)
    if day is None:
        raise ValidationFailed("日期格式不正确，请重新选择。")
    return day
