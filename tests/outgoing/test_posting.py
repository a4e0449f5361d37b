"""One POST ends in time and in bounds, whatever the other side does."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plugin.outgoing.posting import MOST_BYTES, Post
from plugin.outgoing.reaching import Reach, Target, Unreachable
from tests.outgoing.certificates import make_authority
from tests.outgoing.receiver import Receiver, Wire

HEADERS = {"webhook-id": "msg_1"}
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def test_it_sends_the_body_and_gives_back_the_answer(receiver: Receiver) -> None:
    receiver.text = b"thank\r\nyou \x00 \xff"

    answer = post().send(local(receiver.port), HEADERS, b"{}")

    (heard,) = receiver.heard
    assert (answer.status, answer.text) == (204, "")
    assert (heard.path, heard.body, heard.id) == ("/", b"{}", "msg_1")
    assert heard.headers["content-type"] == "application/json"
    assert heard.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert heard.headers["user-agent"] == "Evenhand"


def test_it_shows_the_beginning_of_an_answer_on_one_line(receiver: Receiver) -> None:
    receiver.answers, receiver.text = [200], b"thank\r\nyou\x00 \xff" + b"x" * 9000

    answer = post().send(local(receiver.port), HEADERS, b"{}")

    assert answer.text.startswith("thank you \ufffdxxx")
    assert len(answer.text) == 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_it_follows_nobody_elsewhere(receiver: Receiver, status: int) -> None:
    receiver.answers, receiver.location = [status], receiver.url

    answer = post().send(local(receiver.port), HEADERS, b"{}")

    assert answer.status == status
    assert len(receiver.heard) == 1


def never(line: socket.socket) -> None:
    hear(line)
    time.sleep(60)


def drip_headers(line: socket.socket) -> None:
    hear(line)
    while True:
        line.sendall(b"H")
        time.sleep(0.05)


def drip_body(line: socket.socket) -> None:
    hear(line)
    line.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 9000\r\n\r\n")
    while True:
        line.sendall(b"x")
        time.sleep(0.05)


def hear(line: socket.socket) -> None:
    """Read the whole request: a line closed with more to read is cut off, not ended."""
    heard = b""
    while not heard.endswith(b"{}"):
        piece = line.recv(65536)
        if not piece:
            return
        heard += piece


def slice_answer(line: socket.socket) -> None:
    hear(line)
    for byte in ANSWER:
        line.sendall(bytes([byte]))


def reset(line: socket.socket) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def hang_up(line: socket.socket) -> None:
    hear(line)


def nonsense(line: socket.socket) -> None:
    hear(line)
    line.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")


def endless_header(line: socket.socket) -> None:
    hear(line)
    line.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 200_000)


def many_headers(line: socket.socket) -> None:
    hear(line)
    line.sendall(b"HTTP/1.1 200 OK\r\n" + b"X-A: a\r\n" * 5000)


def lying_length(line: socket.socket) -> None:
    hear(line)
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort")


def endless_body(line: socket.socket) -> None:
    hear(line)
    line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        line.sendall(b"1000\r\n" + b"y" * 4096 + b"\r\n")


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        (never, "timeout"),
        (drip_headers, "timeout"),
        (reset, "broken"),
        (hang_up, "broken"),
        (nonsense, "broken"),
        (endless_header, "broken"),
        (many_headers, "broken"),
    ],
)
def test_it_gives_up_on_who_does_not_answer(
    behave: Callable[[socket.socket], None], code: str
) -> None:
    with closing(Wire(behave)) as wire, pytest.raises(Unreachable) as raised:
        post(seconds=1.0).send(local(wire.port), HEADERS, b"{}")

    assert raised.value.code == code


@pytest.mark.parametrize(
    ("behave", "status", "text"),
    [
        (slice_answer, 200, "ok"),
        (lying_length, 200, "short"),
        (endless_body, 200, "y" * 200),
    ],
)
def test_an_answer_counts_by_its_status_however_its_body_ends(
    behave: Callable[[socket.socket], None], status: int, text: str
) -> None:
    with closing(Wire(behave)) as wire:
        answer = post(seconds=3.0).send(local(wire.port), HEADERS, b"{}")

    assert (answer.status, answer.text) == (status, text)


def test_a_body_that_drips_ends_in_time_and_its_status_counts() -> None:
    with closing(Wire(drip_body)) as wire:
        answer = post(seconds=1.0).send(local(wire.port), HEADERS, b"{}")

    assert (answer.status, set(answer.text)) == (500, {"x"})


def test_it_reads_no_more_than_its_bound() -> None:
    sent = 0
    stopped = threading.Event()

    def flood(line: socket.socket) -> None:
        nonlocal sent
        hear(line)
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while sent < 2**30:
                line.sendall(b"z" * 65536)
                sent += 65536
        finally:
            stopped.set()

    with closing(Wire(flood)) as wire:
        post().send(local(wire.port), HEADERS, b"{}")

        assert stopped.wait(60)
    assert MOST_BYTES == 4096
    # What the system's own buffers took, not a gigabyte.
    assert sent < 2**27


def test_it_says_that_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(Unreachable) as raised:
        post().send(local(port), HEADERS, b"{}")

    assert raised.value.code == "refused"


# -- over TLS --------------------------------------------------------------------------


class Secure:
    """A host with a certificate, served at whatever address it is looked up."""

    def __init__(self, folder: Path, host: str) -> None:
        authority = make_authority(folder, host)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(authority.chain, authority.key)
        context.sni_callback = self._note
        self.trusting = ssl.create_default_context(cafile=str(authority.root))
        self.asked: list[str | None] = []
        self.heard: list[bytes] = []
        self.context = context
        self.wire = Wire(self._meet)

    def _note(self, _socket: object, name: str | None, _context: object) -> None:
        self.asked.append(name)

    def _meet(self, line: socket.socket) -> None:
        with self.context.wrap_socket(line, server_side=True) as safe:
            asked = b""
            while not asked.endswith(b"{}"):
                asked += safe.recv(65536)
            self.heard.append(asked)
            safe.sendall(ANSWER)

    def target(self, host: str) -> Target:
        return Target(
            host=host, port=self.wire.port, path="/", secure=True, address="127.0.0.1"
        )


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Secure]:
    made = Secure(tmp_path, "hooks.shop.example")
    yield made
    made.wire.close()


def test_it_connects_to_the_judged_address_and_asks_for_the_host(
    secure: Secure,
) -> None:
    answer = Post(context=secure.trusting).send(
        secure.target("hooks.shop.example"), HEADERS, b"{}"
    )

    assert (answer.status, answer.text) == (200, "ok")
    assert secure.asked == ["hooks.shop.example"]
    host = f"Host: hooks.shop.example:{secure.wire.port}\r\n".encode()
    assert host in secure.heard[0]


def test_it_refuses_a_certificate_of_another_host(secure: Secure) -> None:
    with pytest.raises(Unreachable) as raised:
        Post(context=secure.trusting).send(
            secure.target("other.shop.example"), HEADERS, b"{}"
        )

    assert raised.value.code == "tls"
    assert secure.heard == []


def test_it_refuses_a_certificate_that_nobody_vouches_for(secure: Secure) -> None:
    with pytest.raises(Unreachable) as raised:
        post().send(secure.target("hooks.shop.example"), HEADERS, b"{}")

    assert raised.value.code == "tls"
    assert secure.heard == []


def test_it_gives_up_on_a_handshake_that_never_comes() -> None:
    with closing(Wire(never)) as wire:
        target = Target(
            host="a.example", port=wire.port, path="/", secure=True, address="127.0.0.1"
        )

        with pytest.raises(Unreachable) as raised:
            post(seconds=1.0).send(target, HEADERS, b"{}")

    assert raised.value.code == "timeout"


def post(seconds: float = 15.0) -> Post:
    return Post(context=ssl.create_default_context(), total_seconds=seconds)


def local(port: int) -> Target:
    return Reach(local=True).target(f"http://127.0.0.1:{port}/")
