"""登记 without doubles, 初审, parts of the work, 答复, 来复文, 转发: who may, what is refused, what others see."""

from typing import Any

import pytest

from apps.accounts.models import Organ
from apps.audit.models import AuditEntry
from apps.core.clock import now, today
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.documents.enums import DispatchState, ReplyDirection
from apps.documents.enums import IncomingStatus as Status
from apps.documents.models import Dispatch, Forwarding, IncomingDocument, IncomingResponse, ReplyLink
from apps.documents.selectors.dealings import parts_of
from apps.documents.selectors.duplicates import number_key, title_key
from apps.documents.selectors.incoming import dispatch_board
from apps.documents.selectors.replies import replies_of_incoming, replies_of_outgoing, reply_title, reply_type
from apps.documents.services.exchange import dispatch_add, dispatch_return, dispatch_sign
from apps.documents.services.forwarding import forwarding_ask, forwarding_decide, forwarding_withdraw
from apps.documents.services.incoming import (
    HandlingChoice,
    incoming_assign,
    incoming_handle,
    incoming_urge_batch,
)
from apps.documents.services.registration import (
    PaperDocument,
    incoming_record,
)
from apps.documents.services.replies import reply_bind, reply_draft, reply_unbind
from apps.documents.services.responding import incoming_respond
from apps.workflow.models import StepLog, Task
from apps.workflow.services.handing_over import tasks_hand_over
from tests.factories.world import World
from tests.helpers.exchange import copy_of, distributed, sealed
from tests.helpers.incoming import (
    assigned,
    completed,
    fresh,
    in_days,
    instructed,
    recorded,
    registered,
)

pytestmark = pytest.mark.django_db

PAPER = PaperDocument(
    source_name="省水利厅",
    title="关于开展水库安全检查的通知",
    document_type="notice",
    source_number="澜水发〔2026〕8号",
)


def enter(world: World, **facts: Any) -> IncomingDocument:
    """The clerk enters a paper."""
    wanted = {**PAPER.__dict__, **facts}
    return incoming_record(actor=world.actor("clerk"), paper=PaperDocument(**wanted))


def taken(world: World, organ: str = "data", who: str = "bureau_clerk") -> IncomingDocument:
    """A distributed document signed for and registered by a receiving organ."""
    copy = copy_of(distributed(world), world.organs[organ])
    dispatch_sign(actor=world.actor(who), incoming_ids=[copy.pk])
    return registered(world, fresh(copy), who=who)


# Doubles


@pytest.mark.parametrize("number", ["澜水发[2026] 8号", "澜水发【２０２６】8号", "澜水发〔2026〕8号"])
def test_the_same_number_is_found_however_it_is_typed(world: World, number: str) -> None:
    enter(world)
    with pytest.raises(ValidationFailed, match="疑似重复登记") as refused:
        enter(world, title="另一个标题的通知", source_number=number)
    assert refused.value.data["duplicates"] == [IncomingDocument.objects.get().pk]


def test_the_same_title_from_the_same_sender_is_found(world: World) -> None:
    enter(world)
    with pytest.raises(ValidationFailed, match="水库安全检查"):
        enter(world, title="关于开展“水库安全”检查的通知 ", source_number="")
    enter(world, source_name="省应急管理厅", source_number="")


@pytest.mark.parametrize(
    ("title", "senders"),
    [
        ("关于开展水库安全检查的通知", ("澜东省水利厅", "省水利厅")),
        ("岱海市教育局 岱海市财政局关于校舍维修的通知", ("岱海市财政局", "岱海市教育局")),
    ],
)
def test_a_sender_typed_short_or_named_in_the_title_is_the_same(
    world: World, title: str, senders: tuple[str, str]
) -> None:
    enter(world, title=title, source_name=senders[0], source_number="")
    with pytest.raises(ValidationFailed, match="疑似重复登记"):
        enter(world, title=title, source_name=senders[1], source_number="")


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", "机密★1年 关于水库的通知"),
        ("title", "机密 关于水库的通知"),
        ("title", "关于水库的通知【秘密】"),
        ("addressees", "各市水利局（密级：机密）"),
        ("source_number", "机密★澜水发〔2026〕8号"),
    ],
)
def test_what_bears_a_mark_of_secrecy_is_not_entered(world: World, field: str, words: str) -> None:
    with pytest.raises(ValidationFailed, match="机要渠道") as refused:
        enter(world, **{field: words})
    assert list(refused.value.data["fields"]) == [field]
    assert not IncomingDocument.objects.exists()


def test_a_double_goes_on_with_a_reason_that_is_kept(world: World) -> None:
    enter(world)
    second = enter(world, duplicate_reason="  原件有误，补发更正件 ")
    assert second.duplicate_reason == "原件有误，补发更正件"
    assert (
        enter(
            world, title="新的一件通知", source_number="澜水发〔2026〕9号", duplicate_reason="x"
        ).duplicate_reason
        == ""
    )


def test_what_was_returned_is_no_double(world: World) -> None:
    dispatch_return(actor=world.actor("clerk"), incoming_id=enter(world).pk, reason="缺附件")
    assert enter(world).status == Status.SIGNED_FOR


def test_another_organ_enters_its_own_copy(world: World) -> None:
    enter(world)
    assert incoming_record(actor=world.actor("bureau_clerk"), paper=PAPER).organ == world.organs["data"]


def test_an_electronic_copy_of_a_paper_wants_a_reason_at_registration(world: World) -> None:
    copy = copy_of(distributed(world), world.organs["data"])
    paper = PaperDocument(
        source_name="市政府办公室", title=copy.title, document_type="notice", source_number=copy.source_number
    )
    dispatch_sign(actor=world.actor("bureau_clerk"), incoming_ids=[copy.pk])
    with pytest.raises(ValidationFailed, match="疑似重复"):
        incoming_record(actor=world.actor("bureau_clerk"), paper=paper)
    incoming_record(
        actor=world.actor("bureau_clerk"),
        paper=PaperDocument(**{**paper.__dict__, "duplicate_reason": "纸质件先到"}),
    )
    with pytest.raises(ValidationFailed, match="疑似重复"):
        registered(world, fresh(copy), who="bureau_clerk")
    done = registered(world, fresh(copy), who="bureau_clerk", duplicate_reason="以电子件为准")
    assert done.duplicate_reason == "以电子件为准"


def test_keys_keep_letters_only() -> None:
    assert number_key(" 岱政办发 [2026] 17 号") == "岱政办发〔2026〕17号"
    assert title_key("关于“一件事”的 通知！") == "关于一件事的通知"
    assert (number_key("  "), title_key("——")) == ("", "")


# 初审


def test_findings_without_a_word_of_what_to_do_are_refused(world: World) -> None:
    document = recorded(world)
    with pytest.raises(ValidationFailed, match="初审发现问题"):
        registered(world, document, review_failings=("form",))
    done = registered(world, document, review_failings=("form",), text="已与来文单位联系，先行办理")
    assert done.review_failings == ["form"]
    line = StepLog.objects.filter(matter=done.matter, step_name="登记").latest("pk")
    assert line.note == "文种、格式不符合要求：已与来文单位联系，先行办理"


def test_an_unknown_finding_is_refused(world: World) -> None:
    with pytest.raises(ValidationFailed, match="不存在"):
        registered(world, recorded(world), review_failings=("nonsense",))


def test_findings_are_the_reason_of_a_return(world: World) -> None:
    copy = copy_of(distributed(world), world.organs["data"])
    done = dispatch_return(
        actor=world.actor("bureau_clerk"),
        incoming_id=copy.pk,
        reason="请送市财政局",
        failings=["routing", "not_ours"],
    )
    assert done.return_reason == "不属于本机关办理；不符合行文规则：请送市财政局"
    assert Dispatch.objects.get(incoming_document=copy).state == DispatchState.RETURNED


def test_a_paper_is_returned_with_its_reason(world: World) -> None:
    done = dispatch_return(
        actor=world.actor("clerk"), incoming_id=enter(world).pk, reason="", failings=["form"]
    )
    assert (done.status, done.return_reason) == (Status.RETURNED, "文种、格式不符合要求")


# Parts of the work


def test_each_unit_has_its_part_and_its_own_time(world: World) -> None:
    document = instructed(world)
    lead, help_ = world.unit("office", "综合科").pk, world.unit("office", "秘书科").pk
    done = incoming_assign(
        actor=world.actor("clerk"),
        incoming_id=document.pk,
        expected_version=document.version,
        units=[
            HandlingChoice(lead, is_lead=True, assignment="起草实施方案"),
            HandlingChoice(help_, assignment="汇总各科室  意见", deadline_at=in_days(2)),
        ],
        deadline_at=in_days(5),
    )
    parts = parts_of(done)
    assert [part.row.assignment for part in parts] == ["起草实施方案", "汇总各科室 意见"]
    due = {
        task.appointment.unit_id: task.due_at
        for task in Task.objects.filter(matter=done.matter, step_code="handle")
    }
    assert due[lead] == done.deadline_at
    assert due[help_] == parts[1].row.deadline_at
    assert all(part.light is not None for part in parts)


@pytest.mark.parametrize(("days", "words"), [(6, "不能晚于"), (-1, "须晚于现在")])
def test_a_part_may_not_last_longer_than_the_whole_nor_lie_behind(
    world: World, days: int, words: str
) -> None:
    document = instructed(world)
    with pytest.raises(ValidationFailed, match=words):
        incoming_assign(
            actor=world.actor("clerk"),
            incoming_id=document.pk,
            expected_version=document.version,
            units=[HandlingChoice(world.unit("office", "综合科").pk, deadline_at=in_days(days))],
            deadline_at=in_days(5),
        )
    assert not fresh(document).handling_units.exists()


def test_a_part_follows_its_work_when_the_unit_is_merged(world: World) -> None:
    document = assigned(world, "综合科", "秘书科")
    task = Task.objects.get(matter=document.matter, step_code="handle", person=world.person("section_chief"))
    taker = world.post("clerk_chief")  # of the unit that takes over
    tasks_hand_over(
        actor=world.actor("section_chief"), giver_id=task.appointment_id, taker_id=taker.pk, ids=[task.pk]
    )
    parts = parts_of(fresh(document))
    assert [part.holder_name for part in parts] == [taker.person.name, world.person("director").name]
    incoming_handle(actor=world.actor("clerk_chief"), incoming_id=document.pk, text="由承接科室办理完毕。")
    assert fresh(document).result == "由承接科室办理完毕。"
    assert parts_of(fresh(document))[0].done_at is not None


def test_a_batch_of_urging_names_what_it_cannot_urge(world: World) -> None:
    with_others, own = assigned(world), recorded(world)
    result = incoming_urge_batch(
        actor=world.actor("clerk"), incoming_ids=[with_others.pk, own.pk], text="请抓紧"
    )
    assert (result.documents, result.people) == (1, 1)
    assert "须在他人手中办理" in result.refusals[0]
    again = incoming_urge_batch(actor=world.actor("clerk"), incoming_ids=[with_others.pk])
    assert again.documents == 0
    assert "催办过" in again.refusals[0]


def test_a_stranger_urges_nothing(world: World) -> None:
    with pytest.raises(NotFound):
        incoming_urge_batch(actor=world.actor("bureau_clerk"), incoming_ids=[assigned(world).pk])


# 答复


def test_the_sender_sees_what_was_answered(world: World) -> None:
    document = taken(world)
    said = incoming_respond(actor=world.actor("bureau_clerk"), incoming_id=document.pk, text="已部署到位。")
    board = dispatch_board(document.dispatch.document)  # type: ignore[union-attr]  # came by exchange
    assert [row.responses for row in board.lines if row.responses] == [(said,)]
    assert AuditEntry.objects.filter(action="documents.respond").count() == 1


def test_a_double_click_answers_once(world: World) -> None:
    document = completed(world)
    for _ in range(2):
        incoming_respond(actor=world.actor("clerk"), incoming_id=document.pk, text="已办结。", key="one")
    assert IncomingResponse.objects.count() == 1


def test_only_the_desk_answers_and_only_what_is_registered(world: World) -> None:
    with pytest.raises(Forbidden, match="须已登记"):
        incoming_respond(actor=world.actor("clerk"), incoming_id=recorded(world).pk, text="好")
    with pytest.raises(Forbidden, match="文书可以答复"):
        incoming_respond(actor=world.actor("section_chief"), incoming_id=assigned(world).pk, text="好")


# 来复文


def test_an_answer_is_drafted_for_its_sender_and_bound(world: World) -> None:
    document = registered(
        world, recorded(world, document_type="request", title="临江县人民政府关于用地的请示")
    )
    draft = reply_draft(actor=world.actor("clerk"), incoming_id=document.pk, key="once")
    assert draft == reply_draft(actor=world.actor("clerk"), incoming_id=document.pk, key="once")
    assert (draft.document_type, draft.title) == ("reply", f"{draft.issuing_organ.full_name}关于用地的批复")
    assert [entry.name for entry in draft.recipients.all()] == ["省政府办公厅"]
    assert [row.id for row in replies_of_incoming(world.actor("clerk"), document)] == [draft.pk]
    assert [row.id for row in replies_of_outgoing(world.actor("clerk"), draft)] == [document.pk]


def test_a_draft_of_somebody_else_shows_no_title(world: World) -> None:
    document = registered(world)
    reply_draft(actor=world.actor("clerk"), incoming_id=document.pk)
    seen = replies_of_incoming(world.actor("director"), document)
    assert [(row.id, row.title) for row in seen] == [(None, "您无权查看该公文")]


def test_the_answers_arrival_binds_it_to_what_was_asked(world: World) -> None:
    asked = taken(world)  # the bureau has a document of the office
    answer = sealed(world, main=("office",), cc=(), organ=world.organs["office"], title="关于某事的复函")
    ReplyLink.objects.create(
        incoming=asked, outgoing=answer, direction=ReplyDirection.WE_ANSWER, made_at=now()
    )
    from apps.documents.services.exchange import document_distribute

    document_distribute(actor=world.actor("clerk"), document_id=answer.pk, expected_version=answer.version)
    arrived = copy_of(answer, world.organs["office"])
    link = ReplyLink.objects.get(incoming=arrived)
    assert (link.outgoing, link.direction) == (asked.dispatch.document, "they_answer")  # type: ignore[union-attr]  # came by exchange


@pytest.mark.long
def test_binding_wants_a_document_of_the_same_organ_and_once(world: World) -> None:
    document, own = registered(world), sealed(world)
    clerk = world.actor("clerk")
    link = reply_bind(actor=clerk, incoming_id=document.pk, outgoing_id=own.pk, direction="we_answer")
    with pytest.raises(ValidationFailed, match="已建立"):
        reply_bind(actor=clerk, incoming_id=document.pk, outgoing_id=own.pk, direction="we_answer")
    with pytest.raises(NotFound):
        reply_bind(actor=clerk, incoming_id=document.pk, outgoing_id=0, direction="we_answer")
    reply_unbind(actor=clerk, incoming_id=document.pk, link_id=link.pk)
    with pytest.raises(NotFound, match="可能已被解除"):
        reply_unbind(actor=clerk, incoming_id=document.pk, link_id=link.pk)


@pytest.mark.parametrize(
    ("kind", "sender", "title", "answer"),
    [
        ("request", "county", "某县关于用地的请示", ("reply", "甲关于用地的批复")),
        ("request", None, "没有事由的材料", ("reply", "甲关于没有事由的材料的批复")),
        ("letter", "data", "市大数据局关于数据共享的函", ("letter", "甲关于数据共享的复函")),
        ("notice", "province", "省政府关于开展普查的通知", ("report", "甲关于开展普查有关情况的报告")),
        ("notice", None, "省某厅关于开展普查的通知", ("letter", "甲关于开展普查有关情况的函")),
        ("notice", "data", "市大数据局关于开展普查的通知", ("letter", "甲关于开展普查有关情况的函")),
    ],
)
def test_an_answer_is_called_after_its_matter_and_goes_where_it_belongs(
    world: World, kind: str, sender: str | None, title: str, answer: tuple[str, str]
) -> None:
    incoming = IncomingDocument(title=title, document_type=kind, organ=world.organs["office"])
    incoming.source_organ = world.organs[sender] if sender else None
    found = reply_type(incoming)
    assert (found.value, reply_title(incoming, found, "甲")) == answer


# 转发


def township(world: World) -> Organ:
    """青石镇, below the county."""
    county = world.organs["county"]
    town = Organ.objects.create(
        full_name="青石镇人民政府",
        short_name="青石镇政府",
        level="township",
        kind="government",
        superior=county,
        path="/",
    )
    town.path = f"{county.path}{town.pk}/"
    town.save(update_fields=["path"])
    return town


def asked(world: World, town: Organ) -> Forwarding:
    """The county's clerk asks to pass the office's document on."""
    document = taken(world, "county", "county_clerk")
    return forwarding_ask(
        actor=world.actor("county_clerk"), incoming_id=document.pk, organ_ids=[town.pk], reason="请一并落实"
    )


def decide(
    world: World, wanted: Forwarding, *, is_granted: bool, who: str = "clerk", answer: str = ""
) -> Forwarding:
    """The issuer's answer."""
    dispatch = wanted.document.dispatch
    assert dispatch is not None
    return forwarding_decide(
        actor=world.actor(who),
        document_id=dispatch.document_id,
        forwarding_id=wanted.pk,
        is_granted=is_granted,
        answer=answer,
    )


def test_what_came_by_exchange_goes_on_when_the_issuer_agrees(world: World) -> None:
    town = township(world)
    wanted = asked(world, town)
    assert not IncomingDocument.objects.filter(organ=town).exists()
    decide(world, wanted, is_granted=True)
    copy = IncomingDocument.objects.get(organ=town)
    assert (copy.forwarding, copy.source_name, copy.status) == (wanted, "市政府办公室", Status.RECEIVED)
    assert copy.dispatch is not None
    assert (copy.dispatch.kind, copy.dispatch.reason) == ("forwarded", "经青石县政府办公室转发：请一并落实")
    acts = ["documents.forward_ask", "documents.forward_grant", "documents.widen_scope"]
    assert AuditEntry.objects.filter(action__in=acts).count() == 3


def test_organs_that_got_it_meanwhile_or_are_abolished_are_left_out(world: World) -> None:
    town = township(world)
    wanted = asked(world, town)
    dispatch = wanted.document.dispatch
    assert dispatch is not None
    dispatch_add(
        actor=world.actor("clerk"), document_id=dispatch.document_id, organ_ids=[town.pk], reason="直接发"
    )
    with pytest.raises(InvalidState, match="无需转发"):
        decide(world, wanted, is_granted=True)
    gone, other = (
        Organ.objects.create(
            full_name=f"{name}人民政府",
            short_name=name,
            level="township",
            kind="government",
            superior=world.organs["county"],
            path=f"{world.organs['county'].path}{name}/",
            abolished_on=ended,
        )
        for name, ended in (("红石镇", today()), ("黑石镇", None))
    )
    wanted.organs.add(gone, other)
    decided = decide(world, wanted, is_granted=True)
    assert decided.answer == "青石镇政府已收到该文件，不再发送；红石镇已撤销，没有发送"
    assert [copy.organ for copy in IncomingDocument.objects.filter(forwarding=wanted)] == [other]


@pytest.mark.long
def test_the_issuer_says_why_not_and_nothing_goes_out(world: World) -> None:
    town = township(world)
    wanted = asked(world, town)
    with pytest.raises(ValidationFailed, match="写明理由"):
        decide(world, wanted, is_granted=False)
    assert decide(world, wanted, is_granted=False, answer="本件发至县级").state == "refused"
    with pytest.raises(InvalidState, match="未获同意"):
        decide(world, wanted, is_granted=True)
    assert not IncomingDocument.objects.filter(organ=town).exists()


def test_only_the_issuers_desk_decides(world: World) -> None:
    wanted = asked(world, township(world))
    with pytest.raises(Forbidden, match="发文机关的文书"):
        decide(world, wanted, is_granted=True, who="drafter")
    with pytest.raises(NotFound):
        decide(world, wanted, is_granted=True, who="bureau_clerk")


@pytest.mark.long
def test_one_application_at_a_time_and_it_can_be_taken_back(world: World) -> None:
    town = township(world)
    wanted = asked(world, town)
    clerk = world.actor("county_clerk")
    with pytest.raises(InvalidState, match="等待发文机关同意"):
        forwarding_ask(actor=clerk, incoming_id=wanted.document_id, organ_ids=[town.pk], reason="再问")
    forwarding_withdraw(actor=clerk, incoming_id=wanted.document_id, forwarding_id=wanted.pk)
    with pytest.raises(InvalidState, match="已收回"):
        decide(world, wanted, is_granted=True)
    forwarding_ask(actor=clerk, incoming_id=wanted.document_id, organ_ids=[town.pk], reason="再问")


def test_only_organs_below_get_it(world: World) -> None:
    document = taken(world, "county", "county_clerk")
    township(world)
    with pytest.raises(ValidationFailed, match="下级单位"):
        forwarding_ask(
            actor=world.actor("county_clerk"),
            incoming_id=document.pk,
            organ_ids=[world.organs["data"].pk],
            reason="请落实",
        )


def test_a_paper_goes_on_at_once_with_whose_leave_was_given(world: World) -> None:
    document = registered(world)
    clerk, below = world.actor("clerk"), [world.organs["data"].pk, world.organs["county"].pk]
    with pytest.raises(ValidationFailed, match="何人何时同意"):
        forwarding_ask(actor=clerk, incoming_id=document.pk, organ_ids=below, reason="请贯彻")
    done = forwarding_ask(
        actor=clerk, incoming_id=document.pk, organ_ids=below, reason="请贯彻", leave="经省办秘书处电话同意"
    )
    assert done.state == "granted"
    copies = IncomingDocument.objects.filter(forwarding=done)
    assert {copy.organ for copy in copies} == {world.organs["data"], world.organs["county_office"]}
    one = copies.get(organ=world.organs["data"])
    dispatch_sign(actor=world.actor("bureau_clerk"), incoming_ids=[one.pk])
    assert registered(world, fresh(one), who="bureau_clerk").status == Status.PROPOSAL
