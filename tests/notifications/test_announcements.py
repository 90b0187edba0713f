"""Announcements with reply slips: drafted, published once, read, answered by each once, rolled up in rank order."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.audit.models import AuditEntry
from apps.core import clock, streams
from apps.core.errors import Conflict, Forbidden, NotFound, RateLimited, ValidationFailed
from apps.core.words import text_has, words_of
from apps.notifications import services
from apps.notifications.models import Announcement, AnnouncementRecipient, Notice, ReplySlip, ReplySlipVersion
from apps.notifications.policies import Ability, abilities, visible_to
from apps.notifications.reply_form import Field, answers_checked, fields_checked, fields_of, total_of
from apps.notifications.selectors.announcements import (
    announcements_page,
    answer_board,
    export_rows,
    received_by,
    waiting_count,
)
from tests.factories.world import World

pytestmark = pytest.mark.django_db
As = Callable[[str], Client]
FORM, _ = fields_checked(
    [("参会人数", "number", True, ""), ("是否住宿", "yesno", False, ""), ("名单", "people", False, "")]
)


def drafted(world: World, **more: Any) -> Announcement:
    """A draft of the office to two bureaux, a county office and one person."""
    made = services.announcement_create(actor=world.actor("director"))
    wanted: dict[str, Any] = {
        "title": "关于报送参会名单的通知",
        "text": "请于时限前报送。",
        "fields": FORM,
        "deadline_at": clock.now() + timedelta(days=2),
        "organ_ids": [world.organs[key].pk for key in ("finance", "data", "county_office")],
        "person_ids": [world.person("drafter").pk],
    }
    return services.announcement_save(
        actor=world.actor("director"),
        announcement_id=made.pk,
        expected_version=made.version,
        draft=services.AnnouncementDraft(**(wanted | more)),
    )


def published(world: World, **more: Any) -> Announcement:
    """A published one."""
    draft = drafted(world, **more)
    return services.announcement_publish(actor=world.actor("director"), announcement_id=draft.pk)


def slip_for(world: World, made: Announcement, key: str) -> AnnouncementRecipient:
    """The line of an organ or a person."""
    rows = AnnouncementRecipient.objects.filter(announcement=made)
    return rows.get(organ=world.organs[key]) if key in world.organs else rows.get(person=world.person(key))


def answered(world: World, made: Announcement, who: str, line: str, version: int = 0, **given: str) -> Any:
    """An answer."""
    return services.reply_give(
        actor=world.actor(who),
        announcement_id=made.pk,
        recipient_id=slip_for(world, made, line).pk,
        expected_version=version,
        given={"f1": "2", **given},
    )


def test_only_leaders_and_clerks_issue(world: World) -> None:
    with pytest.raises(Forbidden):
        services.announcement_create(actor=world.actor("drafter"))
    with pytest.raises(Forbidden):
        services.announcement_create(actor=world.actor("sysadmin"))


def test_a_draft_is_its_issuers_alone(world: World) -> None:
    made = drafted(world)
    assert {key for key in world.people if visible_to(world.actor(key)).filter(pk=made.pk).exists()} == {
        "director"
    }
    with pytest.raises(Conflict, match="另一窗口"):
        services.announcement_save(
            actor=world.actor("director"),
            announcement_id=made.pk,
            expected_version=1,
            draft=services.AnnouncementDraft(title="旧窗口", text="旧"),
        )


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"title": ""}, "填写标题"),
        ({"organ_ids": [], "person_ids": []}, "选择通知对象"),
        ({"deadline_at": clock.now() - timedelta(days=9)}, "已经过去"),
    ],
)
def test_an_unfinished_draft_is_not_published(world: World, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationFailed, match=words):
        published(world, **more)


@pytest.mark.parametrize(
    ("more", "words"),
    [({"title": "长" * 500}, "500 字"), ({"text": "机密★3年"}, "密级标志"), ({"text": "坏\x00"}, "无法保存")],
)
def test_wrong_words_are_refused_in_words(world: World, more: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationFailed, match=words):
        drafted(world, **more)


def test_publishing_tells_each_person_and_each_organs_desk_once(
    world: World, drain: Callable[[], int]
) -> None:
    made = published(world)
    drain()
    told = set(Notice.objects.filter(key=f"announcement:{made.pk}").values_list("person__name", flat=True))
    assert told == {"许若溪", "顾长青", "苏晚晴", "罗景明", "许南星", "叶知秋", "江临川", "白露"}
    with pytest.raises(Forbidden):
        services.announcement_publish(actor=world.actor("director"), announcement_id=made.pk)
    assert AuditEntry.objects.filter(action="notifications.announcement_publish").count() == 1


def test_a_double_click_publishes_once(world: World) -> None:
    draft = drafted(world)
    actor = world.actor("director")
    first = services.announcement_publish(actor=actor, announcement_id=draft.pk, key="k")
    again = services.announcement_publish(actor=actor, announcement_id=draft.pk, key="k")
    assert first == again
    assert AuditEntry.objects.filter(action="notifications.announcement_publish").count() == 1


def test_visible_and_viewable_are_the_same(world: World) -> None:
    rows = [drafted(world), published(world)]
    for key in world.people:
        actor = world.actor(key)
        seen = set(visible_to(actor).values_list("pk", flat=True))
        assert seen == {row.pk for row in rows if Ability.VIEW in abilities(actor, row)}, key
    strangers = {key for key in world.people if not visible_to(world.actor(key)).exists()}
    assert {"stranger", "clerk", "head", "sysadmin", "county_unit_head"} <= strangers


def test_an_organ_is_answered_by_its_desk_once_and_corrected_with_every_version_kept(world: World) -> None:
    made = published(world)
    slip = answered(world, made, "finance_clerk", "finance", f3="苏晚晴 科员")
    assert not slip.is_late
    with pytest.raises(Conflict, match="苏晚晴"):
        answered(world, made, "finance_clerk", "finance", f1="3")
    answered(world, made, "finance_clerk", "finance", version=1, f1="4")
    assert list(ReplySlipVersion.objects.order_by("version").values_list("answers__f1", flat=True)) == [
        "2",
        "4",
    ]
    with pytest.raises(Forbidden):
        answered(world, made, "finance_head", "finance", version=2)
    with pytest.raises(NotFound):
        answered(world, made, "bureau_clerk", "finance", version=2)
    with pytest.raises(NotFound):
        answered(world, made, "stranger", "finance", version=2)


def test_wrong_answers_are_named_and_nothing_is_kept(world: World) -> None:
    made = published(world)
    with pytest.raises(ValidationFailed, match=r"参会人数.*应为数字"):
        answered(world, made, "drafter", "drafter", f1="两个")
    with pytest.raises(ValidationFailed, match="请填写"):
        answered(world, made, "drafter", "drafter", f1="")
    assert not ReplySlipVersion.objects.exists()


def test_a_late_answer_is_taken_and_marked(world: World) -> None:
    made = published(world)
    with clock.at(clock.now() + timedelta(days=3)):
        assert answered(world, made, "drafter", "drafter").is_late
    assert answer_board(made).late_count == 1


def test_a_closed_one_takes_no_answers_until_it_is_extended(world: World) -> None:
    made = published(world)
    actor = world.actor("director")
    services.announcement_close(actor=actor, announcement_id=made.pk)
    with pytest.raises(Forbidden, match="截止"):
        answered(world, made, "drafter", "drafter")
    services.announcement_extend(
        actor=actor, announcement_id=made.pk, deadline_at=clock.now() + timedelta(days=5)
    )
    answered(world, made, "drafter", "drafter")


def test_a_withdrawn_one_keeps_its_trace_and_tells_the_reason(world: World, drain: Callable[[], int]) -> None:
    made = published(world)
    drain()
    with pytest.raises(ValidationFailed, match="撤回原因"):
        services.announcement_withdraw(actor=world.actor("director"), announcement_id=made.pk, reason=" ")
    services.announcement_withdraw(actor=world.actor("director"), announcement_id=made.pk, reason="时间有变")
    drain()
    assert Notice.objects.filter(title__startswith="已撤回", text="时间有变").count() == 8
    assert not Notice.objects.filter(key=f"announcement:{made.pk}", read_at__isnull=True).exists()
    assert visible_to(world.actor("drafter")).filter(pk=made.pk).exists()


def test_only_those_who_owe_are_reminded(world: World) -> None:
    made = published(world)
    answered(world, made, "finance_clerk", "finance")
    actor = world.actor("director")
    assert services.announcement_urge(actor=actor, announcement_id=made.pk, unanswered=True) == 4
    with pytest.raises(RateLimited):
        services.announcement_urge(actor=actor, announcement_id=made.pk, unanswered=True)
    told = set(Notice.objects.filter(key__contains=":urge:").values_list("person__name", flat=True))
    assert told == {"许若溪", "许南星", "叶知秋", "白露"}
    with pytest.raises(Forbidden):
        services.announcement_urge(actor=world.actor("drafter"), announcement_id=made.pk, unanswered=True)


def test_answers_roll_up_in_rank_order_with_totals(world: World, client_as: As) -> None:
    made = published(world)
    answered(world, made, "finance_clerk", "finance", f1="3", f2="是", f3="顾长青 局长\n苏晚晴 科员")
    answered(world, made, "drafter", "drafter", f1="1", f2="否")
    board = answer_board(made)
    assert [row.name for row in board.rows] == ["市大数据局", "市财政局", "青石县政府办公室", "许若溪"]
    assert [text for _, text in board.totals] == ["合计 4", "是 1，否 1", "共 2 人"]
    assert [row.name for row in board.missing] == ["市大数据局", "青石县政府办公室"]
    heads, cells = export_rows(board)
    assert heads[:3] == ["单位/人员", "所在单位", "参会人数"]
    assert cells[1][2] == 3.0
    export = client_as("director").get(reverse("notifications:answers_export", args=[made.pk]))
    assert export["Content-Type"].endswith("sheet")
    assert AuditEntry.objects.filter(action="notifications.answers_export").count() == 1
    assert (
        client_as("drafter").get(reverse("notifications:answers_export", args=[made.pk])).status_code == 403
    )
    assert (
        client_as("stranger").get(reverse("notifications:answers_export", args=[made.pk])).status_code == 404
    )


def test_opening_it_reads_it_and_the_forms_work(
    world: World, client_as: As, drain: Callable[[], int]
) -> None:
    made = published(world)
    drain()
    actor = world.actor("drafter")
    assert waiting_count(actor) == 1
    page = reverse("notifications:announcement", args=[made.pk])
    assert "参会人数" in client_as("drafter").get(page).content.decode()
    assert slip_for(world, made, "drafter").read_by == "许若溪"
    line = slip_for(world, made, "drafter").pk
    reply = reverse("notifications:announcement_reply", args=[made.pk, line])
    assert client_as("drafter").post(reply, {"expected_version": "0", "f1": "1"}).status_code == 303
    assert client_as("drafter").post(reply, {"expected_version": "x", "f1": "1"}).status_code == 422
    assert client_as("clerk").post(reply, {"expected_version": "1", "f1": "1"}).status_code == 404
    assert waiting_count(actor) == 0
    assert "已回执" in client_as("drafter").get(reverse("notifications:announcements")).content.decode()
    assert "1/4 已回执" in client_as("director").get(page).content.decode()
    act = reverse("notifications:announcement_act", args=[made.pk, "burn"])
    assert client_as("director").post(act).status_code == 404


def test_it_is_drafted_and_published_by_the_page(world: World, client_as: As) -> None:
    director = client_as("director")
    begun = director.post(reverse("notifications:announcement_new"), {"key": "k"})
    made = Announcement.objects.get()
    assert begun["Location"] == reverse("notifications:announcement_edit", args=[made.pk])
    sent = {
        "expected_version": "1", "title": "关于调休的通知", "text": "见附件。", "organs": [world.organs["data"].pk],
        "people": [world.post("drafter").pk], "label": ["人数", "", "方式"], "kind": ["number", "text", "choice"],
        "options": ["", "", "线上、线下"], "required": ["0"], "deadline_at": "2099-01-05T10:00", "do": "publish",
    }  # fmt: skip
    assert director.post(begun["Location"], sent).status_code == 303
    made.refresh_from_db()
    assert made.status == "published"
    assert [(field.label, field.required, field.options) for field in fields_of(made.fields)] == [
        ("人数", True, ()), ("方式", False, ("线上", "线下")),
    ]  # fmt: skip
    assert director.get(begun["Location"]).status_code == 403
    assert client_as("drafter").get(reverse("notifications:announcement_new")).status_code == 403


def test_what_was_refused_at_publishing_is_published_from_the_same_page(world: World, client_as: As) -> None:
    director = client_as("director")
    address = director.post(reverse("notifications:announcement_new"), {"key": "k"})["Location"]
    sent = {
        "expected_version": "1",
        "title": "关于调休的通知",
        "text": "见附件。",
        "do": "publish",
        "key": "z",
    }
    assert director.post(address, sent).status_code == 422
    assert (Announcement.objects.get().version, Announcement.objects.get().title) == (1, "")
    assert director.post(address, {**sent, "organs": [world.organs["data"].pk]}).status_code == 303
    assert Announcement.objects.get().status == "published"


def test_the_list_costs_the_same_with_three_and_with_thirty(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = world.actor("drafter")
    for _ in range(3):
        published(world)
    with django_assert_num_queries(1):
        assert len(list(received_by(actor))) == 3
    for _ in range(27):
        published(world)
    with django_assert_num_queries(1):
        assert len(list(received_by(actor))) == 30


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("甲", "choice", False, "一")], "选项"),
        ([("甲", "text", False, ""), ("甲", "text", False, "")], "重复"),
        ([("长" * 41, "text", False, "")], "超过 40 字"),
        ([("甲", "magic", False, "")], "类型"),
        ([(f"第{n}项", "text", False, "") for n in range(21)], "最多 20"),
    ],
)
def test_a_wrong_form_is_refused(rows: list[tuple[str, str, bool, str]], words: str) -> None:
    _, mistakes = fields_checked(rows)
    assert any(words in mistake for mistake in mistakes)


def test_numbers_are_taken_as_people_write_them() -> None:
    answers, mistakes = answers_checked(FORM, {"f1": "１，２００", "f9": "无此项"})
    assert (answers, mistakes) == ({"f1": "１，２００"}, {})
    assert total_of(FORM[0], [answers, {"f1": "0.5"}]) == "合计 1200.5"
    assert isinstance(FORM[0], Field)


@pytest.mark.parametrize("text", ["1e1000000", "1e400", "NaN", "9" * 16, "0." + "1" * 7, "1_000", "٣"])
def test_numbers_nobody_can_add_up_are_not_taken(text: str) -> None:
    _, mistakes = answers_checked(FORM, {"f1": text})
    assert "应为数字，整数部分最多 15 位" in mistakes["f1"]


def test_numbers_that_were_taken_once_break_neither_page_nor_sheet(world: World, client_as: As) -> None:
    """They are shown as they were written and not counted in."""
    made = published(world)
    answered(world, made, "finance_clerk", "finance", f1="3")
    wrong = answered(world, made, "drafter", "drafter")
    for text in ("1e1000000", "1e400"):
        ReplySlip.objects.filter(pk=wrong.pk).update(answers={"f1": text})
        board = answer_board(made)
        assert board.totals[0][1] == "合计 3，另有 1 份不是数字"
        assert {row[2] for row in export_rows(board)[1]} == {3.0, "", text}
    director = client_as("director")
    for name in ("announcement", "answers_export"):
        assert director.get(reverse(f"notifications:{name}", args=[made.pk])).status_code == 200


@pytest.mark.parametrize("window", [1, 2000])
def test_words_find_what_a_scan_finds(world: World, window: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the title and in who issued it; nobody finds what did not reach him."""
    monkeypatch.setattr(streams, "WINDOW", window)
    for title in ("关于报送名单的通知", "关于填报Ａ表的通知", "放假安排"):
        published(world, title=title)
    for key in ("drafter", "finance_clerk", "stranger"):
        actor = world.actor(key)
        for text in ("通知", "a表", "报送 名单", "政府办", "安排", "龘", ""):
            truth = list(received_by(actor).filter(text_has(words_of(text))))
            assert announcements_page(actor, text=text).rows == truth
    assert len(announcements_page(world.actor("drafter"), text="名单").rows) == 1
