"""The receiving desk: what it decides, what it writes, what stays as it was reported."""

from collections.abc import Callable

import pytest

from apps.briefings import services
from apps.briefings.enums import ItemState as State
from apps.briefings.models import Adoption, InfoItem
from apps.briefings.selectors.adoptions import adoption_page
from apps.core.errors import Conflict, Forbidden, InvalidState, NotFound, ValidationFailed
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.briefings import TEXT, adopted, composed, editor_of, signed, submitted

pytestmark = pytest.mark.django_db


def test_an_item_is_adopted_and_edited_and_its_own_text_stays(world: World) -> None:
    editor, adoption = editor_of(world), adopted(world)
    assert adoption.text == TEXT
    adoption = services.adoption_edit(
        actor=editor,
        adoption_id=adoption.pk,
        title="数据共享提质增效",
        text="累计归集数据 13 亿条。",
        expected_version=1,
    )
    item = InfoItem.objects.get()
    assert (item.state, item.text, item.adoption_id) == (State.ADOPTED, TEXT, adoption.pk)
    page = adoption_page(editor, adoption)
    kept = "".join(run.text for row in page.rows for run in row.runs if run.change != "inserted")
    new = "".join(run.text for row in page.rows for run in row.runs if run.change != "deleted")
    assert (kept, new) == (
        item.title + TEXT.replace("\n", ""),
        "数据共享提质增效累计归集数据 13 亿条。",
    )
    with pytest.raises(Conflict):
        services.adoption_edit(actor=editor, adoption_id=adoption.pk, title="x", text="y", expected_version=1)


def test_several_are_combined_into_one_in_the_order_chosen(world: World) -> None:
    first, second = submitted(world), submitted(world, "finance_clerk", title="市财政局加快预算执行")
    adoption = services.items_adopt(
        actor=editor_of(world), item_ids=[second.pk, first.pk, second.pk], key="k"
    )
    assert adoption.title == second.title
    assert adoption.text.index(second.title) < adoption.text.index(first.title)
    assert adoption.items.count() == 2
    again = services.items_adopt(actor=editor_of(world), item_ids=[second.pk, first.pk], key="k")
    assert (again.pk, Adoption.objects.count()) == (adoption.pk, 1)
    with pytest.raises(Forbidden):
        services.items_adopt(actor=editor_of(world), item_ids=[first.pk])


@pytest.mark.parametrize(
    ("verdict", "state"), [("pool", State.POOLED), ("reject", State.REJECTED), ("return", State.RETURNED)]
)
def test_a_verdict_is_told_with_its_reason_and_may_be_taken_back(
    world: World, drain: Callable[[], int], verdict: str, state: State
) -> None:
    editor, item = editor_of(world), submitted(world)
    if verdict != "pool":
        with pytest.raises(ValidationFailed, match="处理意见"):
            services.item_settle(actor=editor, item_id=item.pk, verdict=verdict)
    item = services.item_settle(actor=editor, item_id=item.pk, verdict=verdict, words="数据有出入。")
    drain()
    told = Notice.objects.get(person_id=item.person_id, title__startswith="信息")
    assert (item.state, told.text) == (state, "数据有出入。")
    if verdict == "return":
        with pytest.raises(NotFound):
            services.item_reopen(actor=editor, item_id=item.pk)
        assert services.item_submit(actor=world.actor("bureau_clerk"), item_id=item.pk).state == State.PENDING
    else:
        assert services.item_reopen(actor=editor, item_id=item.pk).state == State.EDITING


def test_an_adoption_is_taken_back_unless_it_stands_in_an_issue(world: World) -> None:
    editor, adoption = editor_of(world), adopted(world)
    item, issue = adoption.items.get(), composed(world, adoption)
    with pytest.raises(InvalidState, match="请先从该期移出"):
        services.item_reopen(actor=editor, item_id=item.pk)
    services.issue_entry_remove(actor=editor, issue_id=issue.pk, entry_id=issue.entries.get().pk)
    assert services.item_reopen(actor=editor, item_id=item.pk).adoption is None
    assert not Adoption.objects.exists()


def test_a_text_is_fixed_from_the_sending_for_signature_on(world: World) -> None:
    issue = signed(world)
    entry = issue.entries.get()
    with pytest.raises(InvalidState, match="已经送签"):
        services.adoption_edit(actor=editor_of(world), adoption_id=entry.adoption_id, title="x", text="y")


def test_heads_look_on_and_others_find_nothing(world: World) -> None:
    adoption, item = adopted(world), submitted(world, title="其二")
    with pytest.raises(Forbidden):
        services.adoption_edit(actor=world.actor("head"), adoption_id=adoption.pk, title="x", text="y")
    with pytest.raises(Forbidden):
        services.item_settle(actor=world.actor("head"), item_id=item.pk, verdict="pool")
    for stranger in ("bureau_head", "stranger", "county_head"):
        with pytest.raises(NotFound):
            services.adoption_edit(actor=world.actor(stranger), adoption_id=adoption.pk, title="x", text="y")
