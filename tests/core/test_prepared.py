"""Prepared queries: worded once, they give what the query set would, whoever asks and wherever."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Appointment, Organ
from apps.core.actors import Actor
from apps.core.prepared import Prepared, PreparedFor, among, slot
from tests.factories.world import World

pytestmark = pytest.mark.django_db


def posts_in(organ_id: int) -> QuerySet[Appointment]:
    """Posts of an organ with their people, by rank."""
    return (
        Appointment.objects.filter(organ_id=organ_id).select_related("person", "unit").order_by("rank_order")
    )


POSTS = Prepared(lambda: posts_in(slot("organ")), "roles")


def test_rows_come_as_the_query_set_gives_them(world: World) -> None:
    """Same rows in the same order for each value, with what is selected and prefetched, by two statements."""
    for key in ("office", "data", "education", "province"):
        organ = world.organs[key]
        with CaptureQueriesContext(connection) as asked:
            found = POSTS.rows(organ=organ.pk)
            told = [(post.person.name, post.unit and post.unit.name, len(post.roles.all())) for post in found]
        assert len(asked) == (2 if found else 1)
        wanted = Appointment.objects.filter(organ=organ).order_by("rank_order")
        assert found == list(wanted)
        assert told == [
            (post.person.name, post.unit and post.unit.name, post.roles.count()) for post in wanted
        ]
    assert POSTS.row(organ=0) is None


def test_it_is_built_once_and_a_value_is_never_forgotten(world: World) -> None:
    """The builder is asked at the first question only; a slot without a value is a fault of the programmer."""
    times: list[int] = []

    def build() -> QuerySet[Organ]:
        times.append(1)
        return Organ.objects.filter(pk=slot("organ"))

    organs = Prepared(build)
    assert not times
    assert [organs.row(organ=organ.pk) for organ in world.organs.values()] == list(world.organs.values())
    assert len(times) == 1
    with pytest.raises(KeyError, match="organ"):
        organs.rows()


def test_values_are_data_whatever_they_hold(world: World) -> None:
    """Quotes and percent signs of people end nothing."""
    named = Prepared(lambda: Organ.objects.filter(short_name=slot("name")))
    assert named.row(name=world.organs["data"].short_name) == world.organs["data"]
    for nonsense in ("' OR ''=''", "%s %(name)s", "\\'; --"):
        assert named.rows(name=nonsense) == []
        assert named.count(name=nonsense) == 0


def test_a_count_stops_at_the_limit(world: World) -> None:
    """What a badge shows."""
    few = Prepared(lambda: Appointment.objects.filter(organ_id=slot("organ"))[:3])
    organ = world.organs["office"].pk
    assert few.count(organ=organ) == len(few.rows(organ=organ)) == 3
    assert few.count(organ=world.organs["education"].pk) == 1


def test_a_list_of_values_is_one_value(world: World) -> None:
    """As many as there are, none, or some that are nobody's."""
    chosen = Prepared(lambda: Organ.objects.filter(among("pk", "organs")).order_by("pk"))
    organs = list(world.organs.values())
    for some in (organs[:1], organs[2:5], organs, []):
        assert chosen.rows(organs=[organ.pk for organ in some]) == some
    assert chosen.rows(organs=[organs[0].pk, -1, 2**40]) == organs[:1]


def test_what_can_never_hold_has_no_rows(world: World) -> None:
    """A condition that is empty when it is built."""
    nobody = Prepared(lambda: Organ.objects.filter(pk__in=[]))
    assert nobody.rows() == nobody.rows() == []
    assert nobody.count() == 0


def test_each_kind_of_actor_has_words_of_its_own(world: World) -> None:
    """By roles and by what is lacking; people of one kind share them, and each gets the own rows."""
    kinds: list[tuple[frozenset[str], bool]] = []

    def build(actor: Actor) -> QuerySet[Appointment]:
        kinds.append((actor.roles, actor.organ_id is None))
        rows = Appointment.objects.filter(person_id=actor.person_id)
        return rows if actor.organ_id is None else rows.filter(organ_id=actor.organ_id)

    own = PreparedFor(build)
    for key in ("drafter", "stranger", "head", "clerk", "drafter"):
        assert own.row(world.actor(key)) == world.post(key)
        assert own.count(world.actor(key)) == 1
    assert own.row(world.actor("sysadmin")) is None
    assert len(kinds) == len(set(kinds)) == 4


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only(world: World) -> None:
    """As Django has it: also when the words were made within one."""
    locked = Prepared(lambda: Organ.objects.filter(pk=slot("organ")).select_for_update(of=("self",)))
    organ = world.organs["city"].pk
    with transaction.atomic():
        assert locked.row(organ=organ) == world.organs["city"]
    with pytest.raises(TransactionManagementError):
        locked.row(organ=organ)


@pytest.mark.django_db(transaction=True)
def test_threads_share_the_words_and_nothing_else(world: World) -> None:
    """Each asks through its own connection."""
    organs = {key: organ.pk for key, organ in world.organs.items()}

    def ask(key: str) -> list[bool]:
        try:
            return [POSTS.rows(organ=organs[key]) == list(posts_in(organs[key])) for _ in range(20)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert all(all(found) for found in pool.map(ask, ["office", "data", "finance", "office"]))
