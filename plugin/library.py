"""Law packs and saved policies, parsed once per version."""

from __future__ import annotations

import json
from functools import lru_cache

from plugin.packs import Packs, parse_policy
from plugin.policy.facts import Place
from plugin.policy.terms import LawPack, Policy
from plugin.shop import PolicyVersion


class Library:
    """The shelf of law packs beside compiled policies."""

    def __init__(self, packs: Packs) -> None:
        """Keep the packs, and the policies used lately."""
        self.packs = packs
        self._parsed = lru_cache(maxsize=1000)(_parse)

    def law_for(self, place: Place) -> LawPack | None:
        """Find the law pack for a place."""
        return self.packs.law_for(place)

    def policy(self, version: PolicyVersion) -> Policy:
        """Parse a saved policy version; the same text is compiled once."""
        return self._parsed(version.document, version.label)


def _parse(document: str, label: str) -> Policy:
    return parse_policy(json.loads(document), version=label)
