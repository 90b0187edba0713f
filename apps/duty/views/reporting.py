"""报送设置: time limits, addressees and templates."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core.http import HouseRequest, gone_to, signed_in
from apps.duty import services
from apps.duty.enums import EventClass, Level
from apps.duty.forms import id_of, rule_of
from apps.duty.policies import require_maker
from apps.duty.selectors.reporting import rules_shown, templates_of


@require_http_methods(["GET", "POST"])
@signed_in
def reporting(request: HouseRequest) -> HttpResponse:
    """The rules by level and class, and a template for each class."""
    organ_id = require_maker(request.actor)
    if request.method == "POST":
        messages.success(request, _kept(request))
        return gone_to(request, reverse("duty:reporting"))
    context = {
        "rules": rules_shown(organ_id),
        "classes": EventClass.choices,
        "levels": [*Level.choices, ("", "未定级")],
        "templates": templates_of(organ_id).items(),
    }
    return render(request, "duty/reporting.html", context)


def _kept(request: HouseRequest) -> str:
    form, actor = request.POST, request.actor
    if form.get("do") == "drop":
        services.report_rule_drop(actor=actor, rule_id=id_of(form.get("rule", "")) or 0)
        return "已恢复默认。"
    if form.get("do") == "template":
        services.report_template_keep(
            actor=actor, event_class=form.get("event_class", ""), text=form.get("text", "")
        )
        return "首报模板已保存。"
    rule = services.report_rule_keep(actor=actor, draft=rule_of(form))
    return f"{rule}的报送规则已保存，此后定级的事件按此计时。"
