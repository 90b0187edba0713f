"""What a rendered page shows in red."""

from PIL import Image, ImageChops

PIXEL = 25.4 / 72 / 4  # millimetres, at scale 4


def red_extent(image: Image.Image, below: float) -> tuple[float, float, float, float]:
    """Left, top, right and bottom in millimetres of what is red further down a page than `below`."""
    red, green, _ = image.split()
    is_red = red.point(lambda value: 255 * (value > 180))
    is_not_light = green.point(lambda value: 255 * (value < 90))
    mask = ImageChops.darker(is_red, is_not_light)
    mask.paste(0, (0, 0, image.width, int(below / PIXEL)))
    found = mask.getbbox()
    assert found is not None
    return (found[0] * PIXEL, found[1] * PIXEL, found[2] * PIXEL, found[3] * PIXEL)
