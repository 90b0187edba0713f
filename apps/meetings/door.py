"""Codes at the door. The one on the screen changes every few seconds and is worth nothing half a minute later; what a phone
gets for it is bound to its person. Only the server's clock counts, so a wrong clock on a phone does no harm. Pure but for the key."""

from datetime import datetime

from django.core import signing

WINDOW_SECONDS = 15
GRACE_WINDOWS = 1
TICKET_SECONDS = 120
_SCREEN, _TICKET = "meetings.door", "meetings.ticket"


class CodeExpired(Exception):
    """The code was right once."""


class CodeWrong(Exception):
    """Nobody of ours made it."""


def window_of(moment: datetime) -> int:
    """The number of the stretch of time a code stands for."""
    return int(moment.timestamp()) // WINDOW_SECONDS


def screen_code(meeting_id: int, moment: datetime) -> str:
    """What the QR code on the screen carries now."""
    return signing.dumps([meeting_id, window_of(moment)], salt=_SCREEN, compress=False)


def screen_read(code: str, moment: datetime) -> int:
    """The meeting of a screen's code. Raises `CodeWrong`, or `CodeExpired` for one photographed earlier."""
    meeting_id, window = _loaded(code, _SCREEN)
    if not 0 <= window_of(moment) - window <= GRACE_WINDOWS:
        raise CodeExpired
    return meeting_id


def ticket(meeting_id: int, person_id: int, moment: datetime) -> str:
    """What a person gets for a fresh code: two minutes to press the button."""
    return signing.dumps([meeting_id, person_id, int(moment.timestamp())], salt=_TICKET, compress=False)


def ticket_read(text: str, person_id: int, moment: datetime) -> int:
    """The meeting of the person's own ticket. Raises `CodeWrong` or `CodeExpired`."""
    meeting_id, owner, made = _loaded(text, _TICKET)
    if owner != person_id:
        raise CodeWrong
    if not 0 <= int(moment.timestamp()) - made <= TICKET_SECONDS:
        raise CodeExpired
    return meeting_id


def _loaded(text: str, salt: str) -> list[int]:
    try:
        found: list[int] = signing.loads(text[:400], salt=salt)
    except signing.BadSignature:
        raise CodeWrong from None
    return found
