"""The reader's mark (domain.md §10.5): name, last four digits of the phone, time to the minute."""

from pathlib import Path

from django.conf import settings
from django.utils.html import format_html

from apps.accounts.models import Person
from apps.core.actors import Actor
from apps.core.clock import local, now

FONT_NAMES = ("NotoSansSC*", "NotoSerifSC*", "FandolHei*", "FandolFang*", "*SC*", "*CJK*")
SYSTEM_FONTS = Path("/usr/share/fonts")


def watermark_lines(actor: Actor) -> tuple[str, str]:
    """Who, with the last four digits of the mobile (else the office phone), and when."""
    numbers = Person.objects.filter(pk=actor.person_id).values_list("mobile", "phone").first() or ("", "")
    tail = next((number[-4:] for number in numbers if number), "")
    return f"{actor.name} {tail}".strip(), f"{local(now()):%Y-%m-%d %H:%M}"


def watermark_svg(actor: Actor) -> str:
    """A layer over content, tiled by itself at any size; attributes only, so that any CSP lets it be drawn."""
    who, when = watermark_lines(actor)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="100%" height="100%"><defs><pattern id="mark" width="260"'
        ' height="170" patternUnits="userSpaceOnUse" patternTransform="rotate(-30)"><g fill="#5b6b82"'
        " fill-opacity=\".1\" font-family=\"'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif\""
        ' font-size="14"><text x="20" y="60">{}</text><text x="20" y="82">{}</text></g></pattern></defs>'
        '<rect width="100%" height="100%" fill="url(#mark)"/></svg>',
        who,
        when,
    )


def watermark_font() -> Path | None:
    """A font with Chinese glyphs for burning marks in: one of the platform's, else one of the system's."""
    for folder in (Path(settings.FONTS_ROOT), SYSTEM_FONTS):
        if not folder.is_dir():
            continue
        for pattern in FONT_NAMES:
            found = sorted(
                path for path in folder.rglob(pattern) if path.suffix.lower() in {".ttf", ".otf", ".ttc"}
            )
            if found:
                return found[0]
    return None
