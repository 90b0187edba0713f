"""Pictures of the body for Typst, which takes data only as text: the bytes, untouched, in an SVG of their size.

A JPEG goes into the PDF byte for byte.
"""

import base64
import io
import re

from apps.typesetting.errors import TypesettingError

TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
TALLEST_MM = (
    150.0  # two thirds of the type area: the signature block still finds room below one that ends the text
)
AREA_MM = 156.0
_INSIDE = re.compile(r'href="data:image/(?:png|jpeg);base64,([A-Za-z0-9+/=]+)"')


def picture_svg(data: bytes) -> str:
    """An SVG that shows the picture at its own size in pixels."""
    kind, width, height = _looked_at(data)
    inner = base64.b64encode(data).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<image width="{width}" height="{height}" href="data:{kind};base64,{inner}"/></svg>'
    )


def picture_inside(svg: str) -> bytes | None:
    """The bytes that `picture_svg` wrapped; None for any other drawing."""
    found = _INSIDE.search(svg)
    return base64.b64decode(found.group(1)) if found else None


def printed_size(data: bytes, width: int) -> tuple[float, float]:
    """Width and height in millimetres of a picture `width` hundredths of the type area wide, narrower if it would be too tall."""
    _, across, down = _looked_at(data)
    wide = min(AREA_MM * width / 100, TALLEST_MM * across / down)
    return wide, wide * down / across


def _looked_at(data: bytes) -> tuple[str, int, int]:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  # heavy, and most texts have no pictures

    try:
        with Image.open(io.BytesIO(data), formats=tuple(TYPES)) as picture:
            return TYPES[picture.format or ""], *picture.size
    except (UnidentifiedImageError, OSError, KeyError) as problem:
        raise TypesettingError("正文中有图片无法读取，请删去后重新插入。") from problem
