"""What can go wrong between casework and the world."""

from __future__ import annotations

from plugin.ports.seen import ReturnState


class PlatformError(Exception):
    """The platform did not do what was asked; `permanent` says whether to retry.

    `may_be_done` tells that it may have done it all the same.
    """

    permanent = False
    may_be_done = False
    code = "platform_error"

    @property
    def may_pass(self) -> bool:
        """Whether the same call may do later: a right that is gone may come back."""
        return not self.permanent or self.code in ("no_access", "access_denied")


class Unreachable(PlatformError):
    """The platform cannot be reached or is not well; the same call may do later."""

    may_be_done = True
    code = "platform_unreachable"


class Throttled(Unreachable):
    """The shop's query budget is used up for now."""

    may_be_done = False
    code = "throttled"

    def __init__(self, wait_seconds: float) -> None:
        """Carry how long the budget needs to fill up again."""
        super().__init__(f"throttled, try again in {wait_seconds:.1f} s")
        self.wait_seconds = wait_seconds


class NoAccess(PlatformError):
    """The shop's token does not work; only the merchant opening the app helps."""

    permanent = True
    code = "no_access"


class Refused(PlatformError):
    """The platform understood and said no; asking again will not help."""

    permanent = True
    code = "refused"


class NotThere(PlatformError):
    """The platform does not show it, or not yet; it may be there in a moment."""

    code = "not_there"


class StaleCase(Exception):
    """What was read moved on before it was written; read it again."""

    code = "stale_case"


class Overtaken(PlatformError):
    """Somebody else decided the return first; `state` is what it became."""

    permanent = True
    code = "overtaken"

    def __init__(self, state: ReturnState) -> None:
        """Carry the state that was found."""
        super().__init__(f"the return is `{state.status}` already")
        self.state = state
