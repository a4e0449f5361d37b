"""Answers: what is checked of an event, whoever reads it, and what is said to it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import structlog

from plugin.jobs import Job
from plugin.shopify.client import API_VERSION
from plugin.tally import count
from webhooks.dispatch import TOPICS, job_for
from webhooks.rows import Kept
from webhooks.schemas import BadPayload
from webhooks.verify import SIGNATURE, Event, Headers, NotFromShopify, only, verify
from webhooks.waiting import InboxClosed

PATH = "/webhooks"
ONLY_POST = (
    "this address takes webhooks, which Shopify sends by POST; to open Evenhand, "
    "choose it among the apps in your Shopify admin"
)
LARGEST = 1024 * 1024
# How the platform names the versions of its API.
RELEASE = re.compile(r"20[0-9]{2}-(01|04|07|10)|unstable")

log = structlog.get_logger(__name__)


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
            ("content-type", "application/json"),
            ("content-length", str(len(self.body))),
        ]
        return [*headers, ("allow", "POST")] if self.status == 405 else headers


@dataclass(frozen=True, kw_only=True, slots=True)
class Clerk:
    """Checks events and words the answers; reads and keeps nothing itself."""

    secrets: Sequence[str]
    drifted: set[str] = field(default_factory=set)

    def look(self, method: str, headers: Headers) -> None:
        """Raise `NotFromShopify` for what need not be listened to."""
        if method != "POST":
            raise NotFromShopify("method_not_allowed", ONLY_POST, status=405)
        # Whoever cannot sign need not be listened to.
        only(headers, SIGNATURE)
        coding = headers.getlist("Content-Encoding") or ["identity"]
        if [each.lower() for each in coding] != ["identity"]:
            raise NotFromShopify("encoded_body", "send the body as it is", status=415)

    def event(self, headers: Headers, body: bytes) -> Event:
        """Read an event; raises `NotFromShopify`."""
        if len(body) > LARGEST:
            raise too_large()
        if not body:
            raise NotFromShopify("no_body", "the body is empty", status=400)
        return verify(headers, body, secrets=self.secrets)

    def wanted(self, event: Event) -> tuple[Job | None, str | None]:
        """Find the job that an event asks for, or the word why it asks for none."""
        try:
            job = job_for(event)
        except BadPayload as error:
            return None, error.code
        if job is None:
            return None, "nothing_to_do" if event.topic in TOPICS else "unknown_topic"
        return job, None

    def kept(self, event: Event, job: Job | None, kept: Kept) -> Answer:
        """Tell the sender of an event that is kept."""
        code = "duplicate" if not kept.new else kept.reason or "kept"
        # A topic is not signed: any other is one of many that somebody made up.
        count("events", topic=event.topic if job else "other", result=code)
        if kept.new:
            self._see_version(event)
        log.info(
            "event",
            shop=event.shop,
            topic=event.topic,
            webhook_id=event.webhook_id,
            result=code,
        )
        return answer(200, code, None)

    def _see_version(self, event: Event) -> None:
        """Notice an event that was made in another version than the app declares.

        It is said once a version. None is signed: one of no known form is `other`.
        """
        if event.api_version == API_VERSION:
            return
        known = RELEASE.fullmatch(event.api_version)
        version = event.api_version if known else "other"
        count("other_event_version", version=version)
        if version not in self.drifted:
            self.drifted.add(version)
            log.warning("other_event_version", shop=event.shop, api_version=version)


def not_kept(event: Event, error: Exception) -> Answer:
    """Tell the sender, who then tries again, of an event that could not be kept."""
    # Why a batch was not written is told once, by who writes it.
    known = error if isinstance(error, InboxClosed) else None
    log.warning(
        "event_not_kept",
        shop=event.shop,
        topic=event.topic,
        code=known.code if known else "unexpected",
        exc_info=known is None,
    )
    return answer(503, "not_kept", "try again")


def refused(error: NotFromShopify) -> Answer:
    """Tell the sender of an event that is refused."""
    return answer(error.status, error.code, str(error))


def broke() -> Answer:
    """Tell the sender that what nobody thought of happened."""
    log.exception("request_broke")
    return answer(500, "internal_error", "try again later")


def too_large() -> NotFromShopify:
    """Refuse a body over the bound."""
    message = f"the body is over {LARGEST} bytes"
    return NotFromShopify("body_too_large", message, status=413)


def broken_body() -> NotFromShopify:
    """Refuse a body that did not come to its end."""
    return NotFromShopify("broken_body", "the body broke off", status=400)


def answer(status: int, code: str, message: str | None) -> Answer:
    """Make an answer, and count it where it is no acknowledgement."""
    ok = status == 200
    if not ok:
        log.warning("event_refused", code=code, status=status)
        count("events_refused", code=code)
    said = {"result": code} if ok else {"error": code, "message": message}
    text = json.dumps(said, separators=(",", ":")) + "\n"
    return Answer(status=status, body=text.encode())
