"""Faults on request, so that the app can be seen to survive them."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = frozenset({"http_500", "drop_after_effect", "timeout", "internal_error"})


@dataclass(kw_only=True)
class Fault:
    """One way an operation shall fail, so many times."""

    operation: str
    kind: str
    times: int
    seconds: float = 30.0


class Faults:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        # How late every answer of the Admin API comes, in seconds.
        self.late = 0.0

    def plan(self, fault: Fault) -> None:
        """Let an operation fail the next times it is called."""
        self._faults.append(fault)

    def next_for(self, names: set[str]) -> Fault | None:
        """The fault due for an operation known by these names, if any; used up."""
        for fault in self._faults:
            if fault.operation in names and fault.times > 0:
                fault.times -= 1
                return fault
        return None

    def clear(self) -> None:
        """Let everything work again."""
        self._faults.clear()
