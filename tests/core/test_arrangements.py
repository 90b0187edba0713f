"""The year's arrangement is read from the notice's text, and by law alone until there is one."""

from datetime import date
from pathlib import Path

import pytest

from apps.core.arrangements import (
    ADJUSTED_REST,
    ADJUSTED_WORKDAY,
    STATUTORY,
    NotAnArrangement,
    from_notice,
    provisional,
    published,
)

NOTICE = (Path(__file__).parent / "notice-holidays-2026.txt").read_text(encoding="utf-8")


def test_the_notice_of_2026_reads_as_the_known_arrangement() -> None:
    year, days = from_notice(NOTICE)
    assert year == 2026
    assert days == published(2026)


def test_days_off_by_law_and_days_moved_are_told_apart() -> None:
    kinds = {entry.day: entry.kind for entry in from_notice(NOTICE)[1]}
    assert kinds[date(2026, 2, 17)] == STATUTORY
    assert kinds[date(2026, 2, 23)] == ADJUSTED_REST
    assert kinds[date(2026, 2, 14)] == ADJUSTED_WORKDAY
    assert date(2026, 2, 24) not in kinds


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("关于开会的通知", "没有找到"),
        (NOTICE.replace("9月25日（周五）至27日", "9月25日（周五）至31日"), "日期不存在"),
        (NOTICE.replace("六、中秋节", "中秋节"), "没有读到"),
        (NOTICE.replace("10月1日（周四）至7日", "10月7日（周四）至1日"), "起止日期有误"),
        (NOTICE.replace("1月1日（周四）至3日（周六）放假", "按规定放假"), "没有读懂"),
    ],
)
def test_text_that_is_no_arrangement_is_refused_with_the_place(text: str, words: str) -> None:
    with pytest.raises(NotAnArrangement, match=words):
        from_notice(text)


def test_a_year_without_arrangement_has_its_statutory_days_only() -> None:
    days = provisional(2027)
    assert ADJUSTED_WORKDAY not in {entry.kind for entry in days}
    assert sum(entry.kind == STATUTORY for entry in days) == 13


def test_an_unknown_year_asks_for_the_notice() -> None:
    with pytest.raises(NotAnArrangement, match="粘贴"):
        published(2090)
