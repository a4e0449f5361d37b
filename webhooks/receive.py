"""The one address of events: raw bytes are verified and kept, then 200.

Nothing is parsed before the signature fits, nothing is acknowledged before it is
kept, and no answer waits for the platform. It stands before Flask, whose way from a
request to a view costs more than all the checks here (docs/decisions/0020).
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.wsgi import get_content_length, get_input_stream

from plugin.shopify.client import API_VERSION
from plugin.tally import count
from webhooks.dispatch import TOPICS, job_for
from webhooks.inbox import Inbox
from webhooks.schemas import BadPayload
from webhooks.verify import SIGNATURE, Event, NotFromShopify, only, verify

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/webhooks"
ONLY_POST = (
    "this address takes webhooks, which Shopify sends by POST; to open Evenhand, "
    "choose it among the apps in your Shopify admin"
)
# How many threads of a server are left to others while bodies come slowly, and how long
# somebody waits until a body that comes slowly has come.
SPARED = 4
TURN_SECONDS = 1.0
LARGEST = 1024 * 1024
# How the platform names the versions of its API.
RELEASE = re.compile(r"20[0-9]{2}-(01|04|07|10)|unstable")

log = structlog.get_logger(__name__)


class Receiver:
    """Answers events; whatever is sent to another address goes on to the app behind."""

    def __init__(
        self,
        behind: WSGIApplication,
        inbox: Inbox,
        *,
        secrets: Sequence[str],
        threads: int = 16,
    ) -> None:
        """Accept every secret that may still sign; `threads` is what the server has."""
        self.behind = behind
        self.inbox = inbox
        self.secrets = secrets
        self._turnstile = Turnstile(max(1, threads - SPARED))
        self._drifted: set[str] = set()

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
            if environ["REQUEST_METHOD"] != "POST":
                raise NotFromShopify("method_not_allowed", ONLY_POST, status=405)
            headers = _Headers(environ)
            # Whoever cannot sign need not be listened to.
            only(headers, SIGNATURE)
            with self._turnstile:
                body = _body(environ)
            event = verify(headers, body, secrets=self.secrets)
            return _keep(self.inbox, event, self._drifted)
        except NotFromShopify as error:
            return _answer(error.status, error.code, str(error))
        except Exception:
            log.exception("request_broke")
            return _answer(500, "internal_error", "try again later")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a sender is told."""

    status: int
    body: bytes

    @property
    def line(self) -> str:
        """The status with its phrase."""
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers, with the method that is allowed where it was another."""
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(self.body))),
        ]
        return [*headers, ("Allow", "POST")] if self.status == 405 else headers


class Turnstile:
    """Lets so many bodies be read at once, and says 503 where none comes to its end.

    The server puts no limit to how slowly a body may come, and each that is read holds
    a thread: without this a few unfinished requests keep probes and pages out.
    """

    def __init__(self, places: int) -> None:
        """Begin with every place free."""
        self._free = threading.BoundedSemaphore(places)
        self._full_until = 0.0

    def __enter__(self) -> None:
        """Take a place; raises `NotFromShopify`: `too_many_senders`.

        Who was turned away after waiting speaks for those who come right after.
        """
        patience = 0.0 if time.monotonic() < self._full_until else TURN_SECONDS
        if not self._free.acquire(timeout=patience):
            self._full_until = time.monotonic() + TURN_SECONDS
            message = "too many send at once; send the event again"
            raise NotFromShopify("too_many_senders", message, status=503)

    def __exit__(self, *_: object) -> None:
        """Give the place back."""
        self._free.release()


class _Headers:
    """The headers of a WSGI request, where each name stands once."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ = environ

    def getlist(self, key: str) -> list[str]:
        value = self._environ.get("HTTP_" + key.upper().replace("-", "_"))
        return [] if value is None else [value]


def _body(environ: WSGIEnvironment) -> bytes:
    """Read the raw body within its bound, however it is framed.

    Raises `NotFromShopify`: `encoded_body`, `body_too_large`, `no_body`,
    `broken_body`.
    """
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise NotFromShopify("encoded_body", "send the body as it is", status=415)
    promised = get_content_length(environ)
    try:
        # A chunked body is cut at the maximum without a word: one byte more is read.
        body = get_input_stream(environ, max_content_length=LARGEST + 1).read()
    except RequestEntityTooLarge as error:
        raise _too_large() from error
    except (ClientDisconnected, OSError) as error:
        raise _broken_body() from error
    if len(body) > LARGEST:
        raise _too_large()
    if len(body) < (promised or 0):
        raise _broken_body()
    if not body:
        raise NotFromShopify("no_body", "the body is empty", status=400)
    return body


def _too_large() -> NotFromShopify:
    message = f"the body is over {LARGEST} bytes"
    return NotFromShopify("body_too_large", message, status=413)


def _broken_body() -> NotFromShopify:
    return NotFromShopify("broken_body", "the body broke off", status=400)


def _keep(inbox: Inbox, event: Event, drifted: set[str]) -> Answer:
    try:
        job, reason = job_for(event), None
    except BadPayload as error:
        job, reason = None, error.code
    if job is None and reason is None:
        reason = "nothing_to_do" if event.topic in TOPICS else "unknown_topic"
    try:
        kept = inbox.put(event, job, reason)
    except Exception:
        # Not kept, so not acknowledged: the sender tries again.
        log.exception("event_not_kept", shop=event.shop, topic=event.topic)
        return _answer(503, "not_kept", "try again")
    code = "duplicate" if not kept.new else kept.reason or "kept"
    # A topic is not signed: any other is one of many that somebody made up.
    count("events", topic=event.topic if job else "other", result=code)
    if kept.new:
        _see_version(event, drifted)
    log.info(
        "event",
        shop=event.shop,
        topic=event.topic,
        webhook_id=event.webhook_id,
        result=code,
    )
    return _answer(200, code, None)


def _see_version(event: Event, drifted: set[str]) -> None:
    """Notice an event that was made in another version than the app declares.

    It is said once a version. No version is signed: one of no known form is `other`.
    """
    if event.api_version == API_VERSION:
        return
    version = event.api_version if RELEASE.fullmatch(event.api_version) else "other"
    count("other_event_version", version=version)
    if version not in drifted:
        drifted.add(version)
        log.warning("other_event_version", shop=event.shop, api_version=version)


def _answer(status: int, code: str, message: str | None) -> Answer:
    ok = status == 200
    if not ok:
        log.warning("event_refused", code=code, status=status)
        count("events_refused", code=code)
    said = {"result": code} if ok else {"error": code, "message": message}
    text = json.dumps(said, separators=(",", ":")) + "\n"
    return Answer(status=status, body=text.encode())
