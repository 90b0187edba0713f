"""Small forms of the back office."""

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="原因", max_length=200, widget=UnfoldAdminTextInputWidget())
