"""The back office: unfold under the strict page policy, entered through the one sign-in, with navigation by permission."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from csp.constants import UNSAFE_EVAL
from csp.decorators import csp_update
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_POST
from unfold.sites import UnfoldAdminSite

# Order and icons of the groups in the side bar; models are named as app.model.
GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "组织与人员",
        (
            ("accounts.person", "person"),
            ("accounts.appointment", "badge"),
            ("accounts.organ", "account_balance"),
            ("accounts.internalunit", "lan"),
            ("accounts.directorysource", "cloud_sync"),
            ("accounts.directorylink", "link"),
            ("accounts.secretaryduty", "contacts"),
            ("accounts.delegation", "swap_horiz"),
            ("accounts.absence", "event_busy"),
            ("accounts.recipientgroup", "group_work"),
        ),
    ),
    (
        "公文与流程",
        (
            ("workflow.procedure", "account_tree"),
            ("workflow.procedureversion", "history"),
            ("workflow.task", "assignment_late"),
            ("documents.numberseries", "tag"),
            ("documents.eseal", "approval"),
            ("documents.signaturestamp", "signature"),
        ),
    ),
    (
        "督查、会议与值班",
        (
            ("supervision.itemclass", "notifications_active"),
            ("supervision.supervisionitem", "track_changes"),
            ("meetings.meetingroom", "meeting_room"),
            ("duty.dutypost", "support_agent"),
            ("duty.dutyroster", "calendar_view_week"),
        ),
    ),
    (
        "平台",
        (
            ("core.calendarday", "calendar_month"),
            ("core.outboxevent", "outbox"),
            ("notifications.channelsettings", "mail"),
            ("integration.partnersystem", "hub"),
            ("integration.webhooksubscription", "webhook"),
            ("integration.webhookdelivery", "send"),
            ("messaging.bot", "smart_toy"),
            ("messaging.retention", "auto_delete"),
            ("safekeeping.upkeeprun", "backup"),
        ),
    ),
    (
        "安全与审计",
        (
            ("accounts.breakglass", "e911_emergency"),
            ("axes.accessattempt", "lock"),
            ("auth.group", "shield_person"),
            ("audit.auditentry", "fact_check"),
            ("audit.auditblock", "link"),
        ),
    ),
)
ICON = "folder"
TITLES = {"auth.group": "三员权限"}  # elsewhere a group, here the powers of the three
# Pages outside the back office that belong to an administrator's work: group, title, address, icon, permission.
PAGES = (
    ("组织与人员", "工作交接", "accounts:handovers", "swap_horiz", "accounts.change_appointment"),
    ("平台", "检查单", "installation:checklist", "checklist", "installation.view_installation"),
)


class HouseAdminSite(UnfoldAdminSite):
    """One door: our own sign-in. Its scripts may evaluate (Alpine), nobody else's on the site may."""

    site_title = "同舟管理后台"
    index_title = "管理后台"

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:  # noqa: FBT001, FBT002  # Django's signature
        """Django's guard, with the page policy of the back office."""
        return csp_update({"script-src": [UNSAFE_EVAL]})(super().admin_view(view, cacheable))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """The theme's colours come from a sheet of our own: an inline one would break the page policy."""
        context: dict[str, Any] = super().each_context(request)
        context["colors"] = {}
        context["styles"] = [static("back-office.css"), *context.get("styles", [])]
        return context

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002  # Django's signature
        """Strangers sign in at the one door; for people without powers there is nothing here."""
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next") or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002  # Django's signature
        """Signs out of the whole site, recorded like any other."""
        return _sign_out(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ARG002  # Django's signature
        """Passwords are changed on one page."""
        return redirect("accounts:password")


@require_POST
def _sign_out(request: HttpRequest) -> HttpResponse:
    get_adapter(request).logout(request)
    return redirect("account_login")


def _pages(request: HttpRequest, group: str) -> list[dict[str, Any]]:
    """Entries of `PAGES` for this administrator; the demo city has no set-up and so no check list."""
    return [
        {"title": title, "link": reverse(address), "icon": icon}
        for place, title, address, icon, permission in PAGES
        if place == group
        and request.user.has_perm(permission)
        and (settings.TONGZHOU_MODE == "real" or not address.startswith("installation:"))
    ]


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The side bar: what this administrator may see, in the order of `GROUPS`; models nobody placed come last."""
    shown: dict[str, dict[str, Any]] = {}
    for model, model_admin in admin.site._registry.items():  # noqa: SLF001  # Django offers no other list
        if model_admin.has_view_permission(request):
            meta = model._meta  # noqa: SLF001  # Django's documented name
            link = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
            name = f"{meta.app_label}.{meta.model_name}"
            shown[name] = {
                "title": TITLES.get(name, str(meta.verbose_name_plural)),
                "link": link,
            }
    groups = []
    for title, entries in GROUPS:
        items = [{**shown.pop(name), "icon": icon} for name, icon in entries if name in shown]
        items += _pages(request, title)
        groups.append({"title": title, "separator": True, "items": items})
    groups.append(
        {"title": "其他", "separator": True, "items": [{**item, "icon": ICON} for item in shown.values()]}
    )
    return [group for group in groups if group["items"]]
