"""However a body is framed, it is read within its bound or refused."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.webhooks.letters import payload
from tests.webhooks.town import Town
from tests.webhooks.wire import chunked, error, raw, raw_error
from webhooks.answers import LARGEST

BODY = payload("returns/request")


@pytest.fixture(autouse=True)
def _still_answers(town: Town) -> Any:
    """Whatever was sent, the next sender is served."""
    yield
    assert requests.get(f"{town.place.app_url}/readyz", timeout=10).status_code == 200


def test_it_refuses_an_empty_body(town: Town) -> None:
    assert error(town.send(b"")) == (400, "no_body")


def test_it_refuses_a_post_without_any_framing(town: Town) -> None:
    answer = town.send_raw(raw(town, b"", signed=BODY))

    assert raw_error(answer) == (400, "no_body")


def test_it_keeps_a_body_of_exactly_the_largest_size(town: Town) -> None:
    body = BODY + b" " * (LARGEST - len(BODY))

    assert town.send(body).json() == {"result": "kept"}


def test_it_refuses_one_byte_more(town: Town) -> None:
    body = BODY + b" " * (LARGEST + 1 - len(BODY))

    assert error(town.send(body)) == (413, "body_too_large")


def test_it_takes_a_chunked_body_of_exactly_the_largest_size(town: Town) -> None:
    body = BODY + b" " * (LARGEST - len(BODY))
    framing = "Transfer-Encoding: chunked"

    answer = town.send_raw(raw(town, chunked(body), framing, signed=body))

    assert answer == (200, b'{"result":"kept"}\n')


@pytest.mark.parametrize("size", [LARGEST + 1, 3 * LARGEST])
def test_it_refuses_a_chunked_body_that_is_larger(town: Town, size: int) -> None:
    body = BODY + b" " * (size - len(BODY))
    framing = "Transfer-Encoding: chunked"

    answer = town.send_raw(raw(town, chunked(body), framing, signed=body))

    assert raw_error(answer) == (413, "body_too_large")


def test_it_refuses_a_length_that_is_too_large_without_reading(town: Town) -> None:
    answer = town.send_raw(raw(town, b"", f"Content-Length: {2**40}", signed=BODY))

    assert raw_error(answer) == (413, "body_too_large")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP", "gzip, gzip"])
def test_it_refuses_an_encoded_body(town: Town, encoding: str) -> None:
    answer = town.send(BODY, Content_Encoding=encoding)

    assert error(answer) == (415, "encoded_body")


def test_it_takes_a_body_that_says_it_is_not_encoded(town: Town) -> None:
    answer = town.send(BODY, Content_Encoding="identity")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("framing", "sent"),
    [
        (f"Content-Length: {len(BODY) + 10}", BODY),
        (f"Content-Length: {len(BODY)}", BODY[:20]),
        ("Transfer-Encoding: chunked", b"%x\r\n" % len(BODY) + BODY[:20]),
        ("Transfer-Encoding: chunked", b"not a chunk"),
    ],
)
def test_it_keeps_nothing_of_a_body_that_broke_off(
    town: Town, framing: str, sent: bytes
) -> None:
    before = town.rows("SELECT count(*) FROM inbox")

    data = raw(town, sent, framing, signed=BODY)
    status, _ = town.send_raw(data, breaks_off=True)

    # The sender may be gone before the answer comes.
    assert status in (0, 400, 401)
    assert town.rows("SELECT count(*) FROM inbox") == before
