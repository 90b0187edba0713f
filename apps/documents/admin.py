"""Back office of 电子印章, 签名章 and 发文字号序列. No document, opinion or attachment is registered here."""

from base64 import b64encode
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from apps.core.actors import Actor
from apps.core.admin import ServiceAdmin, acting, ask_and_do, button, change_url
from apps.documents.enums import SealStatus
from apps.documents.forms.seals import ReasonForm, StampForm
from apps.documents.models import ESeal, NumberSeries, SignatureStamp
from apps.documents.services.sealing import eseal_make, eseal_status_set
from apps.documents.services.series import series_default_set, series_open
from apps.documents.services.stamps import stamp_make

ACTS = {SealStatus.SUSPENDED: "停用", SealStatus.ACTIVE: "启用", SealStatus.REVOKED: "注销"}


class KeptAdmin(ServiceAdmin):
    """What is made once, then suspended, put back or revoked; the drawing never changes."""

    list_filter = ["status"]
    actions_detail = ["suspend", "resume", "revoke"]
    edits_rows = False

    def offered(self, request: HttpRequest, name: str, row: ESeal) -> bool:
        """One in use is suspended, a suspended one put back; a revoked one stays revoked."""
        if name == "revoke":
            return row.status != SealStatus.REVOKED
        return row.status == (SealStatus.ACTIVE if name == "suspend" else SealStatus.SUSPENDED)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Nothing of a made one is edited."""
        return [str(name) for name in self.get_fields(request, obj)] if obj else []

    @admin.display(description="印模")
    def drawing(self, row: ESeal) -> str:
        """As it will stand on paper."""
        source = b64encode(row.image_svg.encode()).decode()
        return format_html('<img src="data:image/svg+xml;base64,{}" height="160" alt="印模">', source)

    def change(self, actor: Actor, row: ESeal, data: dict[str, Any]) -> ESeal:
        """Nothing to save: the buttons change the state."""
        return row

    @button("停用", permission="change", icon="block")
    def suspend(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Until it is put back it is not set on anything."""
        return self._status(request, object_id, SealStatus.SUSPENDED, "停用后不能用印，可以再启用。")

    @button("启用", permission="change", icon="undo")
    def resume(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Back into use."""
        return self._status(request, object_id, SealStatus.ACTIVE, "启用后恢复用印。")

    @button("注销", permission="change", icon="delete")
    def revoke(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """For good."""
        return self._status(
            request, object_id, SealStatus.REVOKED, "注销后不能恢复；已用印的文件仍然有效、可验证。"
        )

    def _status(self, request: HttpRequest, object_id: int, status: SealStatus, text: str) -> HttpResponse:
        def perform(data: dict[str, Any]) -> str:
            row = eseal_status_set(
                actor=acting(request), seal_id=object_id, status=status, reason=data["reason"]
            )
            return f"“{row}”现为：{row.get_status_display()}。"

        return ask_and_do(
            self,
            request,
            title=f"{ACTS[status]}{self.opts.verbose_name}",
            text=text,
            form=ReasonForm(request.POST or None),
            back=change_url(self.model, object_id),
            perform=perform,
        )


@admin.register(ESeal)
class ESealAdmin(KeptAdmin):
    """电子印章."""

    list_display = ["name", "organ", "diameter_mm", "status", "made_at"]
    search_fields = ["name", "organ__full_name", "organ__short_name"]
    autocomplete_fields = ["organ"]
    list_select_related = ["organ"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A new seal needs its organ and text, a made one shows itself."""
        made = ["organ", "name", "drawing", "diameter_mm", "status", "made_at"]
        return made if obj else ["organ", "name"]

    def create(self, actor: Actor, data: dict[str, Any]) -> ESeal:
        """Draw it and issue its certificate."""
        return eseal_make(actor=actor, organ_id=data["organ"].pk, name=data["name"])

    def get_queryset(self, request: HttpRequest) -> QuerySet[ESeal]:
        """Stamps have their own list."""
        seals: QuerySet[ESeal] = super().get_queryset(request)
        return seals.filter(person__isnull=True)


@admin.register(SignatureStamp)
class SignatureStampAdmin(KeptAdmin):
    """签名章."""

    form = StampForm
    list_display = ["name", "organ", "status", "made_at"]
    search_fields = ["name", "organ__full_name", "organ__short_name"]
    autocomplete_fields = ["organ", "person"]
    list_select_related = ["organ", "person"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """A new stamp needs its person and the scan, a made one shows itself."""
        return ["organ", "person", "drawing", "status", "made_at"] if obj else ["organ", "person", "scan"]

    def create(self, actor: Actor, data: dict[str, Any]) -> SignatureStamp:
        """Take the ink of the scan."""
        scan = data["scan"]
        who = {"organ_id": data["organ"].pk, "person_id": data["person"].pk}
        return stamp_make(actor=actor, **who, name=scan.name, content=scan.read())


@admin.register(NumberSeries)
class NumberSeriesAdmin(ServiceAdmin):
    """发文字号序列: opened here or, at 1, by the first document of a year; serials are given by 编号 alone."""

    list_display = ["__str__", "organ", "first_serial", "next_serial", "is_default"]
    list_filter = ["year", "is_default"]
    search_fields = ["prefix", "organ__full_name", "organ__short_name"]
    autocomplete_fields = ["organ", "tenure"]
    list_select_related = ["organ", "tenure__person"]
    fields = ["organ", "tenure", ("prefix", "year"), ("first_serial", "is_default")]
    actions_detail = ["make_default"]
    edits_rows = False

    def offered(self, request: HttpRequest, name: str, row: NumberSeries) -> bool:
        """Only another one can become the default."""
        return not row.is_default and row.tenure_id is None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An opened series is not edited: its numbers are out."""
        return ["organ", "tenure", "prefix", "year", "first_serial", "is_default"] if obj else []

    def create(self, actor: Actor, data: dict[str, Any]) -> NumberSeries:
        """Open it."""
        names = ("prefix", "year", "first_serial", "is_default")
        facts = {name: data[name] for name in names}
        tenure_id = data["tenure"].pk if data["tenure"] else None
        return series_open(actor=actor, organ_id=data["organ"].pk, tenure_id=tenure_id, **facts)

    def change(self, actor: Actor, row: NumberSeries, data: dict[str, Any]) -> NumberSeries:
        """Nothing to save: the button changes the default."""
        return row

    @button("设为默认", permission="change", icon="undo")
    def make_default(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """Offer it first."""

        def perform(_data: dict[str, Any]) -> str:
            return f"{series_default_set(actor=acting(request), series_id=object_id)}已设为默认序列。"

        return ask_and_do(
            self,
            request,
            title="设为默认序列",
            text="编号时优先使用此序列；本机关同年的其他序列仍可选用。",
            form=None,
            back=change_url(NumberSeries, object_id),
            perform=perform,
        )
