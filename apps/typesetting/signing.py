"""Set a seal on a finished PDF: PAdES certification by pyHanko, its visible appearance the vector seal itself.

A joint issue has a field for each seal before the first is set; that one certifies the file for filling these fields only.
"""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import algos, x509
from PIL import Image
from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import PdfContent, ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import PdfSigningSession
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from apps.typesetting.certificates import CryptoProvider
from apps.typesetting.errors import SealRefused
from apps.typesetting.pictures import picture_inside
from apps.typesetting.seals import seal_operators
from apps.typesetting.sheet import SealBox

FIELD = "Seal"
DIGEST = "sha256"
_POINTS = 72 / 25.4
_PAGE_HEIGHT_MM = 297.0
_LONGEST_SIGNATURE = 72  # ECDSA on P-256, DER


def sign_pdf(
    pdf: bytes,
    *,
    seal_svg: str,
    box: SealBox,
    provider: CryptoProvider,
    signer_name: str,
    reason: str,
    at: datetime,
    joint_boxes: Sequence[SealBox] = (),
) -> bytes:
    """The PDF with the seal on it, certified so that no later change is allowed; `SealRefused` when already sealed.

    `joint_boxes`: the places of all seals of a joint issue, `box` among them; then the other seals may follow, each once.
    """
    places = tuple(joint_boxes) or (box,)
    if box not in places:
        raise SealRefused("印章位置不在文件的用印位置之中，未用印。")
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        is_first = not writer.prev.embedded_signatures
        name = _field_name(places.index(box))
        if not is_first and name not in _empty_fields(writer):
            raise SealRefused("文件已经用印，不能再次用印或改动。")
        if is_first and len(places) > 1:
            for index, place in enumerate(places):
                fields.append_signature_field(writer, _field(place, _field_name(index)))
        signer = _DatedSigner(
            _metadata(signer_name, reason, name, is_first=is_first, is_joint=len(places) > 1),
            _ProviderSigner(provider),
            stamp_style=_appearance(seal_svg, box),
            new_field_spec=_field(box, name) if len(places) == 1 else None,
            at=at,
        )
        signed = signer.sign_pdf(writer)
    except (PdfError, SigningError, ValueError, IndexError) as problem:
        raise SealRefused("文件不是完整的 PDF 或印章位置不对，未用印。") from problem
    return bytes(signed.getvalue())


def _field_name(index: int) -> str:
    return FIELD if index == 0 else f"{FIELD}{index + 1}"


def _empty_fields(writer: IncrementalPdfFileWriter) -> set[str]:
    """Names of the seals that are still to be set."""
    found = fields.enumerate_sig_fields(writer.prev, filled_status=False)
    return {name for name, _, _ in found}


def _metadata(
    signer: str, reason: str, field: str, *, is_first: bool, is_joint: bool
) -> signers.PdfSignatureMetadata:
    return signers.PdfSignatureMetadata(
        field_name=field,
        md_algorithm=DIGEST,
        name=signer,
        reason=reason,
        subfilter=fields.SigSeedSubFilter.PADES,
        certify=is_first,
        docmdp_permissions=fields.MDPPerm.FILL_FORMS if is_joint else fields.MDPPerm.NO_CHANGES,
    )


def _appearance(seal_svg: str, box: SealBox) -> StaticStampStyle:
    return StaticStampStyle(
        border_width=0,
        background=_pressed(seal_svg, box),
        background_opacity=1.0,
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID,
            y_align=layout.AxisAlignment.ALIGN_MID,
            margins=layout.Margins(),
            inner_content_scaling=layout.InnerScaling.STRETCH_TO_FIT,
        ),
    )


def _pressed(seal_svg: str, box: SealBox) -> PdfContent:
    """The outline of a round seal, or the picture of a signature stamp, never stretched."""
    picture = picture_inside(seal_svg)
    if picture is None:
        side = box.diameter_mm * _POINTS
        return _SealAppearance(seal_operators(seal_svg, side), side)
    return PdfImage(Image.open(io.BytesIO(picture)))


def _field(box: SealBox, name: str) -> fields.SigFieldSpec:
    left = box.x_mm * _POINTS
    right = left + box.diameter_mm * _POINTS
    bottom = (_PAGE_HEIGHT_MM - box.y_mm - box.tall_mm) * _POINTS
    place: Any = (
        left,
        bottom,
        right,
        bottom + box.tall_mm * _POINTS,
    )  # annotated as whole points, taken as any number
    return fields.SigFieldSpec(name, on_page=box.page - 1, box=place)


class _SealAppearance(PdfContent):
    """The seal multiplied onto the text it presses, as ink on ink."""

    def __init__(self, operators: bytes, side: float) -> None:
        super().__init__(box=layout.BoxConstraints(width=side, height=side))
        self._operators = operators
        self.set_resource(
            ResourceType.EXT_G_STATE,
            pdf_name("/Ink"),
            generic.DictionaryObject({pdf_name("/BM"): pdf_name("/Multiply")}),  # type: ignore[no-untyped-call]  # pyHanko's
        )

    def render(self) -> bytes:
        return b"q /Ink gs\n" + self._operators + b"Q"


class _ProviderSigner(signers.Signer):
    """Asks the provider for the raw signature; only the seal's certificate and its chain are embedded."""

    def __init__(self, provider: CryptoProvider) -> None:
        self._provider = provider
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]  # pyHanko's
        registry.register_multiple([x509.Certificate.load(der) for der in provider.chain])
        super().__init__(
            signing_cert=x509.Certificate.load(provider.certificate),
            cert_registry=registry,
            embed_roots=False,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
        )

    async def async_sign_raw(
        self,
        data: bytes,
        digest_algorithm: str,  # noqa: ARG002  # fixed by the mechanism
        dry_run: bool = False,  # noqa: FBT001, FBT002  # pyHanko passes it by position
    ) -> bytes:
        return bytes(_LONGEST_SIGNATURE) if dry_run else self._provider.sign(data)


class _DatedSigner(signers.PdfSigner):
    """Takes the time of sealing from the caller's clock, not from the machine's."""

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self._at = at

    def init_signing_session(self, *args: Any, **options: Any) -> PdfSigningSession:
        session = super().init_signing_session(*args, **options)
        session.system_time = self._at
        return session
