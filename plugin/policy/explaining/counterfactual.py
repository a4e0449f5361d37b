"""What would have changed a decision: tried on the engine itself, never guessed.

Nothing here advises a customer to say something else; another reason is not tried.
"""

from __future__ import annotations

from collections.abc import Iterator

from plugin.policy.decision import Decision
from plugin.policy.explaining.asking import Asking
from plugin.policy.explaining.doubts import by_doubt
from plugin.policy.explaining.explain import explain
from plugin.policy.explaining.shown import by_condition, by_evidence
from plugin.policy.explaining.trace import Counterfactual, Explanation
from plugin.policy.explaining.unknowns import by_unknown
from plugin.policy.explaining.when import by_time
from plugin.policy.facts import Facts
from plugin.policy.terms import Terms

# How often the engine may be asked about one line, and of how many lines.
CALLS = 60
MOST_LINES = 10


def explained(decision: Decision, facts: Facts, terms: Terms) -> Explanation:
    """Explain a decision, with what would have changed it for the first lines."""
    tried = (
        found
        for line in facts.lines[:MOST_LINES]
        for found in counterfactuals(facts, terms, line.id)
    )
    return Explanation(
        trace=explain(decision, facts, terms), counterfactuals=tuple(tried)
    )


def counterfactuals(
    facts: Facts, terms: Terms, line_id: str
) -> tuple[Counterfactual, ...]:
    """Find changes of facts after which a line ends otherwise, each of them tried.

    None is looked for while a hold speaks: a person looks whatever the facts.
    """
    asking = Asking(facts, terms, line_id, calls=CALLS)
    return () if asking.decision.holds else tuple(_all(asking))


def _all(asking: Asking) -> Iterator[Counterfactual]:
    yield from by_evidence(asking)
    yield from by_condition(asking)
    yield from by_unknown(asking)
    yield from by_doubt(asking)
    yield from by_time(asking)
