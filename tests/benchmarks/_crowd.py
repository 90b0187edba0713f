"""A city's people and whom they talk with: some thousand people in rooms of 500, of 50 and of two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.accounts.models import Appointment, Person
from apps.accounts.selectors import actor_of_appointment
from apps.core import clock
from apps.core.actors import Actor
from apps.messaging.enums import ConversationKind as Kind
from apps.messaging.models import Conversation, Membership
from tests.factories.world import World

SIZES = (2, 50, 500)
STRIDES = (37, 7, 11, 13, 17, 19, 23, 29)  # each walks once through everybody: prime to any round number
STARTED = date(2025, 1, 1)
AT_ONCE = 2000


@dataclass(frozen=True)
class Place:
    """A conversation and who is in it, by number of the crowd."""

    conversation: Conversation
    members: tuple[int, ...]


@dataclass(frozen=True)
class Crowd:
    """People with a post each, and their conversations by size (2, 50, 500); the first of each size have #0 in common."""

    people: list[Person]
    places: dict[int, list[Place]]

    def actor(self, number: int) -> Actor:
        """Somebody as they act."""
        post = Appointment.objects.select_related("person", "organ", "unit")
        return actor_of_appointment(post.get(person=self.people[number]))


def gathered(count: int, *, passes: dict[int, int]) -> Crowd:
    """`count` people; in rooms of each size everybody sits `passes[size]` times (a room never has more than all)."""
    world = World.build()
    people = _people(world, count)
    places = {size: _places(people, size, passes[size]) for size in SIZES if passes.get(size)}
    return Crowd(people, places)


def assembled(count: int) -> tuple[list[Person], Conversation]:
    """`count` people, all of them in one room."""
    people = _people(World.build(), count)
    return people, _places(people, count, 1)[0].conversation


def _people(world: World, count: int) -> list[Person]:
    organs = [world.organs[key] for key in ("office", "data", "finance", "education", "county_office")]
    people = Person.objects.bulk_create(
        Person(
            login_name=f"crowd{number}",
            name=f"与会员{number}",
            password="!",
            must_change_password=False,
            accepted_notice_at=clock.now(),
        )
        for number in range(count)
    )
    Appointment.objects.bulk_create(
        Appointment(
            person=person,
            organ=organs[number * len(organs) // count],
            post_title="科员",
            rank_order=1000 + number,
            started_on=STARTED,
        )
        for number, person in enumerate(people)
    )
    return people


def _places(people: Sequence[Person], size: int, passes: int) -> list[Place]:
    groups = _pairs(len(people), passes) if size == 2 else _groups(len(people), size, passes)
    moment = clock.now()
    made = Conversation.objects.bulk_create(
        [
            Conversation(
                kind=Kind.DIRECT if size == 2 else Kind.GROUP,
                name="" if size == 2 else f"{size}人工作群{number}",
                direct_key=_key(people, group) if size == 2 else None,
                last_at=moment,
                created_by=people[group[0]],
                created_at=moment,
            )
            for number, group in enumerate(groups)
        ],
        batch_size=AT_ONCE,
    )
    Membership.objects.bulk_create(
        [
            Membership(
                conversation=conversation,
                person=people[number],
                role="owner" if size > 2 and number == group[0] else "member",
                joined_at=moment,
            )
            for conversation, group in zip(made, groups, strict=True)
            for number in group
        ],
        batch_size=AT_ONCE,
    )
    return [Place(conversation, group) for conversation, group in zip(made, groups, strict=True)]


def _key(people: Sequence[Person], pair: tuple[int, ...]) -> str:
    low, high = sorted(people[number].pk for number in pair)
    return f"{low}:{high}"


def _pairs(count: int, passes: int) -> list[tuple[int, ...]]:
    """Everybody with `passes` others: half of them by each one's own choice."""
    steps = [STRIDES[0] * (step + 1) for step in range(max(passes // 2, 1))]
    return [(number, (number + step) % count) for step in steps for number in range(count)]


def _groups(count: int, size: int, passes: int) -> list[tuple[int, ...]]:
    """Everybody in `passes` rooms, with other people each time."""
    size = min(size, count)
    found = []
    for turn in range(passes):
        order = [number * STRIDES[turn] % count for number in range(count)]
        found += [tuple(order[start : start + size]) for start in range(0, count - size + 1, size)]
    return found
