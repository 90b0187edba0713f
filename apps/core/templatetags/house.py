"""Template tags of the house: slots of other apps."""

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from apps.core.slots import panels_of

register = template.Library()


@register.simple_tag(takes_context=True)
def slot(context: Context, name: str, subject: Any = None) -> SafeString:
    """All panels registered for slot `name`, rendered in order with the page's request."""
    request = context["request"]
    shown = panels_of(name, request.actor, subject)
    parts = [render_to_string(panel.template, panel.context, request=request) for panel in shown]
    return mark_safe("".join(parts))  # noqa: S308  # each part is a rendered, escaped template
