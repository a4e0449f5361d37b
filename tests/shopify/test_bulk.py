"""The file of a bulk operation, read as it comes."""

from __future__ import annotations

import json
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from plugin.past import BadFile, PastItem, PastRefund, PastReturn
from plugin.ports import Unreachable
from plugin.shopify import bulk
from plugin.shopify.bulk import PastReturns, read_line
from tests.shopify.desk import Desk

ORDER = "gid://shopify/Order/1"
LINES = 40_000
MIB = 1024 * 1024


def refund(number: int) -> dict[str, object]:
    money = {"amount": "12.5", "currencyCode": "EUR"}
    return {
        "id": f"gid://shopify/Refund/{number}",
        "createdAt": "2026-10-01T08:00:00Z",
        "totalRefundedSet": {"shopMoney": money},
        "return": None,
    }


def written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def order_line(number: int) -> bytes:
    order = {"id": f"gid://shopify/Order/{number}", "customer": {"id": "c-ß"}}
    return written({**order, "refunds": [refund(number)]})


def test_it_reads_every_kind_of_line() -> None:
    asked: dict[str, object] = {"id": "r-1", "status": "OPEN"}
    asked |= {"createdAt": "2026-10-01T08:00:00Z", "totalQuantity": 2}
    line = {"id": "l-1", "quantity": 2, "__parentId": "r-1"}
    unknown = written({**line, "returnReasonDefinition": None})
    known = written({**line, "returnReasonDefinition": {"handle": "unwanted"}})
    guest = written({**asked, "order": {"id": ORDER, "customer": None}})

    [paid] = read_line(order_line(7))
    [back] = read_line(guest)
    items = (*read_line(known), *read_line(unknown))
    assert isinstance(paid, PastRefund)
    assert (paid.order_id, paid.customer_id, paid.amount) == (
        "gid://shopify/Order/7",
        "c-ß",
        "12.5",
    )
    assert isinstance(back, PastReturn)
    assert (back.order_id, back.customer_id, back.items) == (ORDER, None, 2)
    assert items == (
        PastItem(line_id="l-1", return_id="r-1", quantity=2, reason="unwanted"),
        PastItem(line_id="l-1", return_id="r-1", quantity=2, reason=None),
    )
    assert read_line(written({"id": ORDER, "customer": None, "refunds": []})) == ()


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"null", b"{}", b'{"refunds": null}', b"\xff"]
)
def test_half_a_line_is_asked_for_again_and_a_whole_one_is_bad(
    line: bytes,
) -> None:
    with pytest.raises(Unreachable, match="came back half"):
        read_line(line)
    if line:
        with pytest.raises(BadFile, match="file_unreadable"):
            read_line(line + b"\n")


@given(
    lines=st.lists(st.text(max_size=30), max_size=12),
    cuts=st.lists(st.integers(1, 40), min_size=1, max_size=8),
    last=st.booleans(),
    skip=st.integers(0, 200),
)
def test_a_stream_is_cut_at_line_ends_however_it_comes(
    lines: list[str], cuts: list[int], last: bool, skip: int
) -> None:
    whole = b"".join(written(line) for line in lines)
    whole = whole if last else whole[:-1]
    found = list(bulk._lines(chunked(whole, cuts), skip))

    assert b"".join(found) == whole[skip:]
    assert all(line.count(b"\n") == 1 for line in found[:-1])
    assert all(line.endswith(b"\n") for line in found[:-1])


def chunked(whole: bytes, cuts: list[int]) -> Iterator[bytes]:
    dice = Random(sum(cuts))
    while whole:
        size = dice.choice(cuts)
        yield whole[:size]
        whole = whole[size:]


@pytest.fixture
def server() -> Iterator[str]:
    """Serve a long file that exists line by line only."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            # Who has read enough hangs up.
            with suppress(OSError):
                for number in range(LINES):
                    self.wfile.write(order_line(number))

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}/file.jsonl"
    running.shutdown()
    running.server_close()


def test_a_long_file_takes_no_more_memory_than_a_piece(desk: Desk, server: str) -> None:
    reader = PastReturns(client=desk.client, session=requests.Session())
    tracemalloc.start()
    lines = size = 0
    for piece in reader.pieces(server, 0):
        lines, size = lines + piece.lines, piece.position
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert lines == LINES
    assert size > 7 * MIB
    assert peak < 3 * MIB


def test_a_server_that_knows_no_ranges_is_read_past(desk: Desk, server: str) -> None:
    reader = PastReturns(client=desk.client, session=requests.Session())
    start = len(order_line(0)) + len(order_line(1))
    piece = next(iter(reader.pieces(server, start)))

    assert isinstance(piece.rows[0], PastRefund)
    assert piece.rows[0].refund_id == "gid://shopify/Refund/2"


def test_a_line_without_end_is_given_up(
    desk: Desk, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "LONGEST_LINE", 100)
    reader = PastReturns(client=desk.client, session=requests.Session())
    with pytest.raises(BadFile, match="file_unreadable"):
        list(reader.pieces(server, 0))
