"""A merchant's own system: it hears what is sent, and checks who sent it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from tests.devstore.world import wait_until

# Whom the machine trusts; to read them all takes a while.
TRUSTED = ssl.create_default_context()


@dataclass(frozen=True, kw_only=True)
class Post:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> Any:
        return json.loads(self.body)

    @property
    def kind(self) -> str:
        return str(self.told["type"])

    def is_signed_with(self, secret: str) -> bool:
        """Ask an implementation that is not ours."""
        try:
            Webhook(secret).verify(self.body, self.headers)
        except WebhookVerificationError:
            return False
        return True


class Receiver:
    """Keeps what it hears and answers as told; may listen on a port of its own."""

    def __init__(self, port: int = 0) -> None:
        self.heard: list[Post] = []
        self.answers: list[int] = []
        self.location: str | None = None
        self.text = b""
        self.held = threading.Event()
        self.held.set()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver._hear(self)

            def log_message(self, format: str, *args: object) -> None:
                """Stay quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        ).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?key=canary-path"

    def hear(self, count: int) -> list[Post]:
        """What was heard, once there is so much."""
        wait_until(lambda: len(self.heard) >= count, seconds=60)
        return list(self.heard)

    def kinds(self) -> list[str]:
        return [post.kind for post in self.heard]

    def close(self) -> None:
        self.held.set()
        self._server.shutdown()
        self._server.server_close()

    def _hear(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.held.wait()
        self.heard.append(Post(path=handler.path, headers=headers, body=body))
        handler.send_response(self.answers.pop(0) if self.answers else 204)
        if self.location:
            handler.send_header("Location", self.location)
        handler.send_header("Content-Length", str(len(self.text)))
        handler.end_headers()
        handler.wfile.write(self.text)


class Wire:
    """A server that does with each connection what it is given to do."""

    def __init__(self, behave: Callable[[socket.socket], None]) -> None:
        self._behave = behave
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._meet, args=(line,), daemon=True).start()

    def _meet(self, line: socket.socket) -> None:
        with line:
            try:
                self._behave(line)
            except OSError:
                return
