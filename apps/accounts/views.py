"""Pages of sign-in and of one's own account."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.core.errors import RateLimited
from apps.core.middleware import error_response


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None) -> HttpResponse:
    """Too many wrong passwords: say how long, and who can help."""
    return error_response(
        request, RateLimited("登录失败次数过多，账号已锁定30分钟。请稍后再试，或联系管理员解锁。")
    )
