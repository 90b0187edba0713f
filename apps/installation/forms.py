"""Shapes of what the set-up asks for."""

from typing import Any

from django import forms

from apps.accounts.administration import Administrator
from apps.accounts.forms import HouseForm
from apps.accounts.models import Organ
from apps.core.clock import today
from apps.installation.services import AdministratorDraft


class OrganForm(HouseForm):
    """The organ itself."""

    full_name = forms.CharField(
        label="机关全称", max_length=100, help_text="如 青石县人民政府办公室，用于版头、印章和落款"
    )
    short_name = forms.CharField(
        label="规范化简称", max_length=40, help_text="如 县政府办，用于主送、抄送和列表"
    )
    organ_code = forms.CharField(label="机关代字", max_length=12, help_text="如 青政办发，发文字号由它开头")
    level = forms.ChoiceField(label="层级", choices=Organ.Level)
    kind = forms.ChoiceField(label="类别", choices=Organ.Kind, initial=Organ.Kind.OFFICE)


class AdministratorsForm(HouseForm):
    """Name, login name and mobile of each of the three."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in Administrator:
            self.fields[f"{kind}_name"] = forms.CharField(label="姓名", max_length=40)
            self.fields[f"{kind}_login_name"] = forms.CharField(
                label="登录名",
                max_length=60,
                widget=forms.TextInput(
                    attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
                ),
            )
            self.fields[f"{kind}_mobile"] = forms.CharField(label="手机", max_length=20, required=False)

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each of the three under its name."""
        return [
            (str(kind.label), [self[f"{kind}_{part}"] for part in ("name", "login_name", "mobile")])
            for kind in Administrator
        ]

    def drafts(self) -> list[AdministratorDraft]:
        """What was typed."""
        return [
            AdministratorDraft(
                kind=kind.value,
                name=self.cleaned_data[f"{kind}_name"],
                login_name=self.cleaned_data[f"{kind}_login_name"],
                mobile=self.cleaned_data[f"{kind}_mobile"],
            )
            for kind in Administrator
        ]


class WorkbookForm(HouseForm):
    """The filled-in template."""

    workbook = forms.FileField(
        label="填好的工作簿", max_length=120, widget=forms.FileInput(attrs={"accept": ".xlsx"})
    )


class GroundworkForm(HouseForm):
    """Where the numbers begin, what the seal says, how the year is arranged."""

    first_serial = forms.IntegerField(
        label="本年起始序号",
        min_value=1,
        max_value=99999,
        initial=1,
        help_text="已用纸质台账编号的，填最后一号的下一号",
    )
    seal_name = forms.CharField(
        label="印章文字", max_length=100, required=False, help_text="留空用机关全称；直径按层级的法定尺寸"
    )
    notice_text = forms.CharField(
        label="放假安排通知全文",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="软件已有本年安排的可以留空；没有的请粘贴国务院办公厅通知全文，都没有则按法定节假日暂排",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["notice_text"].label = f"{today().year}年放假安排通知全文"
