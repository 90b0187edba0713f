"""Shape of what people send here."""

from django import forms


class PreferenceForm(forms.Form):
    """How a person wants to be reached."""

    by_browser = forms.BooleanField(required=False)
    by_mail = forms.BooleanField(required=False)
