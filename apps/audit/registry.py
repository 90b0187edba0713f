"""Which acts may be audited: each app names its verbs once, in `ready()`; a typing error cannot slip into the record."""

import re

CODE = re.compile(r"[a-z_]+\.[a-z_]+")
_actions: dict[str, str] = {}


class UnknownAction(RuntimeError):
    """A programming error: the action was never registered, or twice with different words."""


def action(code: str, sentence: str) -> None:
    """Make `code` (such as `documents.sign`) known with its Chinese words (`签发公文`)."""
    if not CODE.fullmatch(code) or _actions.get(code, sentence) != sentence:
        raise UnknownAction(code)
    _actions[code] = sentence


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
