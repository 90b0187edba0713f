"""Back office of people and administrators: the system administrator enters, the security administrator opens and closes."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import TabularInline

from apps.accounts.administration import Administrator, permissions_of
from apps.accounts.forms import AdministratorForm, DayForm, ReasonForm
from apps.accounts.models import Appointment, Person
from apps.accounts.selectors import people_listed
from apps.accounts.selectors.recovery import recovery_mail_of
from apps.accounts.selectors.second_factors import second_factors_of
from apps.accounts.selectors.staffing import people_never_in
from apps.accounts.services import (
    FIRST_PASSWORD_HEADS,
    administrator_appoint,
    administrator_dismiss,
    first_passwords_issue,
    password_reset,
    person_activate,
    person_create,
    person_deactivate,
    person_leave,
    person_update,
    recovery_mail_drop,
    second_factors_reset,
)
from apps.core.actors import Actor
from apps.core.admin import ReadOnlyAdmin, ServiceAdmin, acting, ask_and_do, button, change_url
from apps.core.spreadsheets import xlsx_response


class PostInline(TabularInline):
    """All posts of the person, each with a link to its page."""

    model = Appointment
    fields = ["organ", "unit", "post_title", "kind", "rank_order", "started_on", "ended_on"]
    readonly_fields = fields
    show_change_link = True
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Posts are opened on their own page."""
        return False


@admin.register(Person)
class PersonAdmin(ServiceAdmin):
    """人员: one person, one account."""

    list_display = ["name", "login_name", "main_post", "phone", "is_active", "administrator", "left_on"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["name", "login_name", "pinyin", "initials", "phone"]
    fields = [
        ("login_name", "name"),
        ("mobile", "phone"),
        "email",
        ("is_active", "left_on"),
        ("administrator", "must_change_password"),
        ("password_changed_at", "accepted_notice_at"),
        "recovery_mail",
    ]
    inlines = [PostInline]
    actions_list = ["first_passwords"]
    actions_detail = [
        "activate",
        "deactivate",
        "reset_password",
        "reset_factors",
        "drop_mail",
        "leave",
        "appoint",
        "dismiss",
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Person]:
        """With posts and groups: the list costs the same for any number of people."""
        return people_listed()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new person has no history yet."""
        return self.fields if obj else [("login_name", "name"), ("mobile", "phone"), "email"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The login name is for life; the rest follows from verbs."""
        shown = [
            "is_active",
            "left_on",
            "administrator",
            "must_change_password",
            "password_changed_at",
            "accepted_notice_at",
            "recovery_mail",
        ]
        return ["login_name", *shown] if obj else shown

    def create(self, actor: Actor, data: dict[str, Any]) -> Person:
        """A new account, closed until the security administrator opens it."""
        return person_create(actor=actor, **data)

    def change(self, actor: Actor, row: Person, data: dict[str, Any]) -> Person:
        """Name and numbers."""
        return person_update(actor=actor, person_id=row.pk, **data)

    def offered(self, request: HttpRequest, name: str, row: Person) -> bool:
        """What fits the account's state: nothing is opened twice, nothing of somebody who left is touched."""
        if row.left_on is not None:
            return False
        is_administrator = bool(row.groups.all())
        mail = recovery_mail_of(row)
        fitting = {
            "activate": not row.is_active,
            "deactivate": row.is_active,
            "reset_factors": second_factors_of(row).has_any,
            "drop_mail": bool(mail.address or mail.pending),
            "appoint": not is_administrator and not getattr(row, "running_posts", []),
            "dismiss": is_administrator,
        }
        return fitting.get(name, True)

    def has_opening_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The security administrator opens and closes accounts."""
        return bool(request.user.has_perm("accounts.activate_person"))

    def has_reset_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The security administrator."""
        return bool(request.user.has_perm("accounts.reset_password"))

    def has_appoint_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The security administrator."""
        return bool(request.user.has_perm("accounts.appoint_administrator"))

    @admin.display(description="任职")
    def main_post(self, row: Person) -> str:
        """Where and as what."""
        posts = getattr(row, "running_posts", [])
        return "；".join(f"{post.organ.short_name} {post.post_title}" for post in posts[:2])

    @admin.display(description="管理员")
    def administrator(self, row: Person) -> str:
        """Which of the three, if any."""
        names = {group.name for group in row.groups.all()}
        return "、".join(kind.label for kind in Administrator if kind.value in names) or "—"

    @admin.display(description="找回口令邮箱")
    def recovery_mail(self, row: Person) -> str:
        """Whether there is one; the address is the person's own affair."""
        return "已验证" if recovery_mail_of(row).address else "—"

    @button("生成初始口令表", permission="reset", icon="password")
    def first_passwords(self, request: HttpRequest) -> HttpResponse:
        """For everybody who has never signed in, as a workbook told this once."""
        back = reverse("admin:accounts_person_changelist")
        count = people_never_in().count()
        if not count:
            messages.info(request, "没有需要初始口令的人员：都已登录过，或还没有启用。")
            return HttpResponseRedirect(back)
        if request.method == "POST":
            words = first_passwords_issue(actor=acting(request))
            return xlsx_response("初始口令表", FIRST_PASSWORD_HEADS, [one.cells for one in words])
        text = (
            f"{count} 人还没有登录过。将为他们各生成一个新口令，先前发出的随即作废；"
            "表只在这次下载中出现，请分发到各科室，本人首次登录须修改。"
        )
        return ask_and_do(
            self, request, title="生成初始口令表", text=text, form=None, back=back, perform=lambda _: ""
        )

    @button("启用", permission="opening", icon="check")
    def activate(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Open the account."""

        def perform(data: dict[str, Any]) -> str:
            return f"{person_activate(actor=acting(request), person_id=object_id).name}的账号已启用。"

        return self._ask(
            (request, object_id), "启用账号", "启用后本人可以登录，按任职行使权限。", None, perform
        )

    @button("停用", permission="opening", icon="block")
    def deactivate(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Close the account at once."""

        def perform(data: dict[str, Any]) -> str:
            person = person_deactivate(actor=acting(request), person_id=object_id, reason=data["reason"])
            return f"{person.name}的账号已停用，登录已全部退出。"

        text = "停用立即生效，所有设备上的登录将被退出；任职保留，可再次启用。"
        return self._ask((request, object_id), "停用账号", text, ReasonForm(request.POST or None), perform)

    @button("重置口令", permission="reset", icon="key")
    def reset_password(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """A temporary password, shown once."""

        def perform(data: dict[str, Any]) -> str:
            word = password_reset(actor=acting(request), person_id=object_id)
            return f"临时口令：{word}（只显示这一次，请当面或电话告知本人；本人登录后须立即修改）"

        text = "将生成临时口令并退出其全部登录。请核实是本人申请。"
        return self._ask((request, object_id), "重置口令", text, None, perform)

    @button("重置双因素", permission="reset", icon="phonelink_erase")
    def reset_factors(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """For one who lost the phone or the key."""

        def perform(data: dict[str, Any]) -> str:
            person = second_factors_reset(actor=acting(request), person_id=object_id)
            return f"{person.name}的双因素已清除，登录已全部退出；请本人登录后重新设置。"

        text = (
            "手机或密钥遗失时办理：清除其动态码、通行密钥和恢复码，退出全部登录。请当面或电话核实是本人申请。"
        )
        return self._ask((request, object_id), "重置双因素", text, None, perform)

    @button("移除邮箱", permission="reset", icon="unsubscribe")
    def drop_mail(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """For one whose mail somebody else can read."""

        def perform(data: dict[str, Any]) -> str:
            person = recovery_mail_drop(actor=acting(request), person_id=object_id)
            return f"{person.name}的找回口令邮箱已移除，已发出的重置链接随即失效。"

        text = "邮箱被他人使用、不再能打开时办理；移除后不能再通过邮件重置口令，本人可另行设置。必要时请同时重置口令。"
        return self._ask((request, object_id), "移除找回口令邮箱", text, None, perform)

    @button("办理离开", permission="change", icon="logout")
    def leave(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Close all posts and freeze the account for good."""

        def perform(data: dict[str, Any]) -> str:
            person = person_leave(actor=acting(request), person_id=object_id, left_on=data["day"])
            return f"{person.name}已办理离开，任职和授权已终止。"

        text = "请先办理工作交接。调离、退休等离开本平台时办理：终止全部任职和授权，冻结账号，登录名不再使用，此操作不能撤销。"
        form = DayForm(request.POST or None, label="离开日期")
        return self._ask((request, object_id), "办理离开", text, form, perform)

    @button("任命管理员", permission="appoint", icon="shield_person")
    def appoint(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Make one of the three."""

        def perform(data: dict[str, Any]) -> str:
            kind = data["administrator"]
            person = administrator_appoint(actor=acting(request), person_id=object_id, administrator=kind)
            return f"{person.name}已任{Administrator(kind).label}。"

        text = "一人只能担任一种管理员，且不得兼任业务职务（三员分立）。"
        return self._ask(
            (request, object_id), "任命管理员", text, AdministratorForm(request.POST or None), perform
        )

    @button("免去管理员", permission="appoint", icon="remove_moderator")
    def dismiss(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Take the powers away."""

        def perform(data: dict[str, Any]) -> str:
            return f"{administrator_dismiss(actor=acting(request), person_id=object_id).name}已免去管理员。"

        return self._ask((request, object_id), "免去管理员", "免去后立即退出其全部登录。", None, perform)

    def _ask(
        self, asked: tuple[HttpRequest, int], title: str, text: str, form: forms.Form | None, perform: Any
    ) -> HttpResponse:
        request, person_id = asked
        back = change_url(Person, person_id)
        return ask_and_do(self, request, title=title, text=text, form=form, back=back, perform=perform)


POWERS = {"view": "查看", "add": "增加", "change": "办理", "delete": "删除"}


def power_words(power: str) -> str:
    """A permission such as `accounts.view_person` in words: 查看人员."""
    app, _, codename = power.partition(".")
    verb, _, model_name = codename.partition("_")
    for model in apps.get_app_config(app).get_models():
        meta = model._meta  # noqa: SLF001  # Django's documented name
        own = dict(meta.permissions)
        if codename in own:
            return str(own[codename])
        if meta.model_name == model_name and verb in POWERS:
            return f"{POWERS[verb]}{meta.verbose_name}"
    return power


admin.site.unregister(Group)


@admin.register(Group)
class GroupAdmin(ReadOnlyAdmin):
    """The three kinds of administrators and their powers, as the code has them."""

    list_display = ["kind", "member_names"]
    fields = ["kind", "member_names", "powers"]
    readonly_fields = fields

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """By its name in words: the page is headed by it."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.name_in_code, row.name = row.name, self.kind(row)
        return row

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every administrator may know the separation of powers."""
        return bool(
            request.user.has_perm("accounts.view_person") or request.user.has_perm("audit.view_auditentry")
        )

    @admin.display(description="类别")
    def kind(self, row: Group) -> str:
        """In words."""
        return Administrator(row.name).label if row.name in Administrator.values else row.name

    @admin.display(description="人员")
    def member_names(self, row: Group) -> str:
        """Who."""
        return "、".join(person.name for person in row.user_set.all()) or "—"

    @admin.display(description="权限")
    def powers(self, row: Group) -> str:
        """What they may do, in words."""
        code = getattr(row, "name_in_code", row.name)
        return "；".join(sorted(power_words(power) for power in permissions_of([code])))
