"""Shapes of what administrators send about seals."""

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget


class ReasonForm(forms.Form):
    """Why the state of a seal changes."""

    reason = forms.CharField(label="原因", max_length=200, widget=UnfoldAdminTextInputWidget())
