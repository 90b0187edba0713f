"""Shapes of what administrators send about seals and signature stamps."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextInputWidget

from apps.core.admin import ServiceForm


class ReasonForm(forms.Form):
    """Why the state of a seal changes."""

    reason = forms.CharField(label="原因", max_length=200, widget=UnfoldAdminTextInputWidget())


class StampForm(ServiceForm):
    """Whose stamp it is, who keeps it, and the signature on paper."""

    scan = forms.FileField(
        label="签名扫描件",
        max_length=120,
        allow_empty_file=True,  # the service says it in words
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/bmp"}),
        help_text="白纸黑字手写签名的 PNG、JPEG 或 BMP；系统取其字迹，统一为红色。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "person" in self.fields:  # a made stamp shows itself instead
            self.fields["person"].required = True
            self.fields["organ"].label = "保管机关"
            self.fields["organ"].help_text = "由该机关的印章保管人保管、用印；政府的命令一般由其办公室保管。"
