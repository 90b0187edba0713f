"""Back office of posts, roles, secretaries, delegations and absences."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from apps.accounts.forms import DayForm, RolesForm
from apps.accounts.models import (
    AWAY_KINDS,
    PROTECTIONS,
    Absence,
    AbsenceKind,
    Appointment,
    Delegation,
    SecretaryDuty,
)
from apps.accounts.scopes import scope_names
from apps.accounts.selectors import appointments_listed, delegations_listed, duties_listed
from apps.accounts.services import (
    absence_cancel,
    appointment_close,
    appointment_open,
    appointment_roles_set,
    appointment_update,
    secretary_assign,
    secretary_release,
)
from apps.core.actors import Actor
from apps.core.admin import ReadOnlyAdmin, ServiceAdmin, acting, ask_and_do, button, change_url
from apps.core.clock import now, today


@admin.register(Appointment)
class AppointmentAdmin(ServiceAdmin):
    """任职: opened and closed, never deleted; roles hang on it."""

    list_display = [
        "person",
        "organ",
        "unit",
        "post_title",
        "kind",
        "rank_order",
        "role_names",
        "started_on",
        "ended_on",
    ]
    list_filter = ["kind", "roles__role"]
    search_fields = [
        "person__name",
        "person__initials",
        "post_title",
        "organ__short_name",
        "organ__initials",
        "unit__name",
    ]
    autocomplete_fields = ["person", "organ", "unit", "in_charge_units", "in_charge_organs"]
    fields = [
        ("person", "kind"),
        ("organ", "unit"),
        ("post_title", "rank_order"),
        ("started_on", "ended_on"),
        "in_charge_units",
        "in_charge_organs",
        "role_names",
    ]
    actions_detail = ["set_roles", "close"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Appointment]:
        """With everything the list shows."""
        return appointments_listed()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Person, organ and dates stay: another organ is a transfer, an end is a verb."""
        return ["person", "kind", "organ", "started_on", "ended_on", "role_names"] if obj else ["role_names"]

    def create(self, actor: Actor, data: dict[str, Any]) -> Appointment:
        """A new post."""
        return appointment_open(
            actor=actor,
            person_id=data["person"].pk,
            organ_id=data["organ"].pk,
            kind=data["kind"],
            started_on=data["started_on"],
            ended_on=data["ended_on"],
            **self._arguments(data),
        )

    def change(self, actor: Actor, row: Appointment, data: dict[str, Any]) -> Appointment:
        """Title, order, unit, charge."""
        return appointment_update(actor=actor, appointment_id=row.pk, **self._arguments(data))

    def offered(self, request: HttpRequest, name: str, row: Appointment) -> bool:
        """A post that has ended stays as it was."""
        return row.ended_on is None or row.ended_on >= today()

    def has_roles_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The security administrator."""
        return bool(request.user.has_perm("accounts.change_appointmentrole"))

    @admin.display(description="角色")
    def role_names(self, row: Appointment) -> str:
        """Roles in words."""
        return "、".join(role.get_role_display() for role in row.roles.all()) or "—" if row.pk else "—"

    @button("授予角色", permission="roles", icon="badge")
    def set_roles(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Give exactly the chosen roles."""

        def perform(data: dict[str, Any]) -> str:
            post = appointment_roles_set(actor=acting(request), appointment_id=object_id, roles=data["roles"])
            return f"{post.person.name}的角色已更新，立即生效。"

        row = self.get_object(request, str(object_id))
        held = [role.role for role in row.roles.all()] if row else []
        return ask_and_do(
            self,
            request,
            title="授予角色",
            text="角色决定这一任职在办文中的权限，立即生效并记入审计。",
            form=RolesForm(request.POST or None, initial={"roles": held}),
            back=change_url(Appointment, object_id),
            perform=perform,
        )

    @button("免职", permission="change", icon="event_busy")
    def close(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """End the post."""

        def perform(data: dict[str, Any]) -> str:
            post = appointment_close(actor=acting(request), appointment_id=object_id, ended_on=data["day"])
            return f"{post.person.name}的任职将于{data['day']:%Y年%-m月%-d日}结束。"

        return ask_and_do(
            self,
            request,
            title="免职",
            text="所填日期为任职的最后一天；此任职给出和接受的授权同时终止。",
            form=DayForm(request.POST or None, label="免职日期"),
            back=change_url(Appointment, object_id),
            perform=perform,
        )

    @staticmethod
    def _arguments(data: dict[str, Any]) -> dict[str, Any]:
        return {
            "post_title": data["post_title"],
            "rank_order": data["rank_order"],
            "unit_id": data["unit"].pk if data["unit"] else None,
            "in_charge_unit_ids": [unit.pk for unit in data["in_charge_units"]],
            "in_charge_organ_ids": [organ.pk for organ in data["in_charge_organs"]],
        }


@admin.register(SecretaryDuty)
class SecretaryDutyAdmin(ServiceAdmin):
    """Which leader a secretary serves."""

    list_display = ["the_secretary", "the_leader"]
    search_fields = ["secretary__person__name", "leader__person__name"]
    autocomplete_fields = ["secretary", "leader"]
    labels = {"secretary": "秘书", "leader": "服务的领导"}  # Django's way

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Chosen once, then shown."""
        return ["the_secretary", "the_leader"] if obj else ["secretary", "leader"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Assigned and released, not changed."""
        return ["the_secretary", "the_leader"] if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **options: Any) -> Any:
        """With their names in Chinese."""
        return super().formfield_for_foreignkey(
            db_field, request, label=self.labels[db_field.name], **options
        )

    @admin.display(description="秘书")
    def the_secretary(self, row: SecretaryDuty) -> str:
        """Who serves."""
        return str(row.secretary)

    @admin.display(description="服务的领导")
    def the_leader(self, row: SecretaryDuty) -> str:
        """Who is served."""
        return str(row.leader)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SecretaryDuty]:
        """With the names."""
        return duties_listed()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Assigned and released, not changed."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Release."""
        return bool(request.user.has_perm("accounts.delete_secretaryduty"))

    def create(self, actor: Actor, data: dict[str, Any]) -> SecretaryDuty:
        """Assign."""
        return secretary_assign(actor=actor, secretary_id=data["secretary"].pk, leader_id=data["leader"].pk)

    def delete_model(self, request: HttpRequest, obj: SecretaryDuty) -> None:
        """Release by the service."""
        secretary_release(actor=acting(request), duty_id=obj.pk)


@admin.register(Delegation)
class DelegationAdmin(ReadOnlyAdmin):
    """授权代理, given by people themselves."""

    list_display = ["delegator", "delegate", "kind", "starts_at", "ends_at", "revoked_at"]
    list_filter = ["kind"]
    search_fields = ["delegator__person__name", "delegate__person__name"]
    date_hierarchy = "starts_at"
    fields = ["delegator", "delegate", "kind", "scope_words", "starts_at", "ends_at", "reason", "revoked_at"]
    readonly_fields = ["scope_words"]

    @admin.display(description="范围")
    def scope_words(self, row: Delegation) -> str:
        """Which categories, in words."""
        names = scope_names()
        return "、".join(names.get(code, code) for code in row.scope) or "全部"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delegation]:
        """With the names."""
        return delegations_listed()


class KindFilter(admin.SimpleListFilter):
    """By kind as others may read it: protections are one."""

    title, parameter_name = "类别", "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Who is away, by why; who serves no night."""
        away = [(one.value, str(one.label)) for one in AWAY_KINDS]
        return [*away, (AbsenceKind.NO_NIGHT.value, str(AbsenceKind.NO_NIGHT.label))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Absence]) -> QuerySet[Absence]:
        """The rows of the kind."""
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(kind__in=PROTECTIONS if chosen == AbsenceKind.NO_NIGHT else [chosen])


@admin.register(Absence)
class AbsenceAdmin(ReadOnlyAdmin):
    """离岗, recorded by people themselves; the system administrator may cancel a mistaken one, and reads no reason."""

    list_display = ["person", "kind_word", "starts_at", "ends_at", "cancelled_at"]
    list_filter = [KindFilter]
    list_select_related = ["person"]
    search_fields = ["person__name"]
    date_hierarchy = "starts_at"
    fields = ["person", "kind_word", "starts_at", "ends_at", "cancelled_at"]  # why is the person's affair
    readonly_fields = ["kind_word"]
    actions_detail = ["cancel"]

    @admin.display(description="类别")
    def kind_word(self, row: Absence) -> str:
        """As others may read it."""
        return row.shown_kind

    def offered(self, request: HttpRequest, name: str, row: Absence) -> bool:
        """What is over or taken back is not taken back again."""
        return row.cancelled_at is None and row.ends_at > now()

    def has_cancel_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The system administrator."""
        return bool(request.user.has_perm("accounts.change_absence"))

    @button("取消离岗", permission="cancel", icon="undo")
    def cancel(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """End or take back."""

        def perform(data: dict[str, Any]) -> str:
            row = absence_cancel(actor=acting(request), absence_id=object_id)
            return f"{row.person.name}的{row.shown_kind}已取消。"

        return ask_and_do(
            self,
            request,
            title="取消离岗",
            text="取消后本人即显示为在岗。",
            form=None,
            back=change_url(Absence, object_id),
            perform=perform,
        )
