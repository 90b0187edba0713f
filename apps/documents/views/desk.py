"""The documents desk: kept narrowings, kept groups of recipients, numbers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from apps.accounts.policies import require_group_clerk
from apps.accounts.selectors import groups_for, organs_picked
from apps.accounts.services import group_create, group_remove, group_update
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.spreadsheets import xlsx_response
from apps.documents.forms.incoming import ids_of
from apps.documents.selectors.statistics import SPANS, statistics_of
from apps.documents.services.desk import filter_forget, filter_save

HEADS = ("类别", "名称", "已办", "其中超期", "按期率", "在办", "平均办理天数")


@require_POST
@signed_in
def saved_filter_add(request: HouseRequest) -> HttpResponse:
    """Keep the list's present narrowing; back to it."""
    form = request.POST
    kept = filter_save(
        actor=request.actor, side=form.get("side", ""), name=form.get("name", ""), query=form.get("query", "")
    )
    messages.success(request, f"已保存筛选“{kept.name}”。")
    return gone_to(request, f"{reverse(f'documents:{kept.side}_list')}?{kept.query}")


@require_POST
@signed_in
def saved_filter_forget(request: HouseRequest, filter_id: int) -> HttpResponse:
    """Keep it no longer."""
    side = filter_forget(actor=request.actor, filter_id=filter_id)
    messages.success(request, "已删除筛选。")
    return gone_to(request, reverse(f"documents:{side}_list"))


@require_GET
@signed_in
def statistics(request: HouseRequest) -> HttpResponse:
    """办文统计 by month, step and unit: charts and the same numbers in tables."""
    found = statistics_of(request.actor, _span(request))
    if request.GET.get("export") == "1":
        parts = (("环节", found.steps), ("承办科室", found.units))
        rows = (
            (kind, line.name, line.done, line.late, line.rate, line.open, line.days)
            for kind, lines in parts
            for line in lines
        )
        return xlsx_response("办文统计", HEADS, rows)
    return render(request, "documents/statistics.html", {"found": found, "spans": SPANS})


def _span(request: HouseRequest) -> int:
    asked = request.GET.get("span", "")
    return int(asked) if asked.isdecimal() and len(asked) < 3 and int(asked) in SPANS else SPANS[0]


@require_GET
@signed_in
def groups(request: HouseRequest) -> HttpResponse:
    """常用发送范围 of the organ, kept by its clerk."""
    require_group_clerk(request.actor)
    own = [group for group in groups_for(request.actor) if group.organ_id == request.actor.organ_id]
    rows: list[dict[str, Any]] = [
        {"group": group, "picked": organs_picked(group.members.all())} for group in own
    ]
    return render(request, "documents/groups.html", {"rows": rows})


@require_POST
@signed_in
def group_save(request: HouseRequest) -> HttpResponse:
    """A new group, or one changed."""
    require_group_clerk(request.actor)
    form, members = request.POST, ids_of(request.POST, "members")
    if wanted := ids_of(form, "group"):
        group_update(actor=request.actor, group_id=wanted[0], name=form.get("name", ""), member_ids=members)
    else:
        group_create(
            actor=request.actor,
            name=form.get("name", ""),
            member_ids=members,
            organ_id=request.actor.organ_id,
        )
    messages.success(request, "已保存常用范围。")
    return gone_to(request, reverse("documents:groups"))


@require_POST
@signed_in
def group_forget(request: HouseRequest, group_id: int) -> HttpResponse:
    """Keep it no longer; documents already addressed keep their recipients."""
    group_remove(actor=request.actor, group_id=group_id)
    messages.success(request, "已删除常用范围。")
    return gone_to(request, reverse("documents:groups"))
