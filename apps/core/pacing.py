"""How often something may be asked for: counts in the cache by fixed stretches of time, lost with it rather than in anybody's way."""

from django.core.cache import cache

from apps.core.clock import now


def is_too_often(name: str, *, most: int, seconds: int) -> bool:
    """Count one more of `name`: True beyond `most` within the running stretch of `seconds`. While Valkey is away nothing counts."""
    key = f"core.pace.{name}.{int(now().timestamp()) // seconds}"
    if cache.add(key, 1, seconds):
        return most < 1
    try:
        return cache.incr(key) > most
    except ValueError:  # the stretch ended in between
        return False
