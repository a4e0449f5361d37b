"""One function per topic: which story an event asks for."""

from __future__ import annotations

from plugin import workflows
from plugin.workflows import Job
from webhooks.schemas import RefundEvent, ReturnEvent, Uninstalled
from webhooks.verify import Event


def return_requested(event: Event, payload: ReturnEvent) -> Job:
    """A customer asks: decide and answer."""
    return workflows.answer(event.shop, payload.return_id, event.identity)


def return_changed(event: Event, payload: ReturnEvent) -> Job:
    """Somebody moved a return: note what the platform shows."""
    return Job(
        story=workflows.CHANGE,
        shop=event.shop,
        subject=f"{event.webhook_id}:{payload.return_id}",
        arguments={
            "return_id": payload.return_id,
            "topic": event.topic,
            "event": event.identity,
        },
    )


def refund_created(event: Event, payload: RefundEvent) -> Job:
    """Money went back: note it on the return's case."""
    return Job(
        story=workflows.REFUND,
        shop=event.shop,
        subject=payload.refund_id,
        arguments={"refund_id": payload.refund_id, "event": event.identity},
    )


def app_uninstalled(event: Event, payload: Uninstalled) -> Job:
    """A shop left: see whether its token is dead, then forget the token."""
    return Job(
        story=workflows.GOODBYE,
        shop=payload.shop,
        subject=event.webhook_id,
        arguments={},
    )
