"""计划分解: paste, look, make."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core.clock import today
from apps.core.http import HouseRequest, gone_to, signed_in
from apps.core.submissions import new_key
from apps.supervision import services
from apps.supervision.plans import mistakes_of, plan_rows
from apps.supervision.policies import require_proposer
from apps.supervision.selectors.drafts import choices
from apps.supervision.selectors.plans import organ_names, plan_of_workbook

SHOWN = 200


@require_http_methods(["GET", "POST"])
@signed_in
def plan(request: HouseRequest) -> HttpResponse:
    """A first post, of text or a workbook, shows what was read, line by line; a second one makes the items."""
    require_proposer(request.actor)
    form = request.POST
    if form.get("do") == "make":
        count = services.plan_propose(
            actor=request.actor,
            text=form.get("text", ""),
            class_code=form.get("class", ""),
            frequency=form.get("frequency", ""),
            key=form.get("key", ""),
        )
        messages.success(request, f"已登记 {count} 个事项，等待立项。")
        return gone_to(request, f"{reverse('supervision:items')}?stage=waiting")
    sheet = request.FILES.get("sheet")
    text = plan_of_workbook(sheet.read()) if sheet else form.get("text", "")
    return render(request, "supervision/plan.html", _shown(text, form.get("class", "plan")))


def _shown(text: str, class_code: str) -> dict[str, object]:
    rows = plan_rows(text, organ_names(), today()) if text.strip() else []
    mistakes = mistakes_of(rows) if text.strip() else []
    wrong = [row for row in rows if row.mistakes]
    return {
        "text": text,
        "class": class_code,
        "rows": [*wrong, *(row for row in rows if not row.mistakes)][:SHOWN],
        "count": len(rows),
        "mistakes": mistakes,
        "wrong_count": len(wrong),
        "key": new_key(),
        **choices(),
    }
