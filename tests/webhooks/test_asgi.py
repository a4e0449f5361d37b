"""The address of events on an event loop, as a server of ASGI asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask, request

from tests.webhooks.letters import headers, payload
from tests.webhooks.test_inbox import blocked, rows
from webhooks.answers import LARGEST
from webhooks.asgi import AsgiReceiver, Room
from webhooks.inbox import Inbox
from webhooks.verify import NotFromShopify

SECRET = "an-app-secret-of-forty-characters-or-so"
BODY = payload("returns/request")
LOST: Mapping[str, Any] = {"type": "http.disconnect"}


def part(body: bytes, *, more: bool = False) -> Mapping[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


class Line:
    """A sender: what comes of its request, and what it is told."""

    def __init__(self, *messages: Mapping[str, Any]) -> None:
        self.messages = list(messages)
        self.said: list[Mapping[str, Any]] = []

    async def receive(self) -> Mapping[str, Any]:
        await asyncio.sleep(0)
        return self.messages.pop(0) if self.messages else LOST

    async def send(self, message: Mapping[str, Any]) -> None:
        self.said.append(message)

    @property
    def answer(self) -> tuple[int, bytes]:
        start, *parts = self.said
        return start["status"], b"".join(each.get("body", b"") for each in parts)


def scope(path: str = "/webhooks", method: str = "POST", **given: str | None) -> Any:
    named = headers(BODY, SECRET, **given)
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "query_string": b"a=1",
        "headers": [(k.lower().encode(), v.encode()) for k, v in named.items()],
    }


@pytest.fixture
def receiver(box: Inbox) -> AsgiReceiver:
    behind = Flask("behind")

    @behind.post("/page")
    def page() -> str:
        return f"{request.args['a']} {request.get_data(as_text=True)}"

    return AsgiReceiver(behind, box, secrets=[SECRET], threads=1)


def ask(receiver: AsgiReceiver, line: Line, asked: Any) -> tuple[int, bytes]:
    asyncio.run(receiver(asked, line.receive, line.send))
    return line.answer


def test_it_keeps_an_event_that_comes_in_parts(
    receiver: AsgiReceiver, box: Inbox
) -> None:
    line = Line(part(BODY[:7], more=True), part(BODY[7:], more=True), part(b""))

    assert ask(receiver, line, scope()) == (200, b'{"result":"kept"}\n')
    assert len(rows(box.engine)) == 1


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ([part(BODY[:7], more=True), LOST], (400, b"broken_body")),
        ([part(b"")], (400, b"no_body")),
        ([part(BODY[:7])], (401, b"bad_signature")),
        ([part(b" " * (LARGEST + 1))], (413, b"body_too_large")),
        ([part(b" " * LARGEST, more=True), part(b" ")], (413, b"body_too_large")),
    ],
)
def test_it_refuses_what_is_no_whole_event(
    receiver: AsgiReceiver,
    box: Inbox,
    messages: list[Mapping[str, Any]],
    told: tuple[int, bytes],
) -> None:
    status, text = ask(receiver, Line(*messages), scope())

    assert (status, told[1] in text) == (told[0], True)
    assert rows(box.engine) == []


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (scope(method="PUT"), (405, b"method_not_allowed")),
        (scope(Content_Length=f"{LARGEST + 1}"), (413, b"body_too_large")),
        (scope(Content_Encoding="gzip"), (415, b"encoded_body")),
        (scope(X_Shopify_Hmac_Sha256=None), (401, b"missing_header")),
    ],
)
def test_it_listens_to_nothing_that_it_refuses(
    receiver: AsgiReceiver, asked: Any, told: tuple[int, bytes]
) -> None:
    line = Line(part(BODY))
    status, text = ask(receiver, line, asked)

    assert (status, told[1] in text) == (told[0], True)
    assert line.messages == [part(BODY)]


def test_what_is_for_the_app_behind_comes_to_it_whole(receiver: AsgiReceiver) -> None:
    line = Line(part(b"one ", more=True), part(b"two"))

    assert ask(receiver, line, scope("/page")) == (200, b"1 one two")


def test_many_wait_for_one_commit_in_one_thread(
    receiver: AsgiReceiver, box: Inbox
) -> None:
    async def all_at_once() -> list[Line]:
        lines = [Line(part(BODY)) for _ in range(40)]
        asked = [
            receiver(scope(X_Shopify_Webhook_Id=f"w{n}"), line.receive, line.send)
            for n, line in enumerate(lines)
        ]
        await asyncio.gather(*asked)
        return lines

    with_answers = asyncio.run(all_at_once())

    assert {line.answer for line in with_answers} == {(200, b'{"result":"kept"}\n')}
    assert len(rows(box.engine)) == 40


def test_it_tells_in_time_what_may_be_kept_later(
    receiver: AsgiReceiver, box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.inbox.PATIENCE_SECONDS", 0.2)
    with blocked(box.engine):
        status, text = ask(receiver, Line(part(BODY)), scope())

    assert (status, b"not_kept" in text) == (503, True)


def test_a_room_takes_no_more_than_it_holds() -> None:
    room = Room(10)
    never = asyncio.Event

    async def slow() -> Mapping[str, Any]:
        if begun.is_set():
            await never().wait()
        begun.set()
        return part(b"12345678", more=True)

    async def both() -> tuple[str, bytes]:
        held = asyncio.create_task(room.read(slow))
        await begun.wait()
        await asyncio.sleep(0)
        with pytest.raises(NotFromShopify) as refused:
            await room.read(Line(part(b"123")).receive)
        held.cancel()
        await asyncio.gather(held, return_exceptions=True)
        return refused.value.code, await room.read(Line(part(b"123")).receive)

    begun = asyncio.Event()

    assert asyncio.run(both()) == ("too_many_senders", b"123")
