"""Shapes of what people send to accounts."""

from collections.abc import Iterable
from typing import Any

from allauth.account.adapter import get_adapter
from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from apps.accounts.administration import Administrator
from apps.accounts.models import (
    AWAY_KINDS,
    PROTECTIONS,
    AbsenceKind,
    Appointment,
    Delegation,
    InternalUnit,
    Organ,
    Person,
    Role,
)
from apps.accounts.selectors.picked import marked
from apps.accounts.services import NewPost
from apps.core.errors import HouseError

MOMENT = "%Y-%m-%dT%H:%M"
PROTECTED_BY = {
    AbsenceKind.PREGNANCY: "怀孕7个月以上",
    AbsenceKind.NURSING: "哺乳未满1周岁婴儿",
    AbsenceKind.NO_NIGHT: "其他（不记原因）",
}


class HouseForm(forms.Form):
    """A form that can also show what a service refused, beside the field it named."""

    def refuse(self, error: HouseError) -> None:
        """Show the refusal."""
        field = error.data.get("field")
        self.add_error(field if field in self.fields else None, error.message)


class MomentField(forms.DateTimeField):
    """A date and time of the city, minutes precise."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT)

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=[MOMENT, "%Y-%m-%d %H:%M"], **options)
        self.error_messages["invalid"] = "请填写日期和时间，如 2026-11-23 09:00。"


def by_unit(posts: Iterable[Appointment]) -> dict[str, list[tuple[int, str]]]:
    """Choices of people, unit by unit."""
    choices: dict[str, list[tuple[int, str]]] = {}
    for post, mark in marked(posts):
        label = f"{post.person.name}　{post.post_title}{mark}"
        choices.setdefault(post.unit.name if post.unit else "领导", []).append((post.pk, label))
    return choices


class NewPasswordForm(HouseForm):
    """Twice the new password."""

    new = forms.CharField(
        label="新口令", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label="再输一次新口令",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Both spellings agree."""
        cleaned = super().clean() or {}
        if cleaned.get("new") and cleaned.get("again") and cleaned["new"] != cleaned["again"]:
            self.add_error("again", "两次输入的新口令不一致，请重新输入。")
        return cleaned


class PasswordForm(NewPasswordForm):
    """The present password and twice the new one."""

    field_order = ("current", "new", "again")
    current = forms.CharField(
        label="原口令", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )


class RecoveryForm(HouseForm):
    """The proved mail address of somebody who forgot the password."""

    address = forms.CharField(
        label="找回口令邮箱",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


class RecoveryMailForm(HouseForm):
    """A mail address to prove; the password says that it is the person who asks."""

    address = forms.CharField(
        label="邮箱",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="须是只有本人能打开的邮箱，不要用科室的公共邮箱。",
    )
    password = forms.CharField(
        label="口令",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="确认是本人操作。",
    )

    def __init__(self, *args: Any, person: Person, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person

    def clean_password(self) -> str:
        """The right one; a wrong one counts towards the lock-out."""
        typed: str = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.person, typed):
            raise forms.ValidationError("口令不正确，请重新输入。连续 5 次错误将锁定 30 分钟。")
        return typed


class DemoGateForm(HouseForm):
    """The word printed at the start of a demo on the network."""

    word = forms.CharField(label="访问口令", max_length=100)


class DelegationForm(HouseForm):
    """Who stands in for which of my posts, from when to when, for what."""

    delegator = forms.TypedChoiceField(label="本人任职", coerce=int)
    delegate = forms.TypedChoiceField(label="受托人", coerce=int)
    kind = forms.ChoiceField(label="授权方式", choices=Delegation.Kind)
    scope = forms.MultipleChoiceField(
        label="授权范围", required=False, widget=forms.CheckboxSelectMultiple, help_text="不选为全部"
    )
    starts_at = MomentField(label="开始时间")
    ends_at = MomentField(label="结束时间")
    reason = forms.CharField(label="事由", max_length=200)

    def __init__(
        self,
        *args: Any,
        posts: list[Appointment],
        colleagues: list[Appointment],
        scopes: dict[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        choices = by_unit(colleagues)
        self.fields["delegator"].choices = [  # type: ignore[attr-defined]  # a choice field
            (post.pk, f"{post.organ.short_name} {post.post_title}") for post in posts
        ]
        self.fields["delegate"].choices = [("", "请选择"), *choices.items()]  # type: ignore[attr-defined]  # a choice field
        self.fields["scope"].choices = list(scopes.items())  # type: ignore[attr-defined]  # a choice field
        if not scopes:
            del self.fields["scope"]


class AbsenceForm(HouseForm):
    """Away from … to …."""

    kind = forms.ChoiceField(label="类别", choices=[(one.value, one.label) for one in AWAY_KINDS])
    starts_at = MomentField(label="开始时间")
    ends_at = MomentField(label="结束时间")
    note = forms.CharField(label="说明", max_length=200, required=False)


class DaysForm(HouseForm):
    """From … to …, the last day included."""

    starts_on = forms.DateField(label="自", widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label="至（含当日）", widget=forms.DateInput(attrs={"type": "date"}))


class ProtectionForm(DaysForm):
    """On no night duty."""

    kind = forms.ChoiceField(label="情形", choices=[(one.value, PROTECTED_BY[one]) for one in PROTECTIONS])
    field_order = ("kind", "starts_on", "ends_on")


class ReasonForm(HouseForm):
    """Why."""

    reason = forms.CharField(label="原因", max_length=200, widget=UnfoldAdminTextInputWidget())


class EmergencyForm(HouseForm):
    """Why, and for how long."""

    reason = forms.CharField(label="事由", max_length=200, widget=UnfoldAdminTextInputWidget())
    minutes = forms.IntegerField(
        label="时长（分钟）", min_value=1, max_value=60, initial=30, widget=UnfoldAdminIntegerFieldWidget()
    )


class DayForm(HouseForm):
    """On which day."""

    day = forms.DateField(widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}))

    def __init__(self, *args: Any, label: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["day"].label = label


class HandoverForm(HouseForm):
    """To whom somebody's work goes; for the system administrator also the change of post."""

    taker = forms.TypedChoiceField(label="接收人", coerce=int)
    note = forms.CharField(
        label="交接说明", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    ends_post = forms.BooleanField(label="交接完成后免去原职", required=False)
    new_organ = forms.TypedChoiceField(label="新任机关", coerce=int, required=False, empty_value=None)
    new_unit = forms.TypedChoiceField(label="新任科室", coerce=int, required=False, empty_value=None)
    new_post_title = forms.CharField(label="新任职务", max_length=60, required=False)

    def __init__(
        self,
        *args: Any,
        takers: list[Appointment],
        units: list[InternalUnit],
        organs: list[Organ],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        by_organ: dict[str, list[tuple[int, str]]] = {}
        for one in units:
            by_organ.setdefault(one.organ.short_name, []).append((one.pk, one.name))
        self.fields["taker"].choices = [("", "请选择"), *by_unit(takers).items()]  # type: ignore[attr-defined]  # a choice field
        self.fields["new_unit"].choices = [("", "无"), *by_organ.items()]  # type: ignore[attr-defined]  # a choice field
        self.fields["new_organ"].choices = [("", "不任新职"), *((one.pk, one.short_name) for one in organs)]  # type: ignore[attr-defined]  # a choice field

    def arguments(self) -> dict[str, Any]:
        """For the service."""
        data = self.cleaned_data
        new = NewPost(organ_id=data["new_organ"], unit_id=data["new_unit"], post_title=data["new_post_title"])
        return {
            "taker_id": data["taker"],
            "note": data["note"],
            "ends_post": data["ends_post"],
            "new_post": new if data["new_organ"] else None,
        }


class AdministratorForm(HouseForm):
    """Which of the three."""

    administrator = forms.ChoiceField(label="管理员", choices=Administrator, widget=UnfoldAdminSelectWidget())


class RolesForm(HouseForm):
    """Roles of a post."""

    roles = forms.MultipleChoiceField(
        label="角色", choices=Role, required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )


class CalendarYearForm(HouseForm):
    """A year and where its arrangement comes from."""

    PUBLISHED, PROVISIONAL = "published", "provisional"

    year = forms.IntegerField(
        label="年份", min_value=2004, max_value=2100, widget=UnfoldAdminIntegerFieldWidget()
    )
    source = forms.ChoiceField(
        label="来源",
        choices=[(PUBLISHED, "已公布的放假安排"), (PROVISIONAL, "尚未公布，按法定节假日暂排")],
        widget=UnfoldAdminSelectWidget(),
    )
    notice_text = forms.CharField(
        label="通知全文",
        required=False,
        max_length=20_000,
        widget=UnfoldAdminTextareaWidget(),
        help_text="粘贴“国务院办公厅关于××××年部分节假日安排的通知”全文；软件已有该年安排的可以留空。",
    )
