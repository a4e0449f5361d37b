"""Offers in words: each says what, until when, and how the customer takes it."""

from __future__ import annotations

from plugin.letters.voice import Sentence
from plugin.policy.offers import CODES, Offer
from plugin.policy.remedies import Remedy
from plugin.words import Words, clean

_OF_VALUE = {
    Remedy.STORE_CREDIT: "offers.store_credit",
    Remedy.KEEP_ITEM: "offers.keep_item",
}


def said_offers(
    offers: tuple[Offer, ...], code: str | None, words: Words
) -> tuple[Sentence | None, tuple[Sentence, ...]]:
    """Say the offer that the code belongs to, and those that need none.

    No code is promised that is not there, nor an offer without its value.
    """
    coded = (_coded(offer, code, words) for offer in offers if offer.remedy in CODES)
    others = (_other(offer, words) for offer in offers if offer.remedy not in CODES)
    return next(coded, None), tuple(one for one in others if one is not None)


def _coded(offer: Offer, code: str | None, words: Words) -> Sentence | None:
    if code is None:
        return None
    values = {"code": clean(code), "day": words.day(offer.ends_on)}
    if offer.remedy is Remedy.FREE_SHIPPING:
        return Sentence("offers.free_shipping", values)
    if offer.amount is not None:
        amount = words.money(offer.amount)
        return Sentence("offers.code_amount", {**values, "amount": amount})
    return Sentence("offers.code", {**values, "percent": words.percent(offer.percent)})


def _other(offer: Offer, words: Words) -> Sentence | None:
    values = {"day": words.day(offer.ends_on)}
    if offer.remedy is Remedy.EXCHANGE:
        return Sentence("offers.exchange", values)
    name, value = _OF_VALUE.get(offer.remedy), _value(offer, words)
    if name is None or value is None:
        return None
    if offer.remedy is Remedy.STORE_CREDIT and offer.bonus_percent:
        bonus = words.percent(offer.bonus_percent)
        return Sentence(f"{name}_bonus", {**values, "value": value, "percent": bonus})
    return Sentence(name, {**values, "value": value})


def _value(offer: Offer, words: Words) -> str | None:
    if offer.amount is not None:
        return words.money(offer.amount)
    if not offer.percent:
        return None
    return words.say("share", percent=words.percent(offer.percent))
