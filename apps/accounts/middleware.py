"""Puts the acting person in the current post on every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from apps.accounts.selectors import actor_for
from apps.core.actors import Actor

POST_KEY = "current_appointment"


class ActorMiddleware:
    """`request.actor`: an `Actor` for a signed-in person (computed when first used), None for a stranger."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach and go on."""
        user = request.user
        request.actor = (  # type: ignore[attr-defined]  # HttpRequest has no place for it
            SimpleLazyObject(lambda: _actor(request)) if user.is_authenticated else None
        )
        return self.get_response(request)


def _actor(request: HttpRequest) -> Actor:
    return actor_for(request.user, request.session.get(POST_KEY))  # type: ignore[arg-type]  # authenticated above
