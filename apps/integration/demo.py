"""Systems plugged into the demo city: three in 应用中心, one of which has put to-dos on two people's desks."""

from datetime import timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import Organ
from apps.accounts.selectors.identity import person_of_identity
from apps.core.clock import now
from apps.integration import services
from apps.integration.enums import Scope
from apps.integration.models import PartnerSystem

BUDGET = "财政一体化"
HOST = "czyth.daihai.example"
SYSTEMS: tuple[dict[str, Any], ...] = (
    {
        "name": BUDGET,
        "description": "预算执行、指标调剂、支付申请的办理和查询",
        "organ": "市财政局",
        "host": HOST,
        "scopes": [Scope.TODO, Scope.EVENTS],
    },
    {
        "name": "政务服务一体化",
        "description": "“一件事”办件监管、好差评整改、窗口运行情况",
        "organ": "市大数据局",
        "host": "zwfw.daihai.example",
        "scopes": [Scope.TODO],
    },
    {
        "name": "教育资助监管",
        "description": "学生资助名单公示、资金发放进度",
        "organ": "市教育局",
        "host": "jyzz.daihai.example",
        "scopes": [],
    },
)
KEEPERS = {"市财政局": "suwanqing", "市大数据局": "yezhiqiu", "市教育局": "moshang"}
TODOS = (
    ("ZBTJ-2026-0187", "gaowenlan", "审核市政府办公室2026年度预算指标调剂申请", "urgent", 2),
    ("ZFSQ-2026-1406", "luojiamu", "补充会议费支付申请附件（办公楼会议系统运维）", "", 4),
)


@transaction.atomic
def partners_build() -> int:
    """What is there already is left as it is. Returns how many systems were added."""
    added = 0
    for one in SYSTEMS:
        if PartnerSystem.objects.filter(name=one["name"]).exists():
            continue
        system = _registered(one)
        added += 1
        if one["name"] == BUDGET:
            services.todos_push(system=system, rows=[_todo(*facts) for facts in TODOS])
    return added


def _registered(one: dict[str, Any]) -> PartnerSystem:
    organ = Organ.objects.get(short_name=one["organ"])
    keeper = person_of_identity(field="login_name", value=KEEPERS[one["organ"]])
    if keeper is None:
        raise LookupError(KEEPERS[one["organ"]])
    facts = services.SystemFacts(
        name=one["name"],
        description=one["description"],
        organ_id=organ.pk,
        keeper_id=keeper.pk,
        home_url=f"https://{one['host']}/",
        scopes=one["scopes"],
        is_for_all=True,
        hosts=one["host"],
    )
    system = services.system_register(actor=None, facts=facts)
    services.system_key_issue(
        actor=None, system_id=system.pk
    )  # shown to nobody: who tries it out issues a fresh one
    return services.system_enable(actor=None, system_id=system.pk)


def _todo(external_id: str, login_name: str, title: str, urgency: str, days: int) -> services.TodoRow:
    return services.TodoRow(
        external_id=external_id,
        login_name=login_name,
        title=title,
        link=f"https://{HOST}/todo/{external_id}",
        urgency=urgency,
        due_at=(now() + timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0),
    )
