"""Handwriting as the pen pad posts it."""

import json
from typing import Any

from django.http import QueryDict

from apps.core.errors import ValidationFailed


def strokes_of(form: QueryDict) -> dict[str, Any] | None:
    """Pen strokes as the pad sends them."""
    raw = form.get("strokes", "")
    if not raw:
        return None
    try:
        found = json.loads(raw)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValidationFailed("笔迹没有完整送达，请重新书写。")
    return found
