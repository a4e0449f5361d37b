"""What became of a case is told on its page, and what is not granted is asked for."""

from __future__ import annotations

import pytest

from plugin.case import Entry
from plugin.casework.holding import holds
from plugin.pages import since
from plugin.ports import DisputeSeen, OrderState
from tests.pages.seeds import (
    SHOP,
    Office,
    seed_case,
)
from tests.pages.staff import Merchant, Reading, answer

EARLIER = "gid://shopify/Return/41"
AUDIT = {"goods": "89.0", "refunded": "89.0", "owed": "80.1", "currency": "USD"}
DISPUTE = "gid://shopify/OrderDisputeSummary/7"


def audited(verdict: str) -> Entry:
    return Entry(key="audit:1", kind="audit", body={**AUDIT, "verdict": verdict})


def disputed(status: str) -> list[Entry]:
    dispute = DisputeSeen(dispute_id=DISPUTE, kind="CHARGEBACK", status=status)
    return list(holds(OrderState(cancelled=False, disputes=(dispute,))))


SAID = {
    "within": [audited("within")],
    "outside": [audited("outside")],
    "larger": [audited("larger")],
    "disputed": disputed("NEEDS_RESPONSE"),
    "won": disputed("WON"),
    "lost": disputed("LOST"),
    "cancelled": list(holds(OrderState(cancelled=True))),
}
WORDS = {
    "within": "Refunded 89.00 USD for items: within what the decision gives.",
    "outside": "Refunded 89.00 USD for items: although the decision is a refusal.",
    "larger": "Refunded 89.00 USD for items: more than the decision gives "
    "(89.00 USD in all, 80.10 USD owed).",
    "disputed": "The customer's bank took the payment back (chargeback). "
    "Do not refund the same money twice.",
    "won": "The payment dispute ended for you; the request stands.",
    "lost": "The dispute gave the customer the money.",
    "cancelled": "The order was cancelled.",
}


@pytest.mark.parametrize("name", sorted(SAID))
def test_it_tells_what_happened_since(
    office: Office, merchant: Merchant, name: str
) -> None:
    return_id = seed_case(office.archive, 7)
    office.archive.of(SHOP).append(return_id, *SAID[name])

    text = Reading(merchant.open(f"/cases/{return_id.rpartition('/')[2]}")).text

    assert "Since then" in text
    assert WORDS[name] in text


def test_it_leads_to_the_request_before(office: Office, merchant: Merchant) -> None:
    return_id = seed_case(office.archive, 7)
    body = {"asked_before": "#1001-R1", "return_id": EARLIER}
    link = Entry(key=f"before:{EARLIER}", kind="event", body=body)
    office.archive.of(SHOP).append(return_id, link)

    page = merchant.open(f"/cases/{return_id.rpartition('/')[2]}").text

    assert "The same items were asked for in #1001-R1." in page
    assert 'href="/cases/41"' in page


def test_it_says_nothing_where_nothing_happened(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 7)

    page = merchant.open(f"/cases/{return_id.rpartition('/')[2]}").text

    assert "Since then" not in page
    assert since.since(office.archive.of(SHOP).entries(return_id)) == []


class Grants:
    """An office whose shop grants only in part, until it approves the rest."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.lacking: frozenset[str] = frozenset({"write_returns", "write_orders"})
        self.approved = False

    def install(self, shop: str, token: str) -> None:
        self.office.install(shop, token)
        if self.approved:
            self.lacking = frozenset()

    def merchant(self) -> Merchant:
        door = self.office.door(install=self.install, lacks=lambda _: self.lacking)
        return Merchant(self.office.app(door=door).test_client(), SHOP)


def test_it_asks_for_what_is_not_granted_and_comes_back(office: Office) -> None:
    grants = Grants(office)
    merchant = grants.merchant()
    refused = merchant.open("/")
    grants.approved = True
    after = merchant.open("/")

    assert refused.status_code == 403
    text = Reading(refused).text
    assert "Evenhand needs your permission" in text
    assert "read orders and mark them, read, approve and decline returns" in text
    assert after.status_code == 200
    assert len(office.installs) == 2


def test_a_script_is_told_what_is_not_granted(office: Office) -> None:
    r = Grants(office).merchant().get_json("/api/cases")

    assert (r.status_code, answer(r)["error"]) == (403, "scopes_missing")
