"""效力: the issuing organ's desk says that a document no longer holds; receivers and who cites it see it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.utils import ProgrammingError
from django.test import Client
from django.urls import reverse

from apps.audit.models import AuditEntry
from apps.core.clock import today
from apps.core.errors import Forbidden, InvalidState, NotFound, ValidationFailed
from apps.documents.body import body_from_text
from apps.documents.enums import DispatchState
from apps.documents.models import OutgoingDocument, ValidityChange
from apps.documents.selectors.citations import citations_of
from apps.documents.services.validity import validity_set
from apps.notifications.models import Notice
from tests.factories.world import World
from tests.helpers.exchange import copy_of, distributed, sealed

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]


def end(world: World, document: OutgoingDocument, who: str = "clerk", **facts: Any) -> None:
    """The desk abolishes it from today."""
    wanted: dict[str, Any] = {
        "state": "abolished",
        "effective_on": today(),
        "reason": "被新办法代替",
        **facts,
    }
    validity_set(actor=world.actor(who), document_id=document.pk, **wanted)


def test_an_ended_document_says_so_to_sender_receiver_and_who_cites_it(
    world: World, client_as: ClientAs
) -> None:
    document = distributed(world)
    cites = body_from_text(f"根据《{document.title}》（{document.document_number}）。")
    assert [one.ended for one in citations_of(world.actor("clerk"), cites)] == [""]
    answer = client_as("clerk").post(
        reverse("documents:dispatch_act", args=[document.pk, "validity"]),
        {"state": "abolished", "effective_on": f"{today():%F}", "reason": "被新办法代替", "key": "once"},
    )
    assert answer.status_code == 303
    assert [one.ended for one in citations_of(world.actor("clerk"), cites)] == ["废止"]
    copy = copy_of(document, world.organs["data"])
    for who, name, pk in (("clerk", "outgoing", document.pk), ("bureau_clerk", "incoming", copy.pk)):
        page = client_as(who).get(reverse(f"documents:{name}_detail", args=[pk])).content.decode()
        assert "起废止：被新办法代替" in page, who
    assert AuditEntry.objects.filter(action="documents.validity_set").count() == 1


def test_a_day_ahead_counts_from_that_day_and_it_may_hold_again(world: World) -> None:
    document = distributed(world)
    cites = body_from_text(f"根据《{document.title}》（{document.document_number}）。")
    end(world, document, effective_on=today() + timedelta(days=30))
    assert [one.ended for one in citations_of(world.actor("clerk"), cites)] == [""]
    end(world, document, state="lapsed")
    assert [one.ended for one in citations_of(world.actor("clerk"), cites)] == ["失效"]
    end(world, document, state="in_force", reason="登记有误")
    assert [one.ended for one in citations_of(world.actor("clerk"), cites)] == [""]


def test_a_double_click_keeps_one_line_that_never_changes(world: World) -> None:
    document = distributed(world)
    for _click in range(2):
        end(world, document, key="once")
    assert ValidityChange.objects.count() == 1
    with pytest.raises(ProgrammingError):
        ValidityChange.objects.update(reason="别的")


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"state": "burnt"}, "请选择效力状态"),
        ({"effective_on": None}, "请填写自何日起"),
        ({"effective_on": today() - timedelta(days=4000)}, "不能早于成文日期"),
        ({"reason": "  "}, "请写明依据或原因"),
        ({"reason": "长" * 201}, "不能超过200字"),
        ({"state": "in_force"}, "现在就是“现行有效”"),
    ],
)
def test_what_is_missing_or_wrong_is_said(world: World, facts: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationFailed, match=words):
        end(world, distributed(world), **facts)
    assert not ValidityChange.objects.exists()


def test_only_the_issuers_desk_and_only_what_was_distributed(world: World) -> None:
    with pytest.raises(InvalidState, match="还没有分发"):
        end(world, sealed(world))
    document = distributed(world)
    with pytest.raises(Forbidden, match="发文机关的文书"):
        end(world, document, "drafter")
    for stranger in ("stranger", "bureau_clerk"):
        with pytest.raises(NotFound):
            end(world, document, stranger)


def test_every_organ_with_a_copy_hears_of_it_once(world: World, drain: Callable[[], int]) -> None:
    """With the day, the reason and the way to its own copy; an organ whose copy was recalled hears nothing."""
    document = distributed(world)
    held = [world.organs[key] for key in ("data", "finance")]
    returned = document.dispatches.exclude(organ__in=held).get()
    returned.state, returned.reason = DispatchState.RECALLED, "发错单位"
    returned.save(update_fields=["state", "reason"])
    end(world, document, effective_on=date(2030, 1, 1), key="once")
    drain()
    drain()
    told = Notice.objects.filter(title__startswith="废止：")
    assert {(one.person.name, one.subject_id) for one in told} == {
        ("叶知秋", copy_of(document, held[0]).pk),
        ("苏晚晴", copy_of(document, held[1]).pk),
    }
    assert all("自2030年1月1日起废止：被新办法代替" in one.text for one in told)
    assert told.count() == 2
