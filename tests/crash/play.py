"""A play in three acts: an event, during which the app may die, and what comes of it.

`before` prepares what the event is about, `happen` lets it happen, and may be asked
again where the app died while somebody clicked; `verdicts` compares what the app
believes with what the store shows when all has come to rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from tests.crash.stage import Stage
from tests.crash.verdicts import Seen
from tests.crash.world import SHOP


class Play:
    """One event, and what must be true after it."""

    name: ClassVar[str]
    shop: ClassVar[str] = SHOP
    # Which event the store sends first; None where a member of staff clicks.
    topic: ClassVar[str | None] = "returns/request"

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.order: dict[str, Any] = {}
        self.return_id = ""
        self.happened = False

    def before(self) -> None:
        """Prepare."""

    def happen(self) -> None:
        """Let it happen; raises where the app died under a click."""
        raise NotImplementedError

    def verdicts(self) -> Iterator[str]:
        """Name what does not hold."""
        raise NotImplementedError

    def ask(self, days: int, note: str = "no longer needed") -> None:
        """Let the customer ask for the return of something that arrived then."""
        if not self.order:
            self.order = self.stage.order(self.shop, days)
        self.return_id = self.stage.request(self.shop, self.order, note)

    def prepare(self, days: int, note: str = "no longer needed", *, to: str) -> None:
        """Let the customer ask, and wait until the app has done all it will.

        Raises `AssertionError` where the case then stands otherwise than it should.
        """
        self.ask(days, note)
        case = self.stage.day.settled(self.shop, self.return_id)
        assert case["status"] == to, f"{self.return_id} is {case['status']}"
        self.stage.wait_until_quiet(self.shop)

    def page(self) -> str:
        """Where the case is shown."""
        return f"/cases/{self.return_id.rpartition('/')[2]}"

    def seen(self) -> Seen:
        """Look at the return from both sides."""
        day = self.stage.day
        case = day.case(self.shop, self.return_id)
        return Seen(day.truth(self.shop), self.return_id, case)
