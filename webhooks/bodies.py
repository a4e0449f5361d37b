"""Bodies: read to their end, within bounds of length, time and memory together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from webhooks.answers import LARGEST, broken_body
from webhooks.verify import NotFromShopify

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Receive = Callable[[], Awaitable[Mapping[str, Any]]]

# So much of each body is not counted: an event is shorter, and never meets a full room.
SMALL = 32 << 10
# A sender waits five seconds for an answer; who needs longer for the body gets none.
SECONDS = 5.0


class Room:
    """Holds so many bytes of bodies at once; whoever brings more comes again."""

    def __init__(self, free: int, seconds: float = SECONDS) -> None:
        """Begin empty; a body has to come within so many seconds."""
        self._free = free
        self._seconds = seconds

    @asynccontextmanager
    async def body(self, receive: Receive) -> AsyncIterator[bytes]:
        """Read a body to its end, or to just over what anybody takes, and hold it.

        Raises `NotFromShopify`: `too_many_senders`, `too_slow`, `broken_body`.
        """
        part = _Part(self)
        try:
            yield await self._read(receive, part)
        finally:
            self._free += part.taken

    async def _read(self, receive: Receive, part: _Part) -> bytes:
        # Bytes that grow by bytes are copied each time: a million small parts of one
        # body would keep the loop for a minute.
        body, more = bytearray(), True
        try:
            async with asyncio.timeout(self._seconds):
                while more and len(body) <= LARGEST:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise broken_body()
                    body += message.get("body", b"")
                    part.grow(len(body))
                    more = message.get("more_body", False)
        except TimeoutError as error:
            raise _too_slow() from error
        return bytes(body)

    def take(self, more: int) -> None:
        """Give so much room away; raises `NotFromShopify` where there is less."""
        if more > self._free:
            message = "too many send at once; send the event again"
            raise NotFromShopify("too_many_senders", message, status=503)
        self._free -= more


class _Part:
    """The room that one body has."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.taken = 0

    def grow(self, length: int) -> None:
        more = max(0, length - SMALL) - self.taken
        self._room.take(more)
        self.taken += more


def _too_slow() -> NotFromShopify:
    return NotFromShopify("too_slow", "the body came too slowly", status=408)
