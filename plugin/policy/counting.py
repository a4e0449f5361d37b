"""Counting: a number with the word for what is counted, one of it or more."""

from __future__ import annotations


def counted(number: int, things: str) -> str:
    """Say how many things there are; `things` is their plural, such as `days`."""
    return f"{number} {one_of(things) if number == 1 else things}"


def one_of(things: str) -> str:
    """Give the word for one of several things."""
    if things.endswith("ies"):
        return f"{things[:-3]}y"
    return things.removesuffix("s")
