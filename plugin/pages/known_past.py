"""What is known of a store's past returns, in sentences for the merchant."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from plugin.archive.past import Backfill
from plugin.pages.desk import clock_time
from plugin.past import DONE, QUERY_RUNS, READING, TOO_OFTEN

SOON = "Your past returns will be read soon."
ALL = "All your past returns are known."
SINCE = (
    "Your past returns are known since {since}: Shopify shows apps only the orders of"
    " the last 60 days, unless a store lets them read all orders. What is older counts"
    " as not known, so a rule that asks further back sends the request to you."
)
GATHERING = "Shopify gathers your past returns: {objects} so far."
READS = "Evenhand reads your past returns: {lines} of {objects}."
STUCK = (
    "Your past returns could not be read, {tries} times by now{why}. Evenhand goes on"
    " trying, next at {at}; until then it asks Shopify about a customer's returns for"
    " each request, and a rule that asks further back sends the request to you."
)
AGAIN = " This did not work ({why}); it is tried again at {at}."


def is_known(found: Backfill | None) -> bool:
    """Tell whether the past was read to its end."""
    return found is not None and found.state == DONE


def said(found: Backfill | None, zone: ZoneInfo) -> str:
    """Say what is known of the past, or how far its reading is."""
    if found is None:
        return SOON
    if found.state == DONE:
        since = found.since and found.since.astimezone(zone)
        return SINCE.format(since=f"{since.day} {since:%b %Y}") if since else ALL
    at = clock_time(found.next_at, zone)
    if found.state == QUERY_RUNS and found.tries >= TOO_OFTEN:
        why = f" ({found.why})" if found.why else ""
        return STUCK.format(tries=found.tries, why=why, at=at)
    going = READS if found.state == READING else GATHERING
    records = f"{found.objects:,} {'record' if found.objects == 1 else 'records'}"
    text = going.format(lines=f"{found.lines:,}", objects=records)
    if found.why is None:
        return text
    return text + AGAIN.format(why=found.why, at=at)
