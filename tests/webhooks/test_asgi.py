"""The address of events on an event loop, as a server of ASGI asks it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, request

from tests.webhooks.letters import headers, make_event, make_job, payload
from tests.webhooks.test_inbox import blocked, rows
from tests.webhooks.town import until
from webhooks.answers import LARGEST
from webhooks.asgi import AsgiReceiver
from webhooks.bodies import SMALL, Room
from webhooks.inbox import Inbox
from webhooks.rows import Kept
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
        said = [request.args["a"], request.get_data(as_text=True)]
        return " ".join([*said, *request.headers.getlist("Cookie")])

    return AsgiReceiver(behind, box, secrets=[SECRET], threads=1)


def ask(receiver: AsgiReceiver, line: Line, asked: Any) -> tuple[int, bytes]:
    asyncio.run(receiver(asked, line.receive, line.send))
    return line.answer


async def send_all(receiver: AsgiReceiver, many: int) -> list[Line]:
    """Send so many events at once."""
    lines = [Line(part(BODY)) for _ in range(many)]
    asked = [
        receiver(scope(X_Shopify_Webhook_Id=f"w{n}"), line.receive, line.send)
        for n, line in enumerate(lines)
    ]
    await asyncio.gather(*asked)
    return lines


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
    with_answers = asyncio.run(send_all(receiver, 40))

    assert {line.answer for line in with_answers} == {(200, b'{"result":"kept"}\n')}
    assert len(rows(box.engine)) == 40


def test_it_tells_in_time_what_may_be_kept_later(
    receiver: AsgiReceiver, box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.inbox.PATIENCE_SECONDS", 0.2)
    with blocked(box.engine):
        status, text = ask(receiver, Line(part(BODY)), scope())

    assert (status, b"not_kept" in text) == (503, True)


async def read(room: Room, *messages: Mapping[str, Any]) -> bytes:
    async with room.body(Line(*messages).receive) as body:
        return body


async def never() -> Mapping[str, Any]:
    await asyncio.Event().wait()
    raise AssertionError


def test_a_room_takes_no_more_than_it_holds() -> None:
    room, much = Room(10), part(b" " * (SMALL + 8))

    async def both() -> list[str]:
        told = []
        async with room.body(Line(much).receive):
            for messages in ([much], [part(b"small")]):
                try:
                    told.append(str(len(await read(room, *messages))))
                except NotFromShopify as refused:
                    told.append(refused.code)
        return [*told, str(len(await read(room, much)))]

    # What is small finds room in a full one, and what is done with leaves its room.
    assert asyncio.run(both()) == ["too_many_senders", "5", f"{SMALL + 8}"]


def test_a_body_that_does_not_end_leaves_its_room() -> None:
    room, much = Room(10), [part(b" " * (SMALL + 8), more=True)]

    async def slow() -> Mapping[str, Any]:
        return much.pop() if much else await never()

    async def both() -> list[object]:
        held = asyncio.create_task(room.body(slow).__aenter__())
        while much:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(NotFromShopify) as full:
            await read(room, part(b" " * (SMALL + 3)))
        held.cancel()
        await asyncio.gather(held, return_exceptions=True)
        return [full.value.code, len(await read(room, part(b" " * (SMALL + 10))))]

    assert asyncio.run(both()) == ["too_many_senders", SMALL + 10]


@pytest.mark.parametrize("path", ["/webhooks", "/page"])
def test_who_does_not_come_to_an_end_is_told_so(
    receiver: AsgiReceiver, box: Inbox, path: str
) -> None:
    receiver._events = receiver._pages = Room(10, seconds=0.1)
    line = Line()
    line.receive = never  # type: ignore[method-assign]

    status, text = ask(receiver, line, scope(path))

    assert (status, b"too_slow" in text) == (408, True)
    assert rows(box.engine) == []


def test_a_query_and_cookies_come_as_they_were_sent(receiver: AsgiReceiver) -> None:
    asked = scope("/page")
    asked["query_string"] = "a=é%26".encode()
    asked["headers"] += [(b"cookie", b"a=1"), (b"cookie", b"b=2")]

    status, text = ask(receiver, Line(part(b"1")), asked)

    assert (status, text.decode()) == (200, "é& 1 a=1; b=2")


def test_what_breaks_behind_is_told_with_a_code(receiver: AsgiReceiver) -> None:
    async def broken(*_: object) -> None:
        raise LookupError

    receiver._behind = broken
    status, text = ask(receiver, Line(part(b"1")), scope("/page"))

    assert (status, b"internal_error" in text) == (500, True)


def test_each_of_a_batch_that_fails_has_an_error_of_its_own(box: Inbox) -> None:
    with box.engine.begin() as db:
        db.execute(sa.text("DROP TABLE inbox"))

    async def all_at_once() -> list[Any]:
        events = [make_event(webhook_id=f"w{n}") for n in range(40)]
        puts = [box.put_soon(event, make_job()) for event in events]
        return await asyncio.gather(*puts, return_exceptions=True)

    found = asyncio.run(all_at_once())

    # One that many raise holds the way of each of them, and is written out by each.
    assert len({id(error) for error in found}) == 40
    assert {error.code for error in found} == {"inbox_failed"}


def test_behind_a_slow_batch_only_so_many_wait(
    box: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.inbox.SLOW_SECONDS", 0.0)
    monkeypatch.setattr("webhooks.inbox.BATCH", 5)

    async def fill() -> list[Any]:
        events = [make_event(webhook_id=f"w{n}") for n in range(8)]
        first = asyncio.create_task(box.put_soon(events[0], make_job()))
        await until(lambda: box._writing is not None)
        rest = [box.put_soon(event, make_job()) for event in events[1:]]
        told = asyncio.gather(*rest, return_exceptions=True)
        await asyncio.sleep(0)
        held.close()
        return [await first, *await told]

    with ExitStack() as held:
        held.enter_context(blocked(box.engine))
        found = asyncio.run(fill())

    assert [isinstance(each, Kept) for each in found] == [True] * 6 + [False] * 2
    assert {each.code for each in found[6:]} == {"inbox_busy"}
    assert len(rows(box.engine)) == 6


def test_it_ends_when_the_server_does(box: Inbox) -> None:
    ended: list[bool] = []
    receiver = AsgiReceiver(
        Flask("behind"), box, secrets=[SECRET], end=lambda: ended.append(True)
    )
    line = Line({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"})

    asyncio.run(receiver({"type": "lifespan"}, line.receive, line.send))

    assert [each["type"] for each in line.said] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert ended == [True]
