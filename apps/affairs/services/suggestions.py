"""投诉建议: said, answered, asked again, closed, reopened once. What was said is never changed."""

from dataclasses import dataclass

from django.db import transaction

from apps.affairs.enums import SuggestionKind, SuggestionState, SuggestionTopic
from apps.affairs.events import SuggestionAnswered, SuggestionSaid
from apps.affairs.models import Suggestion, SuggestionWord
from apps.affairs.policies.suggestions import Act, act_required
from apps.affairs.selectors.suggestions import organs_addressed, suggestion_for, suggestion_subject
from apps.audit.services import record
from apps.core.actors import Actor
from apps.core.clock import now
from apps.core.errors import Conflict, ValidationFailed
from apps.core.events import publish
from apps.core.submissions import claim
from apps.files.words import words_checked

TITLE, TEXT = 100, 2000


@dataclass(frozen=True, kw_only=True)
class SuggestionDraft:
    """What the form holds."""

    kind: str
    topic: str
    title: str
    text: str
    organ_id: int | None
    is_anonymous: bool = False


@transaction.atomic
def suggestion_write(*, actor: Actor, draft: SuggestionDraft, key: str) -> Suggestion:
    """Tell an organ something. The same key writes once; of an anonymous one the audit names nobody."""
    actor.post_required("提出投诉建议")
    if not claim(person_id=actor.person_id, key=key, verb="affairs.suggest"):
        return Suggestion.objects.get(author_id=actor.person_id, submission_key=key[:64])
    if draft.kind not in SuggestionKind.values:
        raise ValidationFailed("请选择投诉、建议或求助。", field="kind")
    if draft.topic not in SuggestionTopic.values:
        raise ValidationFailed("请选择事项。", field="topic")
    organ = next((one for one in organs_addressed(actor) if one.pk == draft.organ_id), None)
    if organ is None:
        raise ValidationFailed("请选择受理机关。", field="organ")
    suggestion = Suggestion.objects.create(
        organ=organ,
        author_id=actor.person_id,
        author_words=actor.post_text[:120],
        is_anonymous=draft.is_anonymous,
        kind=draft.kind,
        topic=draft.topic,
        title=words_checked(draft.title, "标题", TITLE, required=True),
        submission_key=key[:64],
        created_at=now(),
    )
    _said(actor, suggestion, draft.text, is_answer=False)
    return suggestion


@transaction.atomic
def suggestion_answer(
    *, actor: Actor, suggestion_id: int, expected_version: int | None, text: str
) -> Suggestion:
    """The organ answers; the author is told. May be done again to add to it."""
    suggestion = _held(actor, suggestion_id, Act.ANSWER, expected_version)
    suggestion.state, suggestion.answered_at = SuggestionState.ANSWERED, now()
    _said(actor, suggestion, text, is_answer=True)
    return _kept(suggestion)


@transaction.atomic
def suggestion_add(
    *, actor: Actor, suggestion_id: int, expected_version: int | None, text: str
) -> Suggestion:
    """The author adds something or asks again: it waits for an answer (anew)."""
    suggestion = _held(actor, suggestion_id, Act.ADD, expected_version)
    suggestion.state = SuggestionState.WAITING
    _said(actor, suggestion, text, is_answer=False)
    return _kept(suggestion)


@transaction.atomic
def suggestion_close(
    *, actor: Actor, suggestion_id: int, expected_version: int | None, is_satisfied: bool
) -> Suggestion:
    """The author has the answer and says whether it satisfies."""
    suggestion = _held(actor, suggestion_id, Act.CLOSE, expected_version)
    suggestion.state, suggestion.closed_at = SuggestionState.CLOSED, now()
    suggestion.is_satisfied = is_satisfied
    _noted("affairs.suggestion_close", actor, suggestion)
    return _kept(suggestion)


@transaction.atomic
def suggestion_reopen(
    *, actor: Actor, suggestion_id: int, expected_version: int | None, text: str
) -> Suggestion:
    """The author is not content after all, once."""
    suggestion = _held(actor, suggestion_id, Act.REOPEN, expected_version)
    suggestion.state, suggestion.closed_at = SuggestionState.WAITING, None
    suggestion.is_satisfied, suggestion.was_reopened = None, True
    _said(actor, suggestion, text, is_answer=False)
    return _kept(suggestion)


@transaction.atomic
def suggestions_export_note(*, actor: Actor, count: int) -> None:
    """Note that a list was exported."""
    record("affairs.suggestions_export", actor=actor, facts={"count": count})


def _held(actor: Actor, suggestion_id: int, act: Act, expected_version: int | None) -> Suggestion:
    suggestion = suggestion_for(actor, suggestion_id, lock=True)
    act_required(act, actor, suggestion)
    if expected_version is not None and suggestion.version != expected_version:
        raise Conflict(
            "对方刚刚有新的内容，请刷新后再操作，您填写的内容没有提交。", version=suggestion.version
        )
    return suggestion


def _kept(suggestion: Suggestion) -> Suggestion:
    suggestion.version += 1
    suggestion.save()
    return suggestion


def _said(actor: Actor, suggestion: Suggestion, text: str, *, is_answer: bool) -> None:
    hidden = suggestion.is_anonymous and not is_answer
    word = SuggestionWord.objects.create(
        suggestion=suggestion,
        is_answer=is_answer,
        speaker_id=actor.person_id,
        speaker_words="" if hidden else actor.post_text[:120],
        text=words_checked(text, "答复" if is_answer else "内容", TEXT, required=True),
        at=now(),
    )
    _noted("affairs.suggestion_answer" if is_answer else "affairs.suggest", actor, suggestion)
    event = SuggestionAnswered if is_answer else SuggestionSaid
    publish(event(suggestion_id=suggestion.pk, word_id=word.pk))


def _noted(action: str, actor: Actor, suggestion: Suggestion) -> None:
    """The audit's line; the author of an anonymous one is not named in it."""
    hidden = suggestion.is_anonymous and actor.person_id == suggestion.author_id
    record(
        action,
        actor=None if hidden else actor,
        subject=suggestion_subject(suggestion),
        subject_text=suggestion.title,
        facts={"state": suggestion.state, "anonymous": suggestion.is_anonymous},
    )
