"""Issues: composed, signed, numbered without gap, read; what leaders said."""

from collections.abc import Callable
from datetime import datetime

import pytest

from apps.briefings import services
from apps.briefings.enums import IssueState as State
from apps.briefings.models import BulletinIssue, InfoItem, LeaderInstruction
from apps.briefings.papers import issue_pdf, origin_words
from apps.briefings.policies.bulletins import issues_visible_to
from apps.briefings.selectors.bulletins import entries_of
from apps.briefings.services.publishing import InstructionDraft
from apps.core import clock
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.notifications.models import Notice
from apps.workflow.models import Reading
from tests.factories.world import World
from tests.helpers.briefings import adopted, composed, editor_of, published, series, signed, submitted

pytestmark = pytest.mark.django_db


def test_an_issue_is_put_in_order_and_sent_to_its_signer(world: World) -> None:
    first, second = adopted(world), adopted(world, "finance_clerk", title="市财政局加快预算执行")
    editor, issue = editor_of(world), composed(world, first, second)
    services.issue_entry_add(actor=editor, issue_id=issue.pk, adoption_id=first.pk)
    places = [entry.pk for entry in entries_of(issue)]
    assert len(places) == 2
    issue = services.issue_arrange(
        actor=editor, issue_id=issue.pk, order=[places[1], places[0], 999], note="供参阅。"
    )
    assert [entry.adoption_id for entry in entries_of(issue)] == [second.pk, first.pk]
    with pytest.raises(ValidationFailed, match="签发领导"):
        services.issue_submit(actor=editor, issue_id=issue.pk, signer_id=world.post("bureau_head").pk)
    issue = services.issue_submit(actor=editor, issue_id=issue.pk, signer_id=world.post("deputy").pk)
    assert issue.state == State.PENDING
    with pytest.raises(Forbidden, match="不再变动"):
        services.issue_arrange(actor=editor, issue_id=issue.pk, order=[], note="")
    with pytest.raises(InvalidState):
        services.issue_sign(actor=editor, issue_id=issue.pk)


def test_the_signer_sends_it_back_and_it_is_sent_again(world: World) -> None:
    editor, issue = editor_of(world), composed(world)
    deputy = world.post("deputy").pk
    services.issue_submit(actor=editor, issue_id=issue.pk, signer_id=deputy)
    issue = services.issue_send_back(actor=world.actor("deputy"), issue_id=issue.pk, text="再核一遍数据。")
    assert issue.state == State.RETURNED
    services.issue_submit(actor=editor, issue_id=issue.pk, signer_id=deputy)
    assert services.issue_withdraw(actor=editor, issue_id=issue.pk).state == State.DRAFT


def test_what_was_signed_may_be_recalled_and_must_be_signed_again(world: World) -> None:
    editor, issue = editor_of(world), signed(world)
    issue = services.issue_withdraw(actor=editor, issue_id=issue.pk)
    assert (issue.state, issue.signed_by) == (State.DRAFT, "")
    with pytest.raises(Forbidden, match="签发以后"):
        services.issue_publish(actor=editor, issue_id=issue.pk, recipient_ids=[world.post("head").pk])
    services.issue_submit(actor=editor, issue_id=issue.pk, signer_id=world.post("deputy").pk)
    assert services.issue_sign(actor=world.actor("deputy"), issue_id=issue.pk).state == State.SIGNED


def test_numbers_follow_each_other_by_series_and_year(world: World) -> None:
    with clock.at(datetime(2026, 12, 30, 9, 0, tzinfo=clock.CITY_ZONE)):
        first = published(world, adopted(world))
        second = published(world, adopted(world, title="其二"))
    with clock.at(datetime(2027, 1, 4, 9, 0, tzinfo=clock.CITY_ZONE)):
        third = published(world, adopted(world, title="其三"))
    assert [(one.year, one.number) for one in (first, second, third)] == [(2026, 1), (2026, 2), (2027, 1)]
    assert second.title == "《政务信息》2026年第2期"
    with pytest.raises(Forbidden, match="只能编发一次"):
        services.issue_publish(
            actor=editor_of(world), issue_id=first.pk, recipient_ids=[world.post("head").pk]
        )


def test_readers_get_a_read_and_see_it_and_others_do_not(world: World, drain: Callable[[], int]) -> None:
    issue = published(world, to=("head", "bureau_head"))
    drain()
    assert Reading.objects.filter(matter=issue.matter).count() == 2
    assert issues_visible_to(world.actor("bureau_head")).filter(pk=issue.pk).exists()
    assert not issues_visible_to(world.actor("finance_head")).exists()
    assert (
        services.issue_send(
            actor=editor_of(world),
            issue_id=issue.pk,
            recipient_ids=[world.post("bureau_head").pk, world.post("finance_head").pk],
        )
        == 1
    )
    assert issues_visible_to(world.actor("finance_head")).exists()
    author = InfoItem.objects.get().person_id
    assert Notice.objects.filter(person_id=author, title__contains="已刊载于《政务信息》").count() == 1


def test_a_leader_instructs_and_the_unit_hears_and_a_record_is_taken_back(
    world: World, drain: Callable[[], int]
) -> None:
    issue = published(world)
    text = issue.entries.get().adoption_id
    head, editor = world.actor("head"), editor_of(world)
    said = services.issue_instruct(
        actor=head, issue_id=issue.pk, draft=InstructionDraft(words="做法很好，请推广。", adoption_id=text)
    )
    assert said.leader_id == world.post("head").pk
    drain()
    author = InfoItem.objects.get().person_id
    assert Notice.objects.filter(person_id=author, title__contains="作出批示").count() == 1
    recorded = services.issue_instruct(
        actor=editor,
        issue_id=issue.pk,
        draft=InstructionDraft(words="请关注。", leader_text="省政府某副省长", level="province"),
    )
    assert (recorded.leader, recorded.recorded_by) == (None, editor.signature)
    with pytest.raises(ValidationFailed, match="批示领导"):
        services.issue_instruct(actor=editor, issue_id=issue.pk, draft=InstructionDraft(words="无名"))
    with pytest.raises(ValidationFailed, match="撤销原因"):
        services.instruction_cancel(actor=editor, instruction_id=recorded.pk, reason="")
    services.instruction_cancel(actor=editor, instruction_id=recorded.pk, reason="录错了期次")
    with pytest.raises(InvalidState, match="已经撤销"):
        services.instruction_cancel(actor=editor, instruction_id=recorded.pk, reason="再撤")
    with pytest.raises(NotFound):
        services.instruction_cancel(actor=world.actor("stranger"), instruction_id=said.pk, reason="x")
    assert LeaderInstruction.objects.count() == 2


def test_who_is_neither_leader_nor_editor_does_not_instruct(world: World) -> None:
    issue = published(world, to=("clerk", "bureau_head"))
    for who in ("clerk", "bureau_head"):
        with pytest.raises(Forbidden, match="读到本期的领导"):
            services.issue_instruct(
                actor=world.actor(who), issue_id=issue.pk, draft=InstructionDraft(words="好")
            )


def test_a_series_keeps_its_name_once_it_was_printed(world: World) -> None:
    issue, editor = published(world), editor_of(world)
    with pytest.raises(ValidationFailed, match="不能改名"):
        services.bulletin_keep(actor=editor, name="新名", publisher="办公室", bulletin_id=issue.bulletin_id)
    with pytest.raises(ValidationFailed, match="已有名为"):
        services.bulletin_keep(actor=editor, name="《政务信息》", publisher="办公室")
    kept = services.bulletin_keep(
        actor=editor, name="政务信息", publisher="办公室", is_active=False, bulletin_id=issue.bulletin_id
    )
    assert not kept.is_active
    with pytest.raises(ValidationFailed, match="在用的刊物"):
        services.issue_begin(actor=editor, bulletin_id=kept.pk)
    with pytest.raises(Forbidden, match="采编由政府办公室"):
        services.bulletin_keep(actor=world.actor("bureau_chief"), name="部门信息", publisher="局")


def test_an_empty_or_never_sent_issue_is_dropped_and_an_empty_one_is_not_sent(world: World) -> None:
    editor = editor_of(world)
    issue = services.issue_begin(actor=editor, bulletin_id=series(world).pk, key="k")
    assert services.issue_begin(actor=editor, bulletin_id=issue.bulletin_id, key="k").pk == issue.pk
    with pytest.raises(ValidationFailed, match="还没有内容"):
        services.issue_submit(actor=editor, issue_id=issue.pk, signer_id=world.post("deputy").pk)
    services.issue_drop(actor=editor, issue_id=issue.pk)
    assert not BulletinIssue.objects.exists()


def test_the_paper_names_series_number_units_and_signer(world: World) -> None:
    first, second = submitted(world), submitted(world, "finance_clerk", title="其二")
    text = services.items_adopt(actor=editor_of(world), item_ids=[first.pk, second.pk])
    issue = published(world, text)
    entries = entries_of(issue)
    assert origin_words(entries[0]) == "市大数据局、市财政局"
    assert issue_pdf(issue, entries).startswith(b"%PDF")
