"""Page images of PDFs and pictures, and watermarks burnt into them (pure; runs in a child process)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont, ImageOps, ImageSequence

PDF = "application/pdf"
DPI = 110
MAX_PAGES = 300
MAX_SIDE = 2400
MAX_PIXELS = 120_000_000
COLOURS = 128
GREY_TOLERANCE = 12
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


@dataclass(frozen=True)
class PageFile:
    """One written page: file name in the output folder, size in pixels."""

    name: str
    width: int
    height: int


@dataclass(frozen=True)
class Drawn:
    """The written pages, and how many the source has."""

    pages: list[PageFile]
    total: int


def page_images_write(source: Path, folder: Path, content_type: str) -> Drawn:
    """Write the pages of `source` as `1.png`, `2.png`, … into `folder`; at most 300 pages."""
    total, images = _pdf_pages(source) if content_type == PDF else _picture_pages(source)
    written = []
    for number, image in enumerate(images, start=1):
        small = _reduced(image)
        name = f"{number}.png"
        small.save(folder / name, "PNG")
        written.append(PageFile(name=name, width=small.width, height=small.height))
    return Drawn(written, total)


def _pdf_pages(source: Path) -> tuple[int, Iterator[Image.Image]]:
    import pypdfium2  # noqa: PLC0415  # only where needed: it loads a large library

    document = pypdfium2.PdfDocument(source)
    document.init_forms()  # a seal is the picture of a signature field, which is drawn with the forms or not at all

    def drawn() -> Iterator[Image.Image]:
        for number in range(min(len(document), MAX_PAGES)):
            page = document[number]
            scale = min(DPI / 72, MAX_SIDE / max(page.get_width(), page.get_height(), 1))
            yield page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
            page.close()

    return len(document), drawn()


def _picture_pages(source: Path) -> tuple[int, Iterator[Image.Image]]:
    with Image.open(source) as picture:
        total = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    return total, _frames(source, min(total, MAX_PAGES))


def _frames(source: Path, count: int) -> Iterator[Image.Image]:
    with Image.open(source) as picture:
        for frame in islice(ImageSequence.Iterator(picture), count):
            if picture.format in {"JPEG", "MPO"}:
                frame.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(frame)
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
            yield _on_white(upright)


def _on_white(image: Image.Image) -> Image.Image:
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return image.convert("RGB")


def _reduced(image: Image.Image) -> Image.Image:
    """Grey pages as grey, others with a palette: a third of the size at the same look."""
    probe = image.resize((min(image.width, 200), min(image.height, 280)))
    differences = (ImageChops.difference(one, other) for one, other in combinations(probe.split(), 2))
    spread = max(_brightest(difference) for difference in differences)
    if spread <= GREY_TOLERANCE:
        return image.convert("L").quantize(32)
    return image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE)


def _brightest(image: Image.Image) -> int:
    return max(value for value, count in enumerate(image.histogram()) if count)


def watermark_burn(source: Path, target: Path, text: str, font: Path) -> None:
    """Write the page with `text` (lines) across it, aslant and pale, so that print and download name their reader."""
    with Image.open(source) as page:
        paper = page.convert("RGBA")
    size = max(paper.width // 48, 12)
    face = ImageFont.truetype(str(font), size)
    left, top, right, bottom = ImageDraw.Draw(paper).multiline_textbbox(
        (0, 0), text, font=face, spacing=size // 3
    )
    tile = Image.new("RGBA", (int(right - left) + size * 4, int(bottom - top) + size * 5))
    ImageDraw.Draw(tile).multiline_text(
        (size * 2, size * 2), text, font=face, fill=(70, 84, 106, 40), spacing=size // 3
    )
    diagonal = int((paper.width**2 + paper.height**2) ** 0.5) + 1
    layer = Image.new("RGBA", (diagonal, diagonal))
    for row, y in enumerate(range(0, diagonal, tile.height)):
        for x in range(-(row % 2) * tile.width // 2, diagonal, tile.width):
            layer.alpha_composite(tile, (max(x, 0), y), (max(-x, 0), 0))
    layer = layer.rotate(30, resample=Image.Resampling.BICUBIC)
    corner = ((diagonal - paper.width) // 2, (diagonal - paper.height) // 2)
    paper.alpha_composite(layer.crop((*corner, corner[0] + paper.width, corner[1] + paper.height)))
    paper.convert("RGB").quantize(COLOURS).save(target, "PNG", optimize=True)
