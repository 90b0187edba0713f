"""The password in front of a demo that is open to the network: HTTP Basic once, then a cookie."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
COOKIE = "tongzhou_demo"
OPEN_PATHS = {"/healthz", "/readyz"}
REFUSAL = "演示环境需要访问口令：启动时显示在运行 manage.py up 的窗口里。用户名任意。".encode()


class DemoGate:
    """Lets through who knows the password; sockets come with the cookie of the page."""

    def __init__(self, application: Application, password: str) -> None:
        self.application = application
        self.password = password.encode()
        self.token = hmac.new(self.password, b"tongzhou demo gate", hashlib.sha256).hexdigest()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if (
            scope["type"] not in ("http", "websocket")
            or scope["path"] in OPEN_PATHS
            or self._has_cookie(scope)
        ):
            await self.application(scope, receive, send)
        elif not self._knows_password(scope):
            await self._refuse(scope, receive, send)
        else:
            await self.application(scope, receive, self._with_cookie(send))

    def _has_cookie(self, scope: Scope) -> bool:
        for value in _values(scope["headers"], b"cookie"):
            try:
                found = SimpleCookie(value.decode("latin-1")).get(COOKIE)
            except CookieError:
                continue
            if found is not None and hmac.compare_digest(found.value.encode(), self.token.encode()):
                return True
        return False

    def _knows_password(self, scope: Scope) -> bool:
        for value in _values(scope["headers"], b"authorization"):
            scheme, _, credentials = value.partition(b" ")
            try:
                given = base64.b64decode(credentials).partition(b":")[2]
            except binascii.Error:
                continue
            if scheme.lower() == b"basic" and hmac.compare_digest(given, self.password):
                return True
        return False

    def _with_cookie(self, send: Send) -> Send:
        cookie = f"{COOKIE}={self.token}; Path=/; HttpOnly; SameSite=Lax".encode()

        async def sending(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", []), (b"set-cookie", cookie)]}
            await send(message)

        return sending

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 4401})
            return
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(REFUSAL)).encode()),
            (b"www-authenticate", b'Basic realm="Tongzhou demo", charset="UTF-8"'),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 401, "headers": headers})
        await send({"type": "http.response.body", "body": REFUSAL})


def _values(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> list[bytes]:
    return [value for key, value in headers if key.lower() == name]
