"""Settling: what an answer leaves to the shop's staff, in plain words."""

from __future__ import annotations

from plugin.case import Settled, Task, TaskKind
from plugin.policy.decision import Decision, LineVerdict, Outcome
from plugin.policy.explaining.settlement_terms import BY_A_PERSON, REMEDY_SAID
from plugin.policy.facts import Facts, Line
from plugin.policy.money import Money
from plugin.policy.offers import CODES, Offer
from plugin.policy.remedies import Charge, Remedy, Settlement

_DOUBTFUL = {
    "return_shipping": "look whether you have to pay for the way back",
    "outbound_shipping": "look how much of the shipping you have to pay back",
    "send_back_days": "do not hold the customer to your day for sending it back",
}


def settled(decision: Decision, facts: Facts) -> tuple[Settled, ...]:
    """Say how each approved item is made good; nothing where none is.

    Of a mixed request that is what a split would approve.
    """
    if decision.holds:
        return ()
    lines = {line.id: line for line in facts.lines}
    return tuple(
        _settled(verdict, verdict.settlement, lines[verdict.line_id])
        for verdict in decision.lines
        if verdict.settlement is not None and verdict.outcome is Outcome.APPROVE
    )


def _settled(verdict: LineVerdict, settlement: Settlement, line: Line) -> Settled:
    return Settled(
        title=verdict.title,
        remedies=settlement.remedies,
        fees=settlement.charges,
        line_id=verdict.line_id,
        quantity=line.quantity,
        price=line.price,
        pays=settlement.pays,
        outbound=settlement.outbound,
        doubtful=bool(settlement.doubtful),
        bonus_percent=settlement.bonus_percent,
        credit_expires_after_days=settlement.credit_expires_after_days,
    )


def tasks(
    decision: Decision, facts: Facts, offers: tuple[Offer, ...]
) -> tuple[Task, ...]:
    """Say what staff has to do: when refunding, and about each offer.

    Nothing is said of an item that is simply paid back.
    """
    refunding = [line for item in settled(decision, facts) for line in _refunding(item)]
    if decision.outcome is Outcome.APPROVE:
        refunding += [task for line in decision.lines for task in _open_ends(line)]
    told = decision.outcome is Outcome.DECLINE
    offered = [_offered(offer, told=told) for offer in offers]
    return (
        *(Task(kind=TaskKind.ITEM, text=text) for text in dict.fromkeys(refunding)),
        *(Task(kind=TaskKind.OFFER, text=text) for text in offered),
    )


def _refunding(item: Settled) -> list[str]:
    plain = item.remedies == (Remedy.ORIGINAL_PAYMENT,)
    if plain and not item.fees:
        return []
    choice = " or ".join(REMEDY_SAID[remedy] for remedy in item.remedies)
    by_hand = [BY_A_PERSON[one] for one in item.remedies if one in BY_A_PERSON]
    give = " ".join((f"{item.title}: give {choice}.", *by_hand))
    return [give, *(_kept(item, fee) for fee in item.fees)]


def _open_ends(verdict: LineVerdict) -> list[str]:
    """Say what the law may give beyond the policy, before money goes back."""
    if verdict.settlement is None:
        return []
    return [
        f"{verdict.title}: {_DOUBTFUL[one.what]} ({one.cites or 'the law'} may ask it)."
        for one in verdict.settlement.doubtful
    ]


def _kept(item: Settled, fee: Charge) -> str:
    if fee.amount is None:
        why = fee.why or "the amount is not known"
        return f"{item.title}: work out the fee {fee.id} yourself ({why})."
    return f"{item.title}: keep back {_money(fee.amount)} ({fee.id})."


def _offered(offer: Offer, *, told: bool) -> str:
    """Say who moves next; only a refusal's letter names what is offered."""
    said = f"Offered until {offer.ends_on:%Y-%m-%d}: {', '.join(_parts(offer))}"
    if not told and offer.remedy in BY_A_PERSON:
        return f"{said}. {BY_A_PERSON[offer.remedy]} Tell the customer."
    if not told:
        return f"{said}. Tell the customer; the approval itself does not name it."
    if offer.remedy in CODES:
        return f"{said}. The customer uses the code; nothing is left to do."
    does = BY_A_PERSON.get(offer.remedy)
    writes = f"{said}. The customer writes to you to take it."
    return f"{writes} {does}" if does else writes


def _parts(offer: Offer) -> list[str]:
    parts = [REMEDY_SAID[offer.remedy]]
    if offer.amount is not None:
        parts.append(_money(offer.amount))
    if offer.percent:
        parts.append(f"{offer.percent} %")
    if offer.bonus_percent:
        parts.append(f"with {offer.bonus_percent} % more")
    return parts


def _money(money: Money) -> str:
    return f"{money.amount:f} {money.currency}"
