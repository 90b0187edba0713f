"""挂牌 and 摘牌, 约谈 and 留言: who may, what stands on paper and on the course, who hears of it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.documents.body import body_text
from apps.messaging.models import Conversation
from apps.notifications.models import Notice
from apps.supervision import services
from apps.supervision.enums import State
from apps.supervision.models import Interview, SupervisionItem, SupervisionNotice
from apps.supervision.papers import notice_sheet
from apps.supervision.selectors.pages import notice_for
from apps.supervision.selectors.summaries import summary_of
from apps.supervision.services import InterviewDraft
from tests.factories.world import World
from tests.helpers.supervision import MONDAY, brought

pytestmark = [pytest.mark.django_db, pytest.mark.long]
As = Callable[[str], Client]
TALK = InterviewDraft(
    held_at=MONDAY + timedelta(days=2),
    hosts="周明远副主任、秦朗月",
    guests="市大数据局局长罗景明",
    text="进展明显滞后，责任未落实到人。",
    place="市政府三楼会议室",
    asked="三日内报整改方案。\n每周报进展。",
)


def told() -> set[tuple[str, str]]:
    """Who heard what."""
    return {
        (one.person.name, one.title.split("：")[0].split(" ")[0])
        for one in Notice.objects.select_related("person")
    }


def paper(world: World, notice: SupervisionNotice) -> tuple[str, list[str]]:
    """Recipients and lines of its sheet."""
    sheet = notice_sheet(notice_for(world.actor("supervisor"), notice.pk))
    return "、".join(sheet.main_recipients), [block.text for block in sheet.blocks]  # type: ignore[union-attr]  # paragraphs only


def test_listing_is_a_paper_for_the_units_and_ends_with_its_reason(
    world: World, drain: Callable[[], int]
) -> None:
    item = brought(world, State.IN_PROGRESS)
    director = world.actor("director")
    with pytest.raises(Forbidden, match="立项审批人"):
        services.item_list_publicly(actor=world.actor("supervisor"), item_id=item.pk, words="久拖不决。")
    with pytest.raises(InvalidState, match="没有挂牌"):
        services.item_delist(actor=director, item_id=item.pk, words="已整改。")
    with pytest.raises(ValidationFailed, match="挂牌理由"):
        services.item_list_publicly(actor=director, item_id=item.pk, words=" ")
    drain()
    Notice.objects.all().delete()
    services.item_list_publicly(actor=director, item_id=item.pk, words="久拖不决。")
    with pytest.raises(InvalidState, match="已经挂牌"):
        services.item_list_publicly(actor=director, item_id=item.pk, words="再挂。")
    notice = item.notices.get(kind="list")
    assert notice.number.startswith("督挂〔")
    recipients, lines = paper(world, notice)
    assert recipients == "市大数据局、市财政局"
    assert lines[1] == "久拖不决。"
    drain()
    assert {name for name, what in told() if what == "挂牌督办通知书"} == {
        "罗景明", "许南星", "叶知秋", "苏晚晴",
    }  # fmt: skip
    assert ("高文澜", "挂牌督办") not in told()
    with pytest.raises(ValidationFailed, match="理由"):
        services.item_delist(actor=director, item_id=item.pk, words="")
    services.item_delist(actor=director, item_id=item.pk, words="已整改到位。")
    item.refresh_from_db()
    assert (item.is_listed, item.state) == (False, State.IN_PROGRESS)
    assert list(item.log.order_by("-pk").values_list("verb", flat=True)[:2]) == ["摘牌", "挂牌督办"]
    acts = AuditEntry.objects.filter(action="supervision.act").order_by("-pk")
    assert [entry.facts["act"] for entry in acts[:2]] == ["delist", "list_publicly"]


def test_a_talk_is_recorded_for_good_and_signed_for_by_the_lead_alone(
    world: World, drain: Callable[[], int]
) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS)
    Notice.objects.all().delete()
    keeper = world.actor("supervisor")
    with clock.at(MONDAY + timedelta(days=3)):
        notice = services.item_interview(actor=keeper, item_id=item.pk, draft=TALK, key="k")
        assert services.item_interview(actor=keeper, item_id=item.pk, draft=TALK, key="k") == notice
        with pytest.raises(Forbidden):
            services.item_interview(actor=world.actor("bureau_head"), item_id=item.pk, draft=TALK)
    assert notice.number == "督谈〔2026〕1号"
    assert [receipt.organ for receipt in notice.receipts.all()] == [world.organs["data"]]
    recipients, lines = paper(world, notice)
    assert recipients == "市大数据局"
    assert lines[1:] == [
        "约谈时间和地点：2026年11月4日09:30，市政府三楼会议室。",
        "约谈人：周明远副主任、秦朗月。",
        "约谈对象：市大数据局局长罗景明。",
        "约谈内容：",
        "进展明显滞后，责任未落实到人。",
        "整改要求：",
        "三日内报整改方案。",
        "每周报进展。",
        "请对照整改要求抓紧落实，并通过督办系统反馈整改情况。",
    ]
    drain()
    assert {name for name, what in told() if what == "约谈记录"} == {"罗景明", "许南星", "叶知秋"}
    line = item.log.latest("pk")
    assert line.note == "督谈〔2026〕1号 约谈市大数据局局长罗景明：进展明显滞后，责任未落实到人。"
    with pytest.raises(DatabaseError), transaction.atomic():
        Interview.objects.update(hosts="别人")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"held_at": MONDAY + timedelta(days=9)}, "还没有到"),
        ({"held_at": MONDAY - timedelta(days=1)}, "早于事项交办"),
        ({"guests": " "}, "约谈对象"),
        ({"hosts": ""}, "约谈人"),
        ({"text": ""}, "约谈内容"),
        ({"asked": "机密★1年"}, "密级标志"),
    ],
)
def test_a_record_that_cannot_be_is_refused_and_takes_no_number(
    world: World, facts: dict[str, Any], words: str
) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS)
    with clock.at(MONDAY + timedelta(days=3)), pytest.raises(ValidationFailed, match=words):
        services.item_interview(
            actor=world.actor("supervisor"), item_id=item.pk, draft=replace(TALK, **facts)
        )
    assert not item.notices.filter(kind="interview").exists()


def test_a_paper_keeps_the_date_it_was_issued_with(world: World) -> None:
    with clock.at(MONDAY):
        item = brought(world, State.IN_PROGRESS)
        services.extension_ask(
            actor=world.actor("bureau_head"), item_id=item.pk, wanted_on=date(2026, 12, 1), reason="等数据。"
        )
        services.extension_decide(actor=world.actor("director"), item_id=item.pk, is_granted=True)
    item.refresh_from_db()
    assert item.due_at == datetime(2026, 12, 1, 18, 0, tzinfo=clock.CITY_ZONE)
    lines = paper(world, item.notices.get(kind="assign"))[1]
    assert "办理时限：2026年11月16日18:00前。" in lines


def test_a_comment_reaches_the_others_and_outdates_no_form(world: World, drain: Callable[[], int]) -> None:
    item = brought(world, State.IN_PROGRESS)
    drain()
    Notice.objects.all().delete()
    helper = world.actor("finance_clerk")
    line = services.item_comment(actor=helper, item_id=item.pk, text="资金数据明天给。", key="k")
    assert services.item_comment(actor=helper, item_id=item.pk, text="资金数据明天给。", key="k") == line
    drain()
    assert told() == {("秦朗月", "留言"), ("叶知秋", "留言"), ("许南星", "留言")}
    assert Notice.objects.filter(text__endswith="苏晚晴：资金数据明天给。").count() == 3
    assert SupervisionItem.objects.get(pk=item.pk).version == item.version
    with pytest.raises(ValidationFailed, match="留言"):
        services.item_comment(actor=helper, item_id=item.pk, text=" ")
    with pytest.raises(NotFound):
        services.item_comment(actor=world.actor("stranger"), item_id=item.pk, text="？")
    closed = brought(world, State.COMPLETED)
    with pytest.raises(InvalidState, match="已办结"):
        services.item_comment(actor=helper, item_id=closed.pk, text="？")


def test_the_page_offers_them_to_the_right_people_and_the_forms_work(world: World, client_as: As) -> None:
    item = brought(world, State.IN_PROGRESS)
    url = reverse("supervision:item", args=[item.pk])

    def do(key: str, act: str, **form: str) -> int:
        return client_as(key).post(reverse("supervision:act", args=[item.pk, act]), form).status_code

    def shown(key: str) -> str:
        return client_as(key).get(url).content.decode()

    assert "确认挂牌督办" in shown("director")
    assert "确认摘牌" not in shown("director")
    assert "记录约谈" not in shown("bureau_head")
    assert do("director", "list_publicly", words="久拖不决。") == 303
    brought(world, State.IN_PROGRESS, title="没有挂牌的事项")
    rows = client_as("supervisor").get(reverse("supervision:items"), {"listed": "1"}).content.decode()
    assert item.title in rows
    assert "没有挂牌的事项" not in rows
    assert "没有挂牌的事项" in client_as("supervisor").get(reverse("supervision:items")).content.decode()
    summed = body_text(summary_of(world.actor("supervisor")).body)
    assert f"整改到位后摘牌：{item.title}（市大数据局）。" in summed
    assert "确认摘牌" in shown("director")
    assert "确认挂牌督办" not in shown("director")
    talk = {"hosts": "秦朗月", "guests": "罗景明", "words": "滞后。"}
    assert do("supervisor", "interview", **talk, held_at="昨天") == 422
    assert do("supervisor", "interview", **talk, held_at=f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}") == 303
    assert "秦朗月约谈罗景明" in shown("bureau_clerk")
    assert do("bureau_clerk", "comment", words="收到，马上整改。") == 303
    assert "收到，马上整改。" in shown("finance_clerk")
    assert do("stranger", "comment", words="？") == 404
    notice = item.notices.get(kind="interview")
    answer = client_as("bureau_clerk").get(reverse("supervision:notice", args=[notice.pk]))
    assert answer.content.startswith(b"%PDF")


def test_a_group_about_an_item_is_begun_and_joined_from_its_page(world: World, client_as: As) -> None:
    item = brought(world, State.IN_PROGRESS)
    url, new = reverse("supervision:item", args=[item.pk]), reverse("messaging:new")
    assert "发起协同群" in client_as("supervisor").get(url).content.decode()
    asked = {"kind": "supervision.item", "id": str(item.pk), "key": "g"}
    assert "督办事项以卡片发到群里" in client_as("supervisor").get(new, asked).content.decode()
    assert client_as("stranger").get(new, asked).status_code == 404
    made = client_as("supervisor").post(new, asked)
    assert made.status_code == 303
    assert "加入协同群" in client_as("bureau_clerk").get(url).content.decode()
    joined = client_as("bureau_clerk").post(new, asked)
    assert joined.headers["Location"] == made.headers["Location"]
    assert Conversation.objects.get().name == str(item)
