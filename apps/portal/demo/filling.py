"""Fills a database with documents for measuring: a million rows as the services would have left them, in minutes.

Ways through the procedures are walked once by the engine (`shapes`); INSERT … SELECT copies them with other people, times, titles.
All is one transaction: indexes that are not constraints are dropped and made again in it, so that what is broken off leaves
nothing. What is not there: sealed files, dispatches and copies at other organs, the audit of acts that nobody did.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice, product
from typing import Any

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from apps.core import clock
from apps.core.errors import InvalidState
from apps.documents.body import body_from_text
from apps.documents.models import IncomingDocument, OutgoingDocument
from apps.documents.services.installation import procedures_install
from apps.portal.demo import statements as say
from apps.portal.demo.crowd import PEOPLE, Crowd, crowd_gather, crowd_stands
from apps.portal.demo.rows import TABLES, WORKS, table_of
from apps.portal.demo.shapes import ways
from apps.portal.demo.texts import BODIES, filled
from apps.workflow.models import Matter, Run, Task

Report = Callable[[str], None]
LEAST, MOST = 100, 2_000_000
TEXTS = 50
YEARS = 4
CLERK_DONE, CLERK_OPEN = 2960, 40  # with what lies open and was registered by her: 3,000
SOURCES = (
    "省政府办公厅",
    "省财政厅",
    "省应急管理厅",
    "省教育厅",
    "省水利厅",
    "省发展改革委",
    "省数据局",
    "省住房城乡建设厅",
)
VERBS = ("做好", "加强", "进一步规范", "开展", "推进", "落实", "调整", "报送", "印发", "深化")
TOPICS = (
    "安全生产", "防汛抗旱", "政务公开", "营商环境优化", "民生实事", "预算执行", "数据共享", "义务教育",
    "城市更新", "道路运输", "食品安全", "森林防火", "信访工作", "档案管理", "国有资产", "生态环境保护",
    "乡村振兴", "医疗保障", "养老服务", "文物保护", "消防安全", "职业技能培训", "电子政务", "招商引资",
    "水库除险加固", "土地储备", "残疾人康复", "社区矫正", "渔业资源", "气象灾害预警", "殡葬服务", "地名普查",
    "盐业监管", "无线电频率", "古树名木", "蚕桑产业", "碑林修缮", "灯塔维护", "鼠疫防控", "茶马古道",
)  # fmt: skip
ENDINGS = (
    "工作", "有关事项", "专项检查", "实施方案", "重点任务", "责任分工", "经费安排", "考核办法",
)  # fmt: skip
TYPES = (("notice", "通知"), ("opinion", "意见"), ("circular", "通报"))


def database_fill(report: Report, count: int, password_encoded: str, *, people: int = PEOPLE) -> Crowd:
    """`count` documents of people of their own. Raises `InvalidState` when such a city stands already."""
    if crowd_stands():
        raise InvalidState("测量用的公文已经填充过，不能再填充一次。请换一个空的状态目录（--state）。")
    with transaction.atomic(), connection.cursor() as cursor:
        crowd = _fill(report, cursor, count, people, password_encoded)
    report("正在整理统计信息 …")
    verb = "ANALYZE" if connection.in_atomic_block else "VACUUM ANALYZE"
    with connection.cursor() as cursor:
        cursor.execute(f"{verb} {', '.join(table_of(model) for model in TABLES)}")
    return crowd


def _fill(report: Report, cursor: CursorWrapper, count: int, people: int, password_encoded: str) -> Crowd:
    procedures_install()
    crowd = crowd_gather(people, password_encoded)
    report(f"已建立 {len(crowd.organs)} 个机关、{people} 名人员。")
    facts = _facts(crowd, count)
    for setting in ("maintenance_work_mem = '512MB'", "work_mem = '128MB'", "statement_timeout = 0"):
        cursor.execute(f"SET LOCAL {setting}")
    _plan(cursor, facts)
    kept = _indexes_drop(cursor)
    cursor.execute(
        "SET LOCAL session_replication_role = replica"
    )  # keys and texts are right as they are made
    for name, work in WORKS:
        report(f"正在写入{name} …")
        work(cursor, facts)
    cursor.execute("SET LOCAL session_replication_role = origin")
    report(f"正在建立 {len(kept)} 个索引 …")
    for definition in kept:
        cursor.execute(definition)
    _sequences_settle(cursor)
    return crowd


def _facts(crowd: Crowd, count: int) -> dict[str, Any]:
    """What the statements are told; ids of cards, runs and documents are these and the document's number."""
    end = clock.now() - timedelta(days=12)
    return {
        "count": count,
        "begin": end - timedelta(days=365 * YEARS),
        "end": end,
        "organs": [organ.pk for organ in crowd.organs],
        "clerk": crowd.posts["clerk"].pk,
        "principal": crowd.posts["principal"].pk,
        "clerk_done": CLERK_DONE,
        "clerk_open": CLERK_OPEN,
        "texts": TEXTS,
        "sources": list(SOURCES),
        "verbs": list(VERBS),
        "topics": list(TOPICS),
        "endings": list(ENDINGS),
        "types": [code for code, _ in TYPES],
        "type_names": [name for _, name in TYPES],
        "matters": _last(Matter),
        "runs": _last(Run),
        "tasks": _last(Task),
        "outgoing": _last(OutgoingDocument),
        "incoming": _last(IncomingDocument),
    }


def _last(model: type[models.Model]) -> int:
    found = model._default_manager.aggregate(last=models.Max("pk"))["last"]  # noqa: SLF001  # Django's public model API
    return int(found or 0)


def _plan(cursor: CursorWrapper, facts: dict[str, Any]) -> None:
    cursor.execute(say.SCAFFOLD)
    for way in ways():
        _put(cursor, "fill_shape", way.run)
        for step in way.steps:
            _put(cursor, "fill_step", step)
    for place, body in enumerate(_bodies()):
        _put(cursor, "fill_body", (place, models.JSONField().get_db_prep_value(body, connection)))
    cursor.execute(say.POOL, facts)
    cursor.execute(say.PLAN, facts)
    cursor.execute("ANALYZE fill_plan, fill_pool, fill_post, fill_step")


def _put(cursor: CursorWrapper, table: str, row: tuple[Any, ...]) -> None:
    cursor.execute(f"INSERT INTO {table} VALUES ({', '.join(['%s'] * len(row))})", row)  # noqa: S608  # our own names


def _bodies() -> Iterable[dict[str, Any]]:
    """Fifty texts: those of the demo city, as written on two days."""
    days = (clock.today(), clock.today() - timedelta(days=200))
    for day, path in islice(product(days, sorted(BODIES.glob("*.txt"))), TEXTS):
        yield body_from_text(filled(path.read_text(encoding="utf-8"), day))


def _indexes_drop(cursor: CursorWrapper) -> list[str]:
    """Take away what slows writing; how to make each again."""
    cursor.execute(say.INDEXES, {"tables": [table_of(model) for model in TABLES]})
    found = cursor.fetchall()
    for _, name in found:
        cursor.execute(f"DROP INDEX {name}")
    return [definition for definition, _ in found]


def _sequences_settle(cursor: CursorWrapper) -> None:
    """The next row of each table comes after those written."""
    for table in map(table_of, TABLES):
        last = f"SELECT coalesce(max(id), 1) FROM {table}"  # noqa: S608  # our own names
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), ({last}))")
