"""The one route: raw bytes are verified and kept, then 200.

Nothing is parsed before the signature fits, nothing is acknowledged before it is
kept, and no answer waits for the platform.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import structlog
from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import (
    ClientDisconnected,
    MethodNotAllowed,
    RequestEntityTooLarge,
)

from plugin.shopify.client import API_VERSION
from plugin.tally import count
from webhooks.dispatch import TOPICS, job_for
from webhooks.inbox import Inbox
from webhooks.schemas import BadPayload
from webhooks.verify import Event, NotFromShopify, verify

LARGEST = 1024 * 1024
# How the platform names the versions of its API.
RELEASE = re.compile(r"20[0-9]{2}-(01|04|07|10)|unstable")

log = structlog.get_logger(__name__)


def blueprint(inbox: Inbox, *, secrets: Sequence[str]) -> Blueprint:
    """Make the receiver; every secret that may still sign is accepted."""
    face = Blueprint("webhooks", __name__)
    drifted: set[str] = set()

    @face.post("/webhooks")
    def receive() -> Response:
        body = _body()
        event = verify(request.headers, body, secrets=secrets)
        return _keep(inbox, event, drifted)

    @face.errorhandler(NotFromShopify)
    def refuse(error: NotFromShopify) -> Response:
        return _answer(error.status, error.code, str(error))

    return face


def refuse_method(error: MethodNotAllowed) -> Response:
    """Answer a wrong method on any route, with what is allowed."""
    response = _answer(405, "method_not_allowed", "use another method")
    response.headers["Allow"] = ", ".join(error.valid_methods or ())
    return response


def _body() -> bytes:
    """Read the raw body within its bound, however it is framed.

    Raises `NotFromShopify`: `encoded_body`, `body_too_large`, `no_body`,
    `broken_body`.
    """
    encoding = request.headers.get("Content-Encoding", "identity").lower()
    if encoding != "identity":
        raise NotFromShopify("encoded_body", "send the body as it is", status=415)
    # A chunked body is cut at the maximum without a word, so one byte more is read.
    request.max_content_length = LARGEST + 1
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise _too_large() from error
    except (ClientDisconnected, OSError) as error:
        raise _broken_body() from error
    if len(body) > LARGEST:
        raise _too_large()
    if len(body) < (request.content_length or 0):
        raise _broken_body()
    if not body:
        raise NotFromShopify("no_body", "the body is empty", status=400)
    return body


def _too_large() -> NotFromShopify:
    message = f"the body is over {LARGEST} bytes"
    return NotFromShopify("body_too_large", message, status=413)


def _broken_body() -> NotFromShopify:
    return NotFromShopify("broken_body", "the body broke off", status=400)


def _keep(inbox: Inbox, event: Event, drifted: set[str]) -> Response:
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


def _answer(status: int, code: str, message: str | None) -> Response:
    ok = status == 200
    if not ok:
        log.warning("event_refused", code=code, status=status)
        count("events_refused", code=code)
    body = {"result": code} if ok else {"error": code, "message": message}
    response = jsonify(body)
    response.status_code = status
    return response
