"""The mayor's 签名章, made as an administrator makes it, of a signature drawn here: the name in a slanting hand."""

import io

from PIL import Image, ImageDraw, ImageFont

from apps.accounts.models import Appointment, Organ
from apps.documents.enums import SealStatus
from apps.documents.models import SignatureStamp
from apps.documents.services.stamps import stamp_make
from apps.typesetting.faces import font_library

PAPER, SIZE, SLANT = (1500, 700), 300, 0.22


def stamp_ready(post: Appointment, *, kept_by: Organ) -> None:
    """Once."""
    kept = SignatureStamp.objects.filter(person=post.person, organ=kept_by, status=SealStatus.ACTIVE)
    if not kept.exists():
        scan = _signature(post.person.name)
        stamp_make(actor=None, organ_id=kept_by.pk, person_id=post.person_id, name="签名.png", content=scan)


def _signature(name: str) -> bytes:
    """Dark ink on a sheet of paper, rising a little towards its end."""
    path, index = font_library().file_for("kai", 400)
    sheet = Image.new("L", PAPER, 250)
    pen, face = ImageDraw.Draw(sheet), ImageFont.truetype(str(path), SIZE, index=index)
    for place, character in enumerate(name):
        pen.text((260 + place * SIZE * 0.84, 260 - 28 * place), character, fill=25, font=face)
    slanted = sheet.transform(
        PAPER, Image.Transform.AFFINE, (1, SLANT, -SLANT * PAPER[1] / 2, 0, 1, 0), fillcolor=250
    )
    target = io.BytesIO()
    slanted.save(target, "PNG")
    return target.getvalue()
