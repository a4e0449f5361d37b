"""The address of events for a server with an event loop: who waits holds no thread.

Bodies come and commits end in their own time; a thread for each of them would cost more
than all the checks (docs/decisions/0021). Everything else goes to the WSGI app behind,
in a thread, once its body has come.
"""

from __future__ import annotations

import asyncio
import string
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import structlog
from a2wsgi import WSGIMiddleware

from webhooks.answers import (
    LARGEST,
    PATH,
    Answer,
    Clerk,
    broke,
    not_kept,
    refused,
    too_large,
)
from webhooks.bodies import Room
from webhooks.inbox import Inbox
from webhooks.verify import Event, NotFromShopify

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from _typeshed.wsgi import WSGIApplication

    Message = Mapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]


# How much of bodies is held at once, in bytes: of events, and of what is for the pages.
HELD = 64 << 20
LENGTH, FRAMING = b"content-length", (b"content-length", b"transfer-encoding")
COOKIE = b"cookie"

log = structlog.get_logger(__name__)


def _nothing() -> None:
    """Begin or end nothing."""


class AsgiReceiver:
    """Answers events; whatever is sent to another address goes on to the app behind."""

    def __init__(
        self,
        behind: WSGIApplication,
        inbox: Inbox,
        *,
        secrets: Sequence[str],
        threads: int = 16,
        begin: Callable[[], object] = _nothing,
        end: Callable[[], object] = _nothing,
    ) -> None:
        """Accept every secret that may still sign; `threads` are the app's behind.

        `begin` is called in the server's loop before it takes requests; `end`, in a
        thread, when it has answered the last one.
        """
        self.inbox = inbox
        self._clerk = Clerk(secrets=secrets)
        # Its types are of the same shapes by other names.
        self._behind: Any = WSGIMiddleware(cast(Any, behind), workers=threads)
        self._events, self._pages = Room(HELD), Room(HELD)
        self._begin, self._end = begin, end

    async def __call__(
        self, scope: Mapping[str, Any], receive: Receive, send: Send
    ) -> None:
        """Answer as ASGI asks (version 3)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            await self._behind(scope, receive, send)
        elif scope["path"] == PATH:
            await _send(send, await self._receive(scope, receive))
        else:
            await self._pass_on(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._begin()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        try:
            await asyncio.to_thread(self._end)
        except Exception:
            log.exception("end_failed")
        finally:
            await send({"type": "lifespan.shutdown.complete"})

    async def _pass_on(
        self, scope: Mapping[str, Any], receive: Receive, send: Send
    ) -> None:
        answer = _Begun(send)
        try:
            async with self._pages.body(receive) as body:
                await self._behind(_plain(scope, body), _at_once(body), answer.send)
        except NotFromShopify as error:
            await _send(send, refused(error))
        except Exception:
            if answer.begun:
                raise
            await _send(send, broke())

    async def _receive(self, scope: Mapping[str, Any], receive: Receive) -> Answer:
        try:
            headers = _Headers(scope["headers"])
            self._clerk.look(scope["method"], headers)
            _refuse_long(headers)
            async with self._events.body(receive) as body:
                event = self._clerk.event(headers, body)
            return await self._keep(event)
        except NotFromShopify as error:
            return refused(error)
        except Exception:
            return broke()

    async def _keep(self, event: Event) -> Answer:
        job, reason = self._clerk.wanted(event)
        try:
            kept = await self.inbox.put_soon(event, job, reason)
        except Exception as error:
            # Not kept, so not acknowledged: the sender tries again.
            return not_kept(event, error)
        return self._clerk.kept(event, job, kept)


class _Headers:
    """The headers of a request; several may share a name."""

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]]) -> None:
        self._found: dict[str, list[str]] = {}
        for name, value in pairs:
            self._found.setdefault(name.decode("latin-1"), []).append(
                value.decode("latin-1")
            )

    def getlist(self, key: str) -> list[str]:
        return self._found.get(key.lower(), [])


class _Begun:
    """A way to the one who asked that knows whether anything went out."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = False

    async def send(self, message: Message) -> None:
        self.begun = True
        await self._send(message)


def _refuse_long(headers: _Headers) -> None:
    """Read nothing of a body that says itself that it is too long."""
    if int((headers.getlist("content-length") or ["0"])[0]) > LARGEST:
        raise too_large()


def _plain(scope: Mapping[str, Any], body: bytes) -> Mapping[str, Any]:
    """Say a request in the way that WSGI and its adapter can say it."""
    pairs = [pair for pair in scope["headers"] if pair[0] != COOKIE]
    # HTTP/2 may part what is one header (RFC 9113, 8.2.3).
    cookies = [value for name, value in scope["headers"] if name == COOKIE]
    if cookies:
        pairs.append((COOKIE, b"; ".join(cookies)))
    if body:
        # WSGI takes a body that came in chunks for none.
        pairs = [pair for pair in pairs if pair[0] not in FRAMING]
        pairs.append((LENGTH, b"%d" % len(body)))
    query = quote(scope["query_string"], safe=string.printable)
    return {**scope, "headers": pairs, "query_string": query.encode()}


def _at_once(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _send(send: Send, answer: Answer) -> None:
    headers = [(name.encode(), value.encode()) for name, value in answer.headers]
    start = {"type": "http.response.start", "status": answer.status}
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
