"""Which acts may be audited: each app names its verbs once, in `ready()`; a typing error cannot slip into the record."""

import re

CODE = re.compile(r"[a-z_]+\.[a-z_]+")
_actions: dict[str, str] = {}
_open: set[str] = set()


class UnknownAction(RuntimeError):
    """A programming error: the action was never registered, or twice with different words."""


def action(code: str, sentence: str) -> None:
    """Make `code` (such as `documents.sign`) known with its Chinese words (`签发公文`)."""
    if not CODE.fullmatch(code) or _actions.get(code, sentence) != sentence:
        raise UnknownAction(code)
    _actions[code] = sentence


def openly(*codes: str) -> None:
    """Let the back office show what these acts were done to: an app (`accounts`) or single acts whose objects are no content.

    Of every other act it shows the kind and the number of the object, never a title.
    """
    _open.update(codes)


def is_open(code: str) -> bool:
    """Whether the object's own words may be shown to an administrator."""
    return code in _open or code.partition(".")[0] in _open


def open_actions() -> list[str]:
    """The codes of all acts of which `is_open` holds."""
    return [code for code in _actions if is_open(code)]


def actions_named(words: str) -> list[str]:
    """Codes whose Chinese words contain `words`."""
    return [code for code, sentence in _actions.items() if words in sentence]


def sentence_of(code: str) -> str:
    """The words of a registered action. Raises `UnknownAction`."""
    try:
        return _actions[code]
    except KeyError:
        raise UnknownAction(code) from None


def words_of(code: str) -> str:
    """The words to show for any code found in old rows: the code itself when no app knows it any more."""
    return _actions.get(code, code)


def actions() -> dict[str, str]:
    """All known actions, code → words, sorted by code."""
    return dict(sorted(_actions.items()))
