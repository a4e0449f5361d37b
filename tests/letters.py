"""Refusals written for tests; `python -m tests.letters` renews `letters_golden`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from plugin.case import Letter
from plugin.letters import Letters
from plugin.letters.facts import deciding_fact
from plugin.letters.voice import Voice
from plugin.policy.decision import Decision, Ground, Outcome
from plugin.policy.engine import decide
from plugin.policy.facts import Facts
from plugin.policy.money import Money
from plugin.policy.offers import Offer, offers_for
from plugin.policy.remedies import Remedy
from plugin.policy.terms import Terms
from plugin.words import read_words
from tests.builders import (
    CONFIG,
    PACKS,
    make_clause,
    make_facts,
    make_line,
    make_place,
    make_policy,
    make_terms,
)

MESSAGES = CONFIG / "messages"
WORDS = read_words(MESSAGES)
LETTERS = Letters(WORDS)
GOLDEN = Path(__file__).parent / "letters_golden"
CLAUSES: dict[str, dict[str, str]] = yaml.safe_load(
    (GOLDEN / "clauses.yaml").read_text("utf-8")
)
LATE = make_facts(
    make_line(delivered_on=date(2026, 10, 9)), requested_on=date(2026, 11, 23)
)
ENDS_ON = date(2026, 12, 23)
EURO = Money.of("1234.50", "EUR")
# Every way to make an offer, by what it is called in the golden files.
OFFERS = {
    "code": Offer(remedy=Remedy.CODE, ends_on=ENDS_ON, percent=10),
    "code, amount": Offer(remedy=Remedy.CODE, ends_on=ENDS_ON, amount=EURO),
    "free shipping": Offer(remedy=Remedy.FREE_SHIPPING, ends_on=ENDS_ON),
    "store credit": Offer(remedy=Remedy.STORE_CREDIT, ends_on=ENDS_ON, amount=EURO),
    "store credit, bonus": Offer(
        remedy=Remedy.STORE_CREDIT, ends_on=ENDS_ON, percent=50, bonus_percent=10
    ),
    "exchange": Offer(remedy=Remedy.EXCHANGE, ends_on=ENDS_ON),
    "keep item": Offer(remedy=Remedy.KEEP_ITEM, ends_on=ENDS_ON, percent=30),
}
# What a clause may read that a letter tells.
READS: dict[str, dict[str, Any]] = {
    "days_since_delivery": {"at_least": 1},
    "hours_since_delivery": {"at_least": 1},
    "days_since_fulfillment": {"at_least": 1},
    "hours_since_fulfillment": {"at_least": 1},
    "days_since_order": {"at_least": 1},
    "product_type": {"equals": "Mug"},
    "vendor": {"equals": "Potter"},
    "country": {"equals": "NO"},
    "discount_percent": {"at_least": 30},
    "channel": {"equals": "web"},
    "price": {"at_least": 1},
    "item_condition": {"contains": "worn"},
    "gift_card": {"equals": True},
    "product_tags": {"contains": "final-sale"},
}


def write(
    facts: Facts = LATE,
    terms: Terms | None = None,
    *,
    offers: tuple[Offer, ...] | None = None,
    code: str | None = "MUG-7K2P",
    locale: str | None = "en",
    return_name: str = "#1001-R1",
) -> Letter:
    """Decide a request that is refused, and write the letter."""
    terms = terms or late_terms()
    decision = refused(facts, terms)
    made = offers_for(decision, facts, terms) if offers is None else offers
    return LETTERS.decline(
        decision, facts, terms, made, code, locale=locale, return_name=return_name
    )


def refused(facts: Facts, terms: Terms) -> Decision:
    """Decide a request that is refused."""
    decision = decide(facts, terms)
    assert decision.outcome is Outcome.DECLINE
    return decision


def late_terms(ground: str = "RETURN_PERIOD_ENDED", **changes: Any) -> Terms:
    """Make terms that refuse what is late on a ground, in every language."""
    clause = make_clause(text=CLAUSES[ground], ground=ground)
    return make_terms(policy=make_policy(version="v3", clauses=[clause]), **changes)


def refusing(clause: dict[str, Any], **changes: Any) -> Terms:
    """Make terms with one clause that refuses, without an offer."""
    policy = make_policy(version="v3", clauses=[make_clause(**clause)])
    return make_terms(policy=replace(policy, offers=()), **changes)


def reworded(terms: Terms, words: Mapping[str, Mapping[str, str]]) -> Terms:
    """Put a merchant's own sentences into terms."""
    return replace(terms, policy=replace(terms.policy, words=words))


def golden(language: str) -> str:
    """Write a language's letters out: each ground with each offer, then each fact."""
    parts = [f"{title}\n{text}\n" for title, text in _letters(language)]
    told = "\n".join(f"{name}: {fact}" for name, fact in _facts(language))
    ours = "\n".join(_ours(language))
    return "\n".join([*parts, f"## facts\n{told}\n", f"## our own reasons\n{ours}\n"])


def _ours(language: str) -> Iterator[str]:
    """Give the sentences for a clause that lacks the language."""
    words = WORDS[language]
    names = sorted(name for name in words.sentences if name.startswith("reasons."))
    yield from (f"{name}: {words.say(name, version='v3')}" for name in names)


def _letters(language: str) -> Iterator[tuple[str, str]]:
    for ground in Ground:
        for name, offer in OFFERS.items():
            letter = write(
                terms=late_terms(ground.value), offers=(offer,), locale=language
            )
            yield f"## {ground.value}, {name}", letter.text


def _facts(language: str) -> Iterator[tuple[str, str]]:
    for name, test in READS.items():
        ground = "FINAL_SALE" if name == "product_tags" else "OTHER"
        clause = {"when": {"fact": name, **test}, "ground": ground}
        yield name, told(knowing(), refusing(clause), language)
    for starts in ("delivered", "fulfilled", "ordered"):
        yield starts, told(LATE, _windowed({"days": 3, "starts": starts}), language)
    yield "hours", told(knowing(), _windowed({"hours": 48}), language)
    yield "until", told(LATE, _windowed({"until": date(2026, 11, 1)}), language)
    yield "exception", told(*excepted(), language)


def told(facts: Facts, terms: Terms, language: str) -> str:
    """Say the fact that decided a refusal; empty when none is told."""
    words = WORDS[language]
    fact = deciding_fact(refused(facts, terms), facts, terms.policy, words)
    return "" if fact is None else Voice(words=words, own={}).say(fact)


def knowing() -> Facts:
    """Make a request about which everything is known that a letter may tell."""
    line = make_line(
        gift_card=True,
        discount_percent=30,
        condition=frozenset({"worn"}),
        product_tags=frozenset({"final-sale"}),
        delivered_at=datetime(2026, 11, 2, 9, tzinfo=UTC),
        fulfilled_at=datetime(2026, 10, 30, 9, tzinfo=UTC),
    )
    return make_facts(
        line,
        channel="web",
        requested_at=datetime(2026, 11, 5, 12, tzinfo=UTC),
        places=(make_place("NO"),),
    )


def excepted() -> tuple[Facts, Terms]:
    """Make a refusal that a statutory exception lets through."""
    clause = {"when": {"fact": "vendor", "equals": "Potter"}, "ground": "OTHER"}
    line = make_line(proven=frozenset({"item_is_custom"}))
    facts = make_facts(line, places=(make_place("DE"),))
    return facts, refusing(clause, packs=(PACKS.law_packs["DE"],))


def _windowed(window: dict[str, Any]) -> Terms:
    return make_terms(policy=make_policy(version="v3", window=window))


if __name__ == "__main__":
    for language in LETTERS.languages:
        path = GOLDEN / f"{language}.txt"
        path.write_text(golden(language), "utf-8")
