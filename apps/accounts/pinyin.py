"""Spelling of Chinese names for search: full pinyin and initials, with the other readings of 多音字 in people's names.

The dictionaries weigh 57 MB and are wanted only when somebody or something is named, so they are read then.
"""

from itertools import islice, product

READINGS_LIMIT = 6


def spelling(text: str) -> tuple[str, str]:
    """Pinyin and initials of a name of an organ or unit, lower case, no spaces."""
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415  # see above

    return _joined(lazy_pinyin(text)), _joined(lazy_pinyin(text, style=Style.FIRST_LETTER))


def person_spelling(name: str) -> tuple[str, str]:
    """All likely readings of a person's name, separated by spaces, the usual one first (曾 is both zeng and ceng)."""
    from pypinyin import Style, pinyin  # noqa: PLC0415  # see above

    readings = [dict.fromkeys(found) for found in pinyin(name, style=Style.NORMAL, heteronym=True)]
    spelled = [spelling(name)[0], *(_joined(list(way)) for way in islice(product(*readings), READINGS_LIMIT))]
    initials = [
        spelling(name)[1],
        *(_joined([part[:1] for part in way]) for way in islice(product(*readings), READINGS_LIMIT)),
    ]
    return " ".join(dict.fromkeys(spelled))[:200], " ".join(dict.fromkeys(initials))[:40]


def _joined(parts: list[str]) -> str:
    return "".join(parts).lower().replace(" ", "")
