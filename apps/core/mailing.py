"""A letter to an address that is not a notice, such as a link to choose a new password.

The app that knows the mail server registers its way in `ready()`; floors below it ask here and know no server.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from apps.core.errors import InvalidState


@dataclass(frozen=True, kw_only=True)
class MailLetter:
    """Plain text to one address. The text may hold a secret: it is neither logged nor kept."""

    address: str
    subject: str
    text: str = field(repr=False)


class Send(Protocol):
    """The service that hands a letter to the mail server in force."""

    def __call__(self, *, letter: MailLetter) -> None:
        """Raise `InvalidState` without a server, `UpstreamFailed` with what it answered."""


@dataclass(frozen=True, kw_only=True)
class MailWay:
    """Whether there is a mail server, and how to hand a letter to it."""

    is_ready: Callable[[], bool]
    send: Send


_ways: list[MailWay] = []


def register(way: MailWay) -> None:
    """Make the way known; the latest one counts."""
    _ways[:] = [way]


def is_ready() -> bool:
    """Whether the installation has a mail server."""
    return bool(_ways) and _ways[0].is_ready()


def send(letter: MailLetter) -> None:
    """Hand the letter over now. Raises `InvalidState` without a server, `UpstreamFailed` with what it answered."""
    if not _ways:
        raise InvalidState("还没有设置邮件服务器。")
    _ways[0].send(letter=letter)
