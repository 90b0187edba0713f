"""Seals: how they are drawn, set and checked."""

import io
import logging
from collections.abc import Callable
from datetime import UTC, datetime

import pikepdf
import pypdfium2
import pytest

from apps.typesetting import (
    Credential,
    LocalProvider,
    SealRefused,
    Typeset,
    issue_demo_authority,
    issue_seal_certificate,
    page_images,
    seal_svg,
    sign_pdf,
    verify_pdf,
)
from tests.typesetting.pictures import PIXEL, red_extent
from tests.typesetting.sheets import notice

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
ORGAN = "岱海市人民政府办公室"


@pytest.fixture(scope="module")
def authority() -> Credential:
    return issue_demo_authority(now=NOW)


@pytest.fixture(scope="module")
def provider(authority: Credential) -> LocalProvider:
    return LocalProvider(issue_seal_certificate(authority, organ=ORGAN, seal_name=f"{ORGAN}印章", now=NOW))


@pytest.fixture(scope="module")
def typeset(laid_out: Callable[..., Typeset]) -> Typeset:
    return laid_out(notice(body="请认真执行。"))


@pytest.fixture(scope="module")
def sealed(typeset: Typeset, provider: LocalProvider, library: object) -> bytes:
    assert typeset.seal_box is not None
    return sign_pdf(
        typeset.pdf,
        seal_svg=seal_svg(ORGAN),
        box=typeset.seal_box,
        provider=provider,
        signer_name=ORGAN,
        reason="岱政办发〔2026〕37号",
        at=NOW,
    )


@pytest.mark.parametrize("diameter", [60, 50, 45, 42, 40])
def test_a_seal_is_drawn_at_its_legal_diameter(diameter: float) -> None:
    svg = seal_svg(ORGAN, diameter)
    assert f'width="{diameter}mm"' in svg
    assert "<text" not in svg


@pytest.mark.parametrize("diameter", [0, 20, 46, 55, 61, -45])
def test_other_diameters_are_refused(diameter: float) -> None:
    with pytest.raises(SealRefused, match="印章直径"):
        seal_svg(ORGAN, diameter)


def test_a_name_without_glyphs_or_of_wrong_length_is_refused() -> None:
    with pytest.raises(SealRefused, match="没有"):
        seal_svg("岱海市🙂局")
    with pytest.raises(SealRefused, match="2 至"):
        seal_svg("局")
    with pytest.raises(SealRefused, match="2 至"):
        seal_svg("局" * 40)


def test_a_sealed_document_is_valid_and_names_organ_and_time(sealed: bytes, authority: Credential) -> None:
    report = verify_pdf(sealed, [authority.certificate_pem])
    assert report.valid
    assert report.covers_whole_file
    assert report.problems == ()
    assert (report.signer, report.organ, report.signed_at) == (ORGAN, ORGAN, NOW)
    assert report.reason == "岱政办发〔2026〕37号"


def test_the_seal_is_seen_red_at_its_box_and_the_text_shows_through(sealed: bytes, typeset: Typeset) -> None:
    box = typeset.seal_box
    assert box is not None
    document = pypdfium2.PdfDocument(sealed)
    document.init_forms()
    image = document[box.page - 1].render(scale=4).to_pil().convert("RGB")
    extent = red_extent(image, below=140)
    assert extent[:3] == pytest.approx((box.x_mm, box.y_mm, box.x_mm + box.diameter_mm), abs=0.4)
    inside = image.crop(tuple(int(side / PIXEL) for side in extent)).convert("L")
    assert sum(inside.histogram()[:60]) > 500


def test_pages_as_pictures_show_the_seal(sealed: bytes, typeset: Typeset) -> None:
    assert page_images(sealed, 50)[0] != page_images(typeset.pdf, 50)[0]


def test_every_changed_byte_of_the_signature_is_found(sealed: bytes, authority: Credential) -> None:
    """The signature does not cover its own place: each of its bytes is tried, padding by sample."""
    start = sealed.index(b"<3082") - 20
    end = sealed.index(b"000>", start) + 4
    filled = start + 2200
    for position in [*range(start, filled, 17), *range(filled, end, 211), end - 1, end]:
        changed = bytearray(sealed)
        changed[position] ^= 0x20 if position % 2 else 0x01
        assert not verify_pdf(bytes(changed), [authority.certificate_pem]).valid, position


@pytest.mark.long
def test_every_single_byte_of_the_signature_is_found(sealed: bytes, authority: Credential) -> None:
    start = sealed.index(b"<3082") - 20
    for position in range(start, sealed.index(b"000>", start) + 4):
        changed = bytearray(sealed)
        changed[position] ^= 0x01
        assert not verify_pdf(bytes(changed), [authority.certificate_pem]).valid, position


def test_a_changed_byte_anywhere_else_is_found(sealed: bytes, authority: Credential) -> None:
    for position in [*range(0, len(sealed), len(sealed) // 60), len(sealed) - 1]:
        changed = bytearray(sealed)
        changed[position] ^= 0x01
        report = verify_pdf(bytes(changed), [authority.certificate_pem])
        assert not report.valid, position
        assert report.problems


def test_an_appended_byte_a_cut_tail_and_a_later_revision_are_found(
    sealed: bytes, authority: Credential
) -> None:
    later = io.BytesIO()
    with pikepdf.open(io.BytesIO(sealed)) as document:
        document.docinfo["/Title"] = "另一份公文"
        document.save(later)
    for changed in (sealed + b"\n", sealed[:-1], sealed[: len(sealed) // 2], later.getvalue()):
        assert not verify_pdf(changed, [authority.certificate_pem]).valid


def test_a_seal_of_another_authority_is_not_trusted(sealed: bytes) -> None:
    other = issue_demo_authority(now=NOW)
    report = verify_pdf(sealed, [other.certificate_pem])
    assert not report.valid
    assert any("受信任" in problem for problem in report.problems)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 nothing", b"\x00" * 1000])
def test_what_is_no_pdf_is_a_finding_not_an_accident(data: bytes, authority: Credential) -> None:
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    assert verify_pdf(data, [authority.certificate_pem]).problems


def test_an_unsealed_document_says_so(typeset: Typeset, authority: Credential) -> None:
    assert verify_pdf(typeset.pdf, [authority.certificate_pem]).problems == ("文件没有电子印章。",)


def test_a_sealed_document_is_not_sealed_again(
    sealed: bytes, typeset: Typeset, provider: LocalProvider
) -> None:
    assert typeset.seal_box is not None
    with pytest.raises(SealRefused, match="已经用印"):
        sign_pdf(
            sealed,
            seal_svg=seal_svg(ORGAN),
            box=typeset.seal_box,
            provider=provider,
            signer_name=ORGAN,
            reason="",
            at=NOW,
        )


def test_only_a_seal_of_our_drawing_is_set(typeset: Typeset, provider: LocalProvider) -> None:
    assert typeset.seal_box is not None
    with pytest.raises(SealRefused, match="不是本系统制作"):
        sign_pdf(
            typeset.pdf,
            seal_svg='<svg onload="alert(1)"/>',
            box=typeset.seal_box,
            provider=provider,
            signer_name=ORGAN,
            reason="",
            at=NOW,
        )


def test_a_device_may_take_the_place_of_the_local_key(
    typeset: Typeset, provider: LocalProvider, authority: Credential
) -> None:
    class Device:
        """Stands for a certified device: it shows a certificate and signs, the key never leaves it."""

        certificate = provider.certificate
        chain = provider.chain
        asked = 0

        def sign(self, data: bytes) -> bytes:
            self.asked += 1
            return provider.sign(data)

    device = Device()
    assert typeset.seal_box is not None
    pdf = sign_pdf(
        typeset.pdf,
        seal_svg=seal_svg(ORGAN),
        box=typeset.seal_box,
        provider=device,
        signer_name=ORGAN,
        reason="",
        at=NOW,
    )
    assert device.asked == 1
    assert verify_pdf(pdf, [authority.certificate_pem]).valid


def test_the_sealed_file_keeps_its_archival_marks(sealed: bytes) -> None:
    """Re-checked after sealing: PDF/A-2u metadata, output intent, every font embedded."""
    with pikepdf.open(io.BytesIO(sealed)) as document:
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "U")
        assert document.Root.OutputIntents
        fonts = [
            font
            for item in document.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"
            for font in [item]
        ]
        assert fonts
        assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)
