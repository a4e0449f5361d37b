"""Remedies: what a customer may get, and what the law owes them at least."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from plugin.policy.money import Money


class Remedy(Enum):
    """The ways to make good: of a return that is taken, or beside one that is not."""

    ORIGINAL_PAYMENT = "original_payment"
    BANK_TRANSFER = "bank_transfer"
    STORE_CREDIT = "store_credit"
    EXCHANGE = "exchange"
    REPLACEMENT = "replacement"
    REPAIR = "repair"
    CODE = "code"
    FREE_SHIPPING = "free_shipping"
    KEEP_ITEM = "keep_item"


# Money in the customer's hands: what a law that says "refund" asks for.
MONEY = frozenset({Remedy.ORIGINAL_PAYMENT, Remedy.BANK_TRANSFER})


class FeeRule(Enum):
    """Whether a law lets the shop keep something back."""

    FORBIDDEN = "forbidden"
    CAPPED = "capped"
    ALLOWED = "allowed"
    UNCLEAR = "unclear"


class PaysFor(Enum):
    """What a fee is for."""

    HANDLING = "handling"
    RETURN_SHIPPING = "return_shipping"


class Payer(Enum):
    """Who pays for the way back."""

    CONSUMER = "consumer"
    TRADER = "trader"
    UNCLEAR = "unclear"


class Pays(Enum):
    """When money goes back, where the shop lets the app give it."""

    AT_ONCE = "at_once"
    ON_RECEIPT = "on_receipt"
    # At once, and the customer keeps the item.
    WITHOUT_RETURN = "without_return"


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """What a provision gives to whom it entitles: the least a policy may give.

    At least one of `remedies` has to be open to the customer, or else all of `picks`,
    between which they choose. A capped fee is the lower of `fee_percent` of an item's
    price and `fee_amount` for the whole return. `outbound` tells whether what was paid
    for the way there comes back too (None where the law does not say); `refund_days`
    run from the event that `refund_from` names.
    """

    remedies: frozenset[Remedy] = MONEY
    picks: frozenset[Remedy] = frozenset()
    fee: FeeRule = FeeRule.UNCLEAR
    fee_percent: int | None = None
    fee_amount: Money | None = None
    outbound: bool | None = None
    return_freight: Payer = Payer.UNCLEAR
    send_back_days: int | None = None
    refund_days: int | None = None
    refund_from: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundTerms:
    """How the shop makes good what it takes back, where the law asks no more.

    `pays` says when the app may give the money; without it staff do.
    """

    remedies: tuple[Remedy, ...] = (Remedy.ORIGINAL_PAYMENT,)
    outbound: bool | None = None
    return_freight: Payer = Payer.UNCLEAR
    send_back_days: int | None = None
    refund_days: int | None = None
    bonus_percent: int = 0
    credit_expires_after_days: int | None = None
    pays: Pays | None = None


# Money back the way it came, and nothing said of the rest.
PLAIN_REFUND = RefundTerms()


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """One fee on a return; None where the amount is not known, and `why` says why.

    What is kept `once` is a flat amount: it stands on one line of the return only.
    """

    id: str
    amount: Money | None
    why: str | None = None
    pays_for: PaysFor = PaysFor.HANDLING
    once: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Strike:
    """One term of the policy that the law does not, or may not, let stand."""

    what: str
    cites: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FeeCap:
    """The most that a law lets a shop keep of one return, for handling it."""

    amount: Money
    cites: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """How a line that is taken back is made good; the customer picks a remedy.

    `outbound` tells whether what was paid for the way there comes back (None: nobody
    said); `send_back_days` run from the approval, `refund_days` from the event that the
    law names where they are the law's. `struck` is what the law took out,
    `doubtful` what it may take out: a person looks at that before money goes back.
    `fees_at_most` is the law's cap on all fees of the return.
    """

    remedies: tuple[Remedy, ...]
    charges: tuple[Charge, ...] = ()
    outbound: bool | None = None
    return_freight: Payer = Payer.UNCLEAR
    send_back_days: int | None = None
    refund_days: int | None = None
    refund_from: str | None = None
    bonus_percent: int = 0
    credit_expires_after_days: int | None = None
    struck: tuple[Strike, ...] = ()
    doubtful: tuple[Strike, ...] = ()
    fees_at_most: FeeCap | None = None
    pays: Pays | None = None
