"""A bare Channels fan-out to compare with: a consumer that accepts everybody and passes on what its group is sent."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

GROUP = "bare"
KIND = "bare.hint"


def serve(port: int) -> None:
    """Serve it as the product is served: the same server program, channel layer and socket library."""
    import django

    django.setup()
    import uvicorn
    from channels.generic.websocket import AsyncJsonWebsocketConsumer

    class Bare(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
        """One socket."""

        async def connect(self) -> None:
            """Everybody may listen."""
            await self.accept()
            await self.channel_layer.group_add(GROUP, self.channel_name)

        async def bare_hint(self, message: Mapping[str, Any]) -> None:
            """Pass it on."""
            await self.send_json({"hint": message["hint"]})

    uvicorn.run(
        Bare.as_asgi(), host="127.0.0.1", port=port, ws="websockets-sansio", lifespan="off", log_level="warning"
    )


if __name__ == "__main__":
    serve(int(sys.argv[1]))
