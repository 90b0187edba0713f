"""Where the stack listens: the port asked for or the next free one, and which addresses only this machine reaches."""

import ipaddress
import socket

TRIES = 20


def free_port() -> int:
    """A TCP port on loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def address_of(host: str) -> tuple[socket.AddressFamily, str]:
    """Family and numeric address of a host name. Raises `OSError` for an unknown one."""
    family, _, _, _, address = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0]
    return family, str(address[0])


def is_loopback(host: str) -> bool:
    """True when only this machine can reach `host`."""
    try:
        return ipaddress.ip_address(address_of(host)[1].split("%")[0]).is_loopback
    except (OSError, ValueError):
        return False


def listen(host: str, port: int) -> socket.socket:
    """A listening socket on `port`, else on the next free one, else on any. Raises `OSError` for an impossible host."""
    family, address = address_of(host)
    for candidate in (*range(port, min(port + TRIES, 65536)), 0):
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, candidate))
            listener.listen(2048)
        except OSError:
            listener.close()
            if candidate == 0:
                raise
        else:
            return listener
    raise OSError(f"no free port on {host}")


def own_names() -> set[str]:
    """Names and addresses under which the network may know this machine."""
    name = socket.gethostname()
    try:
        addresses = {str(info[4][0]).split("%")[0] for info in socket.getaddrinfo(name, None)}
    except OSError:
        addresses = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                ("192.0.2.1", 9)
            )  # documentation address: chooses the outgoing interface, sends nothing
            addresses.add(str(probe.getsockname()[0]))
        except OSError:
            pass
    return {name, *(f"[{address}]" if ":" in address else address for address in addresses)}
