"""Where browsers are told to find the media server."""

import pytest

from apps.meetings.sfu.__main__ import place_of


@pytest.mark.parametrize(
    ("given", "host", "port"),
    [
        ("192.0.2.7", "192.0.2.7", 8001),
        ("192.0.2.7:9000", "192.0.2.7", 9000),
        ("2001:db8::7", "2001:db8::7", 8001),
        ("[2001:db8::7]", "2001:db8::7", 8001),
        ("[2001:db8::7]:9000", "2001:db8::7", 9000),
    ],
)
def test_an_address_may_name_its_port(given: str, host: str, port: int) -> None:
    """Behind a translation of addresses the port outside may be another one."""
    assert place_of(given, 8001) == (host, port)
