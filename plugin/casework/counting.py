"""Counting: what of each refund is there by now, as it was last seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from plugin.case import AUDIT, LESS, UNDONE
from plugin.casework.comparing import Verdict
from plugin.casework.reckoning import Parts
from plugin.policy.money import Money
from plugin.ports import Shelf


@dataclass(frozen=True, kw_only=True, slots=True)
class Counted:
    """What of a refund went back for a case's items, and for the way there.

    It is `doubtful` where nobody can tell whether the items are the case's; `unnamed`
    where it names nothing, and was given before staff were to give anything.
    """

    goods: Decimal
    shipping: Decimal
    currency: str
    doubtful: bool
    unnamed: bool


def counted(shelf: Shelf, return_id: str) -> dict[str, Counted]:
    """Read what a case's refunds gave, by their ids; what fell through since is out."""
    found = {}
    for key, gist in shelf.gists(return_id).items():
        refund_id = refund_of(key)
        if refund_id is not None:
            found[refund_id] = Counted(
                goods=Decimal(gist.get("goods", 0)),
                shipping=Decimal(gist.get("shipping", 0)),
                currency=gist.get("currency", ""),
                doubtful="doubtful" in gist,
                unnamed=gist.get("verdict") == Verdict.UNNAMED.value,
            )
    return found


def refund_of(key: str) -> str | None:
    """Name the refund of an audit, or of what fell through since."""
    there = (start for start in (AUDIT, UNDONE, LESS) if key.startswith(start))
    return next((named(key, start) for start in there), None)


def named(key: str, start: str) -> str:
    """Name the refund of a key that begins so, without its number."""
    return key.removeprefix(start).partition("#")[0]


def numbered(key: str, keys: frozenset[str]) -> str:
    """Number a key about a refund where it was said of the refund before."""
    times = sum(one == key or one.startswith(f"{key}#") for one in keys)
    return f"{key}#{times + 1}" if times else key


def total_of(refunds: Iterable[Counted], currency: str) -> Parts:
    """Add up what refunds gave in one currency, in its parts."""
    there = [one for one in refunds if one.currency == currency]
    goods = sum((one.goods for one in there), Decimal(0))
    shipping = sum((one.shipping for one in there), Decimal(0))
    return Parts(
        goods=Money(amount=goods, currency=currency),
        shipping=Money(amount=shipping, currency=currency),
    )
