"""A person's own answer in place of ours."""

from __future__ import annotations

from typing import Any

import pytest

from plugin import casework
from plugin.case import Status
from plugin.casework.overriding import Answer, NotAllowed, checked
from plugin.casework.record import SHOP_LEFT
from plugin.policy.decision import Ground, Outcome
from plugin.policy.facts import PRACTICE
from plugin.privacy import Person, Topic
from plugin.shop import Mode, Preferences
from tests.archive.shelves import ask
from tests.casework.life import Life
from tests.casework.scene import SHOP

BY = "staff:7"
WORDS = "The mug came back broken and without its box."


def in_review(life: Life, **order: Any) -> str:
    """Let a customer ask who wants a person to decide."""
    return_id = life.scene.asked(**{"days": 45, **order})
    wish = {"on": "order", "tags": ["no-automated-decisions"]}
    life.act("marks", number=life.number(return_id), **wish)
    life.tell_all(life.events(1))
    assert life.case(return_id).status is Status.IN_REVIEW
    return return_id


def take_down(life: Life, return_id: str, to: str, **more: Any) -> None:
    """Take down what staff answer in the app, and go no further."""
    given: dict[str, Any] = {"by": BY, "to": to, "number": 1, **more}
    about: dict[str, Any] = {"shop": SHOP, "return_id": return_id}
    casework.override_case(life.scene.services, **about, **given)


def override(life: Life, return_id: str, to: str, **more: Any) -> None:
    """Let staff answer in the app, as its workflow does."""
    take_down(life, return_id, to, **more)
    casework.answer_case(life.scene.services, shop=SHOP, return_id=return_id)


def test_a_case_in_review_is_approved_by_a_person(life: Life) -> None:
    return_id = in_review(life)
    override(life, return_id, "approve")
    life.tell_all(life.events(1))

    assert life.case(return_id).status is Status.ANSWERED
    found = life.scene.found(return_id)
    assert (found["status"], found["decided_by"]) == ("OPEN", "app")
    body = life.scene.shelf.body(return_id, "overridden")
    assert body == {
        "overridden_by": "staff:7",
        "was": {"outcome": "review", "status": "in_review"},
        "now": "approve",
        "ground": None,
        "words": "",
    }
    assert life.scene.shelf.rule_counts() == []


def test_a_case_in_review_is_refused_in_a_persons_own_words(life: Life) -> None:
    return_id = in_review(life)
    override(life, return_id, "decline", ground="OTHER", words=f"  {WORDS}\n")
    life.tell_all(life.events(1))

    shop = life.scene.shelf.shop()
    assert shop is not None
    decline = life.scene.found(return_id)["decline"]
    assert life.case(return_id).status is Status.ANSWERED
    assert decline["reason"] == "OTHER"
    assert WORDS in decline["note"]
    assert shop.contact in decline["note"]
    assert len(decline["note"]) <= 500
    # What a person refused says nothing about the rules.
    assert life.scene.shelf.rule_counts() == []


def test_a_persons_answer_goes_out_in_any_mode_and_once(life: Life) -> None:
    return_id = in_review(life)
    observing = Preferences(mode=Mode.OBSERVE, practice=frozenset(PRACTICE))
    life.scene.shelf.prefer(observing)
    for _ in range(3):
        override(life, return_id, "approve")

    assert life.case(return_id).status is Status.ANSWERED
    assert life.scene.effects()["returnApproveRequest"] == 1


def test_it_gives_way_to_staff_who_were_faster_in_the_admin(life: Life) -> None:
    return_id = in_review(life)
    about: dict[str, Any] = {"shop": SHOP, "return_id": return_id}
    casework.override_case(
        life.scene.services,
        **about,
        by="staff:7",
        to="decline",
        number=1,
        ground="OTHER",
        words=WORDS,
    )
    life.staff(return_id, "approve")
    casework.answer_case(life.scene.services, **about)

    assert life.case(return_id).status is Status.SUPERSEDED
    assert life.scene.found(return_id)["status"] == "OPEN"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(to=Outcome.DECLINE, words=WORDS), "ground_missing"),
        (Answer(to=Outcome.REVIEW, ground=Ground.OTHER, words=WORDS), "ground_missing"),
        (Answer(to=Outcome.DECLINE, ground=Ground.OTHER, words=" "), "words_missing"),
        (
            Answer(to=Outcome.DECLINE, ground=Ground.OTHER, words="w" * 301),
            "words_too_long",
        ),
    ],
)
def test_a_refusal_needs_its_ground_and_words(
    life: Life, answer: Answer, code: str
) -> None:
    case = life.case(in_review(life))

    with pytest.raises(NotAllowed) as raised:
        checked(life.scene.services, case, answer)

    assert raised.value.code == code


def test_no_person_refuses_what_the_law_gives(life: Life) -> None:
    return_id = in_review(life, days=3, country="DE", province=None)
    answer = Answer(to=Outcome.DECLINE, ground=Ground.OTHER, words=WORDS)
    with pytest.raises(NotAllowed, match="the law entitles the customer") as raised:
        checked(life.scene.services, life.case(return_id), answer)
    override(life, return_id, "decline", ground="OTHER", words=WORDS)

    assert raised.value.code == "law_entitles"
    assert life.case(return_id).status is Status.IN_REVIEW
    assert life.scene.found(return_id)["status"] == "REQUESTED"
    assert set(life.scene.effects().values()) == {0}


def test_nothing_is_refused_where_nothing_is_known_of_the_law(life: Life) -> None:
    return_id = life.scene.asked(days=45)
    casework.give_up(life.scene.services, shop=SHOP, return_id=return_id, why="test")
    failed = life.case(return_id)
    answer = Answer(to=Outcome.DECLINE, ground=Ground.OTHER, words=WORDS)
    with pytest.raises(NotAllowed) as closed:
        checked(life.scene.services, failed, answer)
    with pytest.raises(NotAllowed) as unknown:
        checked(life.scene.services, failed.moved(Status.IN_REVIEW), answer)

    assert (closed.value.code, unknown.value.code) == ("not_open", "law_unknown")


def test_a_click_is_not_given_up_with_the_story_before_it(life: Life) -> None:
    return_id = in_review(life)
    take_down(life, return_id, "approve")

    casework.give_up(life.scene.services, shop=SHOP, return_id=return_id, why="test")
    before = life.case(return_id).status
    casework.give_up(
        life.scene.services, shop=SHOP, return_id=return_id, why="test", by=BY
    )

    assert before is Status.DECIDED
    assert life.case(return_id).status is Status.FAILED


def test_it_says_so_of_a_click_whose_shop_left_before_it_was_sent(life: Life) -> None:
    return_id = in_review(life)
    take_down(life, return_id, "approve")
    life.scene.leave()

    casework.answer_case(life.scene.services, shop=SHOP, return_id=return_id)

    assert life.case(return_id).status is Status.FAILED
    assert life.scene.shelf.body(return_id, "outcome:failed") == {
        "status": "failed",
        "why": SHOP_LEFT,
    }
    assert life.scene.found(return_id)["status"] == "REQUESTED"


def test_a_customers_data_file_says_staff_and_not_who(life: Life) -> None:
    return_id = in_review(life)
    override(life, return_id, "approve")
    shelf = life.scene.shelf
    person = Person(customer_id=life.case(return_id).customer_id)
    ask(shelf, Topic.DATA_REQUEST, person)

    casework.hand_over_data(life.scene.services, shop=SHOP, request_id="ask-1")

    text = shelf.file("ask-1") or ""
    assert '"overridden_by":"staff"' in text
    assert "staff:7" not in text
