"""Template tags of the design system."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.shell import shown

register = template.Library()


@register.filter
def counted(count: int) -> str:
    """A number that is counted only up to 999: 999+ above."""
    return shown(count) or "0"


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """The sprite's icon `name`; `size` is sm, lg or empty."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" icon--{size}" if size else "",
        static("icons.svg"),
        name,
    )
