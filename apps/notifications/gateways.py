"""The way to the SMS operator: a documented HTTP call, or a file for installations that only try things out.

HTTP (`TONGZHOU_SMS_URL`, `TONGZHOU_SMS_TOKEN`, or as kept in `ChannelSettings`):
`POST` of `{"id", "mobile", "text"}` as JSON with `Authorization: Bearer …` and
`Idempotency-Key: <id>`. 2xx: taken. 4xx: refused for good (408 and 429: not now). No connection: surely not handed over. Anything
else after the request was begun (time-out, 5xx, a broken answer): nobody knows, so it is never repeated.
File (`TONGZHOU_SMS_FILE`): one JSON line a message, readable by the owner alone.
"""

import json
import os
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

TIMEOUT = 5.0
NOT_NOW = frozenset({408, 429})


class Fate(StrEnum):
    """What became of one attempt."""

    TAKEN = "taken"
    REFUSED = "refused"
    NOT_HANDED_OVER = "not_handed_over"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Attempt:
    """The fate with its reason in words."""

    fate: Fate
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One SMS under a stable id, so that an operator can tell a repetition."""

    id: str
    mobile: str
    text: str

    def as_json(self) -> str:
        """As it is sent."""
        return json.dumps({"id": self.id, "mobile": self.mobile, "text": self.text}, ensure_ascii=False)


def by_file(letter: Letter, path: Path) -> Attempt:
    """Append the letter to the file."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write(letter.as_json() + "\n")
    except OSError as error:
        return Attempt(Fate.NOT_HANDED_OVER, f"短信文件无法写入：{error}")
    return Attempt(Fate.TAKEN)


def by_http(letter: Letter, url: str, token: str) -> Attempt:
    """One call of the operator's address."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=TIMEOUT)
    try:
        connection.connect()
    except OSError as error:
        return Attempt(Fate.NOT_HANDED_OVER, f"短信网关无法连接：{error}")
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, letter.as_json().encode(), _headers(letter, token))
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        return Attempt(Fate.UNKNOWN, f"短信网关中断，是否送达不明：{error}")
    finally:
        connection.close()
    return _judged(status)


def _headers(letter: Letter, token: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json; charset=utf-8",
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": letter.id,
    }


def _judged(status: int) -> Attempt:
    if 200 <= status < 300:
        return Attempt(Fate.TAKEN)
    if status in NOT_NOW:
        return Attempt(Fate.NOT_HANDED_OVER, f"短信网关暂时拒收（{status}）")
    if 400 <= status < 500:
        return Attempt(Fate.REFUSED, f"短信网关拒收（{status}）")
    return Attempt(Fate.UNKNOWN, f"短信网关异常（{status}），是否送达不明")
