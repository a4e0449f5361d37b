"""What the store's own books must show: nothing twice, nothing unlawful or unasked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from plugin.devstore.model import Return
from plugin.devstore.shop import Shop
from plugin.shop import Mode
from tests.simulation.places import UNION

if TYPE_CHECKING:
    from tests.simulation.world import World

DECISIONS = ("returnApproveRequest", "returnDeclineRequest")
# So often may the store say no to one call: who asks on has not listened.
MOST_REFUSALS = 3
# Days in which a consumer of the Union may withdraw, and which the policies promise.
WITHDRAWAL, PROMISED = 14, 29


def verdicts(world: World, shop: Shop) -> Iterator[str]:
    """Judge by what one shop of the store holds."""
    yield from _orphans(shop, world.timeline.now())
    yield from _double_codes(shop)
    yield from _insistence(world, shop)
    for made in shop.returns.values():
        yield from _twice(shop, made)
        if made.decided_by == "app":
            yield from _unasked(world, shop, made)
        if made.decided_by == "app" and made.status == "DECLINED":
            yield from _unlawful(world, made)


def _twice(shop: Shop, made: Return) -> Iterator[str]:
    """No return is answered twice, and no customer told twice."""
    calls = [shop.counted.get((name, made.id)) for name in DECISIONS]
    effective = sum(each.effective for each in calls if each is not None)
    if effective > 1:
        yield f"twice: {made.id} was answered {effective} times"
    name = f"{made.name} "
    letters = [
        mail for mail in made.order.mails if name in f"{mail.subject} {mail.text} "
    ]
    if len(letters) > 1 + len(made.refunds):
        yield f"twice: {len(letters)} letters about {made.id}"


def _double_codes(shop: Shop) -> Iterator[str]:
    """No request is consoled by two codes."""
    titles = Counter(code.title for code in shop.codes.values())
    for title, count in sorted(titles.items()):
        if count > 1:
            yield f"twice: {count} codes for {title}"


def _orphans(shop: Shop, now: datetime) -> Iterator[str]:
    """A code that lives was promised by an answer, and a promised code lives."""
    refused = [each for each in shop.returns.values() if each.status == "DECLINED"]
    letters = " ".join(each.decline.note or "" for each in refused if each.decline)
    approved = {
        each.id.rpartition("/")[2]
        for each in shop.returns.values()
        if each.status in ("OPEN", "CLOSED") and each.decided_by == "app"
    }
    for code in shop.codes.values():
        number = code.title.rpartition("(")[2].rstrip(")")
        alive = code.status(now) == "ACTIVE"
        promised = code.code in letters
        if shop.installed and alive and not promised and number not in approved:
            yield f"orphan: {code.code} lives and no answer names it"
        if promised and not alive and (code.ends_at is None or code.ends_at > now):
            yield f"broken promise: {code.code} was promised and does not work"


def _unlawful(world: World, made: Return) -> Iterator[str]:
    """Nothing is refused that the law or the policy gives."""
    bought = world.people.ledger.asked[made.id]
    by_hand = "override decline" in world.people.ledger.clicked.get(made.id, ())
    days = bought.days_since(made.created_at)
    reasons = {line.return_reason_definition.handle for line in made.return_line_items}
    if bought.country in UNION and days <= WITHDRAWAL:
        yield f"unlawful: {made.id} declined after {days} days in {bought.country}"
    if "defective" in reasons and not by_hand:
        yield f"unlawful: {made.id} declined although it is defective"
    if not bought.final and days <= PROMISED and not by_hand:
        yield f"unjust: {made.id} declined after {days} days, and 30 were promised"
    if not (made.decline and made.decline.note and made.decline.reason):
        yield f"wordless: {made.id} declined without a reason"


def _unasked(world: World, shop: Shop, made: Return) -> Iterator[str]:
    """Nothing goes further than the merchant let the app go, unless staff clicked."""
    chosen = world.people.ledger.chosen[shop.myshopify_domain]
    modes = {wishes.mode for wishes, _ in chosen}
    if made.id in world.people.ledger.clicked:
        return
    if modes == {Mode.OBSERVE}:
        yield f"unasked: {made.id} was answered, and the shop only observes"
    if Mode.AUTOMATIC not in modes and made.status == "DECLINED":
        yield f"unasked: {made.id} was declined, and nobody confirmed it"


def _insistence(world: World, shop: Shop) -> Iterator[str]:
    """Who was refused for good does not ask again and again."""
    for (name, asked), count in sorted(world.wire.refused.items()):
        if count > MOST_REFUSALS and shop.myshopify_domain in asked:
            yield f"insists: {name} was refused {count} times"
