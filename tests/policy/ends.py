"""How a line ends by a few plain rules."""

from __future__ import annotations

from plugin.policy.decision import LineVerdict, Outcome
from plugin.policy.facts import Facts
from plugin.policy.provisions import LawPack
from plugin.policy.terms import Policy
from tests.builders import make_facts, make_line
from tests.policy.parts import decided, is_flag, make_rule

APPROVE, DECLINE, REVIEW = Outcome.APPROVE, Outcome.DECLINE, Outcome.REVIEW
GIFT = is_flag("gift_card")
NO, YES, LOOK = (
    make_rule("no", DECLINE),
    make_rule("yes"),
    make_rule("look", REVIEW),
)
UNSURE = make_facts(make_line(gift_card=None))


def verdict(facts: Facts, policy: Policy, *packs: LawPack | None) -> LineVerdict:
    """Decide and give the first line's verdict."""
    return decided(facts, policy, *packs).lines[0]


def ends(facts: Facts, policy: Policy, *packs: LawPack | None) -> tuple[Outcome, str]:
    """Say how the first line ends, and by which finding."""
    found = verdict(facts, policy, *packs)
    return found.outcome, found.decided_by.id


LAW_ID = "YY:change-of-mind"
