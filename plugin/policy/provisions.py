"""Provisions: what one jurisdiction's law gives, dated and cited.

Shapes follow the packs in `config/law`; a pack can stop a refusal, never cause one.
Beside what it gives, a provision knows how well each answer it may lead to is known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from plugin.policy.days import Span
from plugin.policy.decision import Sureness
from plugin.policy.money import Money
from plugin.policy.remedies import Owed

TEXT = Sureness.TEXT
LEAST = Owed()


class Right(Enum):
    """What kind of right a provision gives."""

    STATUTORY = "statutory"
    STATUTORY_WAIVABLE = "statutory_waivable"
    IF_NOT_POSTED = "if_not_posted"
    IF_DISCLOSURE_FAILED = "if_disclosure_failed"
    DOUBTFUL = "doubtful"
    NONE = "none"


class Start(Enum):
    """The event a statutory period runs from."""

    LAST_ITEM_DELIVERED = "last_item_delivered"
    ITEM_DELIVERED = "item_delivered"
    DELIVERY_OR_CONTRACT_LATER = "delivery_or_contract_later"
    DELIVERY_OR_DOCUMENT_LATER = "delivery_or_document_later"
    CONTRACT_COPY_RECEIVED = "contract_copy_received"
    PURCHASE = "purchase"


class Act(Enum):
    """What has to happen by the last day of a statutory period."""

    NOTICE_SENT = "notice_sent"
    NOTICE_RECEIVED = "notice_received"
    GOODS_RETURNED = "goods_returned"


@dataclass(frozen=True, kw_only=True, slots=True)
class StatutoryException:
    """A case the right does not cover, once every fact it needs is proven.

    `hints` are the needs that make it worth a thought: what is known of the item,
    where the exception asks for that, for the shop's habits alone say nothing of it.
    """

    code: str
    needs: frozenset[str]
    cites: str
    hints: frozenset[str] = frozenset()
    sure: Sureness = TEXT


@dataclass(frozen=True, kw_only=True, slots=True)
class Extension:
    """A longer period for a customer whom the shop cannot prove to have informed.

    It lasts `months` beyond the end of the first period, or the `whole` span from the
    same start, or it is endless; with none of them nobody knows. `restart` runs from
    the day the customer was told after all. A copy of the contract that came more than
    `copy_days` after the order gives the span `from_order`.
    """

    needs: frozenset[str]
    cites: str
    months: int | None = None
    whole: Span | None = None
    restart: Span | None = None
    endless: bool = False
    copy_days: int | None = None
    from_order: Span | None = None
    gives: Sureness = TEXT
    ends: Sureness = TEXT


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeOfMind:
    """The right to send goods back without a reason.

    It is gone where the shop does all of `unless`; that is what posting a policy, a
    displayed term and giving the required information come to. `gives` is how well
    the right, its days and their start are known, `rolls` the same with the roll of its
    last day, `ends` how well all that its end hangs on is, `gone` how well what takes
    it away is.
    """

    right: Right
    cites: str
    span: Span | None = None
    starts: Start = Start.LAST_ITEM_DELIVERED
    act: Act | None = None
    before_delivery: bool = False
    exceptions: tuple[StatutoryException, ...] = ()
    not_informed: Extension | None = None
    unless: frozenset[str] = frozenset()
    # Whether the statute surely reaches web shops.
    reaches_web: bool = True
    # The order's worth up to which there is no right.
    not_up_to: Money | None = None
    # Whether it is said of sales at a distance only.
    distance: bool = False
    # Whether goods that bear traces of use may be outside it.
    as_new: bool = False
    owed: Owed = LEAST
    # What is owed where the customer was told who pays for the way back.
    owed_if_told: Owed | None = None
    gives: Sureness = TEXT
    gives_before_delivery: Sureness = TEXT
    rolls: Sureness = TEXT
    ends: Sureness = TEXT
    gone: Sureness = TEXT


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What is owed when goods are faulty or not what was ordered.

    `owed` is the first remedy, `owed_money` what a customer gets who may reject the
    goods. The sureness of each period stands beside it.
    """

    right: Right
    cites: str
    guarantee_months: int | None = None
    burden_on_trader_months: int | None = None
    reject_days: int | None = None
    prompt_days: int | None = None
    # What entitles at once, each of them by itself.
    severe: frozenset[str] = frozenset()
    # Goods that may be rejected for a shorter time, each proof by itself.
    rejected_sooner: frozenset[str] = frozenset()
    final_sale_needs_person: bool = False
    owed: Owed = LEAST
    owed_money: Owed = LEAST
    burden: Sureness = TEXT
    reject: Sureness = TEXT
    prompt: Sureness = TEXT
    grave: Sureness = TEXT


@dataclass(frozen=True, kw_only=True, slots=True)
class LateDelivery:
    """What is owed when goods come late: after `after_days` where nothing was promised.

    Where lateness alone is no ground, the customer has to set a further period first.
    """

    right: Right
    cites: str
    after_days: int | None = None
    ground_alone: bool = False
    owed: Owed = LEAST
    sure: Sureness = TEXT


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionRule:
    """A region whose own rule was not read, and what is thought of it."""

    code: str
    name: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LawPack:
    """One jurisdiction's floor under every refusal, dated and cited.

    It is one version: for orders placed since `since` (None: as long as anyone knows)
    and before `until` (None: still in force).
    """

    id: str
    name: str
    checked_on: date
    since: date | None
    change_of_mind: ChangeOfMind
    fault: Fault
    until: date | None = None
    late_delivery: LateDelivery | None = None
    # Whether the law protects consumers only, and how well that is known.
    b2c_only: bool = True
    buyers: Sureness = TEXT
    # Where any region may have rules of its own, all that the pack knows of; any other
    # is as doubtful as none.
    regions: frozenset[str] = frozenset()
    regions_for_a_person: tuple[RegionRule, ...] = ()
    notes: tuple[str, ...] = ()
