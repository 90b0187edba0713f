"""References to other documents in a text: the title first, the number behind it (《关于……的通知》（×发〔2026〕5号）). Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from apps.documents.rules.facts import Hit, Paper, Place

NUMBER = r"[\u4e00-\u9fff]{1,12}〔(?:19|20)\d{2}〕[1-9]\d{0,4}号"
CITED = re.compile(rf"《(?P<title>(?:[^《》\n]|《[^《》\n]*》){{2,200}})》[（(](?P<number>{NUMBER})[）)]")
NUMBER_ALONE = re.compile(NUMBER)
# words of the sentence that run into the 机关代字 behind them
LEADING = re.compile(
    r"^[^〔]*(?:根据|按照|依照|依据|参照|落实|贯彻|执行|转发|印发|以及|对照|[和与及见将])(?!〔)"
)
MOST = 30


@dataclass(frozen=True)
class Citation:
    """One cited document as the text names it."""

    title: str
    number: str


def citations_in(text: str) -> tuple[Citation, ...]:
    """Documents that a text cites with title and number, each once, in the order of the text; at most 30."""
    found = {match["number"]: Citation(match["title"], match["number"]) for match in CITED.finditer(text)}
    return tuple(found.values())[:MOST]


def cited_by_title_first(paper: Paper) -> Iterator[Hit]:
    """F09: who cites a document names its title before its number; once named so, the number may stand alone."""
    named = {citation.number for citation in citations_in(paper.text)}
    for place, line in enumerate(paper.lines):
        for match in NUMBER_ALONE.finditer(CITED.sub("", line.text)):
            number = LEADING.sub("", match[0]) or match[0]
            if any(number.endswith(full) for full in named):
                continue
            named.add(number)
            yield Hit(
                f"引用“{number}”只有字号；引用公文应当先引标题、后引发文字号，如《关于……的通知》（{number}）。",
                Place(place, number),
            )
