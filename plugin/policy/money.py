"""Exact amounts of one currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation

# ISO 4217 minor units that are not two; every other currency has two.
EXPONENTS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW"), 0),
    **dict.fromkeys(("PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


class BadMoney(ValueError):
    """An amount or currency that cannot be used."""

    code = "bad_money"


@dataclass(frozen=True, kw_only=True, slots=True)
class Money:
    """An exact amount of one currency, never a float."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, amount: str, currency: str) -> Money:
        """Read an amount as the platform writes it, a decimal string.

        Raises `BadMoney` when the text is not a finite decimal number.
        """
        try:
            number = Decimal(amount)
        except InvalidOperation as error:
            raise BadMoney(f"amount `{amount}` is not a decimal number") from error
        if not number.is_finite():
            raise BadMoney(f"amount `{amount}` is not a finite number")
        return cls(amount=number, currency=currency)

    @property
    def exponent(self) -> int:
        """How many decimals this currency is paid in."""
        return EXPONENTS.get(self.currency, 2)

    @property
    def minor(self) -> int:
        """The amount in the currency's smallest unit; less than a unit is dropped."""
        # So that a comparison never meets a float.
        return int(self.amount.scaleb(self.exponent))

    def __add__(self, other: Money) -> Money:
        """Add two amounts of the same currency; `BadMoney` when they differ."""
        if other.currency != self.currency:
            raise BadMoney(f"cannot add {other.currency} to {self.currency}")
        return Money(amount=self.amount + other.amount, currency=self.currency)

    def percent(self, rate: int | Decimal) -> Money:
        """Take `rate` percent of the amount, rounded down to what can be paid."""
        # Down, so that many parts never add up to more than the whole.
        part = (self.amount * rate / 100).quantize(
            Decimal(1).scaleb(-self.exponent), rounding=ROUND_DOWN
        )
        return Money(amount=part, currency=self.currency)
