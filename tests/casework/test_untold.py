"""A refusal that no letter can tell goes to a person, and nothing is sent."""

from __future__ import annotations

import pytest

from plugin.case import Status
from plugin.policy.decision import Outcome
from plugin.shop import Mode, Preferences
from tests.casework.scene import SHOP, Scene


def speak_at_length(scene: Scene, mode: Mode = Mode.AUTOMATIC) -> None:
    """Set a way to a person that leaves no room for a reason."""
    scene.shelf.prefer(Preferences(mode=mode, contact="c" * 480))


@pytest.mark.parametrize("mode", [Mode.AUTOMATIC, Mode.ASSIST])
def test_a_refusal_that_cannot_be_told_is_for_a_person(
    scene: Scene, mode: Mode
) -> None:
    speak_at_length(scene, mode)
    return_id = scene.asked(days=45)

    case = scene.run(return_id)

    assert case is not None
    assert (case.status, case.outcome) == (Status.IN_REVIEW, Outcome.REVIEW)
    assert (case.letter, case.ground, case.code, case.offers) == (None, None, None, ())
    assert case.to_do == (
        "The policy refuses this request, but no letter was written: the reasons do"
        " not fit into one letter; say them in fewer words, and shorten the contact to"
        " at most 120 characters.",
    )
    assert scene.found(return_id)["status"] == "REQUESTED"
    assert set(scene.effects().values()) == {0}
    assert scene.keys(return_id) == [
        "request",
        "facts",
        "terms",
        "decision",
        "trace",
        "offers",
        "outcome:in_review",
        "call:mark:in_review",
    ]


def test_an_offer_that_no_letter_tells_is_not_spent(scene: Scene) -> None:
    cap = {"at_most": 1, "within_days": 90}
    code = {"id": "code", "remedy": "code", "percent": 10, "expires_after_days": 30}
    scene.change_policy(offers=[{**code, "per_customer": cap}])
    speak_at_length(scene)

    case = scene.run(scene.asked(days=45))

    assert case is not None
    made = scene.shelf.offers_made(case.customer_id, shop_too=False)
    assert (made.before, scene.world.truth(SHOP)["codes"]) == ((), [])
