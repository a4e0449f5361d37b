"""A wire between the app and the store, and what may go wrong on it."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum

SLICE = 7
LATE_SECONDS = 2.0
HEAD_BYTES = 40
# An app that has not given up by then never does.
LONGEST_SECONDS = 120.0


class Trouble(Enum):
    """What becomes of an answer, once the store has done what it was asked for."""

    SLOW = "each piece of an answer comes two seconds late"
    SLICED = "an answer comes in pieces of a few bytes"
    RESET = "the connection is reset after the first bytes of an answer"
    CLOSED = "the connection is closed before the answer"
    HALF_CLOSED = "the first bytes of an answer come, and then the end"
    HANGS = "no answer comes until the app gives up"


# These break calls that change something; what is only read goes through, so that
# there is something to break.
BREAKS = frozenset({Trouble.RESET, Trouble.CLOSED, Trouble.HALF_CLOSED, Trouble.HANGS})


class Proxy:
    """Passes on what comes, unless there is trouble; counts whom the trouble met."""

    def __init__(self, port: int) -> None:
        """Listen, and pass everything on to a port of this machine."""
        self.trouble: Trouble | None = None
        self.met = 0
        self._port = port
        self._healthy = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @contextmanager
    def troubled(self, trouble: Trouble) -> Iterator[None]:
        """Let there be trouble for a while."""
        self.met, self.trouble = 0, trouble
        self._healthy.clear()
        yield
        self.trouble = None
        self._healthy.set()

    def close(self) -> None:
        """Listen no more."""
        self._healthy.set()
        self._listener.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                self._pass_on(self._listener.accept()[0])

    def _pass_on(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._port))
        except OSError:
            # Nobody is there any more, or not yet.
            near.close()
            return
        line = _Line(self, near, far)
        for carry in (line.ask, line.answer):
            threading.Thread(target=carry, daemon=True).start()

    def meet(self, asked: bytes) -> Trouble | None:
        """Tell what trouble an answer to this meets, and count it."""
        trouble = self.trouble
        if trouble in BREAKS and b"mutation" not in asked:
            return None
        self.met += trouble is not None
        return trouble

    def wait_until_healthy(self) -> None:
        """Wait as long as the trouble lasts."""
        self._healthy.wait(LONGEST_SECONDS)


class _Line:
    """One connection, in both directions."""

    def __init__(self, proxy: Proxy, near: socket.socket, far: socket.socket) -> None:
        self._proxy = proxy
        self._near = near
        self._far = far
        self._asked = b""
        self._given_up = threading.Event()

    def ask(self) -> None:
        """Pass on what the app asks."""
        with suppress(OSError):
            while piece := self._near.recv(65536):
                self._asked += piece
                self._far.sendall(piece)
        self._given_up.set()
        _end(self._far)

    def answer(self) -> None:
        """Pass on what the store answers, as far as it goes."""
        with suppress(OSError):
            while piece := self._far.recv(65536):
                asked, self._asked = self._asked, b""
                if not self._send(self._proxy.meet(asked), piece):
                    return
        _end(self._near)

    def _send(self, trouble: Trouble | None, piece: bytes) -> bool:
        """Send a piece of an answer; tells whether the line still stands."""
        if trouble is Trouble.SLICED:
            for start in range(0, len(piece), SLICE):
                self._near.sendall(piece[start : start + SLICE])
            return True
        if trouble is Trouble.SLOW:
            time.sleep(LATE_SECONDS)
        if trouble not in BREAKS:
            self._near.sendall(piece)
            return True
        self._break(trouble, piece)
        return False

    def _break(self, trouble: Trouble | None, piece: bytes) -> None:
        if trouble is Trouble.HANGS:
            self._given_up.wait(LONGEST_SECONDS)
        if trouble in (Trouble.RESET, Trouble.HALF_CLOSED):
            self._near.sendall(piece[:HEAD_BYTES])
        if trouble is Trouble.HALF_CLOSED:
            self._near.shutdown(socket.SHUT_WR)
            self._proxy.wait_until_healthy()
        if trouble is Trouble.RESET:
            # Closed with nothing lingering, it is reset.
            now = struct.pack("ii", 1, 0)
            self._near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            _end(self._near, socket.SHUT_RD)
        _end(self._near)
        _end(self._far)


def _end(side: socket.socket, how: int = socket.SHUT_RDWR) -> None:
    """End a side; who still listens there is woken first, or it would stay open."""
    with suppress(OSError):
        side.shutdown(how)
    side.close()
