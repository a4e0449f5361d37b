"""What the linter says of a policy as a whole, in which order, and what it leaves."""

from __future__ import annotations

from itertools import combinations

from plugin.policy.linting.lint import inspect, lint
from plugin.policy.linting.remark import Severity
from tests.builders import make_clause, make_policy
from tests.policy.test_lint import (
    FIRST,
    IN_TIME,
    LATE,
    LATE_CARD,
    NEVER,
    approve,
    both,
    found,
    linted,
    review,
)
from tests.policy.test_lint_law import pack


def test_it_says_that_everything_goes_to_a_person() -> None:
    remarks = linted(make_clause())

    assert found(remarks) == [("no_default", "default")]
    assert found(linted(make_clause(), default="approve")) == []
    assert found(linted(make_clause(), IN_TIME)) == []


def test_it_says_that_what_approves_never_decides() -> None:
    hidden = both({"fact": "price", "more_than": 5}, {"fact": "price", "less_than": 6})
    remarks = linted(make_clause(), approve("hidden", hidden))

    assert found(remarks) == [("no_approval", "clauses"), (NEVER, "clauses.1")]
    assert found(linted(make_clause(), approve("one", LATE))) == [
        ("no_approval", "clauses"),
        (FIRST, "clauses.1"),
    ]


def test_it_names_the_languages_that_a_refusal_lacks() -> None:
    policy = make_policy()
    (remark,) = lint(policy, {}, ("fr", "en", "de"))

    assert (remark.kind, remark.where) == ("missing_words", "clauses.0.text")
    assert remark.severity is Severity.HINT
    assert remark.message == (
        "The words of `late` are missing in de, fr; letters say its ground in a"
        " sentence of ours there."
    )
    assert lint(policy, {}, ("en",)) == ()


def test_it_warns_where_only_the_merchant_s_words_tell_the_reason() -> None:
    policy = make_policy(clauses=[make_clause(ground="OTHER"), IN_TIME])
    (remark,) = lint(policy, {}, ("en", "de"))

    assert remark.severity is Severity.WARNING
    assert remark.message == (
        "The words of `late` are missing in de; letters quote them in English there."
    )


def test_it_puts_the_gravest_first_and_then_keeps_the_documents_order() -> None:
    card = review("card", {"fact": "gift_card", "equals": True})
    odd = review("odd", both(LATE_CARD, {"fact": "gift_card", "equals": False}))
    remarks = lint(
        make_policy(clauses=[make_clause(ground="OTHER"), odd, card, IN_TIME]),
        {},
        ("en", "de"),
    )

    assert [(r.severity.value, r.kind, r.where) for r in remarks] == [
        ("warning", "missing_words", "clauses.0.text"),
        ("warning", "never_speaks", "clauses.1"),
        ("hint", "overlap", "clauses.2"),
    ]


def test_it_counts_what_it_could_not_prove_and_says_nothing_of_it() -> None:
    # Seven parcels do not fit into six places, which takes long to find out.
    tags = [
        [{"fact": "order_tags", "contains": f"{one}-{place}"} for place in range(6)]
        for one in range(7)
    ]
    somewhere = [{"any": places} for places in tags]
    alone = [
        {"not": both(first, second)}
        for one, other in combinations(tags, 2)
        for first, second in zip(one, other, strict=True)
    ]
    parcels = review("parcels", both(*somewhere, *alone))
    policy = make_policy(clauses=[parcels, make_clause(), IN_TIME])
    inspection = inspect(policy, {}, ("en",))

    assert [r.kind for r in inspection.remarks if r.where == "clauses.0"] == []
    assert inspection.not_proven == 2


def test_it_gives_up_on_a_policy_that_is_too_intricate() -> None:
    amounts = ("price", "kept_value", "order_total")
    clauses = [
        approve(
            f"c{n}",
            both(
                *({"fact": fact, "at_least": 999 * n + 7} for fact in amounts),
                {"not": {"fact": "product_tags", "contains": f"tag-{n}"}},
            ),
        )
        for n in range(100)
    ]
    policy = make_policy(clauses=clauses)
    inspection = inspect(policy, {"XX": pack(), "YY": pack()}, ("en",))

    assert 0 < inspection.not_proven < 500


def test_it_asks_no_law_of_a_policy_that_asks_for_no_window() -> None:
    when = {"fact": "days_since_delivery", "at_most": 20}
    clauses = [{"id": "early", "when": when, "then": "approve"}]
    remarks = lint(
        make_policy(schema=2, offers=[], clauses=clauses),
        {"XX": pack()},
        ("en",),
    )

    assert [(r.kind, r.where) for r in remarks] == [("unused_window", "window")]


def test_it_says_what_is_amiss_with_a_policy_that_approves_nothing() -> None:
    every = review("every", {"any": [LATE, {"not": LATE}]})
    remarks = lint(make_policy(clauses=[every, IN_TIME], offers=[]), {}, ("en",))

    assert [r.message for r in remarks if r.kind == "no_approval"] == [
        "No clause that approves can ever decide, so nothing is approved."
    ]


def test_it_says_that_a_window_has_no_effect() -> None:
    card = approve("card", {"fact": "gift_card", "equals": True})
    remarks = lint(make_policy(clauses=[card], offers=[]), {}, ("en",))

    assert [r.message for r in remarks if r.where == "window"] == [
        "No rule asks for `days_past_window`, so no window has any effect."
    ]
