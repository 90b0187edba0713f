"""What the documents cited in a text are here, for a reader: their pages, and whether they are called by their titles."""

from dataclasses import dataclass

from django.urls import reverse

from apps.core.actors import Actor
from apps.documents.body import Node, body_text
from apps.documents.models import ValidityChange
from apps.documents.policies import outgoing as outgoing_policy
from apps.documents.policies.incoming import visible_to
from apps.documents.rules.citing import citations_in
from apps.documents.selectors.duplicates import number_key, title_key
from apps.documents.selectors.validity import ended_ids


@dataclass(frozen=True, kw_only=True)
class Cited:
    """A cited document. `url` is empty when it is not here, or not for this reader; `true_title` only where the text has another."""

    title: str
    number: str
    url: str = ""
    true_title: str = ""
    ended: str = ""


def citations_of(actor: Actor, body: Node) -> list[Cited]:
    """The documents a text cites, each with its page if the actor may open it. No query without citations."""
    cited = citations_in(body_text(body))
    if not cited:
        return []
    ended = _ended([one.number for one in cited])
    known = _received(actor, [number_key(one.number) for one in cited])
    known |= _issued(actor, [one.number for one in cited])
    shown = []
    for one in cited:
        url, title = known.get(number_key(one.number), ("", ""))
        differs = bool(title) and title_key(title) != title_key(one.title)
        shown.append(
            Cited(
                title=one.title,
                number=one.number,
                url=url,
                true_title=title if differs else "",
                ended=ended.get(one.number, ""),
            )
        )
    return shown


def _ended(numbers: list[str]) -> dict[str, str]:
    """Number → 废止 or 失效. That a document no longer holds is nobody's secret: its title is not told with it."""
    rows = ValidityChange.objects.filter(document__document_number__in=numbers)
    numbered = dict(rows.values_list("document_id", "document__document_number"))
    return {numbered[pk]: word for pk, word in ended_ids(numbered).items()} if numbered else {}


def _issued(actor: Actor, numbers: list[str]) -> dict[str, tuple[str, str]]:
    rows = outgoing_policy.visible_to(actor).filter(document_number__in=numbers)
    return {
        number_key(number): (reverse("documents:outgoing_detail", args=[pk]), title)
        for pk, number, title in rows.values_list("pk", "document_number", "title")
    }


def _received(actor: Actor, keys: list[str]) -> dict[str, tuple[str, str]]:
    rows = visible_to(actor).filter(number_key__in=keys).order_by("received_at", "pk")
    return {
        key: (reverse("documents:incoming_detail", args=[pk]), title)
        for pk, key, title in rows.values_list("pk", "number_key", "title")
    }
