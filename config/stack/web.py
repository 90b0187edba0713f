"""One web process: uvicorn on a socket inherited from the supervisor, so that several share one port."""

import argparse
import socket

import uvicorn

from apps.core.garbage import garbage_rarely

GRACE_SECONDS = 5
LARGEST_FRAME = 64 * 1024
CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"  # of TLS 1.2; TLS 1.3 has only good ones


def main() -> None:
    """`python -m config.stack.web --fd N`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fd", type=int, required=True)
    parser.add_argument("--cert")
    parser.add_argument("--key")
    arguments = parser.parse_args()
    listener = socket.socket(fileno=arguments.fd)
    from config.asgi import application  # noqa: PLC0415  # sets Django up: after the arguments are known to be right

    garbage_rarely()

    config = uvicorn.Config(
        application,
        loop="uvloop",
        ws="websockets-sansio",
        log_level="warning",
        log_config=None,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,  # each socket would compress the same frame again
        ssl_certfile=arguments.cert,
        ssl_keyfile=arguments.key,
        ssl_ciphers=CIPHERS,
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
