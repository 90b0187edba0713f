"""Check the seal on a PDF: who set it, when, and that not one byte differs since.

A signature covers the file but for the place of the signature itself. That place is compared with the one writing it
can have: its bytes are rebuilt from the parts the signature proves (attributes, signature, the seal's certificate), so
a changed byte in padding, letter case or an unsigned field is found as well.
"""

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

# a failed path is a finding of the report, not an accident of the program
logging.getLogger("pyhanko.sign.validation.generic_cms").setLevel(logging.CRITICAL)
_ALTERED = "文件在用印后被改动。"
_UNREADABLE = (PdfError, SigningError, SignatureValidationError, PathError, ValueError, KeyError, TypeError)
_BROKEN = (*_UNREADABLE, IndexError, AttributeError, OSError, RecursionError)


@dataclass(frozen=True)
class SealReport:
    """What a check found; `problems` are Chinese sentences, empty exactly when `valid`."""

    valid: bool
    covers_whole_file: bool
    signer: str
    organ: str
    signed_at: datetime | None
    problems: tuple[str, ...]
    reason: str = ""


def verify_pdf(pdf: bytes, trusted_roots: Sequence[bytes]) -> SealReport:
    """Check the one seal of a PDF against root certificates (PEM or DER); never raises for bad input."""
    try:
        return _checked(pdf, trusted_roots)
    except _BROKEN:
        # a damaged file breaks the parser in many ways, and each of them means the same
        return _failed("文件已损坏或不是用印的 PDF，无法通过验证。")


def _checked(pdf: bytes, trusted_roots: Sequence[bytes]) -> SealReport:
    reader = PdfFileReader(io.BytesIO(pdf))
    signatures = reader.embedded_signatures
    if not signatures:
        return _failed("文件没有电子印章。")
    if len(signatures) > 1:
        return _failed("文件有不止一枚电子印章，不是本系统用印的文件。")
    signature = signatures[0]
    signed_at = signature.self_reported_timestamp
    context = ValidationContext(
        trust_roots=[_certificate(root) for root in trusted_roots],
        allow_fetching=False,
        moment=signed_at,
        other_certs=signature.other_embedded_certs,
    )
    status = validate_pdf_signature(signature, context)
    whole = _covers_whole_file(signature, pdf)
    problems = []
    if not (status.intact and status.valid):
        problems.append(_ALTERED)
    elif not whole or not status.docmdp_ok:
        problems.append("文件在用印后被追加或改写了内容。")
    if not status.trusted:
        problems.append("印章证书不是由受信任的机构签发。")
    if not problems and not status.bottom_line:
        problems.append("印章签名不符合要求。")
    subject = signature.signer_cert.subject.native
    return SealReport(
        valid=not problems,
        covers_whole_file=whole,
        signer=str(signature.sig_object.get("/Name", "") or subject.get("common_name", "")),
        organ=str(subject.get("organization_name", "")),
        signed_at=signed_at,
        problems=tuple(problems),
        reason=str(signature.sig_object.get("/Reason", "")),
    )


def _covers_whole_file(signature: Any, pdf: bytes) -> bool:
    """Everything outside the signature's place is signed, and in that place stands nothing else."""
    first, length, second, rest = (int(n) for n in signature.byte_range)
    if first != 0 or second + rest != len(pdf) or second <= length:
        return False
    place = pdf[length:second]
    expected = b"<" + _rebuilt(signature.pkcs7_content).hex().upper().encode()
    return place == expected + b"0" * (len(place) - len(expected) - 1) + b">"


def _rebuilt(contents: bytes) -> bytes:
    """The CMS as our signing writes it, made of the parts that verification proves and nothing else."""
    given = cms.ContentInfo.load(contents)["content"]
    signer = given["signer_infos"][0]
    certificates = [choice.chosen for choice in given["certificates"]]
    own = next(c for c in certificates if c.serial_number == signer["sid"].chosen["serial_number"].native)
    digest = {"algorithm": "sha256"}
    rebuilt = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": own.issuer, "serial_number": own.serial_number}
                    )
                }
            ),
            "digest_algorithm": digest,
            "signed_attrs": signer["signed_attrs"],
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": signer["signature"].native,
        }
    )
    data = {
        "version": "v1",
        "digest_algorithms": [digest],
        "encap_content_info": {"content_type": "data"},
        "certificates": certificates,
        "signer_infos": [rebuilt],
    }
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump())


def _certificate(data: bytes) -> x509.Certificate:
    return x509.Certificate.load(pem.unarmor(data)[2] if pem.detect(data) else data)


def _failed(problem: str) -> SealReport:
    return SealReport(
        valid=False, covers_whole_file=False, signer="", organ="", signed_at=None, problems=(problem,)
    )
