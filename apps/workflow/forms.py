"""Shapes of what the pages of workflow post."""

from django import forms


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
