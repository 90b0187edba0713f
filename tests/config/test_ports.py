"""Where the stack listens."""

import socket

import pytest

from config.stack import ports
from config.stack.state import StateRefused
from config.stack.up import _may_listen, options

EVERYWHERE = "0.0.0.0"  # noqa: S104  # what is to be refused


def test_a_taken_port_gives_the_next_free_one() -> None:
    """The operator gets a working address, not an error."""
    with ports.listen("127.0.0.1", ports.free_port()) as first:
        taken = first.getsockname()[1]
        with ports.listen("127.0.0.1", taken) as second:
            assert second.getsockname()[1] not in (0, taken)


def test_an_impossible_host_is_an_error() -> None:
    """No silent fallback to another address."""
    with pytest.raises(OSError):  # noqa: PT011  # the text is the system's
        ports.listen("203.0.113.77", 0)


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        (EVERYWHERE, False),
        ("192.0.2.9", False),
        ("::", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:  # noqa: FBT001
    """A wildcard is the network."""
    assert ports.is_loopback(host) is loopback


def test_a_demo_does_not_listen_on_the_network_by_itself() -> None:
    """It takes the long option."""
    with pytest.raises(StateRefused, match="--demo-on-network"):
        _may_listen(options(["--host", EVERYWHERE]), "demo")
    _may_listen(options(["--host", EVERYWHERE, "--demo-on-network"]), "demo")
    _may_listen(options(["--host", "127.0.0.1"]), "demo")
    _may_listen(options(["--host", EVERYWHERE]), "real")


@pytest.mark.parametrize("arguments", [["--port", "0"], ["--port", "70000"], ["--port", "x"], ["--web", "0"]])
def test_senseless_numbers_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """The message names the limits."""
    with pytest.raises(SystemExit) as stopped:
        options(arguments)
    assert stopped.value.code == 2
    assert "应在 1 到" in capsys.readouterr().err


def test_a_listening_socket_takes_connections() -> None:
    """It is really listening."""
    with ports.listen("127.0.0.1", ports.free_port()) as listener:
        socket.create_connection(listener.getsockname()[:2], 2).close()
