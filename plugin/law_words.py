"""A law pack's rules in plain sentences, as the engine reads them."""

from __future__ import annotations

from collections.abc import Iterator

from plugin.law_terms import EXCEPTIONS
from plugin.policy.counting import counted
from plugin.policy.days import CountFrom, EndRoll, Span
from plugin.policy.decision import Sureness
from plugin.policy.provisions import (
    Act,
    ChangeOfMind,
    Extension,
    Fault,
    LateDelivery,
    LawPack,
    Right,
    Start,
    StatutoryException,
)
from plugin.policy.remedies import MONEY, FeeRule, Owed, Payer

_RIGHT = {
    Right.STATUTORY: "A customer may change their mind; no term of a shop ends that.",
    Right.STATUTORY_WAIVABLE: (
        "A customer may change their mind, unless the shop's own term was shown as the "
        "law asks."
    ),
    Right.IF_NOT_POSTED: (
        "A customer may change their mind where the shop did not post its policy."
    ),
    Right.IF_DISCLOSURE_FAILED: (
        "A customer may change their mind where the shop did not tell what it had to."
    ),
    Right.DOUBTFUL: "Whether a customer may change their mind is disputed: a person.",
    Right.NONE: "There is no right to change one's mind.",
}
_START = {
    Start.LAST_ITEM_DELIVERED: "the delivery of the last item",
    Start.ITEM_DELIVERED: "the delivery of the item",
    Start.DELIVERY_OR_CONTRACT_LATER: "delivery or contract, whichever is later",
    Start.DELIVERY_OR_DOCUMENT_LATER: (
        "delivery or the receipt of the document, whichever is later"
    ),
    Start.CONTRACT_COPY_RECEIVED: "the receipt of the contract's copy",
    Start.PURCHASE: "the purchase",
}
_COUNT = {
    CountFrom.NEXT_DAY: "The day itself is not counted.",
    CountFrom.SAME_DAY: "The day itself is day one.",
    CountFrom.DISPUTED: (
        "Whether the day itself is day one is disputed: the day between needs a person."
    ),
}
_ROLL = {
    EndRoll.NONE: "The period ends on its last day, working day or not.",
    EndRoll.NEXT_WORKING_DAY: "An end on a day off moves to the next working day.",
    EndRoll.HUMAN_IF_NONWORKING: "An end on a day off is for a person.",
}
_ACT = {
    Act.NOTICE_SENT: "A notice sent on the last day is in time.",
    Act.NOTICE_RECEIVED: "The notice has to arrive by the last day.",
    Act.GOODS_RETURNED: (
        "The goods have to be back by the last day; the shop knows of those that come "
        "before anybody asks."
    ),
}
_FEE = {
    FeeRule.FORBIDDEN: "no fee may be kept",
    FeeRule.ALLOWED: "a fee may be kept",
    FeeRule.UNCLEAR: "whether a fee may be kept is not clear",
}
_PAYER = {
    Payer.CONSUMER: "the customer pays for the way back",
    Payer.TRADER: "the shop pays for the way back",
    Payer.UNCLEAR: "who pays for the way back is not clear",
}


def change_of_mind_words(right: ChangeOfMind) -> Iterator[str]:
    """Say what a customer has who changed their mind."""
    yield _RIGHT[right.right]
    if right.right in (Right.NONE, Right.DOUBTFUL):
        return
    if right.span is None:
        yield "For how long is not known: a person."
        return
    yield from _period_words(right, right.span)
    if right.unless:
        yield f"It is gone where the shop declares: {_list(right.unless)}."
    if not right.reaches_web:
        yield "Whether the statute reaches web shops is not settled: a person."
    if right.not_up_to is not None:
        small = f"{right.not_up_to.amount} {right.not_up_to.currency}"
        yield f"Orders of no more than {small} are outside it."
    if right.not_informed is not None:
        yield _longer(right.not_informed)
    yield from map(_exception, right.exceptions)
    yield from _memory_words(right)
    yield f"What is owed: {_owed(right.owed)}."
    if right.owed_if_told is not None:
        told = _PAYER[right.owed_if_told.return_freight]
        yield f"Where the customer was told so (told_return_cost), {told}."


def _period_words(right: ChangeOfMind, span: Span) -> Iterator[str]:
    kind = "business" if span.business else "calendar"
    yield f"It lasts {counted(span.days, f'{kind} days')} from {_START[right.starts]}."
    yield _COUNT[span.count_from]
    yield _ROLL[span.end_roll]
    if span.working_days:
        yield f"At least {span.working_days} of its days are working days."
    if right.act is not None:
        yield _ACT[right.act]
    if right.before_delivery:
        yield "It is there before the goods come."


def _exception(each: StatutoryException) -> str:
    """Name what is outside a right, and which facts have to be proven for that."""
    verb = "is" if len(each.needs) == 1 else "are"
    said = f"Not for {EXCEPTIONS[each.code]} (`{each.code}`), once {_list(each.needs)}"
    sure = "; from memory only: for a person" if each.sure is Sureness.MEMORY else ""
    return f"{said} {verb} proven ({each.cites}{sure})."


def _memory_words(right: ChangeOfMind) -> Iterator[str]:
    if right.gives is Sureness.MEMORY:
        yield "Known from memory only: nobody is entitled by it without a person."
    if right.ends is Sureness.MEMORY:
        yield "Its end is known from memory only: nobody is refused without a person."


def _longer(longer: Extension) -> str:
    if longer.endless:
        end = "it does not end"
    elif longer.whole is not None:
        end = f"it lasts {counted(longer.whole.days, 'days')}"
    elif longer.months is not None:
        end = f"it lasts {counted(longer.months, 'months')} more"
    else:
        end = "how long it lasts is not known: a person"
    again = ""
    if longer.restart is not None:
        days = longer.restart.days
        again = f"; told late, the customer has {counted(days, 'days')} from then"
    return f"Without {_list(longer.needs)} {end}{again} ({longer.cites})."


def fault_words(right: Fault) -> Iterator[str]:
    """Say what a customer has whose goods are faulty."""
    if right.right is not Right.STATUTORY:
        yield "What is owed for a fault is disputed: a person."
        return
    money = _owed(right.owed_money)
    if right.reject_days is not None:
        days = counted(right.reject_days, "days")
        yield f"Within {days}: {money}. Repairs stop this clock."
    if right.burden_on_trader_months is not None:
        months = counted(right.burden_on_trader_months, "months")
        yield f"Within {months} the shop answers: {_owed(right.owed)}."
    if right.prompt_days is not None:
        yield f"Told within {counted(right.prompt_days, 'days')}: {_owed(right.owed)}."
    if right.severe:
        yield f"A severe fault ({_list(right.severe)}): {money}."
    if right.final_sale_needs_person:
        yield "A defect in goods sold `as is` is for a person."
    yield "Every other fault is for a person; age alone never ends this right."
    if right.guarantee_months is not None:
        yield f"The guarantee lasts {counted(right.guarantee_months, 'months')}."


def late_delivery_words(right: LateDelivery) -> Iterator[str]:
    """Say what a customer has whose goods come late."""
    if right.right is Right.NONE:
        yield "Lateness gives no right."
        return
    days = right.after_days
    yield "Late is what comes after the day that was promised."
    if days is not None:
        yield f"Where none was promised, it is late after {counted(days, 'days')}."
    if right.right is Right.DOUBTFUL:
        yield "What lateness gives is disputed: a person."
    elif right.ground_alone:
        yield f"Lateness alone is a ground: {_owed(right.owed)}."
    else:
        yield "A customer has to set a further period first: a person."


def scope_words(pack: LawPack) -> Iterator[str]:
    """Say whom the law protects, and where a person looks."""
    if pack.b2c_only:
        yield "It protects consumers only, not a buyer who is known to be a business."
    else:
        yield "It is for every buyer, a business too."
    if pack.buyers is Sureness.MEMORY:
        yield "That is known from memory only: a business is for a person."
    for rule in pack.regions_for_a_person:
        yield f"For a person in {rule.name}: {rule.why}."
    if pack.regions and pack.regions_for_a_person:
        yield "For a person where the region is not known or not among the known ones."


def _owed(owed: Owed) -> str:
    what = "money back" if owed.remedies <= MONEY else "repair, replacement or money"
    fee = _FEE.get(owed.fee) or _cap(owed)
    parts = [what, fee, _PAYER[owed.return_freight]]
    if owed.outbound:
        parts.append("what was paid for the way there comes back")
    if owed.refund_days is not None:
        since = f", from {owed.refund_from}" if owed.refund_from else ""
        parts.append(f"paid within {counted(owed.refund_days, 'days')}{since}")
    return "; ".join(parts)


def _cap(owed: Owed) -> str:
    caps = []
    if owed.fee_percent is not None:
        caps.append(f"{owed.fee_percent} %")
    if owed.fee_amount is not None:
        caps.append(f"{owed.fee_amount.amount} {owed.fee_amount.currency}")
    lower = ", the lower," if len(caps) > 1 else ""
    return f"a fee of at most {' or '.join(caps)}{lower} may be kept"


def _list(names: frozenset[str]) -> str:
    return " and ".join(sorted(names))
