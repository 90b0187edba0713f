"""Gates, lists and figures of 投诉建议."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import Organ
from apps.accounts.selectors import holders
from apps.affairs.enums import SuggestionState, SuggestionTopic
from apps.affairs.models import Suggestion
from apps.affairs.policies.suggestions import HANDLERS, KIND, handles, visible_to
from apps.core.actors import Actor
from apps.core.errors import NotFound
from apps.core.spreadsheets import Cell
from apps.core.subjects import Subject

LIST_ORDER = ("-created_at", "-id")
SCOPES = (("mine", "我提出的"), ("ours", "本机关受理的"))
HEADS = ("类别", "事项", "标题", "提出人", "受理机关", "状态", "提出时间", "答复时间", "办结时间", "评价")
SATISFIED = {True: "满意", False: "不满意", None: ""}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a list is narrowed down to."""

    scope: str = "mine"
    state: str = ""
    topic: str = ""
    words: str = ""


def suggestion_for(actor: Actor, suggestion_id: int, *, lock: bool = False) -> Suggestion:
    """One the actor may see. Raises `NotFound` alike for absent and invisible."""
    rows = visible_to(actor).select_related("author", "organ")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(pk=suggestion_id).first()
    if found is None:
        raise NotFound("没有找到这条投诉建议，或您无权查看。")
    return found


def suggestion_by_id(suggestion_id: int) -> Suggestion | None:
    """One for listeners."""
    return Suggestion.objects.select_related("author", "organ").filter(pk=suggestion_id).first()


def suggestion_subject(suggestion: Suggestion) -> Subject:
    """How other apps name it."""
    return Subject(KIND, suggestion.pk)


def suggestion_title(suggestion_id: int) -> str:
    """Its title for lists of other apps."""
    found = suggestion_by_id(suggestion_id)
    return found.title if found else "投诉建议"


def can_view_suggestion(actor: Actor, suggestion_id: int) -> bool:
    """Whether the actor may open it."""
    return visible_to(actor).filter(pk=suggestion_id).exists()


def suggestions_found(actor: Actor, wanted: Wanted) -> QuerySet[Suggestion]:
    """Own ones, or what the organ was told; anonymous authors are not found by their names."""
    rows = visible_to(actor).select_related("author", "organ")
    if wanted.scope == "ours" and handles(actor):
        rows = rows.filter(organ=actor.organ_id)
    else:
        rows = rows.filter(author_id=actor.person_id)
    if wanted.state in SuggestionState.values:
        rows = rows.filter(state=wanted.state)
    if wanted.topic in SuggestionTopic.values:
        rows = rows.filter(topic=wanted.topic)
    if wanted.words:
        named = Q(author__name__icontains=wanted.words, is_anonymous=False)
        rows = rows.filter(Q(title__icontains=wanted.words) | named)
    return rows


def organs_addressed(actor: Actor) -> list[Organ]:
    """Whom the actor may turn to: the own organ and the superior one (its office when that is where its people are)."""
    if actor.organ_id is None:
        return []
    own = Organ.objects.get(pk=actor.organ_id)
    near = Q(pk=own.pk)
    if own.superior_id is not None:
        near |= Q(pk=own.superior_id) | Q(superior_id=own.superior_id, kind=Organ.Kind.OFFICE)
    found = Organ.objects.filter(near, abolished_on__isnull=True).order_by("path")
    return sorted((organ for organ in found if handlers_of(organ.pk)), key=lambda one: one.pk != own.pk)


def handlers_of(organ_id: int) -> set[int]:
    """People who are told: the office director, the principal head where there is none."""
    for role in HANDLERS:
        if found := {post.person_id for post in holders(organ_id=organ_id, role=role)}:
            return found
    return set()


def topic_counts(organ_id: int) -> list[tuple[str, int, int]]:
    """Of what the organ was told: topic in words, how many, how many of them wait. By topic, never by person."""
    rows = Suggestion.objects.filter(organ_id=organ_id).order_by().values("topic")
    rows = rows.annotate(count=Count("pk"), waiting=Count("pk", filter=Q(state=SuggestionState.WAITING)))
    found = {topic: (count, open_) for topic, count, open_ in rows.values_list("topic", "count", "waiting")}
    return [(str(name), *found[code]) for code, name in SuggestionTopic.choices if code in found]


def suggestion_cells(suggestion: Suggestion) -> list[Cell]:
    """One row of the sheet, in the order of `HEADS`."""
    return [
        str(suggestion.get_kind_display()),
        str(suggestion.get_topic_display()),
        suggestion.title,
        suggestion.author_shown,
        suggestion.organ.short_name,
        str(suggestion.get_state_display()),
        suggestion.created_at,
        suggestion.answered_at,
        suggestion.closed_at,
        SATISFIED[suggestion.is_satisfied],
    ]
