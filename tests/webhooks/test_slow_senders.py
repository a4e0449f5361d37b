"""Whoever sends a body slowly, or never to its end, keeps nobody else out."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests

from tests.webhooks.letters import payload
from tests.webhooks.town import Town, wait_until
from tests.webhooks.wire import raw

BODY = payload("returns/request")
# More than a server has threads.
SENDERS = 20


@pytest.fixture
def slow(town: Town) -> Iterator[ExitStack]:
    """Many who promise a body and send its first byte."""
    address = ("127.0.0.1", town.place.app_port)
    unfinished = raw(town, b"{", "Content-Length: 500", signed=BODY)
    with ExitStack() as lines:
        for _ in range(SENDERS):
            line = socket.create_connection(address, timeout=10)
            lines.callback(line.close)
            line.sendall(unfinished)
        yield lines


def turned_away(town: Town) -> bool:
    answer = town.send(BODY)
    return answer.status_code == 503 and answer.json()["error"] == "too_many_senders"


def test_probes_and_pages_answer_beside_them(town: Town, slow: ExitStack) -> None:
    wait_until(lambda: turned_away(town), seconds=60)

    answer = requests.get(f"{town.place.app_url}/healthz", timeout=60)

    assert answer.status_code == 200


def test_an_event_is_turned_away_to_come_again(town: Town, slow: ExitStack) -> None:
    wait_until(lambda: turned_away(town), seconds=60)
    slow.close()

    wait_until(lambda: town.send(BODY).status_code == 200, seconds=60)


def test_who_names_no_signature_is_not_listened_to(town: Town) -> None:
    head = "POST /webhooks HTTP/1.1\r\nHost: app\r\nContent-Length: 500\r\n\r\n{"
    answer = town.send_raw(head.encode(), breaks_off=True)

    assert answer[0] == 401
