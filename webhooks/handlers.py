"""One function per topic: which story an event asks for."""

from __future__ import annotations

import re

from plugin import jobs
from plugin.jobs import Job
from plugin.privacy import Ask, Person, Topic
from webhooks.schemas import (
    BulkEvent,
    OrderEvent,
    PersonEvent,
    ProcessEvent,
    RefundEvent,
    ReturnEvent,
    ScopesEvent,
    ShopEvent,
)
from webhooks.verify import Event

MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}", re.ASCII)
# A request by law goes by its webhook's id and what is asked: no topic is signed, and
# the same under another must not be in the true one's way.
SHORT = {
    Topic.DATA_REQUEST: "data",
    Topic.REDACT_CUSTOMER: "redact",
    Topic.REDACT_SHOP: "redact-shop",
}
LONGEST = 100


def return_requested(event: Event, payload: ReturnEvent) -> Job:
    """A customer asks: decide and answer."""
    return jobs.answer(event.shop, payload.return_id, event.identity)


def return_changed(event: Event, payload: ReturnEvent) -> Job:
    """Somebody moved a return: note what the platform shows."""
    return _told(event, jobs.CHANGE, "return_id", payload.return_id)


def return_processed(event: Event, payload: ProcessEvent) -> Job:
    """Staff dealt with goods: note it, or look which return they belong to."""
    if payload.return_id is not None:
        return _told(event, jobs.CHANGE, "return_id", payload.return_id)
    # All that happens in one minute is one look.
    minute = MINUTE.match(event.triggered_at or "")
    return jobs.look(event.shop, minute[0] if minute else event.webhook_id)


def refund_created(event: Event, payload: RefundEvent) -> Job:
    """Money went back: note it on the return's case."""
    return Job(
        story=jobs.REFUND,
        shop=event.shop,
        subject=payload.refund_id,
        arguments={"refund_id": payload.refund_id, "event": event.identity},
    )


def order_changed(event: Event, payload: OrderEvent) -> Job | None:
    """An order was cancelled or its payment disputed: hold what waits on it."""
    if payload.order_id is None:
        return None
    return _told(event, jobs.ORDER, "order_id", payload.order_id)


def shop_changed(event: Event, payload: ShopEvent) -> Job:
    """A shop changed its currency, zone or address: read it again."""
    return Job(
        story=jobs.SHOP,
        shop=payload.shop,
        subject=event.webhook_id,
        arguments={},
    )


def scopes_changed(event: Event, _payload: ScopesEvent) -> Job:
    """A shop granted or took back a right: see what the app may do now."""
    return Job(
        story=jobs.SCOPES,
        shop=event.shop,
        subject=event.webhook_id,
        arguments={},
    )


def bulk_finished(event: Event, payload: BulkEvent) -> Job:
    """A shop has gathered its past: read on at once."""
    return jobs.backfill(event.shop, payload.operation_id)


def app_uninstalled(event: Event, payload: ShopEvent) -> Job:
    """A shop left: see whether its token is dead, then forget the token."""
    return Job(
        story=jobs.GOODBYE,
        shop=payload.shop,
        subject=event.webhook_id,
        arguments={"left_at": event.triggered_at},
    )


def data_requested(event: Event, payload: PersonEvent) -> Job:
    """A customer wants to know what is held of them: make the file."""
    return _by_law(event, payload.shop, Topic.DATA_REQUEST, _person(payload))


def customer_redacted(event: Event, payload: PersonEvent) -> Job:
    """A customer wants to be forgotten: erase what is held of them."""
    return _by_law(event, payload.shop, Topic.REDACT_CUSTOMER, _person(payload))


def shop_redacted(event: Event, payload: ShopEvent) -> Job:
    """A shop left two days ago: erase what it left behind."""
    return _by_law(event, payload.shop, Topic.REDACT_SHOP, None)


def _person(payload: PersonEvent) -> Person:
    return Person(customer_id=payload.customer_id, order_ids=payload.order_ids)


def _by_law(event: Event, shop: str, topic: Topic, person: Person | None) -> Job:
    ask = Ask(topic=topic, person=person)
    return jobs.by_law(shop, f"{event.webhook_id[:LONGEST]}.{SHORT[topic]}", ask)


def _told(event: Event, story: str, name: str, subject: str) -> Job:
    """Tell a story for each event anew, since each may bring another state.

    What came under a wrong topic before, which nobody signs, is another event.
    """
    return Job(
        story=story,
        shop=event.shop,
        subject=f"{event.topic}:{event.webhook_id}:{subject}",
        arguments={name: subject, "topic": event.topic, "event": event.identity},
    )
