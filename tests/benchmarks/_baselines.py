"""`python -m tests.benchmarks._baselines KIND PORT`: what the fan-out is measured against.

`broadcast`: a `websockets` server; one subscription to Valkey, `broadcast()` to all sockets. `core`, `pubsub`: Channels, one group
member a socket, by either layer of channels_redis, under uvicorn as the product runs.
"""

import asyncio
import os
import sys
from typing import Any

CHANNEL = "bench"
GROUP = "bench"


async def broadcast(port: int) -> None:
    """The `websockets` library at its best."""
    import redis.asyncio
    from websockets.asyncio.server import ServerConnection, serve
    from websockets.asyncio.server import broadcast as to_all

    here: set[ServerConnection] = set()

    async def stay(line: ServerConnection) -> None:
        here.add(line)
        try:
            await line.wait_closed()
        finally:
            here.discard(line)

    async with serve(stay, "127.0.0.1", port, compression=None, ping_interval=None):
        heard = redis.asyncio.Redis.from_url(os.environ["REDIS_URL"]).pubsub(ignore_subscribe_messages=True)
        await heard.subscribe(CHANNEL)
        while True:
            message = await heard.get_message(timeout=5)
            if message is not None:
                to_all(here, message["data"].decode())


def layer_of(kind: str) -> Any:
    """The channel layer."""
    if kind == "core":
        from channels_redis.core import RedisChannelLayer

        host = {"address": os.environ["REDIS_URL"], "socket_timeout": None}
        return RedisChannelLayer(hosts=[host], capacity=10_000)
    from channels_redis.pubsub import RedisPubSubChannelLayer

    return RedisPubSubChannelLayer(hosts=[os.environ["REDIS_URL"]])


def grouped(kind: str, port: int) -> None:
    """Channels as its documentation shows a chat."""
    import uvicorn
    from channels.consumer import get_handler_name
    from channels.generic.websocket import AsyncWebsocketConsumer

    layer = layer_of(kind)

    class Member(AsyncWebsocketConsumer):
        """One group member."""

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            self.scope, self.base_send = scope, send
            name = await layer.new_channel()
            await layer.group_add(GROUP, name)

            async def hear() -> None:
                while True:
                    message = await layer.receive(name)
                    assert get_handler_name(message) == "say"
                    await self.send(text_data=message["text"])

            await receive()
            await self.accept()
            hearing = asyncio.create_task(hear())
            while (await receive())["type"] != "websocket.disconnect":
                pass
            hearing.cancel()

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await Member()(scope, receive, send)

    uvicorn.run(
        application, host="127.0.0.1", port=port, loop="uvloop", ws="websockets-sansio", lifespan="off",
        log_level="error", ws_per_message_deflate=False, ws_ping_interval=None, backlog=4096,
    )  # fmt: skip


if __name__ == "__main__":
    if sys.argv[1] == "broadcast":
        import uvloop

        uvloop.run(broadcast(int(sys.argv[2])))
    else:
        grouped(sys.argv[1], int(sys.argv[2]))
