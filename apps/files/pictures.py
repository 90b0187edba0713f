"""A picture people send made fit for paper: upright, on white, no finer than print shows, nothing in it but the picture; of a
signature on paper its ink alone.

Pure; runs in a child process.
"""

import io
from pathlib import Path

from PIL import Image, ImageOps

LONGEST = 1900  # pixels: 156 mm at 300 dots to the inch are 1843
LARGEST_PNG = 600 * 1024  # drawings stay sharp as PNG, photographs are far smaller as JPEG
DPI = (300, 300)
QUALITY = 88
INK = (230, 0, 18)  # the standard's red (7.3.5.3)
INK_SIZE = (1200, 400)
LEAST_CONTRAST = 80  # of 255: less is paper without ink
DARKEST_PAPER = 128
PEN_SHARE = 0.001  # the part of a sheet that is surely ink


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


def ink_write(source: Path, folder: Path) -> str:
    """Write the ink of a signature on white paper, red on nothing, cut to its edges, as `picture.png`; returns what is wrong."""
    with Image.open(source) as picture:
        grey = _on_white(ImageOps.exif_transpose(picture)).convert("L")
    grey.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    paper, pen = _level(grey, 0.5), _level(grey, PEN_SHARE)
    if paper < DARKEST_PAPER:
        return "图片底色过深，不像白纸上的签名，请重新扫描。"
    if paper - pen < LEAST_CONTRAST:
        return "图片中看不出字迹，请用深色笔在白纸上签名后重新扫描。"
    faint, full = paper - 0.3 * (paper - pen), paper - 0.6 * (paper - pen)
    ink = grey.point(lambda value: max(0, min(255, 255 * (faint - value) / (faint - full))))
    ink = ink.crop(ink.getbbox())
    ink.thumbnail(INK_SIZE, Image.Resampling.LANCZOS)
    stamp = Image.new("RGBA", ink.size, INK)
    stamp.putalpha(ink)
    (folder / "picture.png").write_bytes(_encoded(stamp, "PNG", optimize=True))
    return ""


def _level(grey: Image.Image, share: float) -> int:
    """The brightness that this share of the picture does not exceed."""
    left = share * grey.width * grey.height
    for level, count in enumerate(grey.histogram()):
        left -= count
        if left <= 0:
            return level
    return 255


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
