"""The memory of every shop, by shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from plugin.case import Case, Entry, Status
from plugin.past import History, PastItem, PastRefund, PastReturn
from plugin.policy.decision import Outcome
from plugin.ports.counted import Brake, OffersMade, RuleCount
from plugin.privacy import Erased, Install, Person, PrivacyRequest
from plugin.shop import PolicyVersion, Preferences, Profile, Shop, Token


class Alone(Protocol):
    """Being the only one, until it ends or the database ends it."""

    def held(self) -> bool:
        """Tell whether we still are."""


class Shelf(Protocol):
    """One shop's part of the archive; nothing here reaches another shop."""

    def shop(self) -> Shop | None:
        """Find the shop, installed or not."""

    def install(self, profile: Profile, document: str) -> Shop:
        """Record an install; `document` becomes policy version 1 if there is none."""

    def held_token(self) -> bytes | None:
        """Name the token that the shop holds and that is not known to be dead."""

    def uninstall(self, given_up: bytes | None = None) -> bool:
        """Record that the shop left; False while it holds a token that may work.

        A token that was given up counts no more, unless a newer one took its place.
        """

    def note_opened(self, at: datetime) -> None:
        """Write down that the platform let staff into the app at a moment."""

    def opened_since(self, triggered_at: str | None) -> bool:
        """Tell whether staff were let in after an event; one without a time is new."""

    def refresh(self, profile: Profile) -> None:
        """Record what the platform says about an installed shop by now."""

    def grant(self, scopes: frozenset[str], *, shown_by: bytes | None) -> bool:
        """Record what a token shows; False where the shop holds another by now."""

    def prefer(self, preferences: Preferences) -> None:
        """Save the merchant's preferences."""

    def policy_at(self, moment: datetime) -> PolicyVersion:
        """Find the policy version in force at a moment."""

    def policies(self) -> list[PolicyVersion]:
        """List the policy versions, newest first."""

    def save_policy(
        self, document: str, *, by: str, written: str | None = None
    ) -> PolicyVersion:
        """Save a policy as a new version in force from now on."""

    def find(self, return_id: str) -> Case | None:
        """Find a case."""

    def offers_made(self, customer_id: str | None, *, shop_too: bool) -> OffersMade:
        """Count the goodwill offers that went out, or still may, by now."""

    def open(
        self, case: Case, *entries: Entry, counted: OffersMade | None = None
    ) -> bool:
        """Write a new case with its first entries; False when it was there before.

        Raises `StaleCase` when the offers made are no longer those that were counted.
        """

    def keep(self, case: Case, *entries: Entry, was: Status) -> None:
        """Write a changed case with entries; `StaleCase` when it stood elsewhere."""

    def amend(
        self, return_id: str, change: Callable[[Case], Case | None], *entries: Entry
    ) -> Case:
        """Change a case as it is by now, with entries; what others wrote stays.

        A change that comes to None writes nothing, the entries neither. Raises
        `StaleCase` when it is not there.
        """

    def has(self, return_id: str, key: str) -> bool:
        """Tell whether a case has an entry of this key."""

    def keys(self, return_id: str) -> frozenset[str]:
        """Name every entry of a case."""

    def newest(self, return_id: str, starts: tuple[str, ...]) -> str | None:
        """Name the newest entry whose key begins with one of these."""

    def body(self, return_id: str, key: str) -> dict[str, Any] | None:
        """Read one entry's body as data; None when the case has no such entry."""

    def audited(self, since: datetime) -> Mapping[str, bool]:
        """Name the refunds first audited since a moment, and whether any is for sure.

        What failed as a whole is left out: nothing of it changes any more.
        """

    def gists(self, return_id: str) -> Mapping[str, Mapping[str, Any]]:
        """Read what lies open of a case's entries, by key in order; erased or not."""

    def opened_at(self, return_id: str) -> datetime | None:
        """Tell when a case was opened; None where there is none such."""

    def on_order(self, order_id: str) -> list[Case]:
        """List the cases of an order, oldest first."""

    def append(self, return_id: str, *entries: Entry) -> bool:
        """Append entries to a case, and tell whether all were new.

        An entry whose key is there is left alone.
        """

    def note_refusal(self, return_id: str, rules: Sequence[str], version: str) -> None:
        """Count a refusal for the rules that gave it, once."""

    def note_contested(self, return_id: str) -> None:
        """Record that a refusal that was counted is contested."""

    def note_overturned(
        self, case: Case, rules: Sequence[str], version: str, how: str
    ) -> None:
        """Record that a refusal was overturned, and count it if it was not yet."""

    def overturned(self, rule: str) -> tuple[int, int]:
        """Count a rule's refusals, and those overturned, since it last went free."""

    def history(self, customer_id: str) -> History | None:
        """List a customer's returns; None while the past was not read to its end."""

    def remember_return(self, past: PastReturn, items: Sequence[PastItem]) -> None:
        """Write down a return that the app saw itself."""

    def restate_return(self, return_id: str, status: str) -> None:
        """Write down where a return stands by now."""

    def remember_refund(self, past: PastRefund) -> None:
        """Write down a refund that the app saw itself."""

    def rule_counts(self) -> list[RuleCount]:
        """Sum up what became of every rule's refusals, by policy version."""

    def outcomes(self, limit: int) -> list[tuple[datetime, Outcome]]:
        """List what was decided of the newest requests, newest first."""

    def brakes(self) -> list[Brake]:
        """List every brake that was ever pulled, newest first."""

    def pull(self, what: str, why: str) -> bool:
        """Keep refusals in from now on; False where they are kept in already."""

    def release(self, what: str, by: str) -> bool:
        """Let refusals go out again, as a person decided; False where they may."""

    def opened(self, return_id: str, words: str) -> str:
        """Read words that were sealed for the queue; nothing once it is erased."""

    def installs(self) -> list[Install]:
        """List the shop's installs, oldest first."""

    def asked(self, request_id: str) -> PrivacyRequest | None:
        """Find a request by law."""

    def export(self, request_id: str, person: Person) -> None:
        """Make the data file of a request and keep it until it is of no use."""

    def erase_person(self, person: Person, request_id: str) -> Erased:
        """Erase whatever is known of a person; again, it erases nothing more."""

    def erase_shop(self, request_id: str) -> None:
        """Remove everything of the shop but the proofs of what it asked for."""

    def erase_before(self, moment: datetime, request_id: str) -> None:
        """Remove what a shop that came back had left behind, before it came back."""

    def finish(self, request_id: str, result: str) -> None:
        """Write down that a request is done; who it was about is forgotten now."""

    def alone(self) -> AbstractContextManager[Alone | None]:
        """Be the only one to move this shop's money; None while another is."""


class Archive(Protocol):
    """The memory of every shop."""

    def of(self, shop: str) -> Shelf:
        """Open one shop's shelf."""

    def scrub(self) -> None:
        """Overwrite what was deleted as far as is possible; `NotYet` if not now."""


class Vault(Protocol):
    """Where the shops' tokens are kept; one refresher a shop at a time."""

    def has(self, shop: str) -> bool:
        """Tell whether a shop has a token that works or can be renewed."""

    def load(self, shop: str) -> Token | None:
        """Find a shop's token, expired or not."""

    def keep(self, shop: str, token: Token) -> None:
        """Store a token and end the claim on it."""

    def claim(self, shop: str) -> bool:
        """Become the one refresher of a shop's token for a while."""

    def release(self, shop: str) -> None:
        """Give up a claim."""

    def refuse(self, shop: str, access: str) -> None:
        """Note that calls with a token are refused, unless a newer one is there."""

    def forget(self, shop: str, access: str) -> bool:
        """Drop a token that is dead, unless a newer one took its place."""

    def ending(self, before: datetime) -> list[str]:
        """List shops whose token cannot be renewed after a moment."""
