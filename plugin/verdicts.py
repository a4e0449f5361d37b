"""Verdicts: a decision from documents, as data and as text for whoever asked."""

from __future__ import annotations

from dataclasses import dataclass

from plugin.archive.canonical import as_data
from plugin.explain_text import as_text
from plugin.policy.decision import Decision, Finding, LineVerdict, Says
from plugin.policy.engine import decide
from plugin.policy.explaining.counterfactual import explained
from plugin.policy.explaining.explain import explain
from plugin.policy.facts import Facts
from plugin.policy.law import best
from plugin.policy.offers import offers_for
from plugin.policy.terms import Policy, Terms
from plugin.ports import Library

Data = dict[str, object]

LAW_SAYS = {
    Says.SPEAKS: "entitled",
    Says.SILENT: "silent",
    Says.CANNOT_TELL: "unclear",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """One policy under the packs' law, ready to decide documents."""

    library: Library
    policy: Policy
    contact: str

    def terms(self, facts: Facts) -> Terms:
        """Find the law of the request's places as it was on the order's day."""
        return self.library.terms(self.policy, facts, self.contact)

    def as_data(self, facts: Facts) -> Data:
        """Decide, and say everything about it, with what would have changed it."""
        terms = self.terms(facts)
        decision = decide(facts, terms)
        full = explained(decision, facts, terms)
        return {
            **verdict_data(decision, facts, terms),
            "counterfactuals": as_data(full.counterfactuals),
            "trace": as_data(full.trace),
        }

    def as_row(self, facts: Facts) -> Data:
        """Decide, with the trace alone: what one of many is worth the time."""
        terms = self.terms(facts)
        decision = decide(facts, terms)
        trace = as_data(explain(decision, facts, terms))
        return {**verdict_data(decision, facts, terms), "trace": trace}

    def as_text(self, facts: Facts) -> str:
        """Decide, and explain it in words."""
        terms = self.terms(facts)
        full = explained(decide(facts, terms), facts, terms)
        return as_text(full.trace, full.counterfactuals)


def verdict_data(decision: Decision, facts: Facts, terms: Terms) -> Data:
    """Say a decision without its trace."""
    return {
        "outcome": decision.outcome.value,
        "ground": decision.ground and decision.ground.value,
        "decided_by": list(dict.fromkeys(found.id for found in decision.reasons)),
        "law": law_data(best(tuple(verdict.law for verdict in decision.lines))),
        "holds": [hold.id for hold in decision.holds],
        "lines": [_line(verdict) for verdict in decision.lines],
        "offers": as_data(offers_for(decision, facts, terms)),
        "policy": {"name": terms.policy.name, "version": terms.policy.version},
        "packs": [
            pack and {"id": pack.id, "checked_on": pack.checked_on.isoformat()}
            for pack in terms.packs
        ],
    }


def law_data(finding: Finding) -> Data:
    """Say what the law stratum said, by which pack and provision."""
    pack, _, provision = finding.id.partition(":")
    return {
        "says": LAW_SAYS[finding.says],
        "pack": pack,
        "provision": provision,
        "cites": finding.cites,
        "why": finding.why,
        "sure": finding.sure and finding.sure.value,
    }


def _line(verdict: LineVerdict) -> Data:
    return {
        "id": verdict.line_id,
        "title": verdict.title,
        "outcome": verdict.outcome.value,
        "decided_by": verdict.decided_by.id,
        "why": verdict.decided_by.why,
        "ground": verdict.ground and verdict.ground.value,
        "law": law_data(verdict.law),
        "settlement": as_data(verdict.settlement),
    }
