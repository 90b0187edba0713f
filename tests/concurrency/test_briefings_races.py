"""Two act on one item, text or series at once, on real PostgreSQL."""

from functools import partial

import pytest

from apps.briefings import services
from apps.briefings.enums import ItemState
from apps.briefings.models import Adoption, BulletinIssue, InfoItem
from apps.core.errors import Forbidden
from tests.concurrency.racing import race
from tests.factories.world import World
from tests.helpers.briefings import adopted, editor_of, signed, submitted

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_issues_published_at_once_get_two_numbers() -> None:
    world = World.build()
    issues = [signed(world, adopted(world, title=f"其{at}")) for at in range(2)]
    publish = partial(services.issue_publish, recipient_ids=[world.post("head").pk])
    race(
        *(
            partial(publish, actor=world.actor(who), issue_id=issue.pk)
            for who, issue in zip(("drafter", "director"), issues, strict=True)
        )
    )
    assert set(BulletinIssue.objects.values_list("number", flat=True)) == {1, 2}


def test_one_issue_published_twice_at_once_gets_one_number() -> None:
    world = World.build()
    issue = signed(world)
    publish = partial(services.issue_publish, issue_id=issue.pk, recipient_ids=[world.post("head").pk])
    answers = race(partial(publish, actor=editor_of(world)), partial(publish, actor=world.actor("director")))
    assert [type(answer) for answer in answers].count(Forbidden) == 1
    assert BulletinIssue.objects.get().number == 1


def test_an_item_is_either_withdrawn_or_adopted() -> None:
    world = World.build()
    item = submitted(world)
    answers = race(
        partial(services.item_withdraw, actor=world.actor("bureau_clerk"), item_id=item.pk),
        partial(services.items_adopt, actor=editor_of(world), item_ids=[item.pk]),
    )
    assert sum(isinstance(answer, Exception) for answer in answers) == 1
    state = InfoItem.objects.get().state
    assert (state, Adoption.objects.count()) in {(ItemState.DRAFT, 0), (ItemState.ADOPTED, 1)}
