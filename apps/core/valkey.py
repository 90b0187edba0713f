"""The process's client of Valkey, which makes nobody wait: no retries, short time-outs, quiet for a while after a failure.

Nothing in Valkey is the truth, so a request never fails or lingers because it is away.
"""

import time
from collections.abc import Callable

import redis
import structlog
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

QUIET_SECONDS = 3.0
_client: redis.Redis | None = None
_quiet_until = 0.0


def no_retry() -> Retry:
    """redis-py tries again three times with seconds between; here the first answer counts."""
    return Retry(NoBackoff(), 0)


def client() -> redis.Redis:
    """The pooled client of this process."""
    global _client  # noqa: PLW0603  # one pooled client a process
    if _client is None:
        _client = redis.Redis.from_url(
            settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=0.5, retry=no_retry()
        )
    return _client


def attempt(purpose: str, act: Callable[[redis.Redis], object]) -> bool:
    """Whether `act` succeeded. False at once for three seconds after a failure, so that a verb with ten frames waits once."""
    global _quiet_until  # noqa: PLW0603  # what this process knows of the server
    if time.monotonic() < _quiet_until:
        return False
    try:
        act(client())
    except redis.RedisError as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("valkey.away", purpose=purpose, error=str(error))
        return False
    return True


def forget() -> None:
    """Drop the client and what is known of the server; for tests that move it."""
    global _client, _quiet_until  # see above
    if _client is not None:
        _client.close()
    _client, _quiet_until = None, 0.0
