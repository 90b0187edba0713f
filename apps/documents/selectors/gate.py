"""The one way to a document: the row if the actor may see it, in words that are ready for all who act for nobody else."""

from collections.abc import Callable
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from apps.core.actors import Actor
from apps.core.prepared import PreparedFor, slot
from apps.workflow.policies import Reach, reach_of

M = TypeVar("M", bound=Model)


class Gate(Generic[M]):
    """Built on a policy's `visible_to`; `related` is read with the row."""

    def __init__(self, visible_to: Callable[[Actor, Reach], QuerySet[M]], related: tuple[str, ...]) -> None:
        self._visible_to = visible_to
        self._related = related
        self._own = {lock: PreparedFor(self._builder(lock=lock)) for lock in (False, True)}

    def row(self, actor: Actor, key: int, *, lock: bool, reach: Reach | None) -> M | None:
        """The row with this key, locked when it is to change; None alike for absent and invisible."""
        reach = reach or reach_of(actor.person_id)
        if reach.is_own:
            return self._own[lock].row(actor, key=key)
        return self._rows(actor, reach, key, lock=lock).first()

    def _builder(self, *, lock: bool) -> Callable[[Actor], QuerySet[M]]:
        return lambda actor: self._rows(actor, Reach(actor.person_id), slot("key"), lock=lock)

    def _rows(self, actor: Actor, reach: Reach, key: int, *, lock: bool) -> QuerySet[M]:
        rows = self._visible_to(actor, reach).select_related(*self._related).filter(pk=key)
        return rows.select_for_update(of=("self",)) if lock else rows
