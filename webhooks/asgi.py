"""The address of events for a server with an event loop: who waits holds no thread.

Bodies come and commits end in their own time; a thread for each of them would cost more
than all the checks (docs/decisions/0021). Everything else goes to the WSGI app behind,
in a thread, once its body has come.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from a2wsgi import WSGIMiddleware

from webhooks.answers import (
    LARGEST,
    PATH,
    Answer,
    Clerk,
    broke,
    broken_body,
    not_kept,
    refused,
    too_large,
)
from webhooks.inbox import Inbox
from webhooks.verify import Event, NotFromShopify

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from _typeshed.wsgi import WSGIApplication

    Message = Mapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]


# How much of unfinished bodies is held at once, in bytes.
HELD = 64 << 20


class AsgiReceiver:
    """Answers events; whatever is sent to another address goes on to the app behind."""

    def __init__(
        self,
        behind: WSGIApplication,
        inbox: Inbox,
        *,
        secrets: Sequence[str],
        threads: int = 16,
    ) -> None:
        """Accept every secret that may still sign; `threads` are the app's behind."""
        self.inbox = inbox
        self._clerk = Clerk(secrets=secrets)
        # Its types are of the same shapes by other names.
        self._behind: Any = WSGIMiddleware(cast(Any, behind), workers=threads)
        self._room = Room(HELD)

    async def __call__(
        self, scope: Mapping[str, Any], receive: Receive, send: Send
    ) -> None:
        """Answer as ASGI asks (version 3)."""
        if scope["type"] != "http":
            await self._behind(scope, receive, send)
        elif scope["path"] != PATH:
            await self._pass_on(scope, receive, send)
        else:
            await _send(send, await self._receive(scope, receive))

    async def _pass_on(
        self, scope: Mapping[str, Any], receive: Receive, send: Send
    ) -> None:
        try:
            body = await self._room.read(receive)
        except NotFromShopify as error:
            await _send(send, refused(error))
        else:
            await self._behind(_framed(scope, body), _at_once(body), send)

    async def _receive(self, scope: Mapping[str, Any], receive: Receive) -> Answer:
        try:
            headers = _Headers(scope["headers"])
            self._clerk.look(scope["method"], headers)
            _refuse_long(headers)
            event = self._clerk.event(headers, await self._room.read(receive))
            return await self._keep(event)
        except NotFromShopify as error:
            return refused(error)
        except Exception:
            return broke()

    async def _keep(self, event: Event) -> Answer:
        job, reason = self._clerk.wanted(event)
        try:
            kept = await self.inbox.put_soon(event, job, reason)
        except Exception:
            return not_kept(event)
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


def _refuse_long(headers: _Headers) -> None:
    """Read nothing of a body that says itself that it is too long."""
    if int((headers.getlist("content-length") or ["0"])[0]) > LARGEST:
        raise too_large()


class Room:
    """Holds so many bytes of unfinished bodies; whoever brings more comes again."""

    def __init__(self, free: int) -> None:
        """Begin empty."""
        self._free = free

    async def read(self, receive: Receive) -> bytes:
        """Read a body to its end, or to just over what anybody takes.

        Raises `NotFromShopify`: `too_many_senders`, `broken_body`.
        """
        body, more = b"", True
        try:
            while more and len(body) <= LARGEST:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise broken_body()
                body += self._take(message.get("body", b""))
                more = message.get("more_body", False)
        finally:
            self._free += len(body)
        return body

    def _take(self, part: bytes) -> bytes:
        if len(part) > self._free:
            message = "too many send at once; send the event again"
            raise NotFromShopify("too_many_senders", message, status=503)
        self._free -= len(part)
        return part


def _framed(scope: Mapping[str, Any], body: bytes) -> Mapping[str, Any]:
    """Say how long a body is; WSGI takes one that came in chunks for none."""
    if not body:
        return scope
    framing = (b"content-length", b"transfer-encoding")
    kept = [pair for pair in scope["headers"] if pair[0] not in framing]
    return {**scope, "headers": [*kept, (framing[0], b"%d" % len(body))]}


def _at_once(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _send(send: Send, answer: Answer) -> None:
    headers = [(name.encode(), value.encode()) for name, value in answer.headers]
    start = {"type": "http.response.start", "status": answer.status}
    await send({**start, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
