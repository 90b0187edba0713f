"""Subjects: a thing of one app bound to a thing of another by `(kind, id)`, never by a foreign key upwards.

The owning app registers a `SubjectKind` for its kind; lower floors ask here for title, address and permission.
"""

from collections.abc import Callable
from dataclasses import dataclass

from apps.core.actors import Actor
from apps.core.errors import NotFound


@dataclass(frozen=True)
class Subject:
    """A reference such as `Subject("documents.outgoing", 17)`."""

    kind: str
    id: int


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """Why papers that may be read may not be printed or taken away: a sentence each, empty when they may."""

    print_refusal: str = ""
    download_refusal: str = ""

    @property
    def notice(self) -> str:
        """What the page says where the papers are shown; empty when both may be done."""
        return "".join(dict.fromkeys([self.print_refusal, self.download_refusal]))


FREE = Leaving()


@dataclass(frozen=True, kw_only=True)
class SubjectKind:
    """How a kind is shown and guarded. All functions take the id; those that decide take the actor first.

    `can_attach`: may this actor upload files to the thing now. `leaving`: what of its files may leave the screen of an actor
    who may view it; without it everything.
    """

    kind: str
    name: str
    icon: str
    title: Callable[[int], str]
    url: Callable[[int], str]
    can_view: Callable[[Actor, int], bool]
    can_attach: Callable[[Actor, int], bool] = lambda _actor, _id: False
    leaving: Callable[[Actor, int], Leaving] = lambda _actor, _id: FREE


_kinds: dict[str, SubjectKind] = {}


def register(kind: SubjectKind) -> None:
    """Make a kind known; called from the owning app's `ready()`."""
    _kinds[kind.kind] = kind


def kind_of(subject: Subject) -> SubjectKind:
    """The registered kind. Raises `NotFound` for a kind no app owns."""
    try:
        return _kinds[subject.kind]
    except KeyError:
        raise NotFound from None


def can_view(actor: Actor, subject: Subject) -> bool:
    """Whether the owning app lets `actor` see the subject; unknown kinds are invisible."""
    kind = _kinds.get(subject.kind)
    return kind is not None and kind.can_view(actor, subject.id)


def url_of(subject: Subject) -> str:
    """Address of the subject's page, empty for an unknown kind."""
    kind = _kinds.get(subject.kind)
    return kind.url(subject.id) if kind else ""


@dataclass(frozen=True)
class Quotation:
    """A subject and what was said about it, as a lower app hands it to a slot: the upper one need not know its tables."""

    subject: Subject
    words: tuple[str, ...] = ()
