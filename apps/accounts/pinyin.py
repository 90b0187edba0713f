"""Spelling of Chinese names for search: full pinyin and initials, with the other readings of 多音字 in people's names."""

from itertools import islice, product

from pypinyin import Style, lazy_pinyin, pinyin

READINGS_LIMIT = 6


def spelling(text: str) -> tuple[str, str]:
    """Pinyin and initials of a name of an organ or unit, lower case, no spaces."""
    return _joined(lazy_pinyin(text)), _joined(lazy_pinyin(text, style=Style.FIRST_LETTER))


def person_spelling(name: str) -> tuple[str, str]:
    """All likely readings of a person's name, separated by spaces, the usual one first (曾 is both zeng and ceng)."""
    readings = [dict.fromkeys(found) for found in pinyin(name, style=Style.NORMAL, heteronym=True)]
    spelled = [spelling(name)[0], *(_joined(list(way)) for way in islice(product(*readings), READINGS_LIMIT))]
    initials = [
        spelling(name)[1],
        *(_joined([part[:1] for part in way]) for way in islice(product(*readings), READINGS_LIMIT)),
    ]
    return " ".join(dict.fromkeys(spelled))[:200], " ".join(dict.fromkeys(initials))[:40]


def _joined(parts: list[str]) -> str:
    return "".join(parts).lower().replace(" ", "")
