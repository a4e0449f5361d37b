"""Policies as a merchant writes them on the policy page."""

from __future__ import annotations

from typing import Any

from plugin.pages.policy_text import as_yaml
from plugin.shop import PolicyVersion
from tests.builders import PACKS
from tests.pages.seeds import SHOP, Office
from tests.pages.staff import Reading

STANDARD = PACKS.preset("standard-30-days")


def changed(**changes: Any) -> dict[str, Any]:
    """Make the standard policy with other parts."""
    return {**PACKS.preset("standard-30-days"), **changes}


def wrong() -> str:
    """Write a policy with a slip in the third clause."""
    return as_yaml(STANDARD).replace("fact: gift_card", "fact: gift_crad")


def versions(office: Office, shop: str = SHOP) -> list[PolicyVersion]:
    return office.archive.of(shop).policies()


def edited(page: Reading, html: str) -> str:
    """Read what stands in the editor."""
    assert page.tags.count("textarea") == 2

    inside = html.split('id="document"')[1].split(">", 1)[1].split("</textarea>")[0]
    return inside.removeprefix("\n")
