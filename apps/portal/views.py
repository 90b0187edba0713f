"""Pages of the portal: the desk and its exports."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import NotFound
from apps.core.http import HouseRequest, signed_in
from apps.core.launcher import apps_by_group, apps_for
from apps.core.shell import shown
from apps.core.spreadsheets import xlsx_response
from apps.core.submissions import new_key
from apps.notifications.selectors import notices_of
from apps.portal import selectors
from apps.portal.certificates import root_certificate
from apps.portal.demo.progress import progress
from apps.portal.desk import EMPTY_TEXTS, TAB_NAMES, Tab
from apps.portal.search import search
from apps.portal.selectors import DeskQuery
from apps.workflow.services import reading_done

NOTICES_SHOWN = 6
ID_LENGTH = 15
FILTERS = (
    ("all", "全部"),
    ("extra_urgent", "特急"),
    ("urgent", "加急"),
    ("today", "今日到期"),
    ("overdue", "超期"),
)
CATEGORIES = (
    ("", "全部类别"),
    ("incoming", "收文"),
    ("outgoing", "发文"),
    ("meeting", "会议"),
    ("away", "外出"),
    ("partner", "外部"),
)


def query_of(request: HouseRequest) -> DeskQuery:
    """The query string as a `DeskQuery`; nonsense counts as the default."""
    asked = request.GET
    tab = Tab(asked["tab"]) if asked.get("tab") in set(Tab) else Tab.TODO
    return DeskQuery(
        tab=tab,
        only=asked.get("only", "all") if asked.get("only") in dict(FILTERS) else "all",
        category=asked.get("category", "") if asked.get("category") in dict(CATEGORIES) else "",
        text=asked.get("q", "").strip()[:60],
        sort="due" if asked.get("sort") == "due" else "arrived",
        cursor=asked.get("cursor", "")[:400],
    )


def base_of(query: DeskQuery) -> str:
    """The query string without cursor, ending in `&`, for pager and export."""
    asked = {
        "tab": query.tab.value,
        "only": query.only,
        "category": query.category,
        "q": query.text,
        "sort": query.sort,
    }
    return urlencode({name: value for name, value in asked.items() if value}) + "&"


def desk_facts(actor: Actor, query: DeskQuery) -> dict[str, Any]:
    """What the list shows: its page, tabs and pills with live numbers."""
    numbers = selectors.todo_numbers(actor)
    counts = selectors.tab_counts(actor, numbers)
    is_plain = query.tab is Tab.TODO and not (query.text or query.category)
    return {
        "query": query,
        "base": base_of(query),
        "key": new_key(),
        "moment": now(),
        "tab_name": TAB_NAMES[query.tab],
        "page": selectors.desk_page(actor, query),
        "tabs": [
            (tab, name, shown(counts[tab]) or "0" if tab in counts else None)
            for tab, name in TAB_NAMES.items()
        ],
        "filters": [(code, name, numbers[code]) for code, name in FILTERS],
        "categories": CATEGORIES,
        "numbers": numbers,
        "total": numbers[query.only] if is_plain else None,
        "empty_text": EMPTY_TEXTS[query.tab],
    }


@require_GET
@signed_in
def desk(request: HouseRequest) -> HttpResponse:
    """The desk; for htmx only the list."""
    context = desk_facts(request.actor, query_of(request))
    if request.htmx:
        return render(request, "portal/_desk_list.html", context)
    context["notices"] = list(notices_of(request.actor)[:NOTICES_SHOWN])
    context["apps"] = apps_for(request.actor)
    context["progress"] = progress() if settings.TONGZHOU_MODE == "demo" else ""
    return render(request, "portal/desk.html", context)


@require_GET
@signed_in
def demo_progress(request: HouseRequest) -> HttpResponse:
    """Fragment: how far the demo city is; it asks again until the city stands."""
    return render(request, "portal/_demo_progress.html", {"progress": progress()})


@require_GET
@signed_in
def desk_notices(request: HouseRequest) -> HttpResponse:
    """Fragment: the newest notices, re-fetched when one arrives."""
    notices = list(notices_of(request.actor)[:NOTICES_SHOWN])
    return render(request, "portal/_desk_notices.html", {"notices": notices})


@require_GET
@signed_in
def desk_export(request: HouseRequest) -> HttpResponse:
    """The list as Excel, at most 5,000 rows."""
    query = query_of(request)
    heads = ("紧急程度", "标题", "来文单位", "文号", "环节", "上一办理人", "时间", "剩余时限")
    rows = [
        (
            row.urgency_text,
            row.title,
            row.origin,
            row.number,
            row.step,
            row.previous,
            row.when,
            row.light.text if row.light else "",
        )
        for row in selectors.desk_export(request.actor, query)
    ]
    return xlsx_response(TAB_NAMES[query.tab], heads, rows)


@require_POST
@signed_in
def readings_done(request: HouseRequest) -> HttpResponse:
    """Batch 已阅: marks the chosen reads of one's own and comes back."""
    given = request.POST.getlist("selected")[:200]
    chosen = [int(value) for value in given if value.isdecimal() and len(value) <= ID_LENGTH]
    count = reading_done(actor=request.actor, reading_ids=chosen)
    messages.success(request, f"已标记 {count} 件为已阅。")
    return HttpResponseRedirect(f"{reverse('portal:desk')}?tab=reading", status=303)


@require_GET
@signed_in
def search_page(request: HouseRequest) -> HttpResponse:
    """Search over documents and people."""
    text = request.GET.get("q", "").strip()[:60]
    return render(request, "portal/search.html", {"text": text, "result": search(request.actor, text)})


@require_GET
@signed_in
def apps_page(request: HouseRequest) -> HttpResponse:
    """Everything the person can open, by group; the phone's 工作台."""
    return render(request, "portal/apps.html", {"groups": list(apps_by_group(request.actor))})


@require_GET
def certificate_help(request: HttpRequest) -> HttpResponse:
    """How a device comes to trust the installation's own root certificate; needed before anybody can sign in safely."""
    return render(request, "portal/certificate_help.html", {"root": root_certificate()})


@require_GET
def certificate_file(request: HttpRequest) -> HttpResponse:
    """The root certificate itself; it is public. 404 when the organ uses another authority."""
    root = root_certificate()
    if root is None:
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="tongzhou-ca.crt"'}
    return HttpResponse(root.der, content_type="application/x-x509-ca-cert", headers=headers)
