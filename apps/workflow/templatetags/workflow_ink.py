"""Draws kept handwriting as inline SVG."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.workflow.ink import ink_of, strokes_validated

register = template.Library()


@register.simple_tag
def ink(strokes: dict[str, Any], name: str, text: str = "") -> SafeString:
    """The strokes as an image whose label names the writer and, where kept, the words."""
    drawn = ink_of(strokes_validated(strokes))
    paths = format_html_join("", '<path d="{}" stroke-width="{}"/>', drawn.paths)
    return format_html(
        '<svg class="ink" viewBox="{}" role="img" aria-label="{}手写批示{}" fill="none" stroke="currentColor"'
        ' stroke-linecap="round" stroke-linejoin="round">{}</svg>',
        drawn.box,
        name,
        f"：{text}" if text else "",
        paths,
    )
