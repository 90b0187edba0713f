"""The house's errors: one family, read by people (Chinese message) and machines (code, status, data) alike."""

from typing import Any, ClassVar


class HouseError(Exception):
    """An expected refusal. `message` is a Chinese sentence that says what happened and what to do next."""

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 400

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.message = message
        self.data = data


class Unexpected(HouseError):
    """What nobody foresaw: nothing was saved, the log has the details."""

    code = "unexpected"
    http_status = 500


class ValidationFailed(HouseError):
    """The input is not acceptable; `fields` in data maps names to messages where known."""

    code = "validation_failed"
    http_status = 422


class NotAuthenticated(HouseError):
    """Nobody is signed in, or the session has ended."""

    code = "not_authenticated"
    http_status = 401


class Forbidden(HouseError):
    """The object may be seen, but this act is not this person's; `rule` in data names the rule."""

    code = "forbidden"
    http_status = 403


class NotFound(HouseError):
    """Absent or invisible: the two look the same."""

    code = "not_found"
    http_status = 404

    def __init__(self, message: str = "没有找到，或您无权查看。", **data: Any) -> None:
        super().__init__(message, **data)


class Conflict(HouseError):
    """Somebody else was faster; `version` in data is the current one."""

    code = "conflict"
    http_status = 409


class InvalidState(Conflict):
    """The act does not fit the object's present state."""

    code = "invalid_state"


class RateLimited(HouseError):
    """Too many requests; `retry_after` in data is in seconds."""

    code = "rate_limited"
    http_status = 429


class TooLarge(HouseError):
    """More bytes than allowed; `limit` in data is in bytes."""

    code = "too_large"
    http_status = 413


class UnsupportedType(HouseError):
    """A kind of file that is not accepted."""

    code = "unsupported_type"
    http_status = 415


class UpstreamFailed(HouseError):
    """A system we depend on did not answer; trying again later may help."""

    code = "upstream_failed"
    http_status = 502
