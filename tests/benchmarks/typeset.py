"""排版: easy and hard documents beside the bare compiler, and beside a warm LibreOffice.

Subject: `child.run("compose")`, as the typesetting step calls it (own process, limits, pipes, positions read back), caches
of previews not involved. Baseline: one `typst.Compiler.compile` of the same template with the same data in this process.
No document is laid out twice: every one differs in its number and in every paragraph.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path

import typst

from apps.typesetting import OfficialSheet, Typeset, child, parse_body
from apps.typesetting.content import content_of, stamp
from apps.typesetting.faces import FontLibrary
from apps.typesetting.layout import TEMPLATES  # the baseline gets the very same data
from config.stack.bench import BenchResult
from tests.benchmarks._office import Office, OfficeMissing, written_docx
from tests.helpers.fonts import CACHE, open_fonts

NEEDS_SERVERS = False
REPEATS = 5
EASY = 54
EACH_HARD = 9
BY_OFFICE = 6
SECONDS = 60.0
FOOT_LINES = 25
DIGITS = "〇一二三四五六七八九"
SENTENCE = "各县（区）人民政府、市政府各部门要压实工作责任，加强协同配合，确保各项任务落到实处。"
Make = Callable[[int], OfficialSheet]


def run(
    repeats: int = REPEATS, easy: int = EASY, each_hard: int = EACH_HARD, by_office: int = BY_OFFICE
) -> BenchResult:
    """Each document once by the platform and once bare, in turn; the one that begins changes from document to document."""
    library = open_fonts()
    os.environ["TONGZHOU_FONTS"] = str(CACHE)
    bare = _Bare(library)
    serials = count(1)
    easy_makers, hard_makers = [_easy] * easy, list(HARD) * each_hard
    _ratio([_easy, *HARD], serials, bare)
    easy_ratios, hard_ratios = [], []
    for _ in range(repeats):
        easy_ratios.append(_ratio(easy_makers, serials, bare))
        hard_ratios.append(_ratio(hard_makers, serials, bare))
    office, office_note = _beside_office(repeats, by_office, serials)
    notes = {
        "easy_over_bare": f"每轮{easy}件互不相同的通知（一遍排成）：平台排版（子进程、回读位置）÷ "
        "同一模板、同样数据由 typst 直接编译",
        "hard_over_bare": f"每轮{len(hard_makers)}件互不相同的文件，六种难排版面各{each_hard}件：末行单字、版记放不下、"
        "印章在页脚、四行标题、两名签发人、四十个主送机关；基准同上，编译一遍",
        "libreoffice_over_ours": office_note,
    }
    values = {
        "easy_over_bare": easy_ratios,
        "hard_over_bare": hard_ratios,
        "libreoffice_over_ours": office,
    }
    return BenchResult(values, notes)


class _Bare:
    """The same template in the typst library, nothing around it."""

    def __init__(self, library: FontLibrary) -> None:
        self._library = library
        self._compiler = typst.Compiler(
            input=str(TEMPLATES / "official.typ"),
            root=str(TEMPLATES),
            font_paths=library.fonts,
            ignore_system_fonts=True,
        )

    def seconds(self, sheet: OfficialSheet) -> float:
        content = content_of(sheet, self._library, {}) | {"rows": 22, "recipients_in_imprint": False}
        data = json.dumps(content, ensure_ascii=False)
        started = time.perf_counter()
        self._compiler.compile(
            sys_inputs={"sheet": data}, format="pdf", pdf_standards="a-2u", timestamp=stamp(sheet)
        )
        return time.perf_counter() - started


def _ours(sheet: OfficialSheet) -> float:
    started = time.perf_counter()
    typeset = child.run("compose", {"sheet": sheet}, seconds=SECONDS)
    seconds = time.perf_counter() - started
    if not isinstance(typeset, Typeset) or not typeset.pdf.startswith(b"%PDF"):
        raise RuntimeError(f"{sheet.title} was not laid out")
    return seconds


def _ratio(makers: Iterable[Make], serials: "count[int]", bare: _Bare) -> float:
    ours = base = 0.0
    for make in makers:
        serial = next(serials)
        sheet = make(serial)
        if serial % 2:
            ours += _ours(sheet)
            base += bare.seconds(sheet)
        else:
            base += bare.seconds(sheet)
            ours += _ours(sheet)
    return ours / base


def _beside_office(repeats: int, documents: int, serials: "count[int]") -> tuple[list[float] | None, str]:
    """The same documents converted by a running LibreOffice; None and why when it is not on this machine."""
    with tempfile.TemporaryDirectory(prefix="tongzhou-office-") as folder:
        try:
            with Office(Path(folder), CACHE) as office:
                office.seconds(written_docx(_easy(next(serials)), Path(folder) / "warm.docx"))
                ratios = []
                for _ in range(repeats):
                    ours = theirs = 0.0
                    for _ in range(documents):
                        serial = next(serials)
                        sheet = _easy(serial)
                        theirs += office.seconds(written_docx(sheet, Path(folder) / f"{serial}.docx"))
                        ours += _ours(sheet)
                    ratios.append(theirs / ours)
        except OfficeMissing as reason:
            return None, str(reason)
    note = f"每轮{documents}件：常驻的 LibreOffice（UNO 监听，已预热，字体相同）把同一文件的 docx 转成 PDF ÷ 平台排版"
    return ratios, note


def _word(serial: int) -> str:
    """A number as four full-width digits, so that documents differ and lines stay equally long."""
    return "".join(DIGITS[int(digit)] for digit in f"{serial:04d}")


def _notice(serial: int, body: str, **changes: object) -> OfficialSheet:
    base = OfficialSheet(
        issuer_mark="岱海市人民政府办公室文件",
        document_number=f"岱政办发〔2026〕{serial}号",
        title=f"岱海市人民政府办公室关于做好第{_word(serial)}批政务服务工作的通知",
        main_recipients="各县（区）人民政府，市政府各部门、各直属机构",
        blocks=parse_body(body),
        issuer_signature="岱海市人民政府办公室",
        document_date="2026年11月22日",
        seal=True,
        cc_recipients="市委各部门，市人大常委会办公室，市政协办公室",
        printing_organ="岱海市人民政府办公室",
        printing_date="2026年11月23日",
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # fields by name, as the makers below write them


def _paragraphs(serial: int, number: int) -> str:
    return "\n".join(f"第{_word(serial)}批第{_word(at)}项：{SENTENCE}" for at in range(1, number + 1))


def _easy(serial: int) -> OfficialSheet:
    return _notice(
        serial,
        f"经市政府同意，现就第{_word(serial)}批有关事项通知如下：\n"
        f"一、提高认识\n{_paragraphs(serial, 2 + serial % 3)}\n二、加强领导\n{SENTENCE}",
    )


def _single_character_line(serial: int) -> OfficialSheet:
    """Every paragraph would leave one character with its stop on the last line: indent and text fill whole rows before it."""
    line = f"第{_word(serial)}批事项"
    paragraphs = [(line + "压实责任加强协同" * 20)[: 28 * rows - 2] + "办。" for rows in (2, 3, 4, 5)]
    return _notice(serial, "\n".join(paragraphs))


def _colliding_imprint(serial: int) -> OfficialSheet:
    copies = tuple(f"岱海市第{_word(number)}协调推进领导小组办公室" for number in range(1, 25))
    return _notice(serial, _paragraphs(serial, 7), cc_recipients=copies)


def _seal_at_the_foot(serial: int) -> OfficialSheet:
    """The seal just ends at the foot of page 2, or just does not and takes the last line with it to page 3."""
    lines = range(1, FOOT_LINES + 1 + serial % 2)
    return _notice(serial, "\n".join(f"第{_word(serial)}批第{_word(line)}项请认真执行。" for line in lines))


def _four_line_title(serial: int) -> OfficialSheet:
    title = (
        f"岱海市人民政府办公室关于转发市发展改革委市财政局等部门第{_word(serial)}批进一步优化营商环境"
        "促进民营经济高质量发展若干措施的通知"
    )
    return _notice(serial, _paragraphs(serial, 3), title=title)


def _two_signatories(serial: int) -> OfficialSheet:
    return _notice(
        serial,
        _paragraphs(serial, 4) + "\n妥否，请批示。",
        title=f"岱海市人民政府关于第{_word(serial)}批项目建设用地的请示",
        issuer_mark="岱海市人民政府文件",
        signatories=("沈亦舟", "欧阳明远"),
        main_recipients="澜东省人民政府",
        note="联系人：罗嘉木，电话：8806 0017",
    )


def _forty_recipients(serial: int) -> OfficialSheet:
    names = tuple(f"岱海市第{_word(number)}人民政府" for number in range(1, 41))
    return _notice(serial, _paragraphs(serial, 3), main_recipients=names)


HARD: tuple[Make, ...] = (
    _single_character_line,
    _colliding_imprint,
    _seal_at_the_foot,
    _four_line_title,
    _two_signatories,
    _forty_recipients,
)
