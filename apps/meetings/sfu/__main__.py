"""`python -m apps.meetings.sfu`: sockets come from whoever starts it, the secret and the advertised address by environment."""

import argparse
import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import uvloop

from apps.meetings.sfu.door import LARGEST_LINE, Server
from apps.meetings.sfu.leg import Identity
from apps.meetings.sfu.room import tidy
from apps.meetings.sfu.tape import Shelf
from apps.meetings.sfu.wire import Framed, Wire, widened

TICK_SECONDS = 0.05
TICKS_A_SECOND = 20


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser()
    for name in ("udp", "tcp", "control"):
        parser.add_argument(f"--{name}", type=int, required=True, help="inherited socket")
    parser.add_argument(
        "--address",
        required=True,
        help="address browsers are told; with :port behind a relay that has another one",
    )
    parser.add_argument("--recordings", type=Path, help="folder of recordings; none: nothing is recorded")
    chosen = parser.parse_args()
    secret = os.environ.get("TONGZHOU_MEDIA_SECRET", "")
    os.umask(0o077)
    if len(secret) < 16:
        sys.exit("TONGZHOU_MEDIA_SECRET is missing")
    doors = [socket.socket(fileno=number) for number in (chosen.udp, chosen.tcp, chosen.control)]
    shelf = Shelf(chosen.recordings) if chosen.recordings else None
    uvloop.run(serve(*doors, address=chosen.address, secret=secret, shelf=shelf))


async def serve(
    udp: socket.socket,
    tcp: socket.socket,
    control: socket.socket,
    *,
    address: str,
    secret: str,
    shelf: Shelf | None = None,
) -> None:
    """Media on `udp` and `tcp`, orders on `control`, until SIGTERM."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    host, port = place_of(address, udp.getsockname()[1])
    wire = Wire(Identity(), host=host, port=port)
    server = Server(wire, secret, shelf)
    door = widened(udp)
    loop.add_reader(door.fileno(), wire.read_from, door)
    media = await loop.create_server(lambda: Framed(wire), sock=tcp)
    orders = await asyncio.start_server(server.serve, sock=control, limit=LARGEST_LINE)
    ticking = asyncio.create_task(tick(server))
    await stop.wait()
    ticking.cancel()
    orders.close()
    media.close()
    loop.remove_reader(door.fileno())
    server.close()


def place_of(address: str, own_port: int) -> tuple[str, int]:
    """Address and port of `address`, `address:port`, `[address]` or `[address]:port`; a bare IPv6 address has no port."""
    bare, _, rest = address.removeprefix("[").partition("]") if address.startswith("[") else (address, "", "")
    if not rest and bare.count(":") == 1:
        bare, _, port = bare.partition(":")
    else:
        port = rest.removeprefix(":")
    return bare, int(port or own_port)


async def tick(server: Server) -> None:
    """Handshakes resent, losses asked for, reports sent, the silent hung up on."""
    count = 0
    while True:
        await asyncio.sleep(TICK_SECONDS)
        count += 1
        is_new_second = count % TICKS_A_SECOND == 0
        if is_new_second:
            server.wire.new_second()
        for member in tidy(server.rooms, is_new_second=is_new_second):
            server.hang_up(member, "lost")


if __name__ == "__main__":
    main()
