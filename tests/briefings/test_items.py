"""An item on its unit's side: who reviews it, what comes back, what cannot be taken back any more."""

from collections.abc import Callable

import pytest

from apps.audit.models import AuditEntry
from apps.briefings import services
from apps.briefings.enums import ItemState as State
from apps.briefings.models import InfoItem
from apps.briefings.policies.items import abilities, visible_to
from apps.briefings.selectors.items import Wanted, items_alike, items_found, waiting_count
from apps.briefings.selectors.receivers import receivers_of
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.notifications.models import Notice
from apps.workflow.models import Task
from tests.factories.world import CAST, World
from tests.helpers.briefings import desk_opened, draft, editor_of, pending, submitted, written

pytestmark = pytest.mark.django_db


def test_both_heads_agree_and_the_desk_is_told(world: World, drain: Callable[[], int]) -> None:
    item = pending(world)
    chief = Task.objects.get(matter=item.matter, state=Task.State.OPEN)
    assert (item.state, chief.person_id) == (State.PENDING, world.person("bureau_chief").pk)
    services.item_approve(actor=world.actor("bureau_chief"), item_id=item.pk, text="同意。")
    item = services.item_approve(actor=world.actor("bureau_head"), item_id=item.pk, text="同意报送。")
    assert (item.state, item.approved_by) == (State.SUBMITTED, world.actor("bureau_head").signature)
    drain()
    told = Notice.objects.filter(title__contains=item.title, title__startswith="市大数据局报送信息")
    assert set(told.values_list("person_id", flat=True)) == {world.person("drafter").pk}
    assert waiting_count(editor_of(world)) == 1


def test_a_section_of_the_office_reports_to_its_own_desk_past_its_chief_alone(world: World) -> None:
    desk_opened(world)
    item = pending(world, "drafter")
    assert services.item_approve(actor=world.actor("section_chief"), item_id=item.pk).state == State.SUBMITTED


def test_a_head_reports_without_review(world: World) -> None:
    assert pending(world, "bureau_head").state == State.SUBMITTED


def test_a_head_sends_it_back_with_a_reason_and_it_goes_again(world: World) -> None:
    item = pending(world)
    with pytest.raises(ValidationFailed):
        services.item_send_back(actor=world.actor("bureau_chief"), item_id=item.pk, text="")
    item = services.item_send_back(actor=world.actor("bureau_chief"), item_id=item.pk, text="请核实数据。")
    assert (item.state, item.answer) == (State.RETURNED, "请核实数据。")
    clerk = world.actor("bureau_clerk")
    item = services.item_save(
        actor=clerk, draft=draft(world, text="已核实。"), item_id=item.pk, expected_version=item.version
    )
    assert services.item_submit(actor=clerk, item_id=item.pk).state == State.PENDING


def test_it_is_withdrawn_until_the_next_has_acted_and_until_the_desk_has_taken_it(world: World) -> None:
    clerk = world.actor("bureau_clerk")
    item = pending(world)
    assert services.item_withdraw(actor=clerk, item_id=item.pk).state == State.DRAFT
    with pytest.raises(InvalidState, match="还没有报送"):
        services.item_withdraw(actor=clerk, item_id=item.pk)
    services.item_submit(actor=clerk, item_id=item.pk)
    services.item_approve(actor=world.actor("bureau_chief"), item_id=item.pk)
    with pytest.raises(InvalidState):
        services.item_withdraw(actor=clerk, item_id=item.pk)
    services.item_approve(actor=world.actor("bureau_head"), item_id=item.pk)
    item = services.item_withdraw(actor=clerk, item_id=item.pk)
    assert (item.state, item.submitted_at) == (State.DRAFT, None)
    services.item_submit(actor=clerk, item_id=item.pk)
    for head in ("bureau_chief", "bureau_head"):
        services.item_approve(actor=world.actor(head), item_id=item.pk)
    services.item_take(actor=editor_of(world), item_id=item.pk)
    with pytest.raises(Forbidden, match="已由接收机关采编"):
        services.item_withdraw(actor=clerk, item_id=item.pk)


def test_what_is_visible_is_what_somebody_may_do_something_with(world: World) -> None:
    rows = [
        written(world),
        pending(world, title="其二"),
        submitted(world, title="其三"),
        pending(world, "drafter", title="其四"),
    ]
    for key in CAST:
        actor = world.actor(key)
        seen = set(visible_to(actor).values_list("pk", flat=True))
        for row in rows:
            item = InfoItem.objects.get(pk=row.pk)
            if row.pk not in seen:
                with pytest.raises(NotFound):
                    services.item_take(actor=actor, item_id=row.pk)
                assert abilities(actor, item) == frozenset()
    desk = set(visible_to(world.actor("director")).values_list("pk", flat=True))
    assert desk == {rows[2].pk, rows[3].pk}
    assert not visible_to(world.actor("stranger")).exists()
    assert not visible_to(world.actor("finance_head")).exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"category": "gossip"}, "信息类别"),
        ({"title": " "}, "请填写标题"),
        ({"text": ""}, "请填写正文"),
        ({"text": "机密★10年 内容"}, "密级标志"),
        ({"receiver_id": None}, "接收机关"),
    ],
)
def test_bad_input_is_refused_in_words_and_nothing_is_kept(
    world: World, wrong: dict[str, object], words: str
) -> None:
    desk_opened(world)
    with pytest.raises(ValidationFailed, match=words):
        services.item_save(actor=world.actor("bureau_clerk"), draft=draft(world, **wrong), key="k")
    assert not InfoItem.objects.exists()
    assert services.item_save(actor=world.actor("bureau_clerk"), draft=draft(world), key="k").pk


def test_a_form_sent_twice_writes_once_and_a_stale_one_loses_nothing(world: World) -> None:
    desk_opened(world)
    clerk = world.actor("bureau_clerk")
    first = services.item_save(actor=clerk, draft=draft(world), key="k")
    assert services.item_save(actor=clerk, draft=draft(world), key="k").pk == first.pk
    services.item_save(actor=clerk, draft=draft(world, title="改"), item_id=first.pk, expected_version=1)
    with pytest.raises(Conflict):
        services.item_save(actor=clerk, draft=draft(world), item_id=first.pk, expected_version=1)
    assert InfoItem.objects.get().title == "改"


def test_only_drafts_that_were_never_sent_are_dropped(world: World) -> None:
    clerk, item = world.actor("bureau_clerk"), pending(world)
    services.item_withdraw(actor=clerk, item_id=item.pk)
    with pytest.raises(Forbidden, match="从未提交"):
        services.item_discard(actor=clerk, item_id=item.pk)
    fresh = written(world, title="另一条")
    services.item_discard(actor=clerk, item_id=fresh.pk)
    assert AuditEntry.objects.filter(action="briefings.discard").count() == 1


def test_alike_titles_are_shown_to_who_may_see_them(world: World) -> None:
    first = submitted(world)
    second = submitted(world, "finance_clerk", title="市大数据局推进数据共享提质增效")
    editor = editor_of(world)
    assert [(one.pk, share > 60) for one, share in items_alike(editor, second)] == [(first.pk, True)]
    assert items_alike(world.actor("finance_clerk"), second) == []


def test_units_report_to_their_superiors_office_and_counties_to_two(world: World) -> None:
    office = world.organs["office"]
    assert receivers_of(world.organs["data"]) == [office]
    assert receivers_of(office) == [office]
    assert receivers_of(world.organs["county"]) == [office]  # the county's office has no director here
    assert receivers_of(world.organs["province"]) == []


def test_lists_are_own_ours_and_the_desks(world: World) -> None:
    item = submitted(world)
    assert not items_found(world.actor("bureau_head"), Wanted(scope="mine")).exists()
    assert items_found(world.actor("bureau_head"), Wanted(scope="ours")).get() == item
    assert items_found(editor_of(world), Wanted(scope="desk", state="waiting")).get() == item
    assert not items_found(world.actor("bureau_clerk"), Wanted(scope="desk")).exclude(pk=item.pk).exists()
    assert not items_found(editor_of(world), Wanted(scope="desk", words="森林")).exists()
