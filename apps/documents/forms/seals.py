"""Shapes of what administrators send about seals and signature stamps."""

from django import forms
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from apps.core.admin import ServiceForm


class ReasonForm(forms.Form):
    """Why the state of a seal changes."""

    reason = forms.CharField(label="原因", max_length=200, widget=UnfoldAdminTextInputWidget())


class StampForm(ServiceForm):
    """Whose stamp it is, and the signature on paper."""

    scan = forms.FileField(
        label="签名扫描件",
        max_length=120,
        allow_empty_file=True,  # the service says it in words
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": "image/png,image/jpeg,image/bmp"}),
        help_text="白纸黑字手写签名的 PNG、JPEG 或 BMP；系统取其字迹，统一为红色。",
    )
