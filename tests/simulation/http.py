"""HTTP without a network: a request goes into an app, an answer comes out."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import requests
from flask import Flask


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


def answer(status: int, content: bytes) -> requests.Response:
    """Make an answer as the app's own client of HTTP reads it."""
    made = requests.Response()
    made.status_code = status
    made._content = content
    made.encoding = "utf-8"
    return made
