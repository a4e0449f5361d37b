"""A settlement in plain words: what comes back, what is kept, what the law struck."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.policy.counting import counted
from plugin.policy.explaining.phrases import money_said, name_said
from plugin.policy.explaining.trace import Term
from plugin.policy.remedies import (
    MONEY,
    Charge,
    Payer,
    Pays,
    PaysFor,
    Remedy,
    Settlement,
    Strike,
)

REMEDY_SAID = {
    Remedy.ORIGINAL_PAYMENT: "money back the way it was paid",
    Remedy.BANK_TRANSFER: "money back by bank transfer",
    Remedy.STORE_CREDIT: "store credit",
    Remedy.EXCHANGE: "an exchange",
    Remedy.REPLACEMENT: "a replacement",
    Remedy.REPAIR: "a repair",
    Remedy.CODE: "a discount code",
    Remedy.FREE_SHIPPING: "free shipping on the next order",
    Remedy.KEEP_ITEM: "money back in part, and keeping the item",
}
# What no app can give through the platform, so that a person has to.
BY_A_PERSON = {
    Remedy.BANK_TRANSFER: "The platform cannot pay by bank transfer: a person must.",
    Remedy.EXCHANGE: "The platform cannot offer an exchange by itself: a person must.",
    Remedy.REPLACEMENT: "The platform cannot send a replacement: a person must.",
    Remedy.REPAIR: "The platform cannot arrange a repair: a person must.",
}
_PAYER = {Payer.CONSUMER: "the customer", Payer.TRADER: "the shop"}
_PAYS = {
    Pays.AT_ONCE: "as soon as the return is approved",
    Pays.ON_RECEIPT: "once the item is back",
    Pays.WITHOUT_RETURN: "as soon as the return is approved; the item stays",
}
_STRUCK = {
    "remedies": "that no money is given back",
    "fees": "the fees",
    "outbound_shipping": "keeping what was paid for the way there",
    "return_shipping": "that the customer pays the way back",
    "send_back_days": "so little time to send the item back",
}


def settlement_terms(settlement: Settlement) -> tuple[Term, ...]:
    """List what an approved line comes to, leaving out what nobody said."""
    return tuple(Term(name=name, said=said) for name, said in _terms(settlement))


def said_lesser(settlement: Settlement) -> str | None:
    """Say what an approval gives where it is less than all the money; else None."""
    parts = []
    if MONEY.isdisjoint(settlement.remedies):
        parts.append(f"the customer gets {_remedies(settlement)}, no money back")
    kept = (f"{_fee(one)}: {_charge(one)}" for one in settlement.charges)
    parts += [f"the shop keeps {', and '.join(kept)}"] if settlement.charges else []
    return ", and ".join(parts) or None


def _remedies(settlement: Settlement) -> str:
    return ", or ".join(REMEDY_SAID[one] for one in settlement.remedies)


def _terms(given: Settlement) -> Iterator[tuple[str, str]]:
    yield "The customer gets", _remedies(given)
    by_hand = [BY_A_PERSON[one] for one in given.remedies if one in BY_A_PERSON]
    if by_hand:
        yield "For a person to do", " ".join(by_hand)
    yield from ((_capital(_fee(one)), _charge(one)) for one in given.charges)
    if given.outbound is not None:
        yield "Shipping there", "paid back" if given.outbound else "not paid back"
    if given.return_freight in _PAYER:
        yield "The way back is paid by", _PAYER[given.return_freight]
    yield from _days(given)
    if given.pays is not None:
        yield "Money goes back", _PAYS[given.pays]
    if given.bonus_percent:
        yield "Bonus on store credit", f"{given.bonus_percent} percent"
    yield from (("Struck by law", _struck(one)) for one in given.struck)
    yield from (("For a person to look at", _struck(one)) for one in given.doubtful)


def _struck(strike: Strike) -> str:
    said = _STRUCK.get(strike.what, name_said(strike.what))
    return f"{said} ({strike.cites})" if strike.cites else said


def _days(given: Settlement) -> Iterator[tuple[str, str]]:
    if given.send_back_days is not None:
        yield "To be sent back within", f"{_counted(given.send_back_days)} of the yes"
    if given.refund_days is not None:
        since = f", from {given.refund_from}" if given.refund_from else ""
        yield "Money back within", f"{_counted(given.refund_days)}{since}"
    if given.credit_expires_after_days is not None:
        yield "Store credit ends after", _counted(given.credit_expires_after_days)


def _counted(days: int) -> str:
    return counted(days, "days")


def _fee(charge: Charge) -> str:
    back = charge.pays_for is PaysFor.RETURN_SHIPPING
    return f"fee `{charge.id}`" + (" for the way back" if back else "")


def _capital(said: str) -> str:
    return said[0].upper() + said[1:]


def _charge(charge: Charge) -> str:
    why = "" if charge.why is None else f" ({name_said(charge.why)})"
    if charge.amount is None:
        return f"amount not known{why}"
    return f"{money_said(charge.amount)}{why}"
