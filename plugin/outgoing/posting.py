"""One POST to a judged address: bounded in time and size, never redirected."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import NoReturn

from plugin.outgoing.reaching import HTTPS, Target, Unreachable

CONNECT_SECONDS = 5.0
SILENT_SECONDS = 10.0
# The specification asks for 15 to 30 seconds.
TOTAL_SECONDS = 15.0
MOST_BYTES = 4096
SHOWN = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an endpoint answered; `text` is the beginning, on one line."""

    status: int
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """Sends with the certificates that `context` trusts."""

    context: ssl.SSLContext
    total_seconds: float = TOTAL_SECONDS

    def send(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send and read the answer; raises `Unreachable` when there is none."""
        line = _Line(target, self.context)
        clock = threading.Timer(self.total_seconds, line.cut)
        clock.daemon = True
        clock.start()
        try:
            return self._exchange(line, target, headers, body)
        except (OSError, HTTPException, ValueError) as error:
            _give_up(line, error)
        finally:
            clock.cancel()
            line.close()

    def _exchange(
        self,
        line: _Line,
        target: Target,
        headers: Mapping[str, str],
        body: bytes,
    ) -> Answer:
        fixed = {"Host": _host(target), "User-Agent": "Evenhand"}
        fixed |= {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        line.request("POST", target.path, body=body, headers={**fixed, **headers})
        response = line.getresponse()
        return Answer(status=response.status, text=_text(response))


class _Line(HTTPConnection):
    """A connection to the address that was judged, whatever its name says now."""

    def __init__(self, target: Target, context: ssl.SSLContext) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT_SECONDS)
        self.target = target
        self.context = context
        self.is_cut = False
        self._open: socket.socket | None = None

    def connect(self) -> None:
        """Connect to the pinned address; the certificate must name the host."""
        where = (self.target.address, self.target.port)
        self._open = self.sock = socket.create_connection(where, CONNECT_SECONDS)
        self.sock.settimeout(SILENT_SECONDS)
        if self.target.secure:
            secure = self.context.wrap_socket(
                self.sock,
                server_hostname=self.target.host,
                do_handshake_on_connect=False,
            )
            self._open = self.sock = secure
            secure.do_handshake()
        if self.is_cut:
            raise TimeoutError

    def cut(self) -> None:
        """End the exchange now, wherever it is."""
        self.is_cut = True
        if self._open is not None:
            with suppress(OSError):
                # Past TLS, which would first try to say goodbye.
                socket.socket.shutdown(self._open, socket.SHUT_RDWR)


def _host(target: Target) -> str:
    name = f"[{target.host}]" if ":" in target.host else target.host
    return name if target.port == HTTPS else f"{name}:{target.port}"


def _text(response: HTTPResponse) -> str:
    """Read the beginning of an answer; one that breaks off is an answer too."""
    with suppress(OSError, HTTPException, ValueError):
        read = response.read(MOST_BYTES).decode("utf-8", errors="replace")
        shown = "".join(each if each.isprintable() else " " for each in read)
        return " ".join(shown.split())[:SHOWN]
    return ""


def _give_up(line: _Line, error: Exception) -> NoReturn:
    if line.is_cut or isinstance(error, TimeoutError):
        raise Unreachable("timeout", "no answer in time") from None
    if isinstance(error, ssl.SSLError):
        raise Unreachable("tls", "no safe connection") from None
    if isinstance(error, ConnectionRefusedError):
        raise Unreachable("refused", "nobody listens there") from None
    raise Unreachable("broken", "the connection broke") from None
