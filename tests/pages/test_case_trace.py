"""Why a case was decided, as staff read it on its page."""

from __future__ import annotations

from datetime import date
from typing import Any

from plugin.case import Entry
from plugin.policy.engine import decide
from plugin.policy.explaining.counterfactual import explained
from plugin.policy.explaining.trace import Explanation
from plugin.policy.facts import Line
from tests.builders import make_clause, make_facts, make_line, make_policy, make_terms
from tests.pages.seeds import HOSTILE, SHOP, Office, seed_case
from tests.pages.staff import Merchant, Reading

SEEDED = ["request", "facts", "terms", "decision"]
BOXED = {"product_tags": frozenset({"final-sale"})}


def trace(office: Office, return_id: str, body: object) -> None:
    """Write a trace into a case; the newest is what its page shows."""
    entry = Entry(key="trace-again", kind="trace", body=body)
    office.archive.of(SHOP).append(return_id, entry)


def explanation(*lines: Line, **changes: Any) -> Explanation:
    """Explain a request for lines that were ordered in August."""
    facts = make_facts(*lines, ordered_on=date(2026, 8, 28))
    terms = make_terms(**changes)
    return explained(decide(facts, terms), facts, terms)


def old_line(**changes: Any) -> Line:
    days = {"fulfilled_on": date(2026, 8, 30), "delivered_on": date(2026, 9, 2)}
    return make_line(**{**days, **changes})


def test_it_says_why_a_case_was_decided(office: Office, merchant: Merchant) -> None:
    return_id = seed_case(office.archive, 1001)
    trace(office, return_id, explanation(old_line()))

    r = merchant.open("/cases/1001")

    page = Reading(r)
    assert "Why this was decided" in page.text
    assert (
        "Blue mug: refuse Refused by the rule `late` of the policy \u201cSmall\u201d, "
        "version v1: \u201cItems can be returned within 30 days.\u201d "
        "What would change it "
        "A request up to 2 October 2026 would have been approved. "
        "Every rule that was asked, in order "
        "Law XX:change-of-mind silent the right to send goods back without a reason "
        "no right to change one's mind "
        "Example Act s 1 (read in the statute itself) Hold dispute-open silent"
        in page.text
    )
    assert (
        "Clause late speaks, and decides the request came after the window days by "
        "which the request missed the item's window; 0 or less is inside: 34 days "
        "(the window ended on 2 October 2026) wants to refuse" in page.text
    )
    assert r.text.count('class="deciding"') == 1


def test_it_says_how_an_approval_is_made_good(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)
    fees = [{"id": "box", "flat": {"amount": "5", "currency": "USD"}}]
    body = explanation(make_line(), policy=make_policy(fees=fees))
    trace(office, return_id, body)

    text = Reading(merchant.open("/cases/1001")).text

    assert (
        "How it is made good The customer gets money back the way it was paid "
        "Fee `box` 5.00 USD" in text
    )


def test_it_says_of_each_line_what_would_have_changed_it(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)
    lines = (old_line(), old_line(id="line-2", title="New mug", delivered_on=None))
    trace(office, return_id, explanation(*lines))

    text = Reading(merchant.open("/cases/1001")).text

    old, new = text.split("New mug: a person decides")
    assert "A request up to 2 October 2026 would have been approved." in old
    assert "Once the day of delivery is known" in new
    assert "Once the day of delivery is known" not in old


def test_it_shows_hostile_words_in_a_trace_as_words(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)
    when = {"fact": "product_tags", "contains": HOSTILE.lower()}
    tagged = old_line(title=HOSTILE, product_tags=frozenset({HOSTILE.lower()}))
    clause = make_clause(when=when, text={"en": HOSTILE})
    policy = make_policy(name=HOSTILE, clauses=[clause])
    trace(office, return_id, explanation(tagged, policy=policy))

    r = merchant.open("/cases/1001")

    page = Reading(r)
    assert page.text.count("<script>alert('note')</script>") >= 5
    assert page.tags.count("script") == 2
    assert "<script>alert" not in r.text
    assert "<b>please" not in r.text


def test_it_shows_how_a_line_was_decided_before_traces_were_kept(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)
    trace(office, return_id, {"trace": {"lines": []}, "counterfactuals": []})

    r = merchant.open("/cases/1001")

    page = Reading(r)
    assert "Blue mug: refuse" in page.text
    assert "Items can be returned within 30 days of delivery." in page.text
    assert "Law US:change-of-mind silent" in page.text
    assert "Clause window-over speaks, and decides" in page.text
    assert "Clause final-sale silent the product's tags, in small letters: none" in (
        page.text
    )
    assert "Default default speaks" in page.text
    assert r.text.count('class="deciding"') == 1
    assert page.text.index("US:change-of-mind") < page.text.index("dispute-open")
    assert page.text.index("dispute-open") < page.text.index("window-over")


def test_it_shows_the_law_that_stopped_a_refusal(
    office: Office, merchant: Merchant
) -> None:
    seed_case(
        office.archive,
        1003,
        make_line(**BOXED, delivered_on=date(2026, 11, 17)),
        country="DE",
        region=None,
        locale="de",
    )

    text = Reading(merchant.open("/cases/1003")).text

    assert "Law DE:change-of-mind speaks, and decides" in text
    assert "within the statutory period" in text


def test_it_shows_every_line_of_a_mixed_case(
    office: Office, merchant: Merchant
) -> None:
    lines = (
        make_line(delivered_on=date(2026, 11, 20)),
        make_line(
            id="line-2",
            title="Last mug",
            **BOXED,
            delivered_on=date(2026, 11, 20),
        ),
    )
    seed_case(office.archive, 1004, *lines)

    text = Reading(merchant.open("/cases/1004")).text

    assert "A person decides Needs a person" in text
    assert "Blue mug: approve" in text
    assert "Last mug: refuse" in text
