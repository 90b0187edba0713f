"""Back office of organs, internal units and kept groups."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from apps.accounts.forms import DayForm
from apps.accounts.models import InternalUnit, Organ, RecipientGroup
from apps.accounts.selectors import organs_listed, units_listed
from apps.accounts.services import (
    group_create,
    group_remove,
    group_update,
    organ_abolish,
    organ_create,
    organ_update,
    unit_abolish,
    unit_create,
    unit_update,
)
from apps.core.actors import Actor
from apps.core.admin import ServiceAdmin, acting, ask_and_do, button, change_url


def _id(row: Any) -> int | None:
    return row.pk if row is not None else None


@admin.register(Organ)
class OrganAdmin(ServiceAdmin):
    """机关: names, 代字, place in the tree, order."""

    list_display = [
        "full_name",
        "short_name",
        "organ_code",
        "level",
        "kind",
        "superior",
        "rank_order",
        "abolished_on",
    ]
    list_filter = ["level", "kind"]
    search_fields = ["full_name", "short_name", "pinyin", "initials"]
    autocomplete_fields = ["superior", "guiding_organ"]
    fields = [
        ("full_name", "short_name"),
        ("organ_code", "rank_order"),
        ("level", "kind"),
        ("superior", "guiding_organ"),
        "abolished_on",
    ]
    readonly_fields = ["abolished_on"]
    actions_detail = ["abolish"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organ]:
        """In the order of the tree."""
        return organs_listed()

    def offered(self, request: HttpRequest, name: str, row: Organ) -> bool:
        """Abolished once."""
        return row.abolished_on is None

    def create(self, actor: Actor, data: dict[str, Any]) -> Organ:
        """A new organ."""
        return organ_create(actor=actor, **self._arguments(data))

    def change(self, actor: Actor, row: Organ, data: dict[str, Any]) -> Organ:
        """Names, place, order."""
        return organ_update(actor=actor, organ_id=row.pk, **self._arguments(data))

    @button("撤销机关", permission="change", icon="delete")
    def abolish(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """End it."""

        def perform(data: dict[str, Any]) -> str:
            organ = organ_abolish(actor=acting(request), organ_id=object_id, abolished_on=data["day"])
            return f"{organ.short_name}已撤销。"

        return ask_and_do(
            self,
            request,
            title="撤销机关",
            text="撤销后不再出现在通讯录和发送范围中，历史记录保留。须先撤销或划转下级机关，办结或交接在办事项，并免去在任人员。",
            form=DayForm(request.POST or None, label="撤销日期"),
            back=change_url(Organ, object_id),
            perform=perform,
        )

    @staticmethod
    def _arguments(data: dict[str, Any]) -> dict[str, Any]:
        names = ("full_name", "short_name", "organ_code", "level", "kind", "rank_order")
        return {
            **{name: data[name] for name in names},
            "superior_id": _id(data["superior"]),
            "guiding_organ_id": _id(data["guiding_organ"]),
        }


@admin.register(InternalUnit)
class InternalUnitAdmin(ServiceAdmin):
    """内设机构 of an organ."""

    list_display = ["name", "organ", "parent", "is_general_office", "rank_order", "abolished_on"]
    list_filter = ["is_general_office"]
    search_fields = ["name", "organ__full_name", "organ__short_name", "organ__initials"]
    autocomplete_fields = ["organ", "parent"]
    fields = ["organ", "parent", "name", "is_general_office", "rank_order", "abolished_on"]
    actions_detail = ["abolish"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[InternalUnit]:
        """In rank order of the organs."""
        return units_listed()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A unit stays in its organ."""
        return ["organ", "abolished_on"] if obj else ["abolished_on"]

    def offered(self, request: HttpRequest, name: str, row: InternalUnit) -> bool:
        """Abolished once."""
        return row.abolished_on is None

    def create(self, actor: Actor, data: dict[str, Any]) -> InternalUnit:
        """A new unit."""
        return unit_create(actor=actor, organ_id=data["organ"].pk, **self._arguments(data))

    def change(self, actor: Actor, row: InternalUnit, data: dict[str, Any]) -> InternalUnit:
        """Name, place, order."""
        return unit_update(actor=actor, unit_id=row.pk, **self._arguments(data))

    @button("撤销内设机构", permission="change", icon="delete")
    def abolish(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """End it."""

        def perform(data: dict[str, Any]) -> str:
            unit = unit_abolish(actor=acting(request), unit_id=object_id, abolished_on=data["day"])
            return f"{unit.name}已撤销。"

        return ask_and_do(
            self,
            request,
            title="撤销内设机构",
            text="撤销后不再出现在通讯录中，历史记录保留。须先撤销或划转下级科室，并免去在任人员。",
            form=DayForm(request.POST or None, label="撤销日期"),
            back=change_url(InternalUnit, object_id),
            perform=perform,
        )

    @staticmethod
    def _arguments(data: dict[str, Any]) -> dict[str, Any]:
        names = ("name", "is_general_office", "rank_order")
        return {**{name: data[name] for name in names}, "parent_id": _id(data["parent"])}


@admin.register(RecipientGroup)
class RecipientGroupAdmin(ServiceAdmin):
    """发送范围组 such as 各县区."""

    list_display = ["name", "organ", "rank_order"]
    search_fields = ["name"]
    autocomplete_fields = ["organ", "members"]
    fields = ["name", "organ", "members", "rank_order"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Groups may go."""
        return bool(request.user.has_perm("accounts.delete_recipientgroup"))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A group stays with its organ."""
        return ["organ"] if obj else []

    def create(self, actor: Actor, data: dict[str, Any]) -> RecipientGroup:
        """A new group."""
        return group_create(actor=actor, organ_id=_id(data["organ"]), **self._arguments(data))

    def change(self, actor: Actor, row: RecipientGroup, data: dict[str, Any]) -> RecipientGroup:
        """Name, members, order."""
        return group_update(actor=actor, group_id=row.pk, **self._arguments(data))

    def delete_model(self, request: HttpRequest, obj: RecipientGroup) -> None:
        """Remove by the service."""
        group_remove(actor=acting(request), group_id=obj.pk)

    @staticmethod
    def _arguments(data: dict[str, Any]) -> dict[str, Any]:
        members = [organ.pk for organ in data["members"]]
        return {"name": data["name"], "member_ids": members, "rank_order": data["rank_order"]}
