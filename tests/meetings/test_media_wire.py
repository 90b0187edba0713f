"""The media server's reading of what strangers send: never a crash, never more than the limits (issue: fuzzed parsers)."""

import contextlib
import hashlib
import hmac
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.meetings.sfu import rtcp, rtp, sdp, stun, ticket
from apps.meetings.sfu.codecs import agreed
from apps.meetings.sfu.picture import begins_whole

PASSWORD = "a-password-of-ours"
LOCAL = sdp.Local("name", PASSWORD, "AB:" * 31 + "AB", "127.0.0.1", 8001)
FINGERPRINT = "AA:" * 31 + "AA"
OFFER = (
    "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=sendonly\r\n"
    f"a=fingerprint:sha-256 {FINGERPRINT}\r\n"
    "a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\na=rtpmap:111 opus/48000/2\r\na=ssrc:1001 cname:x\r\n"
    f"m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\na=sendonly\r\na=fingerprint:sha-256 {FINGERPRINT}\r\n"
    "a=rtpmap:96 VP8/90000\r\na=ssrc:2002 cname:x\r\n"
)


def request(name: str = "name:theirs", *, nominates: bool = True, password: str = PASSWORD) -> bytes:
    """A binding request as browsers write it."""
    padded = name.encode() + b"\0" * (-len(name) % 4)
    body = struct.pack("!HH", stun.USERNAME, len(name)) + padded
    if nominates:
        body += struct.pack("!HH", stun.NOMINATED, 0)
    head = struct.pack("!HHI", stun.REQUEST, len(body) + stun.INTEGRITY_SIZE, stun.COOKIE) + b"t" * 12
    signature = hmac.new(password.encode(), head + body, hashlib.sha1).digest()
    return head + body + struct.pack("!HH", stun.INTEGRITY, 20) + signature


def packet(sequence: int, *, level: int | None = None, payload_type: int = 111) -> bytes:
    """An RTP packet, with a loudness extension when asked."""
    first = 0x90 if level is not None else 0x80
    head = struct.pack("!BBHII", first, payload_type, sequence, 0, 1001)
    extension = b"" if level is None else struct.pack("!HHBBH", rtp.ONE_BYTE, 1, 0x10, level, 0)
    return head + extension + b"sound"


def test_a_check_is_read_and_its_signature_decides() -> None:
    """RFC 8489 §14.5: only who knows the password is heard."""
    found = stun.read(request())
    assert found is not None
    assert (found.name, found.nominates) == ("name", True)
    assert stun.is_authentic(found, PASSWORD)
    assert not stun.is_authentic(found, "another")


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7"])
def test_the_answer_tells_from_where_it_was_heard(host: str) -> None:
    """RFC 8489 §14.2: the address is hidden by the cookie and the transaction."""
    found = stun.read(request())
    assert found is not None
    said = stun.answer(found, PASSWORD, host, 40_000)
    size = 4 if "." in host else 16
    kind, _, _, family, port = struct.unpack_from("!HHBBH", said, 20)
    assert (kind, family, port ^ (stun.COOKIE >> 16)) == (stun.MAPPED, 1 if size == 4 else 2, 40_000)
    assert said[:2] == struct.pack("!H", stun.SUCCESS)
    assert len(said) == 20 + 8 + size + stun.INTEGRITY_SIZE + stun.FINGERPRINT_SIZE


@given(st.binary(max_size=200))
def test_no_packet_breaks_the_readers(data: bytes) -> None:
    """Whatever arrives is read or refused; what is understood stays within the limits."""
    stun.read(data)
    heard = rtcp.read(data)
    assert all(len(lost) <= rtcp.MOST_LOST for lost in heard.lost.values())
    assert all(0 <= share < 1 for share in heard.loss.values())
    if rtp.is_rtp(data):
        assert rtp.loudness_of(data, 1) in {None, *range(128)}
        begins_whole("vp8", data)
        begins_whole("h264", data)


@given(st.integers(0, 199), st.integers(0, 255))
def test_a_check_with_one_wrong_byte_is_not_ours(place: int, value: int) -> None:
    """Any byte but those of the padding counts."""
    whole = bytearray(request("name:their"))
    place %= len(whole)
    padding = range(20 + 4 + 10, 20 + 4 + 12)
    if whole[place] == value or place in padding:
        return
    whole[place] = value
    found = stun.read(bytes(whole))
    assert found is None or found.name != "name" or not stun.is_authentic(found, PASSWORD) or place in padding


@given(st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=100, unique=True).map(sorted))
def test_what_is_asked_again_is_what_is_read(sequences: list[int]) -> None:
    """NACK out and in (RFC 4585 §6.2.1)."""
    assert sorted(rtcp.read(rtcp.resend_asked(7, sequences)).lost[7]) == sequences


@given(st.integers(0, 0xFFFF), st.integers(-32_000, 32_000))
def test_how_far_ahead_a_packet_is(start: int, step: int) -> None:
    """Sequence numbers wrap (RFC 3550 A.1)."""
    assert rtp.ahead((start + step) & 0xFFFF, start) == step


def test_loudness_is_read_from_the_header() -> None:
    """RFC 6464: 0 is loudest, 127 silent; turned round here."""
    assert rtp.loudness_of(packet(1, level=0x80 | 20), 1) == 107
    assert rtp.loudness_of(packet(1, level=20), 2) is None
    assert rtp.loudness_of(packet(1), 1) is None


def test_an_offer_is_read_and_answered() -> None:
    """What a browser sends, and everything of it taken."""
    offer = sdp.read_offer(OFFER)
    assert offer.fingerprint == FINGERPRINT
    assert [(one.mid, one.kind, one.ssrc, one.loudness) for one in offer.sections] == [
        ("0", "audio", 1001, 1),
        ("1", "video", 2002, 0),
    ]
    answer = sdp.write_answer(offer, LOCAL, "vp8")
    assert answer.count("a=recvonly") == 2
    assert "a=candidate:2 1 tcp 1518280447 127.0.0.1 8001 typ host tcptype passive" in answer


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("m=video", "m=application"),
        ("a=ssrc:2002 cname:x", "a=ssrc:1001 cname:x"),
        ("a=mid:1", "a=mid:0"),
        ("VP8/90000", "H264/90000"),
        ("a=ssrc:1001 cname:x", "a=ssrc:99999999999"),
        (FINGERPRINT, "AA:BB"),
        ("v=0", "v=0" + "x" * sdp.LARGEST),
    ],
)
def test_other_offers_are_refused(old: str, new: str) -> None:
    """Unknown media, one stream twice, no picture we forward, no fingerprint, oversized."""
    with pytest.raises(sdp.SdpRefused):
        sdp.read_offer(OFFER.replace(old, new))


@pytest.mark.parametrize(
    ("form", "is_taken"),
    [
        ("level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f", True),
        ("packetization-mode=1; profile-level-id=42C00D", True),
        ("profile-level-id=42e01f", False),
        ("packetization-mode=0;profile-level-id=42e01f", False),
        ("packetization-mode=1;profile-level-id=42001f", False),
        ("packetization-mode=1;profile-level-id=640c1f", False),
    ],
)
def test_of_h264_only_what_every_receiver_decodes_is_taken(*, form: str, is_taken: bool) -> None:
    """RFC 7742 §6.2: constrained baseline in packet-sized pieces; among several the fitting one, VP8 beside it stays."""
    more = (
        f"a=rtpmap:96 VP8/90000\r\na=rtpmap:99 H264/90000\r\na=rtpmap:98 H264/90000\r\na=fmtp:98 {form}\r\n"
    )
    offer = sdp.read_offer(OFFER.replace("a=rtpmap:96 VP8/90000\r\n", more))
    picture = {"vp8": 96} | ({"h264": 98} if is_taken else {})
    assert [dict(one.payload_types) for one in offer.sections] == [{"opus": 111}, picture]
    assert offer.videos == picture.keys()
    if is_taken:
        answer = sdp.write_answer(offer, LOCAL, "h264")
        assert f"a=rtpmap:98 H264/90000\r\na=fmtp:98 {sdp.H264_FORM}" in answer
        assert "VP8" not in answer


def test_listeners_are_offered_both_codecs() -> None:
    """Who sends may change the codec without asking those who watch."""
    text = sdp.write_offer(1, [sdp.Line("video", 7, "1-camera"), sdp.Line("audio", None, "")], LOCAL)
    assert "UDP/TLS/RTP/SAVPF 96 102\r\n" in text
    assert text.count("a=rtcp-fb:102 nack pli") == 1
    assert "a=rtpmap:111 opus/48000/2" in text


VP8_STARTS = [b"\x10\x00", b"\x90\x80\x81\x23\x00", b"\x90\xe0\x05\x07\x20\x00"]
VP8_OTHERS = [b"\x10\x01", b"\x00\x00", b"\x11\x00", b"\x90\x80\x81\x23\x01", b"\x90\x80", b"\x10", b""]
H264_STARTS = [b"\x67\x42", b"\x65\x88", b"\x7c\x85\x00", b"\x78\x00\x02\x06\x01\x00\x02\x67\x42"]
H264_OTHERS = [
    b"\x41\x9a",
    b"\x68\xce",
    b"\x7c\x05\x00",
    b"\x7c\x81",
    b"\x7c",
    b"\x78\x00\x02\x06\x01",
    b"\x78\xff\xff\x06",
    b"",
]


@pytest.mark.parametrize(
    ("codec", "payload", "begins"),
    [("vp8", one, True) for one in VP8_STARTS]
    + [("vp8", one, False) for one in VP8_OTHERS]
    + [("h264", one, True) for one in H264_STARTS]
    + [("h264", one, False) for one in H264_OTHERS],
)
def test_a_whole_picture_is_known_by_its_first_packet(*, codec: str, payload: bytes, begins: bool) -> None:
    """RFC 7741 §4.2–4.3 and RFC 6184 §5.4–5.8: bare, behind a header extension, and in pieces."""
    bare = struct.pack("!BBHII", 0x80, 96, 1, 0, 2002)
    assert begins_whole(codec, bare + payload) is begins
    assert (
        begins_whole(codec, bytes([0x90]) + bare[1:] + b"\xbe\xde\x00\x01\x10\x05\x00\x00" + payload)
        is begins
    )


CODECS = st.sampled_from([{"vp8"}, {"h264"}, {"vp8", "h264"}])


@given(CODECS, st.lists(CODECS | st.just(set())), st.sampled_from(["", *sdp.CODECS["video"]]))
def test_pictures_are_sent_in_what_most_others_decode(
    sends: set[str], others: list[set[str]], current: str
) -> None:
    """Nobody sends what it cannot encode; no other choice leaves fewer in the dark; what is in use stays when nothing is better."""
    chosen = agreed(current, sends, others)
    dark = {codec: sum(codec not in one for one in others) for codec in sends}
    assert dark[chosen] == min(dark.values())
    if dark.get(current) == dark[chosen]:
        assert chosen == current
    assert agreed(chosen, sends, others) == chosen


@given(st.text(max_size=300), st.integers(0, len(OFFER)))
def test_no_text_breaks_the_reader_of_offers(noise: str, place: int) -> None:
    """Noise anywhere in an offer is taken or refused."""
    with contextlib.suppress(sdp.SdpRefused):
        sdp.read_offer(OFFER[:place] + noise + OFFER[place:])


def test_a_ticket_is_signed_and_ends() -> None:
    """One changed letter or a minute too late, and it is nothing."""
    text = ticket.issue("secret", room="7", who="12", now=100.0, speaks=True, shut=["mic"])
    found = ticket.read("secret", text, now=159.0)
    assert (found.room, found.who, found.speaks, found.controls, found.shut) == (
        "7",
        "12",
        True,
        False,
        ["mic"],
    )
    for wrong, secret, now in (
        (text, "secret", 161.0),
        (text, "other", 100.0),
        ("x" + text, "secret", 100.0),
        ("", "secret", 0.0),
    ):
        with pytest.raises(ticket.TicketRefused):
            ticket.read(secret, wrong, now=now)
