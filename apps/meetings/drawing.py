"""QR codes as SVG of attributes only, so that any CSP lets them be drawn."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

QUIET = 4


def qr_svg(text: str) -> SafeString:
    """The code of a text; scales with its place."""
    import qrcode  # noqa: PLC0415  # heavy by the pictures it could draw, and rarely asked

    code = qrcode.QRCode(border=0, error_correction=qrcode.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    size = len(matrix) + 2 * QUIET
    path = "".join(
        f"M{column + QUIET} {row + QUIET}h1v1h-1z"
        for row, line in enumerate(matrix)
        for column, is_dark in enumerate(line)
        if is_dark
    )
    return format_html(
        '<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" role="img" aria-label="二维码"'
        ' shape-rendering="crispEdges"><rect width="{0}" height="{0}" fill="#fff"/><path d="{1}" fill="#000"/></svg>',
        size,
        path,
    )
