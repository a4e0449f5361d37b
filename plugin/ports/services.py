"""All that the stories are handed, by shape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from plugin.case import Letter
from plugin.policy.decision import Decision, Ground
from plugin.policy.facts import Facts
from plugin.policy.offers import Offer
from plugin.policy.terms import Policy, Terms
from plugin.ports.archive import Archive
from plugin.ports.platform import Platform
from plugin.shop import PolicyVersion


class Library(Protocol):
    """Law packs and policies, parsed."""

    def terms(self, policy: Policy, facts: Facts, contact: str) -> Terms:
        """Join a policy with the law of the request's places on the order's day."""

    def policy(self, version: PolicyVersion) -> Policy:
        """Parse a saved policy version."""


class Letters(Protocol):
    """Decisions in words."""

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that letters are written in."""

    def language_for(self, locale: str | None) -> str:
        """Pick the language for a customer's locale."""

    def decline(
        self,
        decision: Decision,
        facts: Facts,
        terms: Terms,
        offers: tuple[Offer, ...],
        code: str | None,
        *,
        locale: str | None,
        return_name: str,
    ) -> Letter:
        """Write the note of a refusal, within what the platform takes."""

    def by_hand(
        self,
        words: str,
        ground: Ground,
        contact: str,
        *,
        locale: str | None,
        return_name: str,
    ) -> Letter:
        """Put a person's words for a refusal between ours, within the same limit."""


class Clock(Protocol):
    """The present moment."""

    def now(self) -> datetime:
        """Tell the moment, UTC."""

    def today(self) -> date:
        """Tell the UTC day."""


class CodeMaker(Protocol):
    """Unguessable code texts."""

    def text(self, *, shop: str, return_id: str) -> str:
        """Derive the one code text that belongs to a return."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """Everything the stories work with, handed in by the composition root."""

    platform: Platform
    archive: Archive
    library: Library
    letters: Letters
    clock: Clock
    codes: CodeMaker
