"""HTTP without a network: a request goes into an app, an answer comes out."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

import requests
from flask import Flask

if TYPE_CHECKING:
    from webhooks.asgi import AsgiReceiver, Message, Receive, Send


def ask(
    app: Flask, path: str, body: bytes, headers: Mapping[str, str]
) -> requests.Response:
    """Post a body to an app in this very thread."""
    named = {
        f"HTTP_{name.upper().replace('-', '_')}": headers[name] for name in headers
    }
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "app.example",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        **named,
    }
    statuses: list[str] = []

    def start(status: str, _headers: object, _error: object = None) -> Any:
        statuses.append(status)

    content = b"".join(app.wsgi_app(environ, start))
    return answer(int(statuses[-1].split()[0]), content)


def bring(
    app: AsgiReceiver,
    path: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    between: Callable[[], None],
) -> int:
    """Post a body to an app on an event loop, in this very thread; gives the status.

    `between` is called at every turn while the loop stands still: whoever comes in the
    middle of it finds no loop in the way.
    """
    sent: list[Message] = []
    died: list[BaseException] = []
    with _alone(), closing(asyncio.new_event_loop()) as loop:
        loop.set_exception_handler(lambda _, context: _note(died, context))
        asked = app(scope(path, headers.items()), receiving(body), noting(sent))
        task = loop.create_task(asked)
        try:
            while not task.done():
                _turn(loop)
                if died:
                    raise died[0]
                between()
            task.result()
        finally:
            # Where the process dies in between, nothing goes on.
            task.cancel()
            with suppress(asyncio.CancelledError):
                loop.run_until_complete(task)
    return int(sent[0]["status"])


@contextmanager
def _alone() -> Iterator[None]:
    """Let a loop run in the middle of another one: it stands for another process's."""
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(outer)


def _note(died: list[BaseException], context: Mapping[str, Any]) -> None:
    """Note what a call of the loop raised: it outlives that, a process does not."""
    if "exception" in context:
        died.append(context["exception"])


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    loop.call_soon(loop.stop)
    loop.run_forever()


def scope(path: str, headers: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Say a request as ASGI says it; a header may come more than once."""
    pairs = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
    return {"type": "http", "method": "POST", "path": path, "headers": pairs}


def receiving(body: bytes) -> Receive:
    """Make what gives a body in one piece."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def noting(sent: list[Message]) -> Send:
    """Make what takes an answer."""

    async def send(message: Message) -> None:
        sent.append(message)

    return send


def answer(status: int, content: bytes) -> requests.Response:
    """Make an answer as the app's own client of HTTP reads it."""
    made = requests.Response()
    made.status_code = status
    made._content = content
    made.encoding = "utf-8"
    return made
