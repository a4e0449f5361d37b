"""When rules stop refusing by themselves: the numbers alone."""

from __future__ import annotations

import pytest

from plugin.casework.guarding import why_all_stop
from plugin.casework.overturning import why_rule_stops
from plugin.policy.decision import Outcome
from plugin.shop import Caution

USUAL = Caution()
CAPPED = Caution(declined_percent=50)


@pytest.mark.parametrize(
    ("declined", "overturned", "stops"),
    [
        (19, 19, False),
        (20, 1, False),
        (20, 2, True),
        (100, 5, False),
        (100, 6, True),
    ],
)
def test_a_rule_stops_above_its_limit_and_not_at_it(
    declined: int, overturned: int, stops: bool
) -> None:
    why = why_rule_stops(declined, overturned, USUAL)

    assert (why is not None) is stops


def of(refused: int, count: int) -> list[Outcome]:
    """Make so many outcomes of which so many refuse."""
    return [Outcome.DECLINE] * refused + [Outcome.APPROVE] * (count - refused)


@pytest.mark.parametrize(
    ("latest", "before", "stops"),
    [
        # Three times 5 in 101, rounded up by nothing: 14.9 % of 20 is under three.
        (of(6, 20), of(4, 100), True),
        (of(5, 20), of(4, 100), False),  # too few to say anything
        (of(6, 20), of(10, 100), False),
        (of(7, 20), of(10, 100), True),
        (of(20, 20), of(34, 100), False),  # a third is no jump away from all
        (of(20, 20), of(0, 19), False),  # nobody knows what is usual
        (of(19, 19), of(0, 100), False),
    ],
)
def test_all_rules_stop_when_the_share_is_three_times_the_usual(
    latest: list[Outcome], before: list[Outcome], stops: bool
) -> None:
    assert (why_all_stop(latest, before, USUAL) is not None) is stops


@pytest.mark.parametrize(("refused", "stops"), [(10, False), (11, True)])
def test_all_rules_stop_above_the_merchants_cap_whatever_is_usual(
    refused: int, stops: bool
) -> None:
    found = why_all_stop(of(refused, 20), of(0, 100), CAPPED)
    alone = why_all_stop(of(refused, 20), [], CAPPED)

    assert found == alone
    assert (found is not None) is stops
