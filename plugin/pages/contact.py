"""The way to a person that letters name: one line that truly leads to somebody."""

from __future__ import annotations

import re
from collections.abc import Iterator

from marshmallow import ValidationError, validate

# Letters have room for so much beside the reason.
MAX_CONTACT = 120

# What looks like an address must be one. Not every language puts spaces around it, and
# a few signs stand between two of them.
_MAIL = re.compile(r"[!-+.0-9<-~-]+@[^\s:;,/]+")
_WEB = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*")
# Enough digits for a telephone.
_TELEPHONE = re.compile(r"(\d[ ()/.+-]*){6}")
# What may stand around an address and is none of it.
_AROUND = re.compile(r"^\W+|[^\w/]+$")

_is_mail = validate.Email()
_is_web = validate.URL(schemes={"http", "https"})


def contact_faults(text: str) -> list[str]:
    """Say what is wrong with the way to a person; nothing when it can be used."""
    if len(text) > MAX_CONTACT:
        return [f"Use at most {MAX_CONTACT} characters"]
    if not text.isprintable():
        return ["Use one line of plain text"]
    if "<" in text or ">" in text:
        return ["Leave out < and >: letters are plain text"]
    wrong = [each for each, sound in _addresses(text) if not sound]
    if wrong:
        return [f"Correct {wrong[0]}: nobody can be reached there"]
    if not any(_addresses(text)) and not _TELEPHONE.search(text):
        return ["Give an e-mail address, a web address or a telephone number"]
    return []


def _addresses(text: str) -> Iterator[tuple[str, bool]]:
    """Find what looks like an address, and tell whether it is one."""
    for found in _WEB.findall(text):
        yield found, _passes(_is_web, found)
    for found in _MAIL.findall(_WEB.sub(" ", text)):
        yield found, _passes(_is_mail, found)


def _passes(check: validate.Validator, address: str) -> bool:
    try:
        check(_AROUND.sub("", address))
    except ValidationError:
        return False
    return True
