"""What became of a test of an endpoint, and of what it was sent last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.archive.deliveries import DONE, STOPPED, WAITING, Delivery
from plugin.archive.endpoints import FLOW

# So often the page looks again by itself, before it leaves that to whoever reads it.
LOOKS = 20

# How a try ended, in words that go on after a colon.
SAYS = {
    "ok": "taken",
    "gone": "it answered 410 Gone, which means never to send again",
    "endpoint_off": "the address was switched off before its turn came",
    "not_installed": "the app was not installed when its turn came",
    "no_secret": "no secret that could sign it can be read; make a new one",
    "no_such_host": "the host is not known",
    "forbidden_address": "the host is not a public one",
    "bad_url": "the address is no web address",
    "bad_port": "the address names a port other than 443",
    "not_https": "the address does not begin with https://",
    "bad_host": "the address does not name a public host",
    "timeout": "no answer came in time",
    "tls": "no safe connection could be made",
    "refused": "nobody listens there",
    "broken": "the connection broke",
    "platform_unreachable": "Shopify could not be reached",
    "throttled": "Shopify was asked too often",
    "no_access": "Shopify does not give the app access",
}
# Shopify's no to Flow bears the word of a host where nobody listens.
_FLOW_REFUSED = "Shopify refused it"
_HTTP = "http_"

Time = Callable[[datetime], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """A test as the page shows it; `again` tells to look once more by itself."""

    id: str
    said: str
    worked: bool = True
    again: bool = False


def tried(
    log: Iterable[Delivery], id: str, urls: Mapping[str, str], look: int
) -> Tried | None:
    """Say what became of a test so far; None for one that is not known."""
    found = next((each for each in log if each.announcement_id == id), None)
    if found is None:
        return None
    url = urls.get(found.endpoint_id, "an address that is removed")
    if found.tried_at is None and found.state == WAITING:
        later = "" if look < LOOKS else " Reload to see what becomes of it."
        said = f"A test is on its way to {url}.{later}"
        return Tried(id=id, said=said, again=look < LOOKS)
    if found.state == DONE:
        return Tried(id=id, said=f"The test was taken by {url}.")
    if found.state == STOPPED:
        return Tried(id=id, said=f"The test was not sent: {_why(found)}.", worked=False)
    said = f"The test was not taken by {url}: {_why(found)}."
    more = " It is tried again by itself." if found.state == WAITING else ""
    return Tried(id=id, said=said + more, worked=False)


def last_answers(log: Iterable[Delivery], time: Time) -> dict[str, str]:
    """Say how the last try of each endpoint ended, of what was sent lately.

    What was stopped was never sent, so that nobody answered it.
    """
    last: dict[str, tuple[datetime, Delivery]] = {}
    for each in log:
        at = each.tried_at
        if each.state == STOPPED:
            continue
        if at and (each.endpoint_id not in last or at > last[each.endpoint_id][0]):
            last[each.endpoint_id] = at, each
    return {
        id: f"Last answer: {'taken' if each.result == 'ok' else _why(each)}, {time(at)}"
        for id, (at, each) in last.items()
    }


def ending(delivery: Delivery) -> str:
    """Say in words how a try ended; a word that is not known is shown as it is."""
    result = delivery.result or ""
    if delivery.endpoint_id == FLOW and result == "refused":
        return _FLOW_REFUSED
    if result.startswith(_HTTP):
        return f"it answered HTTP {result.removeprefix(_HTTP)}"
    return SAYS.get(result, result)


def _why(delivery: Delivery) -> str:
    text = f" ({delivery.answer})" if delivery.answer else ""
    return f"{ending(delivery)}{text}"
