"""One web process: uvicorn on a socket inherited from the supervisor, so that several share one port."""

import argparse
import socket

import uvicorn


def main() -> None:
    """`python -m config.stack.web --fd N`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    arguments = parser.parse_args()
    listener = socket.socket(fileno=arguments.fd)
    config = uvicorn.Config(
        "config.asgi:application",
        loop="uvloop",
        ws="websockets-sansio",
        log_level="warning",
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        ws_max_size=65536,
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
