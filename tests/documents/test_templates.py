"""公文模板 of an organ: who keeps and uses them, what is refused, what a draft takes along, and what is recorded."""

from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import RecipientGroup
from apps.accounts.services import group_create, group_remove
from apps.audit.models import AuditEntry
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.documents.body import body_from_text, body_text
from apps.documents.models import DocumentTemplate, OutgoingDocument
from apps.documents.policies.desk import LIMITING_NOTE, unfit_for_template
from apps.documents.selectors.templates import (
    OFFERED_LIMIT,
    TemplateFilter,
    edit_facts_of_fresh,
    template_for,
    templates_listed,
    templates_to_begin,
)
from apps.documents.services.templates import (
    outgoing_from_template,
    template_change,
    template_create,
    template_move,
    template_restore,
    template_withdraw,
)
from tests.factories.world import World
from tests.helpers.outgoing import TEXT, drafted, recipients, submitted
from tests.helpers.templates import TITLE, template, words

pytestmark = pytest.mark.django_db


def names(world: World, who: str = "drafter", **wanted: Any) -> list[str]:
    """What the person's list shows, in order."""
    rows = templates_listed(world.actor(who), TemplateFilter(**wanted))
    return [row.name for row in rows.order_by("rank_order", "id")]


def recorded() -> list[str]:
    """Acts on templates in the audit."""
    rows = AuditEntry.objects.filter(action__contains="template").order_by("id")
    return list(rows.values_list("action", flat=True))


def counties(world: World) -> RecipientGroup:
    """A group of the office: the county and the finance bureau."""
    return group_create(
        actor=world.actor("clerk"),
        name="试点单位",
        member_ids=[world.organs["county"].pk, world.organs["finance"].pk],
        organ_id=world.organs["office"].pk,
    )


def test_clerk_and_director_of_the_office_keep_them_and_nobody_else(world: World) -> None:
    kept = template(world)
    template(world, "工作方案", who="director")
    for key in ("drafter", "section_chief", "head", "stranger", "sysadmin"):
        actor = world.actor(key)
        with pytest.raises(Forbidden, match="文书或办公室主任"):
            template_create(actor=actor, words=words("偷写"))
        with pytest.raises((Forbidden, NotFound)):
            template_withdraw(actor=actor, template_id=kept.pk)
    assert names(world) == ["会议通知", "工作方案"]


def test_everybody_with_a_post_in_the_organ_sees_them_and_others_do_not(world: World) -> None:
    kept = template(world)
    assert template_for(world.actor("drafter"), kept.pk) == kept
    for key in ("bureau_clerk", "stranger", "county_clerk", "sysadmin"):
        assert names(world, key) == []
        assert templates_to_begin(world.actor(key)) == []
        for act in (template_for, lambda actor, pk: outgoing_from_template(actor=actor, template_id=pk)):
            with pytest.raises(NotFound):
                act(world.actor(key), kept.pk)
    with pytest.raises(NotFound):
        template_withdraw(actor=world.actor("bureau_clerk"), template_id=kept.pk)


def test_a_draft_takes_text_elements_and_recipients_and_belongs_to_who_began_it(world: World) -> None:
    group = counties(world)
    kept = template(
        world,
        group_id=group.pk,
        main_recipients=recipients(world, "data", "county"),
        cc_recipients=recipients(world, "education"),
        main_recipients_text="各区县人民政府：",
        note="此件公开发布",
    )
    begun = outgoing_from_template(actor=world.actor("drafter"), template_id=kept.pk)
    draft = OutgoingDocument.objects.get(pk=begun.document.pk)
    assert begun.remarks == ()
    assert (draft.title, draft.note, draft.main_recipients_text) == (TITLE, "此件公开发布", "各区县人民政府")
    assert body_text(draft.body) == TEXT
    assert (draft.drafter, draft.organ, draft.status) == (
        world.person("drafter"),
        world.organs["office"],
        "draft",
    )
    assert draft.issuer_mark == "岱海市人民政府办公室文件"
    rows = [(row.kind, row.name) for row in draft.recipients.all()]
    assert rows == [
        ("main", "岱海市财政局"),
        ("main", "青石县人民政府"),
        ("main", "岱海市大数据局"),
        ("cc", "岱海市教育局"),
    ]
    created = AuditEntry.objects.get(action="documents.create")
    assert created.facts == {"template": kept.pk}


def test_the_group_is_the_one_of_the_day_and_what_is_gone_is_said(world: World) -> None:
    """A member added later is there; an abolished organ and a removed group are left out, with a word about it."""
    group = counties(world)
    kept = template(world, group_id=group.pk, main_recipients=recipients(world, "education"))
    group.members.add(world.organs["data"], world.organs["office"])
    first = outgoing_from_template(actor=world.actor("drafter"), template_id=kept.pk).document
    assert set(first.recipients.values_list("name", flat=True)) == {
        "岱海市大数据局", "岱海市财政局", "青石县人民政府", "岱海市教育局",
    }  # fmt: skip
    group_remove(actor=world.actor("clerk"), group_id=group.pk)
    education = world.organs["education"]
    education.abolished_on = timezone.localdate()
    education.save()
    second = outgoing_from_template(actor=world.actor("drafter"), template_id=kept.pk)
    assert not second.document.recipients.exists()
    assert second.remarks == (
        "岱海市教育局已撤销，没有带入收文机关。",
        "常用范围“试点单位”已删除，请核对主送机关。",
    )


def test_the_same_key_makes_one_template_and_one_draft(world: World) -> None:
    clerk, drafter = world.actor("clerk"), world.actor("drafter")
    kept = [template_create(actor=clerk, words=words(), key="k1").pk for _ in range(2)]
    begun = [
        outgoing_from_template(actor=drafter, template_id=kept[0], key="k2").document.pk for _ in range(2)
    ]
    assert len(set(kept)) == len(set(begun)) == 1
    assert DocumentTemplate.objects.count() == OutgoingDocument.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": " "}, "请填写模板名称"),
        ({"name": "长" * 41}, "不能超过 40 字"),
        ({"keywords": "词" * 101}, "不能超过 100 字"),
        ({"document_type": "plan"}, "文种的选项不存在"),
        ({"document_type": None}, "页面数据不完整"),
        ({"title": "长" * 301}, "最多300个字"),
        ({"body": {"type": "doc", "content": [{"type": "iframe"}]}}, "不支持"),
        ({"body": body_from_text("机密★1年")}, "正文中有密级标志"),
        ({"title": "绝密★长期"}, "标题中有密级标志"),
        ({"name": "秘密★模板"}, "模板名称中有密级标志"),
        ({"group_id": 999_999}, "常用范围已不存在"),
    ],
)
def test_what_no_template_may_be_is_refused_in_words(world: World, more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationFailed, match=said):
        template_create(actor=world.actor("clerk"), words=words(**more))
    assert not DocumentTemplate.objects.exists()


def test_a_name_stands_once_even_withdrawn_and_another_organs_group_is_not_offered(world: World) -> None:
    kept = template(world)
    template_withdraw(actor=world.actor("clerk"), template_id=kept.pk)
    with pytest.raises(ValidationFailed, match="已有名为“会议通知”的模板"):
        template(world, " 会议通知 ")
    assert template(world, who="bureau_clerk").name == "会议通知"
    with pytest.raises(ValidationFailed, match="常用范围已不存在"):
        template(world, "数据", who="bureau_clerk", group_id=counties(world).pk)


def test_a_type_with_one_direction_gets_it(world: World) -> None:
    kept = template(world, document_type="request", routing_direction="downward")
    assert kept.routing_direction == "upward"
    draft = outgoing_from_template(actor=world.actor("drafter"), template_id=kept.pk).document
    assert draft.signatories == ["沈亦舟"]


def test_minutes_begin_without_a_seal(world: World) -> None:
    kept = template(world, document_type="minutes", layout="minutes")
    draft = outgoing_from_template(actor=world.actor("drafter"), template_id=kept.pk).document
    assert (draft.is_sealed, draft.issuer_mark) == (False, "岱海市人民政府办公室会议纪要")


def test_drafts_keep_their_text_when_the_template_is_changed(world: World) -> None:
    kept = template(world, main_recipients=recipients(world, "county"))
    draft = outgoing_from_template(actor=world.actor("drafter"), template_id=kept.pk).document
    changed = template_change(
        actor=world.actor("director"),
        template_id=kept.pk,
        expected_version=1,
        words=words(title="新标题的通知", main_recipients=recipients(world, "data")),
    )
    assert (changed.version, changed.changed_by) == (2, world.person("director"))
    assert [row.name for row in changed.recipients.all()] == ["岱海市大数据局"]
    draft.refresh_from_db()
    assert (draft.title, draft.recipients.get().name) == (TITLE, "青石县人民政府")


def test_a_second_window_overwrites_nothing(world: World) -> None:
    kept = template(world)
    template_change(
        actor=world.actor("director"),
        template_id=kept.pk,
        expected_version=1,
        words=words(title="先改的通知"),
    )
    with pytest.raises(Conflict, match="高文澜刚刚修改") as refused:
        template_change(
            actor=world.actor("clerk"),
            template_id=kept.pk,
            expected_version=1,
            words=words(title="后改的通知"),
        )
    assert refused.value.data["version"] == 2
    kept.refresh_from_db()
    assert kept.title == "先改的通知"


def test_withdrawn_it_is_offered_to_nobody_and_restored_it_stands_last(world: World) -> None:
    clerk = world.actor("clerk")
    first = template(world, "甲")
    template(world, "乙")
    for _ in range(2):
        template_withdraw(actor=clerk, template_id=first.pk)
    assert names(world) == ["乙"]
    assert names(world, "clerk", tab="withdrawn") == ["甲"]
    with pytest.raises(NotFound):
        outgoing_from_template(actor=world.actor("drafter"), template_id=first.pk)
    with pytest.raises(InvalidState, match="已停用"):
        outgoing_from_template(actor=clerk, template_id=first.pk)
    with pytest.raises(InvalidState, match="已停用"):
        template_move(actor=clerk, template_id=first.pk, place=1)
    for _ in range(2):
        template_restore(actor=clerk, template_id=first.pk)
    assert names(world) == ["乙", "甲"]


def test_no_more_than_a_hundred_are_in_use(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert OFFERED_LIMIT == 100
    monkeypatch.setattr("apps.documents.services.templates.OFFERED_LIMIT", 2)
    first, _ = template(world, "甲"), template(world, "乙")
    with pytest.raises(ValidationFailed, match="最多2个"):
        template(world, "丙")
    template_withdraw(actor=world.actor("clerk"), template_id=first.pk)
    template(world, "丙")
    with pytest.raises(ValidationFailed, match="最多2个"):
        template_restore(actor=world.actor("clerk"), template_id=first.pk)


def test_the_order_is_the_offices_and_each_act_that_changes_something_is_recorded(world: World) -> None:
    clerk = world.actor("clerk")
    rows = [template(world, name) for name in "甲乙丙"]
    for _ in range(2):
        template_move(actor=clerk, template_id=rows[2].pk, place=1)
    assert names(world) == ["丙", "甲", "乙"]
    template_withdraw(actor=clerk, template_id=rows[0].pk)
    template_restore(actor=clerk, template_id=rows[0].pk)
    template_change(actor=clerk, template_id=rows[1].pk, expected_version=1, words=words("乙"))
    verbs = ["add", "add", "add", "move", "withdraw", "restore", "change"]
    assert recorded() == [f"documents.template_{verb}" for verb in verbs]


def test_every_word_asked_for_is_found_in_name_keywords_or_title(world: World) -> None:
    template(world, "会议通知", keywords="报名 回执")
    template(world, "请示", document_type="request", title="岱海市人民政府办公室关于××经费的请示")
    assert names(world, text="会议 回执") == ["会议通知"]
    assert names(world, text="经费") == ["请示"]
    assert names(world, text="会议 经费") == []
    assert names(world, document_type="request") == ["请示"]


def test_an_issued_text_becomes_a_template_with_the_documents_trail_saying_so(world: World) -> None:
    source = submitted(world)
    facts = edit_facts_of_fresh(world.actor("clerk"), source.pk)
    assert facts["template"].title == source.title
    assert [one["name"] for one in facts["main_chosen"]] == ["市财政局", "青石县政府"]
    kept = template_create(actor=world.actor("clerk"), words=words("防汛"), source_id=source.pk)
    trail = AuditEntry.objects.get(action="documents.save_as_template")
    assert (trail.subject_id, trail.facts) == (source.pk, {"template": kept.pk})


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"disclosure": "closed"}, "不予公开"), ({"note": "此件发至县团级"}, "限定了知悉范围")],
)
def test_a_text_of_limited_circulation_is_not_shown_to_everybody(
    world: World, changes: dict[str, Any], said: str
) -> None:
    source = submitted(world, **changes)
    with pytest.raises(Forbidden, match=said):
        edit_facts_of_fresh(world.actor("clerk"), source.pk)
    with pytest.raises(Forbidden, match=said):
        template_create(actor=world.actor("clerk"), words=words(), source_id=source.pk)
    assert not DocumentTemplate.objects.exists()


def test_neither_an_invisible_text_nor_another_organs_becomes_a_template(world: World) -> None:
    draft = drafted(world)
    with pytest.raises(NotFound):
        template_create(actor=world.actor("clerk"), words=words(), source_id=draft.pk)
    ours = submitted(world)
    assert "不是本机关" in unfit_for_template(world.actor("bureau_clerk"), ours)
    assert unfit_for_template(world.actor("clerk"), ours) == ""


@pytest.mark.parametrize(
    ("note", "is_limiting"),
    [
        ("此件公开发布", False),
        ("此件依申请公开", False),
        ("联系人：苏晚晴，联系电话：88061028", False),
        ("联系人：内部审计科 程一诺", False),
        ("此件不公开", True),
        ("此件不予公开", True),
        ("此件发至县团级", True),
        ("此件传达至副处级以上干部", True),
        ("内部资料，不得翻印", True),
        ("限市直单位阅", True),
        ("阅后收回", True),
    ],
)
def test_which_notes_limit_who_may_know(note: str, *, is_limiting: bool) -> None:
    assert bool(LIMITING_NOTE.search(note)) is is_limiting
