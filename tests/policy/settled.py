"""One item of 25 dollars, settled under laws and promises to try."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from plugin.policy.clauses import ALWAYS, Clause
from plugin.policy.decision import Finding, Says, Stratum
from plugin.policy.money import Money
from plugin.policy.remedies import (
    Charge,
    Owed,
    PaysFor,
    RefundTerms,
    Remedy,
    Settlement,
)
from plugin.policy.settlement import settle
from plugin.policy.terms import Fee
from tests.builders import make_facts, make_line
from tests.policy.parts import make_core, speaking

CREDIT = RefundTerms(remedies=(Remedy.STORE_CREDIT,))
MONEY_BACK = (Remedy.ORIGINAL_PAYMENT,)
QUIET = Finding(Stratum.LAW, "XX:quiet", Says.SILENT, None)
DOUBT = Finding(Stratum.LAW, "XX:doubt", Says.CANNOT_TELL, None)


def usd(amount: str) -> Money:
    """Make an amount of dollars."""
    return Money.of(amount, "USD")


PRICE = usd("25.00")
HANDLING = Fee(id="handling", guard=ALWAYS, flat=usd("5.00"))
LABEL = Fee(
    id="label", guard=ALWAYS, flat=usd("4.00"), pays_for=PaysFor.RETURN_SHIPPING
)
TENTH = Fee(id="tenth", guard=ALWAYS, percent=Decimal(10))
KEPT = {
    "handling": Charge(id="handling", amount=usd("5.00"), once=True),
    "label": Charge(
        id="label",
        amount=usd("4.00"),
        pays_for=PaysFor.RETURN_SHIPPING,
        once=True,
    ),
    "tenth": Charge(id="tenth", amount=usd("2.50")),
}


def settled(
    *laws: Finding,
    refund: RefundTerms | None = None,
    fees: tuple[Fee, ...] = (),
    clause: Clause | None = None,
    price: Money | None = PRICE,
    paid: Money | None = None,
) -> tuple[Settlement, str | None]:
    """Settle one item of 25 dollars, of an order for which so much was `paid`."""
    policy = make_core(refund=refund or RefundTerms(), fees=fees)
    line = make_line(price=price)
    facts = make_facts(line, order_total=paid)
    return settle(facts, line, policy, clause, {}, laws)


def raised(owed: Owed, **promised: Any) -> Settlement:
    """Settle under a law that entitles and leaves nothing in doubt."""
    settlement, doubt = settled(speaking(owed), **promised)

    assert doubt is None
    return settlement


def struck(settlement: Settlement) -> list[str]:
    """Name what the law took out."""
    return [strike.what for strike in settlement.struck]


def doubtful(settlement: Settlement) -> list[str]:
    """Name what the law may take out."""
    return [strike.what for strike in settlement.doubtful]
