"""Check the seals on a PDF: who set them, when, and that not one byte differs since.

A signature covers the file but for the place of the signature itself. That place is compared with the one writing it
can have: its bytes are rebuilt from the parts the signature proves (attributes, signature, the seal's certificate), so
a changed byte in padding, letter case or an unsigned field is found as well.
"""

import io
import logging
from collections.abc import Iterator, Sequence
from typing import Any

from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError

from apps.typesetting.sheet import SealReport

# a failed path is a finding of the report, not an accident of the program
logging.getLogger("pyhanko.sign.validation.generic_cms").setLevel(logging.CRITICAL)
_ALTERED = "文件在用印后被改动。"
_ADDED = "文件在用印后被追加或改写了内容。"
_UNREADABLE = (PdfError, SigningError, SignatureValidationError, PathError, ValueError, KeyError, TypeError)
_BROKEN = (*_UNREADABLE, IndexError, AttributeError, OSError, RecursionError)


def verify_pdf(pdf: bytes, trusted_roots: Sequence[bytes]) -> SealReport:
    """Check the seals of a PDF against root certificates (PEM or DER); never raises for bad input."""
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
    roots = [_certificate(root) for root in trusted_roots]
    problems = list(dict.fromkeys(problem for one in signatures for problem in _problems(one, pdf, roots)))
    whole = _covers_whole_file(signatures[-1], pdf)
    if not whole and not problems:
        problems.append(_ADDED)
    if missing := len(list(enumerate_sig_fields(reader, filled_status=False))):
        problems.append(f"联合行文还有{missing}枚印章没有加盖。")
    ordered = sorted(signatures, key=lambda one: str(one.field_name))
    subjects = [one.signer_cert.subject.native for one in ordered]
    names = [
        str(one.sig_object.get("/Name", "") or subject.get("common_name", ""))
        for one, subject in zip(ordered, subjects, strict=True)
    ]
    return SealReport(
        valid=not problems,
        covers_whole_file=whole,
        signer="、".join(names),
        organ="、".join(str(subject.get("organization_name", "")) for subject in subjects),
        signed_at=signatures[-1].self_reported_timestamp,
        problems=tuple(problems),
        reason=str(signatures[-1].sig_object.get("/Reason", "")),
    )


def _problems(signature: Any, pdf: bytes, roots: list[x509.Certificate]) -> Iterator[str]:
    """What is wrong with one seal; an earlier one of a joint issue covers the file as it was when it was set."""
    context = ValidationContext(
        trust_roots=roots,
        allow_fetching=False,
        moment=signature.self_reported_timestamp,
        other_certs=signature.other_embedded_certs,
    )
    status = validate_pdf_signature(signature, context)
    found = []
    if not (status.intact and status.valid):
        found.append(_ALTERED)
    elif not status.docmdp_ok or not _covers_whole_file(signature, pdf[: _end(signature)]):
        found.append(_ADDED)
    if not status.trusted:
        found.append("印章证书不是由受信任的机构签发。")
    if not found and not status.bottom_line:
        found.append("印章签名不符合要求。")
    yield from found


def _end(signature: Any) -> int:
    """Where the file ended when the signature was set."""
    return int(signature.byte_range[2]) + int(signature.byte_range[3])


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
    serial = signer["sid"].chosen["serial_number"].native
    (own,) = [certificate for certificate in certificates if certificate.serial_number == serial]
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
