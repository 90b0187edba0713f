"""Which codec somebody sends pictures in: nothing is transcoded, so it is what the others can decode. Pure."""

from collections.abc import Collection, Iterable

from apps.meetings.sfu.sdp import CODECS


def agreed(current: str, sends: Collection[str], listeners: Iterable[Collection[str]]) -> str:
    """What most can decode; of equals the one in use, else the first of `CODECS`. `sends`: what the sender can encode, not empty."""
    others = list(listeners)

    def rank(codec: str) -> tuple[int, bool]:
        return sum(codec not in plays for plays in others), codec != current

    return min((codec for codec in CODECS["video"] if codec in sends), key=rank)
