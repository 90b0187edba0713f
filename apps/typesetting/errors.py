"""The errors of typesetting; messages are Chinese sentences for the person at the screen."""


class TypesettingError(Exception):
    """Something about laying out, sealing or checking went wrong; `str()` is fit to be shown."""


class FontsMissing(TypesettingError):
    """No font folder holds a Chinese font."""


class LayoutImpossible(TypesettingError):
    """GB/T 9704-2012 cannot be kept with this content, for instance page 1 would show no body (7.3.3)."""


class SealRefused(TypesettingError):
    """A seal cannot be drawn or set as asked."""


class ChildFailed(TypesettingError):
    """The killable child process broke, ran out of time or out of memory."""


class ChildTimedOut(ChildFailed):
    """The child was killed at its time limit."""


class ChildOutOfMemory(ChildFailed):
    """The child reached its memory limit."""
