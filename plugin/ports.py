"""What casework needs from the world, by shape; adapters provide it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from plugin.case import Case, Entry, Letter, Request, Status
from plugin.past import History, PastItem, PastRefund, PastReturn
from plugin.policy.decision import Decision, Ground, Outcome
from plugin.policy.facts import Facts, Past
from plugin.policy.money import Money
from plugin.policy.offers import Offer
from plugin.policy.terms import Policy, Terms
from plugin.privacy import Erased, Install, Person, PrivacyRequest
from plugin.shop import PolicyVersion, Preferences, Profile, Shop, Token


class PlatformError(Exception):
    """The platform did not do what was asked; `permanent` says whether to retry."""

    permanent = False
    code = "platform_error"


class Unreachable(PlatformError):
    """The platform cannot be reached or is not well; the same call may do later."""

    code = "platform_unreachable"


class Throttled(Unreachable):
    """The shop's query budget is used up for now."""

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


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnState:
    """Where the platform says a return stands; `note` is a decline's."""

    status: str
    ground: str | None = None
    note: str | None = None


class Overtaken(PlatformError):
    """Somebody else decided the return first; `state` is what it became."""

    permanent = True
    code = "overtaken"

    def __init__(self, state: ReturnState) -> None:
        """Carry the state that was found."""
        super().__init__(f"the return is `{state.status}` already")
        self.state = state


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A discount code to be: single use, bound to one customer, until a moment.

    It gives a percentage, or an amount; with neither it gives free shipping.
    """

    text: str
    title: str
    customer_id: str
    starts_at: datetime
    ends_at: datetime
    percent: int = 0
    amount: Money | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """One platform write: what was called and what came back.

    `repeated` tells that the effect was there before this call.
    """

    operation: str
    answer: Mapping[str, Any]
    repeated: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OffersMade:
    """Goodwill offers: to one customer by day, and by the shop on its present day.

    What went out with one answer is one offer. None where nobody asked.
    """

    before: tuple[Past, ...]
    shop_today: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundSeen:
    """A refund as the platform shows it; amounts are decimal text.

    `goods` is what of it was paid for items, without shipping and added taxes;
    `items` names them, where the refund does.
    """

    refund_id: str
    return_id: str | None
    order_id: str
    amount: str
    currency: str
    goods: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DisputeSeen:
    """A payment dispute as the platform shows it."""

    dispute_id: str
    kind: str
    status: str


# What a brake is called that keeps the refusals of every rule in.
ALL_RULES = "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Brake:
    """What keeps refusals from going out by themselves: of one rule, or of all.

    `ended_by` names who let them go out again.
    """

    what: str
    since: datetime
    why: str
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleCount:
    """What became of the refusals that one rule of a policy version gave."""

    rule: str
    version: str
    declined: int
    contested: int
    overturned: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderState:
    """What the platform shows of an order that bears on its requests.

    `opted_out` tells whether the customer wants a person; None where it was not asked.
    """

    cancelled: bool
    disputes: tuple[DisputeSeen, ...] = ()
    opted_out: bool | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LineOutlook:
    """How one line of a return stands: what of it may be processed, and refunded."""

    line_id: str
    item_id: str | None
    quantity: int
    refundable: int
    processable: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundGiven:
    """A refund of an order, in what the customer paid with; its note is for staff.

    One that is `bare` names no return and no item: nobody can tell what it was for.
    """

    refund_id: str
    amount: Money
    note: str | None
    of_return: bool
    bare: bool
    created_at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """What may go back to one payment of an order."""

    parent_id: str
    gateway: str
    amount: Money


@dataclass(frozen=True, kw_only=True, slots=True)
class Outlook:
    """What the platform shows of a return before money goes back.

    Amounts are in the customer's currency but for `goods_in_shop`. `amount` is what
    the platform itself would give back; None when it would ask for money instead.
    """

    status: str
    requested_at: datetime
    order_id: str
    order: OrderState
    lines: tuple[LineOutlook, ...]
    refunds: tuple[RefundGiven, ...]
    goods_in_shop: Money
    goods: Money
    tax: Money
    shipping: Money
    shipping_paid: Money
    taxes_included: bool
    amount: Money | None
    most: Money
    shares: tuple[Share, ...]
    complete: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Payment:
    """Money to give back for lines of a return: to its payments, or as store credit.

    `shipping` gives back the way there too; `note` is read by staff only.
    """

    return_id: str
    order_id: str
    lines: tuple[LineOutlook, ...]
    amount: Money
    shares: tuple[Share, ...]
    credit_until: datetime | None = None
    shipping: bool = False
    note: str = ""

    @property
    def credit(self) -> bool:
        """Whether it goes to store credit."""
        return not self.shares


class Platform(Protocol):
    """The store's platform; every write is safe to repeat."""

    def profile(self, shop: str) -> Profile:
        """Read the shop itself."""

    def request(self, shop: str, return_id: str) -> Request | None:
        """Re-read a return and its order; None when this shop has no such return."""

    def returns_before(self, shop: str, request: Request) -> tuple[Past, ...] | None:
        """List the customer's earlier returns; None when not known to the end."""

    def state(self, shop: str, return_id: str) -> ReturnState | None:
        """Read where a return stands; None when this shop has no such return."""

    def approve(self, shop: str, return_id: str) -> Done:
        """Approve a requested return and tell the customer."""

    def decline(self, shop: str, return_id: str, ground: Ground, note: str) -> Done:
        """Decline a requested return with a note that the customer receives."""

    def create_code(self, shop: str, code: Code) -> Done:
        """Make a discount code, or find the one made before."""

    def deactivate_code(self, shop: str, text: str) -> Done:
        """Make a discount code useless, if it exists."""

    def mark(
        self, shop: str, order_id: str, tags: Sequence[str], note: Mapping[str, Any]
    ) -> Done:
        """Put tags and our metafield on an order."""

    def refund(self, shop: str, refund_id: str) -> RefundSeen | None:
        """Read a refund; None when this shop has no such refund."""

    def order(self, shop: str, order_id: str) -> OrderState | None:
        """Read how an order stands; None when this shop has no such order."""

    def outlook(
        self,
        shop: str,
        return_id: str,
        lines: Mapping[str, int],
        *,
        shipping: bool,
        credit: bool,
    ) -> Outlook | None:
        """Read what lines of a return come to; None when there is no such return."""

    def process(self, shop: str, payment: Payment) -> Done:
        """Confirm the lines of an open return and give their money back.

        Not safe to repeat by itself: read the outlook first.
        """

    def give_back(self, shop: str, payment: Payment, key: str) -> Done:
        """Give money back beside the return, once for a key."""

    def remove(self, shop: str, return_id: str, lines: Mapping[str, int]) -> Done:
        """Take lines out of a requested return, as far as they are still in it.

        Raises `Overtaken` when it was decided meanwhile.
        """

    def close(self, shop: str, return_id: str) -> Done:
        """Close a return that nothing more is expected of."""

    def scopes(self, shop: str) -> frozenset[str]:
        """Read what the shop lets the app do now."""

    def subscriptions(self, shop: str) -> tuple[str, ...]:
        """List the topics that the shop subscribes to by itself, each as often."""


class Shelf(Protocol):
    """One shop's part of the archive; nothing here reaches another shop."""

    def shop(self) -> Shop | None:
        """Find the shop, installed or not."""

    def install(self, profile: Profile, document: str) -> Shop:
        """Record an install; `document` becomes policy version 1 if there is none."""

    def uninstall(self) -> None:
        """Record that the shop left, unless it holds a token again."""

    def refresh(self, profile: Profile) -> None:
        """Record what the platform says about an installed shop by now."""

    def grant(self, scopes: frozenset[str]) -> None:
        """Record what the shop lets the app do by now."""

    def prefer(self, preferences: Preferences) -> None:
        """Save the merchant's preferences."""

    def policy_at(self, moment: datetime) -> PolicyVersion:
        """Find the policy version in force at a moment."""

    def policies(self) -> list[PolicyVersion]:
        """List the policy versions, newest first."""

    def save_policy(self, document: str, *, by: str) -> PolicyVersion:
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

    def has(self, return_id: str, key: str) -> bool:
        """Tell whether a case has an entry of this key."""

    def keys(self, return_id: str) -> frozenset[str]:
        """Name every entry of a case."""

    def body(self, return_id: str, key: str) -> dict[str, Any] | None:
        """Read one entry's body as data; None when the case has no such entry."""

    def on_order(self, order_id: str) -> list[Case]:
        """List the cases of an order, oldest first."""

    def append(self, return_id: str, *entries: Entry) -> None:
        """Append entries to a case; an entry whose key is there is left alone."""

    def note_refusal(self, return_id: str, rules: Sequence[str], version: str) -> None:
        """Count a refusal for the rules that gave it, once."""

    def note_contested(self, return_id: str) -> None:
        """Record that a refusal that was counted is contested."""

    def note_overturned(
        self, return_id: str, rules: Sequence[str], version: str, how: str
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

    def alone(self) -> AbstractContextManager[bool]:
        """Be the only one to move this shop's money; False while another is."""


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

    def forget(self, shop: str, access: str) -> bool:
        """Drop a token that is dead, unless a newer one took its place."""

    def ending(self, before: datetime) -> list[str]:
        """List shops whose token cannot be renewed after a moment."""


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
