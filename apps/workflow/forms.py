"""Shapes of what the pages of workflow post."""

import json
from typing import Any

from django import forms
from django.http import QueryDict

from apps.core.errors import ValidationFailed


def strokes_of(form: QueryDict) -> dict[str, Any] | None:
    """Pen strokes as the pad sends them."""
    raw = form.get("strokes", "")
    if not raw:
        return None
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise ValidationFailed("笔迹没有完整送达，请重新书写。")
    return found


class PhraseForm(forms.Form):
    """A phrase to keep."""

    text = forms.CharField(
        label="常用语",
        max_length=100,
        error_messages={"required": "请填写常用语。", "max_length": "常用语不能超过100字。"},
    )


class UrgeForm(forms.Form):
    """A word that goes with urging."""

    text = forms.CharField(
        label="催办说明",
        max_length=200,
        required=False,
        error_messages={"max_length": "催办说明不能超过200字。"},
    )


class ReadableJSONField(forms.JSONField):
    """JSON shown with line breaks and in Chinese, as it was meant to be read."""

    def prepare_value(self, value: Any) -> Any:
        """Text stays as it was typed."""
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False, indent=2)


class VersionForm(forms.Form):
    """A definition as JSON."""

    definition = ReadableJSONField(
        label="定义（JSON）",
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false"}),
        error_messages={"required": "请填写定义。", "invalid": "这不是完整的 JSON，请检查括号、引号和逗号。"},
    )


class ReassignForm(forms.Form):
    """Another post for a to-do, out of those offered."""

    appointment = forms.TypedChoiceField(
        label="接办人",
        coerce=int,
        error_messages={"required": "请选择接办人。", "invalid_choice": "接办人已不在岗，请重新选择。"},
    )
    reason = forms.CharField(label="原因", max_length=200, error_messages={"required": "请写明转交原因。"})

    def __init__(self, *args: Any, posts: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["appointment"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = [("", "请选择"), *posts]
