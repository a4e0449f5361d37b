"""Trace: how a decision came about, as data and in words, ready to be archived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from plugin.policy.decision import Outcome, Says, Sureness
from plugin.policy.remedies import Settlement


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """One fact that a rule read: its value (None: not known), and that in words."""

    fact: str
    meaning: str
    value: object
    said: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One rule that was asked: its condition in words, its answer, and its effect.

    `stratum` is law, hold, limit, clause or default; `sure` how well a law's values
    are known. Exactly one step of a line decided.
    """

    stratum: str
    id: str
    asks: str
    reads: tuple[Read, ...]
    says: Says
    effect: Outcome | None
    why: str | None = None
    cites: str | None = None
    sure: Sureness | None = None
    decided: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One term of a settlement in words."""

    name: str
    said: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LineTrace:
    """How one line was decided, with a sentence that sums it up.

    `unheld` is what would have come out if nothing had held the whole request.
    """

    line_id: str
    title: str
    outcome: Outcome
    summary: str
    steps: tuple[Step, ...]
    unheld: Outcome | None = None
    settlement: Settlement | None = None
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class PackShown:
    """The version of a law pack that was asked."""

    id: str
    name: str
    checked_on: date
    since: date | None
    until: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """How a decision came about; a pack is None where there was none for a place."""

    outcome: Outcome
    policy: str
    version: str
    requested_on: date
    packs: tuple[PackShown | None, ...]
    lines: tuple[LineTrace, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One fact with another value; None is not known."""

    fact: str
    was: object
    to: object


@dataclass(frozen=True, kw_only=True, slots=True)
class Counterfactual:
    """A change of facts after which a line ends otherwise, and the words for it.

    It was tried: the engine gave `outcome` on the changed facts.
    """

    kind: str
    line_id: str
    changes: tuple[Change, ...]
    outcome: Outcome
    said: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """A trace with what would have changed it: what the archive keeps."""

    trace: Trace
    counterfactuals: tuple[Counterfactual, ...]
