"""A picture people send made fit for paper: upright, on white, no finer than print shows, nothing in it but the picture.

Pure; runs in a child process.
"""

import io
from pathlib import Path

from PIL import Image, ImageOps

LONGEST = 1900  # pixels: 156 mm at 300 dots to the inch are 1843
LARGEST_PNG = 600 * 1024  # drawings stay sharp as PNG, photographs are far smaller as JPEG
DPI = (300, 300)
QUALITY = 88


def picture_write(source: Path, folder: Path) -> str:
    """Write the picture as `picture.png` or `picture.jpg` into `folder`; returns the extension. Place and camera are left out."""
    with Image.open(source) as picture:
        is_photograph = picture.format in {"JPEG", "MPO"}
        if is_photograph:
            picture.draft("RGB", (LONGEST, LONGEST))
        upright = ImageOps.exif_transpose(picture)
    paper = _on_white(upright)
    paper.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    drawn = b"" if is_photograph else _encoded(paper, "PNG", optimize=True)
    extension = "png" if 0 < len(drawn) <= LARGEST_PNG else "jpg"
    data = drawn if extension == "png" else _encoded(paper, "JPEG", quality=QUALITY)
    (folder / f"picture.{extension}").write_bytes(data)
    return extension


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # sixteen bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in {"L", "1"}:
        return image.convert("L")
    if image.mode not in {"RGBA", "LA", "PA"} and "transparency" not in image.info:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer.getchannel("A"))
    return paper


def _encoded(image: Image.Image, kind: str, **how: int) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, dpi=DPI, **how)
    return target.getvalue()
