"""Reading a line: every catalogued fact that a policy asks for, once."""

from __future__ import annotations

from plugin.policy.catalogue import WINDOW
from plugin.policy.compiling import Values
from plugin.policy.facts import Facts, Line
from plugin.policy.terms import Policy
from plugin.policy.windows import days_past_window


def known_values(facts: Facts, line: Line, policy: Policy) -> Values:
    """Read the facts that the policy's rules ask for; None is not known."""
    plan = policy.plan
    values: dict[str, object] = {
        name: reads(facts, line) for name, reads in plan.readers
    }
    if plan.needs_window:
        # Last, since the window itself may hang on the other facts.
        values[WINDOW] = days_past_window(facts, line, policy, values)
    return values
