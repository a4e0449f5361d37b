"""Amounts as the Admin API gives them: in the shop's currency and the buyer's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

# ISO 4217 minor units that are not two, as far as the store's shops may sell in them.
DECIMALS = {
    **dict.fromkeys(("JPY", "KRW"), 0),
    **dict.fromkeys(("BHD", "JOD", "KWD", "OMR", "TND"), 3),
}


@dataclass(frozen=True, kw_only=True)
class MoneyV2:
    """An amount in one currency."""

    amount: Decimal
    currency_code: str


@dataclass(frozen=True, kw_only=True)
class MoneyBag:
    """One amount in two currencies."""

    shop_money: MoneyV2
    presentment_money: MoneyV2

    def times(self, quantity: int) -> MoneyBag:
        """The amount of so many pieces."""
        return MoneyBag(
            shop_money=_times(self.shop_money, quantity),
            presentment_money=_times(self.presentment_money, quantity),
        )


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What one unit of the shop's currency is in the buyer's."""

    shop_currency: str
    currency: str
    factor: Decimal = Decimal(1)

    def bag(self, amount: Decimal) -> MoneyBag:
        """An amount of the shop's, in both currencies."""
        shown = rounded(amount * self.factor, self.currency)
        return MoneyBag(
            shop_money=MoneyV2(amount=amount, currency_code=self.shop_currency),
            presentment_money=MoneyV2(amount=shown, currency_code=self.currency),
        )

    def total(self, bags: Iterable[MoneyBag]) -> MoneyBag:
        """The sum of bags at this rate."""
        return self.bag(sum((bag.shop_money.amount for bag in bags), Decimal(0)))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """An amount in the smallest unit its currency has."""
    return amount.quantize(Decimal(1).scaleb(-DECIMALS.get(currency, 2)))


def decimal_text(amount: Decimal) -> str:
    """The way the Admin API writes amounts: `29.9`, `1500.0`."""
    text = f"{amount:f}"
    whole, _, part = text.partition(".")
    return f"{whole}.{part.rstrip('0') or '0'}"


def display(money: MoneyV2) -> str:
    """An amount for people."""
    return f"{rounded(money.amount, money.currency_code)} {money.currency_code}"


def _times(money: MoneyV2, quantity: int) -> MoneyV2:
    return MoneyV2(amount=money.amount * quantity, currency_code=money.currency_code)
