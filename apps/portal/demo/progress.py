"""How far the demo city is, told to those who come before it stands. It lives in the cache: a builder that is gone says nothing."""

from django.core.cache import cache

KEY = "demo_city_progress"
KEPT_SECONDS = 120


def progress_tell(words: str) -> None:
    """What stands now."""
    cache.set(KEY, words, KEPT_SECONDS)


def progress_ended() -> None:
    """Nothing is being built any more."""
    cache.delete(KEY)


def progress() -> str:
    """What stands so far; empty when nothing is being built."""
    words: str = cache.get(KEY, "")
    return words
