"""Tickets to the media server: signed, short-lived, good once. Pure."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass

SECONDS = 60
LARGEST = 2048


class TicketRefused(Exception):
    """Not ours, too old, or used before."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Who may do what in which room; `shut` sources stay closed. `expires`: seconds since 1970; `once`: its own number."""

    room: str
    who: str
    speaks: bool
    controls: bool
    expires: float
    once: str
    shut: list[str]


def issue(
    secret: str,
    *,
    room: str,
    who: str,
    now: float,
    speaks: bool = False,
    controls: bool = False,
    shut: Sequence[str] = (),
) -> str:
    """A ticket as text. `shut`: sources the person may not open."""
    ticket = Ticket(room, who, speaks, controls, now + SECONDS, secrets.token_urlsafe(12), list(shut))
    body = base64.urlsafe_b64encode(json.dumps(asdict(ticket)).encode()).decode()
    return f"{body}.{_signature(secret, body)}"


def read(secret: str, text: str, *, now: float) -> Ticket:
    """The ticket. Raises `TicketRefused`; whether it was used before is for the door to know."""
    body, _, signature = text[:LARGEST].partition(".")
    if not hmac.compare_digest(_signature(secret, body).encode(), signature.encode()):
        raise TicketRefused("unsigned")
    ticket = Ticket(**json.loads(base64.urlsafe_b64decode(body)))
    if ticket.expires < now:
        raise TicketRefused("expired")
    return ticket


def _signature(secret: str, body: str) -> str:
    return hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
