"""Pages of the portal: the desk and its exports."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from apps.core.http import HouseRequest, signed_in
from apps.core.spreadsheets import xlsx_response
from apps.portal import selectors
from apps.portal.desk import EMPTY_TEXTS, TAB_NAMES, Tab
from apps.portal.selectors import DeskQuery

FILTERS = (
    ("all", "全部"),
    ("extra_urgent", "特急"),
    ("urgent", "加急"),
    ("today", "今日到期"),
    ("overdue", "超期"),
)
CATEGORIES = (("", "全部类别"), ("incoming", "收文"), ("outgoing", "发文"))


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


@require_GET
@signed_in
def desk(request: HouseRequest) -> HttpResponse:
    """The desk; for htmx only the list."""
    query = query_of(request)
    numbers = selectors.todo_numbers(request.actor)
    counts = {
        Tab.TODO: numbers["all"],
        Tab.READING: selectors.reading_count(request.actor),
        Tab.DRAFT: selectors.draft_count(request.actor),
    }
    context = {
        "query": query,
        "page": selectors.desk_page(request.actor, query),
        "tabs": [(tab, name, counts.get(tab)) for tab, name in TAB_NAMES.items()],
        "filters": [(code, name, numbers[code]) for code, name in FILTERS],
        "categories": CATEGORIES,
        "numbers": numbers,
        "empty_text": EMPTY_TEXTS[query.tab],
    }
    return render(request, "portal/_desk_list.html" if request.htmx else "portal/desk.html", context)


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
