"""Texts as the platform gives them, made sound."""

from __future__ import annotations

from collections.abc import Iterable

_CONTROL = dict.fromkeys((*range(32), 127), " ")


def clean(text: str) -> str:
    """Make one line of sound text; half a character pair becomes a question mark."""
    return sound(text).translate(_CONTROL).strip()


def sound(text: str) -> str:
    """Replace what no encoding can hold."""
    return text.encode("utf-8", "replace").decode()


def lower(texts: Iterable[str] | None) -> frozenset[str] | None:
    """Gather tags or names in small letters, without the space around them."""
    return None if texts is None else frozenset(text.strip().lower() for text in texts)


def topic_of(name: str) -> str:
    """Write a topic of the API (`RETURNS_REQUEST`) as webhooks bear it."""
    # None of ours has a group of two words.
    return name.lower().replace("_", "/", 1)
