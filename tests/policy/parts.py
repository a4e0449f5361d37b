"""Parts of policies and findings of the law, built without a document."""

from __future__ import annotations

from typing import Any

from plugin.policy.clauses import Clause
from plugin.policy.conditions import All, Condition, Operator
from plugin.policy.conditions import Test as Comparison
from plugin.policy.days import Span
from plugin.policy.decision import Decision, Finding, Ground, Outcome, Says, Stratum
from plugin.policy.engine import decide
from plugin.policy.facts import Facts
from plugin.policy.provisions import ChangeOfMind, LawPack, Right
from plugin.policy.remedies import Owed
from plugin.policy.terms import Policy, Terms, Window
from tests.builders import CONTACT, make_pack

EVERY = All(())
WORDS = (("en", "We cannot take this back."),)

SILENT = make_pack()
UNCLEAR = make_pack(
    id="UU",
    change_of_mind=ChangeOfMind(right=Right.DOUBTFUL, cites="Unclear Act s 1"),
)


def asks(fact: str, operator: Operator, value: Any) -> Comparison:
    """Compare a fact with a value."""
    return Comparison(fact=fact, operator=operator, value=value)


def is_flag(fact: str, value: bool = True) -> Comparison:
    """Ask whether a flag is as told."""
    return asks(fact, Operator.EQUALS, value)


def at_least(fact: str, value: int) -> Comparison:
    """Ask whether a number is reached."""
    return asks(fact, Operator.AT_LEAST, value)


def make_rule(
    id: str = "rule",
    then: Outcome = Outcome.APPROVE,
    when: Condition = EVERY,
    **parts: Any,
) -> Clause:
    """Make a clause that always speaks; a refusal has its ground and words."""
    if then is Outcome.DECLINE:
        parts = {"ground": Ground.OTHER, "texts": WORDS, **parts}
    return Clause(id=id, when=when, then=then, **parts)


def make_core(*clauses: Clause, **changes: Any) -> Policy:
    """Make a policy of 30 days from its parts."""
    given: dict[str, Any] = {"window": Window(days=30), **changes}
    return Policy(name="Core", version="v1", clauses=clauses, **given)


def entitling(owed: Owed | None = None, id: str = "YY") -> LawPack:
    """Make a law that entitles a change of mind for 14 days."""
    right = ChangeOfMind(
        right=Right.STATUTORY,
        cites=f"{id} Act s 1",
        span=Span(days=14),
        owed=owed or Owed(),
    )
    return make_pack(id=id, change_of_mind=right)


def speaking(owed: Owed | None, cites: str = "Act s 1") -> Finding:
    """Make the finding of a law that entitles."""
    finding = Finding(Stratum.LAW, "YY:right", Says.SPEAKS, Outcome.APPROVE)
    return finding._replace(cites=cites, owed=owed)


def decided(facts: Facts, policy: Policy, *packs: LawPack | None) -> Decision:
    """Decide under the packs; without any the law is silent."""
    terms = Terms(policy=policy, packs=packs or (SILENT,), contact=CONTACT)
    return decide(facts, terms)
