"""What every API view shares: the house's errors as JSON, the actor."""

from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.views import exception_handler as default_handler

from apps.core.actors import Actor
from apps.core.errors import HouseError, NotAuthenticated

CODES = {
    exceptions.NotAuthenticated: ("not_authenticated", "请先登录。"),
    exceptions.AuthenticationFailed: ("not_authenticated", "请先登录。"),
    exceptions.PermissionDenied: ("forbidden", "您没有这项权限，或页面已过期，请刷新后重试。"),
    exceptions.Throttled: ("rate_limited", "操作过于频繁，请稍后再试。"),
    exceptions.MethodNotAllowed: ("method_not_allowed", "不支持这种请求方式。"),
    exceptions.ParseError: ("bad_request", "请求内容无法解析。"),
    exceptions.NotFound: ("not_found", "没有找到，或您无权查看。"),
    exceptions.UnsupportedMediaType: ("unsupported_type", "请求的内容类型不受支持。"),
}


class HouseAPIView(APIView):
    """Base of all API views; `self.actor` is who asks."""

    @property
    def actor(self) -> Actor:
        """The acting person in the current post. Raises `NotAuthenticated`."""
        actor: Actor | None = getattr(self.request, "actor", None)
        if actor is None:
            raise NotAuthenticated("请先登录。")
        return actor


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """`{code, message, data}` for every expected error; None (a 500) for others."""
    if isinstance(error, HouseError):
        body = {"code": error.code, "message": error.message, "data": error.data}
        return Response(body, status=error.http_status)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    response = default_handler(error, context)
    if response is None:
        return None
    if isinstance(error, exceptions.ValidationError):
        body = {
            "code": "validation_failed",
            "message": "提交的内容有误，请按提示修改。",
            "data": {"fields": response.data},
        }
        return Response(body, status=422)
    code, message = CODES.get(type(error), ("error", "请求未能完成。"))
    return Response(
        {"code": code, "message": message, "data": {}},
        status=response.status_code,
        headers=dict(response.headers),
    )
