"""What a shop may declare of its practice, in the words that the settings have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from plugin.policy.decision import Says

# Declared for every order that may still come back, not only for orders to come.
PRACTICE = {
    "informed_of_right": "Every customer whose order may still come back was told of "
    "the legal right to withdraw, with its period and the model form, before ordering",
    "withdrawal_function_live": "Customers can withdraw by a working online withdrawal "
    "function, and could since the law asks for one (European Union: 19 June 2026)",
    "told_return_cost": "Every customer was told, before ordering, that they pay for "
    "the way back",
    "policy_posted_before_checkout": "The return policy has been shown clearly before "
    "customers pay, for every order that may still come back",
    "policy_states_required_items": "The policy that is shown names sale and as-is "
    "items, the proof of purchase, the time limit, money or credit, and every fee",
    "return_term_clear_in_ad": "Every page that offers goods for sale states the terms "
    "of return where nobody overlooks them (Japan)",
    "return_term_on_final_confirmation_screen": "The last screen before an order is "
    "placed states the terms of return (Japan)",
    "exception_notified": "Items that cannot be returned by law are said to be so, "
    "clearly, before customers order",
    "marked_by_trader": "Goods whose return the law excludes once they are opened or "
    "used say so on the wrapping or the page, or a trial is offered (South Korea)",
    "required_information_given": "Customers see everything the law wants told of a "
    "distance sale before they order, and can keep or print it",
    "contract_copy_sent": "Customers get a copy of the contract, with the terms of "
    "return, when they order or soon after",
}

_HANDLE = re.compile(rf"\b(?:{'|'.join(PRACTICE)})\b")
# A way out says names without their dashes; it always begins so.
_ONCE = "Once the shop confirms this: "
_SPOKEN = {name.replace("_", " "): name for name in PRACTICE}
_SPOKEN_HANDLE = re.compile(rf"\b(?:{'|'.join(_SPOKEN)})\b")


def practised(said: Any) -> Any:
    """Say each practice that a text, or any text of a record, names by our name."""
    if isinstance(said, list):
        return [practised(each) for each in said]
    if isinstance(said, dict):
        return {name: practised(each) for name, each in said.items()}
    return _in_words(said) if isinstance(said, str) else said


def _in_words(said: str) -> str:
    if said.startswith(_ONCE):
        said = _SPOKEN_HANDLE.sub(lambda found: _SPOKEN[found[0]], said)
    return _HANDLE.sub(lambda found: f"“{PRACTICE[found[0]]}”", said)


def unconfirmed(
    deciding: Iterable[Mapping[str, Any]], facts: Mapping[str, Any] | None
) -> bool:
    """Tell whether a case waits for a person because a practice is not confirmed.

    It does where the law cannot tell and names one that was not denied.
    """
    denied = set(facts.get("lacking") or ()) if facts else set()
    unclear = (each for each in deciding if each.get("says") == Says.CANNOT_TELL.value)
    named = (_HANDLE.findall(each["why"] or "") for each in unclear)
    return any(set(handles) - denied for handles in named)
