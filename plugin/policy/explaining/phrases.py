"""Facts, values and conditions in plain English, by the catalogue's meanings."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from plugin.policy.catalogue import WINDOW, known
from plugin.policy.conditions import All, Any, Condition, Not, Operator, Test
from plugin.policy.counting import counted
from plugin.policy.facts import Facts, Line
from plugin.policy.known import Kind
from plugin.policy.money import Money

NOT_KNOWN = "not known"
# What the law's findings read beside the catalogued facts.
PERIOD_START = "period_starts_on"

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_NUMBERS = {
    Operator.EQUALS: "",
    Operator.MORE_THAN: "more than ",
    Operator.AT_LEAST: "at least ",
    Operator.LESS_THAN: "less than ",
    Operator.AT_MOST: "at most ",
}
_WORDS = {
    Operator.EQUALS: "is",
    Operator.ONE_OF: "is one of",
    Operator.CONTAINS: "contain",
    Operator.CONTAINS_ANY: "contain one of",
}
_MONEY = "smallest currency unit"
# Units that are no plural of something counted.
_AMOUNTS = (_MONEY, "percent")
_INSIDE = {(Operator.AT_MOST, 0), (Operator.LESS_THAN, 1)}
_AFTER = {(Operator.MORE_THAN, 0), (Operator.AT_LEAST, 1)}


def day_said(day: date) -> str:
    """Write a day out, as `14 October 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def money_said(money: Money) -> str:
    """Write an amount with its currency, with the decimals that currency has."""
    amount = money.amount.quantize(Decimal(1).scaleb(-money.exponent))
    return f"{amount} {money.currency}"


def name_said(name: str) -> str:
    """Turn a name of ours into words."""
    return name.replace("_", " ")


def meaning_of(name: str) -> str:
    """Say what a fact means; the law's own are said here."""
    if name == PERIOD_START:
        return "the day the law's period starts"
    return known(name).meaning


def currency_of(facts: Facts, line: Line) -> str | None:
    """Name the currency that a line's amounts are in; None when not known."""
    found = line.price or facts.order_total
    return None if found is None else found.currency


def value_said(name: str, value: object, currency: str | None) -> str:
    """Say a fact's value, with its unit where it has one."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    if isinstance(value, date):
        return day_said(value)
    return _number(name, value, currency) if isinstance(value, int) else str(value)


def _number(name: str, value: int, currency: str | None) -> str:
    unit = known(name).unit
    if unit == _MONEY:
        return _minor(value, currency)
    if value == 1 and unit not in _AMOUNTS:
        unit = unit.removesuffix("s")
    return f"{value} {unit}".strip()


def _minor(value: int, currency: str | None) -> str:
    if currency is None:
        return f"{value} of the {_MONEY}"
    exponent = Money(amount=Decimal(0), currency=currency).exponent
    amount = Decimal(value).scaleb(-exponent)
    return money_said(Money(amount=amount, currency=currency))


def condition_said(condition: Condition, currency: str | None) -> str:
    """Say a condition as a sentence without a full stop."""
    if isinstance(condition, Test):
        return _test(condition, currency)
    if isinstance(condition, Not):
        return f"it is not so that {_part(condition.part, currency)}"
    if len(condition.parts) == 1:
        return condition_said(condition.parts[0], currency)
    if not condition.parts:
        return "always" if isinstance(condition, All) else "never"
    joint = " and " if isinstance(condition, All) else " or "
    return joint.join(_part(part, currency) for part in condition.parts)


def _part(condition: Condition, currency: str | None) -> str:
    """Say a part of a condition, in brackets where it has several parts itself."""
    said = condition_said(condition, currency)
    several = isinstance(condition, (All, Any)) and len(condition.parts) > 1
    return f"({said})" if several else said


def _test(test: Test, currency: str | None) -> str:
    fact = known(test.fact)
    if fact.kind is Kind.FLAG:
        said = fact.meaning.removeprefix("whether ")
        return said if test.value else f"it is not so that {said}"
    if isinstance(test.value, int):
        return _compared(test, test.value, fact.unit, currency)
    value = test.value
    said = value if isinstance(value, str) else ", ".join(sorted(value))
    plural = "" if test.fact.endswith("s") or fact.kind is Kind.TEXT else "s"
    words = _WORDS[test.operator].replace("contain", f"contain{plural}")
    return f"{name_said(test.fact)} {words} {said}"


def _compared(test: Test, value: int, unit: str, currency: str | None) -> str:
    number = _minor(value, currency) if unit == _MONEY else str(value)
    how = _NUMBERS[test.operator]
    if test.fact == WINDOW:
        return _of_window(test.operator, value, f"{how}{counted(value, 'days')}")
    verb = "is" if unit in _AMOUNTS else "are"
    return f"{name_said(test.fact)} {verb} {how}{number}"


def _of_window(operator: Operator, value: int, said: str) -> str:
    if (operator, value) in _INSIDE:
        return "the request came within the window"
    if (operator, value) in _AFTER:
        return "the request came after the window"
    return f"the request came {said} after the window"
