"""Remark: one thing the tone check found, how much it weighs and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Weight(Enum):
    """How much a remark weighs."""

    REFUSED = "refused"
    WARNED = "warned"


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """One thing found in a text, with what to write instead."""

    weight: Weight
    kind: str
    found: str
    advice: str


_KINDS = MappingProxyType(
    {
        "insult": (
            Weight.REFUSED,
            "Leave the insult out and speak of the item or the request only.",
        ),
        "threat": (
            Weight.REFUSED,
            "Leave the threat out and say what the customer can do next.",
        ),
        "blame": (
            Weight.REFUSED,
            "Say what happened without saying whose fault it is.",
        ),
        "shouting": (
            Weight.REFUSED,
            "Write in ordinary letters, with at most one mark at a sentence's end.",
        ),
        "cold": (
            Weight.WARNED,
            "Say that you are sorry, give the reason and name what is possible.",
        ),
        "absolute": (
            Weight.WARNED,
            "Name the condition instead, as the law may know exceptions.",
        ),
        "no_thanks": (Weight.WARNED, "Thank the customer for writing."),
        "no_reason": (Weight.WARNED, "Give the reason for the answer."),
        "no_next_step": (
            Weight.WARNED,
            "Name a next step: a person to write to, or an offer.",
        ),
    }
)


def remark(kind: str, found: str = "") -> Remark:
    """Make a remark of a known kind."""
    weight, advice = _KINDS[kind]
    return Remark(weight=weight, kind=kind, found=found, advice=advice)
