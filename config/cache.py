"""The cache on Valkey that may vanish: when Valkey is away, nothing is found and nothing is kept, and no request fails."""

from typing import Any

import redis
import structlog
from django.core.cache.backends.redis import RedisCache

log = structlog.get_logger(__name__)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache whose reads miss and whose writes do nothing while Valkey is away."""

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default` also when Valkey is away."""
        try:
            return super().get(key, default, version)
        except redis.RedisError as error:
            log.warning("cache.valkey_away", error=str(error))
            return default

    def set(self, *args: Any, **options: Any) -> None:
        """Keep the value if Valkey is there."""
        try:
            super().set(*args, **options)
        except redis.RedisError as error:
            log.warning("cache.valkey_away", error=str(error))

    def add(self, *args: Any, **options: Any) -> bool:
        """True also when Valkey is away: counters start anew rather than block people."""
        try:
            return bool(super().add(*args, **options))
        except redis.RedisError as error:
            log.warning("cache.valkey_away", error=str(error))
            return True

    def delete(self, *args: Any, **options: Any) -> bool:
        """Forget the value if Valkey is there."""
        try:
            return bool(super().delete(*args, **options))
        except redis.RedisError as error:
            log.warning("cache.valkey_away", error=str(error))
            return False

    def incr(self, *args: Any, **options: Any) -> int:
        """The new count; 0 while Valkey is away, so that nobody is held up by a count that is not kept."""
        try:
            return int(super().incr(*args, **options))
        except redis.RedisError as error:
            log.warning("cache.valkey_away", error=str(error))
            return 0
