"""The fact that decided, as far as a customer may be told."""

from __future__ import annotations

from plugin.letters.holding import held_tests
from plugin.letters.voice import Sentence
from plugin.letters.windows import Period, period_of
from plugin.policy.catalogue import WINDOW, known
from plugin.policy.decision import Decision, Ground, LineVerdict, Stratum
from plugin.policy.facts import Facts, Line
from plugin.policy.terms import Clock, Policy
from plugin.words import Words, clean

# What a clause rests on that may be said; tags and past returns stay with the shop.
_TOLD = (
    "days_since_delivery",
    "hours_since_delivery",
    "days_since_fulfillment",
    "hours_since_fulfillment",
    "days_since_order",
    "product_type",
    "vendor",
    "country",
    "discount_percent",
    "channel",
    "price",
    "item_condition",
)
# How a shop tags what is final sale; tags are in small letters.
_FINAL_SALE = frozenset({"final-sale", "final sale", "final_sale", "finalsale"})
_HOURS = {
    Clock.DELIVERED: "hours_since_delivery",
    Clock.FULFILLED: "hours_since_fulfillment",
}


def deciding_fact(
    decision: Decision, facts: Facts, policy: Policy, words: Words
) -> Sentence | None:
    """Say the fact that decided, where it is the same for all lines."""
    lines = {line.id: line for line in facts.lines}
    first, *rest = (
        _fact(verdict, lines[verdict.line_id], facts, policy, words)
        for verdict in decision.lines
    )
    return first if all(other == first for other in rest) else None


def _fact(
    verdict: LineVerdict, line: Line, facts: Facts, policy: Policy, words: Words
) -> Sentence | None:
    held = _held(verdict, policy)
    if verdict.law.exception is not None:
        # What is noted beside the article is in English.
        article = (verdict.law.cites or "").partition(";")[0]
        return Sentence("facts.exception", {"cites": clean(article)})
    if _is_late(held.get(WINDOW)):
        return _period(period_of(facts, line, policy), facts, line, words)
    if verdict.ground is Ground.FINAL_SALE and _sold_finally(held.get("product_tags")):
        return Sentence("facts.final_sale")
    if held.get("gift_card") is True:
        return Sentence("facts.gift_card")
    told = next((name for name in _TOLD if name in held), None)
    if told is None:
        return None
    return Sentence(f"facts.{told}", _values(told, held[told], facts, line, words))


def _held(verdict: LineVerdict, policy: Policy) -> dict[str, object]:
    """Give the facts that made the deciding clause speak, with their values."""
    decided = verdict.decided_by
    if decided.stratum is not Stratum.CLAUSE:
        return {}
    rule = next(rule for rule in policy.plan.rules if rule.id == decided.id)
    read = dict(decided.read)
    return {test.fact: read[test.fact] for test in held_tests(rule.when, read)}


def _is_late(days: object) -> bool:
    """Tell whether the window was missed; a clause may refuse what came in time too."""
    return isinstance(days, int) and days > 0


def _sold_finally(tags: object) -> bool:
    """Tell whether the tags say final sale; the same ground refuses clearance too."""
    return isinstance(tags, frozenset) and not _FINAL_SALE.isdisjoint(tags)


def _period(period: Period, facts: Facts, line: Line, words: Words) -> Sentence | None:
    """Say when the window began or ended, whichever explains more."""
    asked = words.day(facts.requested_on)
    if period.moved and period.end is not None:
        values = {"end": words.day(period.end), "asked": asked}
        return Sentence("facts.period_until", values)
    name = _HOURS.get(period.window.starts)
    if period.window.hours is not None and name is not None:
        hours = known(name).reads(facts, line)
        return None if hours is None else Sentence(f"facts.{name}", _value(hours))
    if period.start is None:
        return None
    values = {"start": words.day(period.start), "asked": asked}
    return Sentence(f"facts.period_{period.window.starts.value}", values)


def _values(
    name: str, value: object, facts: Facts, line: Line, words: Words
) -> dict[str, str]:
    if name == "item_condition":
        return {}
    if name == "price" and line.price is not None:
        return _value(words.money(line.price))
    if name == "discount_percent" and isinstance(value, int):
        return _value(words.percent(value))
    if name == "country":
        return _value(words.locale.territories.get(str(value), value))
    # As the shop writes it, not in the small letters of the comparison.
    written = getattr(line, name, None) or getattr(facts, name, None)
    return _value(written or value)


def _value(value: object) -> dict[str, str]:
    return {"value": clean(str(value))}
