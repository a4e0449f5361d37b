"""The one address of events: raw bytes are verified and kept, then 200.

Nothing is parsed before the signature fits, nothing is acknowledged before it is
kept, and no answer waits for the platform. It stands before Flask, whose way from a
request to a view costs more than all the checks here (docs/decisions/0020).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wsgi import get_content_length, get_input_stream

from webhooks.answers import (
    LARGEST,
    PATH,
    Answer,
    Clerk,
    broke,
    broken_body,
    not_kept,
    refused,
    too_large,
)
from webhooks.inbox import Inbox
from webhooks.verify import Event, NotFromShopify

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Receiver:
    """Answers events; whatever is sent to another address goes on to the app behind."""

    def __init__(
        self, behind: WSGIApplication, inbox: Inbox, *, secrets: Sequence[str]
    ) -> None:
        """Accept every secret that may still sign."""
        self.behind = behind
        self.inbox = inbox
        self._clerk = Clerk(secrets=secrets)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer as WSGI asks (PEP 3333)."""
        if environ.get("PATH_INFO") != PATH:
            return self.behind(environ, start_response)
        answer = self._receive(environ)
        start_response(answer.line, answer.headers)
        return [answer.body]

    def _receive(self, environ: WSGIEnvironment) -> Answer:
        try:
            headers = _Headers(environ)
            self._clerk.look(environ["REQUEST_METHOD"], headers)
            event = self._clerk.event(headers, _body(environ))
            return _keep(self.inbox, event, self._clerk)
        except NotFromShopify as error:
            return refused(error)
        except Exception:
            return broke()


class _Headers:
    """The headers of a WSGI request, where each name stands once."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ = environ

    def getlist(self, key: str) -> list[str]:
        value = self._environ.get("HTTP_" + key.upper().replace("-", "_"))
        return [] if value is None else [value]


def _body(environ: WSGIEnvironment) -> bytes:
    """Read the raw body within its bound, however it is framed.

    Raises `NotFromShopify`: `body_too_large`, `broken_body`.
    """
    promised = get_content_length(environ)
    try:
        # A chunked body is cut at the maximum without a word: one byte more is read.
        body = get_input_stream(environ, max_content_length=LARGEST + 1).read()
    except RequestEntityTooLarge as error:
        raise too_large() from error
    except (ClientDisconnected, OSError) as error:
        raise broken_body() from error
    if len(body) < min(promised or 0, LARGEST + 1):
        raise broken_body()
    return body


def _keep(inbox: Inbox, event: Event, clerk: Clerk) -> Answer:
    job, reason = clerk.wanted(event)
    try:
        kept = inbox.put(event, job, reason)
    except Exception as error:
        # Not kept, so not acknowledged: the sender tries again.
        return not_kept(event, error)
    return clerk.kept(event, job, kept)
