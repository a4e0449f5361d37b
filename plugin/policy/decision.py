"""What was concluded about a request, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from plugin.policy.remedies import Owed, Settlement


class Outcome(Enum):
    """How a request ends, or that a person has to look."""

    APPROVE = "approve"
    DECLINE = "decline"
    REVIEW = "review"


class Ground(Enum):
    """The typed reason of a decline (the platform's ReturnDeclineReason)."""

    FINAL_SALE = "FINAL_SALE"
    RETURN_PERIOD_ENDED = "RETURN_PERIOD_ENDED"
    OTHER = "OTHER"


class Stratum(Enum):
    """Which layer of a decision speaks; law is asked first, the default last."""

    LAW = "law"
    HOLD = "hold"
    CLAUSE = "clause"
    DEFAULT = "default"


class Says(Enum):
    """One clause's or provision's answer."""

    SPEAKS = "speaks"
    SILENT = "silent"
    CANNOT_TELL = "cannot_tell"


class Sureness(Enum):
    """How well a value of a law is known: read, told by others, or remembered."""

    TEXT = "text"
    PAGE = "page"
    SECONDARY = "secondary"
    MEMORY = "memory"


# Named once, for Python 3.11 takes as long to look a member up in its enum as to ask a
# clause; the core compares with these at every step.
APPROVE, DECLINE, REVIEW = Outcome.APPROVE, Outcome.DECLINE, Outcome.REVIEW
SPEAKS, SILENT, CANNOT_TELL = Says.SPEAKS, Says.SILENT, Says.CANNOT_TELL
MEMORY = Sureness.MEMORY


class Finding(NamedTuple):
    """One answer with the facts it read; `cites` names a statute where there is one.

    A law's finding says how sure its values are, and what it owes where it speaks.
    """

    stratum: Stratum
    id: str
    says: Says
    effect: Outcome | None
    read: tuple[tuple[str, object], ...] = ()
    cites: str | None = None
    why: str | None = None
    # The statutory exception that was proven, where one silences the law.
    exception: str | None = None
    sure: Sureness | None = None
    owed: Owed | None = None
    # Where the law is silent: whether a right by statute is over, or knows an
    # exception; such a right cannot be sold away.
    statutory: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LineVerdict:
    """What was concluded about one line, by which finding, under which law."""

    line_id: str
    title: str
    outcome: Outcome
    decided_by: Finding
    law: Finding
    findings: tuple[Finding, ...]
    ground: Ground | None = None
    texts: tuple[tuple[str, str], ...] = ()
    settlement: Settlement | None = None


class IncompleteDecision(ValueError):
    """A decline was built without the reasons that a refusal must carry."""

    code = "incomplete_decision"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """The conclusion about one request; equal inputs give an equal decision.

    Raises `IncompleteDecision` when a decline lacks its ground, the policy version,
    the reason's words or the way to a person.
    """

    outcome: Outcome
    lines: tuple[LineVerdict, ...]
    holds: tuple[Finding, ...]
    policy_version: str
    ground: Ground | None = None
    contact: str | None = None

    def __post_init__(self) -> None:
        """Refuse to exist as a refusal without reasons."""
        if self.outcome is not Outcome.DECLINE:
            return
        # INVARIANT: no decline without ground, version, words and a human path.
        missing = [name for name, there in self._owed().items() if not there]
        if missing:
            raise IncompleteDecision(f"a decline needs {', '.join(missing)}")

    def _owed(self) -> dict[str, bool]:
        declined = [v for v in self.lines if v.outcome is Outcome.DECLINE]
        return {
            "lines": bool(self.lines) and len(declined) == len(self.lines),
            "a ground": self.ground is not None,
            "a policy version": bool(self.policy_version),
            "a reason text": all(v.texts for v in declined),
            "a human path": bool(self.contact),
        }

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that determined the outcome, each once, in line order."""
        if self.outcome is Outcome.REVIEW and self.holds:
            return self.holds
        wanted = [v for v in self.lines if v.outcome is self.outcome] or self.lines
        return tuple(dict.fromkeys(v.decided_by for v in wanted))

    @property
    def mixed(self) -> bool:
        """Whether lines ended differently, so that a split would be needed."""
        return len({v.outcome for v in self.lines}) > 1
