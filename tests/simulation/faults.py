"""What goes wrong in a world, and how often: drawn from its seed, over at the end."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

# How a call to the store may go wrong, before and after it took effect.
BEFORE = ("unreachable", "http_500", "http_429", "html", "throttled", "internal")
AFTER = ("lost", "http_502", "half")
EXPIRED = "expired"
# How long a shop may be out of reach: longer, too, than anything is tried.
OUTAGES = (600.0, 3600.0, 12 * 3600.0)
# By then every shop has the app.
OPENED = 2.0

SHARES = {
    "call": (0.02, 0.1, 0.3, 0.5),
    "token": (0.02, 0.1),
    "crash_commit": (0.01, 0.03, 0.1),
    "crash_call": (0.03, 0.1, 0.2),
    "full_disk": (0.01, 0.05),
    "drop": (0.05, 0.3, 0.8),
    "copy": (0.2, 0.6),
    "forged": (0.2, 0.6),
    "slow": (0.2, 0.6),
    "between_calls": (0.1, 0.3, 0.6),
    "between_commits": (0.02, 0.1, 0.3),
}


@dataclass(kw_only=True)
class Faults:
    """Decides at every moment whether something goes wrong, while it lasts.

    `rates` is the share of moments at which each kind of fault happens; `crashes`
    how many more there are: a process that never lives does nothing.
    """

    dice: random.Random
    rates: dict[str, float] = field(default_factory=dict)
    lasting: bool = False
    crashes: int = 0
    deaf: bool = False
    # A shop that cannot be reached at all, and from when until when.
    down: tuple[str, float, float] | None = None

    @classmethod
    def drawn(cls, dice: random.Random, shops: Sequence[str]) -> Faults:
        """Draw how bad a world is: some have one kind of fault, some have all."""
        rates = {
            name: dice.choice(shares)
            for name, shares in SHARES.items()
            if dice.random() < 0.4
        }
        crashes = dice.choice([1, 2, 4, 8])
        made = cls(dice=dice, rates=rates, crashes=crashes, deaf=dice.random() < 0.05)
        if dice.random() < 0.08:
            start = dice.choice([0.0, dice.uniform(0, 60), dice.uniform(0, 3600)])
            made.down = (dice.choice(shops), start, start + dice.choice(OUTAGES))
        return made

    def happens(self, kind: str) -> bool:
        """Tell whether a kind of fault happens at this moment."""
        share = self.rates.get(kind, 0.0)
        return self.lasting and share > 0 and self.dice.random() < share

    def crash(self, kind: str) -> bool:
        """Tell whether the process dies at this moment."""
        if self.crashes > 0 and self.happens(kind):
            self.crashes -= 1
            return True
        return False

    def loses(self) -> bool:
        """Tell whether a message of the store's never goes out."""
        return (self.deaf and self.lasting) or self.happens("drop")

    def out_of_reach(self, seconds: float) -> str | None:
        """Name the shop that cannot be reached at a moment; None for none."""
        if self.down is None:
            return None
        shop, start, end = self.down
        return shop if start + OPENED <= seconds < end else None

    def call(self, shop: str, seconds: float) -> str | None:
        """Name what goes wrong with a call to a shop; None for nothing."""
        if self.out_of_reach(seconds) == shop:
            return "unreachable"
        if self.happens("token"):
            return EXPIRED
        return self.dice.choice(BEFORE + AFTER) if self.happens("call") else None
