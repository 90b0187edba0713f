"""Template tags of the house: slots of other apps."""

import json
from typing import Any

from django import template
from django.core.serializers.json import DjangoJSONEncoder
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from apps.core.slots import panels_of

register = template.Library()

# What would end a <script> element or start a tag is written as escapes, so that data stays data.
JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def as_json(value: Any) -> SafeString:
    """The value as JSON for a `<script type="application/json">`; tags in it stay text."""
    text = json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
    return mark_safe(text.translate(JSON_ESCAPES))  # noqa: S308  # every tag character is escaped above


@register.filter
def split(text: str) -> list[str]:
    """The words of a literal, for short loops in templates."""
    return text.split()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, subject: Any = None) -> SafeString:
    """All panels registered for slot `name`, rendered in order with the page's request."""
    request = context["request"]
    shown = panels_of(name, request.actor, subject)
    parts = [render_to_string(panel.template, panel.context, request=request) for panel in shown]
    return mark_safe("".join(parts))  # noqa: S308  # each part is a rendered, escaped template
