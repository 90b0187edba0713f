"""The media server for comparison, run in its place: nothing lost is sent again, every loss costs a new picture at once.

Browsers that are not offered generic NACK keep nothing to send again and ask for nothing.
"""

from apps.meetings.sfu import __main__, sdp, track


def main() -> None:
    """The product's server with the offer of resending taken out."""
    sdp.FEEDBACK = tuple(way for way in sdp.FEEDBACK if way != "nack")
    track.TRIES, track.RETRY_SECONDS = 0, 0.0
    __main__.main()


if __name__ == "__main__":
    main()
