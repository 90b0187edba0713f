"""Several seals on one document: each organ signs its own, in any order; nothing else may change."""

import io
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from apps.typesetting import (
    Credential,
    LocalProvider,
    SealBox,
    SealRefused,
    Typeset,
    issue_demo_authority,
    issue_seal_certificate,
    seal_svg,
    sign_pdf,
    verify_pdf,
)
from tests.typesetting.test_formats import ORGANS, joint

NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
THREE = ORGANS[:3]


@dataclass(frozen=True)
class Office:
    """Three organs with their seals, and the document they issue together."""

    authority: Credential
    providers: dict[str, LocalProvider]
    typeset: Typeset

    def seal(self, pdf: bytes, index: int, box: SealBox | None = None) -> bytes:
        return sign_pdf(
            pdf,
            seal_svg=seal_svg(THREE[index], 42),
            box=box or self.typeset.seal_boxes[index],
            provider=self.providers[THREE[index]],
            signer_name=THREE[index],
            reason="联合用印",
            at=NOW,
            joint_boxes=self.typeset.seal_boxes,
        )

    def problems(self, pdf: bytes) -> tuple[str, ...]:
        return verify_pdf(pdf, [self.authority.certificate_pem]).problems


@pytest.fixture(scope="module")
def office(laid_out: Callable[..., Typeset]) -> Office:
    authority = issue_demo_authority(now=NOW)
    providers = {
        name: LocalProvider(issue_seal_certificate(authority, organ=name, seal_name=name, now=NOW))
        for name in THREE
    }
    return Office(authority, providers, laid_out(joint(3)))


@pytest.fixture(scope="module")
def sealed(office: Office) -> bytes:
    pdf = office.typeset.pdf
    for index in range(3):
        pdf = office.seal(pdf, index)
    return pdf


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_seals_set_in_any_order_are_valid_together(office: Office, order: tuple[int, ...]) -> None:
    pdf = office.typeset.pdf
    for index in order:
        pdf = office.seal(pdf, index)
    report = verify_pdf(pdf, [office.authority.certificate_pem])
    assert report.problems == ()
    assert report.valid
    assert report.signer == report.organ == "、".join(THREE)


def test_a_seal_that_is_missing_is_told(office: Office) -> None:
    one = office.seal(office.typeset.pdf, 1)
    assert office.problems(one) == ("联合行文还有2枚印章没有加盖。",)
    assert not verify_pdf(one, [office.authority.certificate_pem]).valid


def test_a_seal_is_set_once_and_only_at_its_place(office: Office, sealed: bytes) -> None:
    with pytest.raises(SealRefused, match="已经用印"):
        office.seal(sealed, 0)
    with pytest.raises(SealRefused, match="不在文件的用印位置"):
        office.seal(office.typeset.pdf, 0, SealBox(1, 10.0, 10.0, 42.0))


def test_a_file_sealed_by_one_organ_alone_takes_no_second_seal(office: Office) -> None:
    box = office.typeset.seal_boxes[0]
    alone = sign_pdf(
        office.typeset.pdf, seal_svg=seal_svg(THREE[0], 42), box=box, provider=office.providers[THREE[0]],
        signer_name=THREE[0], reason="用印", at=NOW,
    )  # fmt: skip
    with pytest.raises(SealRefused, match="已经用印"):
        office.seal(alone, 1)


@pytest.mark.long
def test_a_changed_byte_anywhere_is_found(office: Office, sealed: bytes) -> None:
    for position in range(0, len(sealed), max(1, len(sealed) // 60)):
        changed = bytearray(sealed)
        changed[position] ^= 0x01
        assert office.problems(bytes(changed)), position


def test_what_is_added_after_the_last_seal_is_found(office: Office, sealed: bytes) -> None:
    assert office.problems(sealed + b"\n% more")
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    writer.root["/Lang"] = writer.root["/Type"]
    writer.update_root()  # type: ignore[no-untyped-call]  # pyHanko's
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko's
    assert office.problems(out.getvalue())


def test_a_change_smuggled_in_between_two_seals_is_found(office: Office) -> None:
    """The later seal covers it, so only the comparison of the two states can tell."""
    first = office.seal(office.typeset.pdf, 0)
    writer = IncrementalPdfFileWriter(io.BytesIO(first))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = page["/Type"]
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko's
    forged = out.getvalue()
    for index in (1, 2):
        forged = office.seal(forged, index)
    assert office.problems(forged)
