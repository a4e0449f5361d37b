"""What became of a test of an endpoint, and of what it was sent last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from plugin.archive.deliveries import DONE, WAITING, Delivery

# So often the page looks again by itself, before it leaves that to whoever reads it.
LOOKS = 20

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
    said = f"The test was not taken by {url}: {_why(found)}."
    more = " It is tried again by itself." if found.state == WAITING else ""
    return Tried(id=id, said=said + more, worked=False)


def last_answers(log: Iterable[Delivery], time: Time) -> dict[str, str]:
    """Say how the last try of each endpoint ended, of what was sent lately."""
    last: dict[str, tuple[datetime, Delivery]] = {}
    for each in log:
        at = each.tried_at
        if at and (each.endpoint_id not in last or at > last[each.endpoint_id][0]):
            last[each.endpoint_id] = at, each
    return {
        id: f"Last answer: {'taken' if each.result == 'ok' else _why(each)}, {time(at)}"
        for id, (at, each) in last.items()
    }


def _why(delivery: Delivery) -> str:
    text = f" ({delivery.answer})" if delivery.answer else ""
    return f"{delivery.result}{text}"
