"""Shape of what people send here."""

from datetime import datetime

from django import forms
from django.http import QueryDict

from apps.accounts.selectors import people_of_posts
from apps.core.clock import CITY_ZONE
from apps.core.errors import ValidationFailed
from apps.notifications.reply_form import fields_checked
from apps.notifications.services import AnnouncementDraft

ID_LENGTH = 15


class PreferenceForm(forms.Form):
    """How a person wants to be reached."""

    by_browser = forms.BooleanField(required=False)
    by_mail = forms.BooleanField(required=False)


def version_of(form: QueryDict) -> int:
    """The version the page was drawn from."""
    value = form.get("expected_version", "")
    if not value.isdecimal() or len(value) > ID_LENGTH:
        raise ValidationFailed("页面数据不完整，请刷新后重试。")
    return int(value)


def moment_of(form: QueryDict, name: str) -> datetime | None:
    """A `datetime-local` value in the city's time, None when empty."""
    value = form.get(name, "").strip()
    if not value:
        return None
    try:
        return datetime.fromisoformat(value).replace(tzinfo=CITY_ZONE)
    except ValueError:
        raise ValidationFailed("时限的格式不正确，请重新选择。") from None


def answers_of(form: QueryDict) -> dict[str, str]:
    """Everything answered: names of fields begin with f."""
    return {name: value for name, value in form.items() if name.startswith("f") and isinstance(value, str)}


def _ids(form: QueryDict, name: str) -> list[int]:
    return [int(value) for value in form.getlist(name) if value.isdecimal() and len(value) <= ID_LENGTH]


def draft_of(form: QueryDict) -> AnnouncementDraft:
    """The draft with its form; raises `ValidationFailed` with every mistake of the form."""
    labels, kinds, options = form.getlist("label"), form.getlist("kind"), form.getlist("options")
    required = set(form.getlist("required"))
    rows = [
        (label, kind, str(place) in required, option)
        for place, (label, kind, option) in enumerate(zip(labels, kinds, options, strict=False))
    ]
    fields, mistakes = fields_checked(rows)
    if mistakes:
        raise ValidationFailed("".join(mistakes))
    return AnnouncementDraft(
        title=form.get("title", ""),
        text=form.get("text", ""),
        fields=fields,
        deadline_at=moment_of(form, "deadline_at"),
        organ_ids=_ids(form, "organs"),
        person_ids=people_of_posts(_ids(form, "people")),
    )
