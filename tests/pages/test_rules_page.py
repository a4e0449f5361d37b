"""How the rules hold up, and a person's own answer on a case's page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from plugin.archive.store import SqlShelf
from plugin.case import Entry, Status
from plugin.casework.overriding import Answer, NotAllowed, moved_on, overtaken
from plugin.pages.case import STALE, TAKEN
from plugin.policy.decision import Ground, Outcome
from plugin.ports import ALL_RULES
from plugin.shop import Caution, Mode, Preferences
from plugin.tone import Tone
from tests.archive.shelves import make_case
from tests.builders import CONFIG, make_line
from tests.pages.seeds import OTHER_SHOP, SHOP, Office, install_shop, seed_case
from tests.pages.staff import Merchant, Reading, answer

RETURN = "gid://shopify/Return/1001"
WHY = "2 of its 20 refusals were overturned"


@pytest.fixture
def shelf(office: Office) -> SqlShelf:
    return office.archive.of(SHOP)


def test_it_counts_what_became_of_each_rules_refusals(
    shelf: SqlShelf, merchant: Merchant
) -> None:
    empty = Reading(merchant.open("/rules"))
    for number in range(4):
        shelf.note_refusal(f"r-{number}", ["window-over"], "v2-abc")
    shelf.note_contested("r-1")
    one, other = make_case(return_id="r-1"), make_case(return_id="r-9")
    shelf.note_overturned(one, ["window-over"], "v2-abc", "refunded")
    shelf.note_overturned(other, ["final-sale"], "v1-abc", "rejected")

    page = Reading(merchant.open("/rules"))
    assert "No refusals yet" in empty.text
    assert "window-over v2-abc 4 1 1 25 % by itself" in page.text
    assert "final-sale v1-abc 1 0 1 100 % by itself" in page.text


def test_it_tells_what_is_kept_in_and_lets_it_go(
    shelf: SqlShelf, merchant: Merchant
) -> None:
    shelf.note_refusal("r-1", ["window-over"], "v2-abc")
    shelf.pull("window-over", WHY)
    said = f"the rule window-over waits for you, because {WHY}"
    seen = [Reading(merchant.open(path)).text for path in ("/", "/policy", "/rules")]
    first = merchant.post("/rules/release", what="window-over")
    second = merchant.post("/rules/release", what="window-over")

    assert [said.casefold() in text.casefold() for text in seen] == [True] * 3
    assert "when you send it" in seen[2]
    assert (first.status_code, second.status_code) == (200, 409)
    assert "go out by themselves again" in first.text
    assert "let go out again by staff member 101" in Reading(second).text
    assert [brake.ended_by for brake in shelf.brakes()] == ["staff:101"]
    assert said not in Reading(merchant.open("/")).text


def test_all_refusals_are_kept_in_and_let_go_alike(
    shelf: SqlShelf, merchant: Merchant
) -> None:
    shelf.pull(ALL_RULES, "it jumped")
    page = Reading(merchant.open("/"))
    r = merchant.post("/rules/release", what=ALL_RULES)

    assert "all refusals wait for you, because it jumped" in page.text
    assert 'data-toast="Refusals go out by themselves again."' in r.text


def test_no_other_shop_lets_them_go(shelf: SqlShelf, stranger: Merchant) -> None:
    shelf.pull("window-over", WHY)
    r = stranger.post("/rules/release", what="window-over")

    assert r.status_code == 409
    assert WHY not in stranger.open("/rules").text
    assert [brake.ended_by for brake in shelf.brakes()] == [None]


def test_it_gives_the_same_as_json(shelf: SqlShelf, merchant: Merchant) -> None:
    shelf.note_refusal("r-1", ["window-over"], "v2-abc")
    shelf.pull("window-over", WHY)

    body = answer(merchant.get_json("/api/rules"))
    assert body["rules"] == [
        {
            "rule": "window-over",
            "version": "v2-abc",
            "declined": 1,
            "contested": 0,
            "overturned": 0,
        }
    ]
    assert [(b["what"], b["why"]) for b in body["brakes"]] == [("window-over", WHY)]
    assert body["caution"]["overturned_percent"] == 5


def test_a_refusal_that_was_kept_in_says_why(office: Office) -> None:
    install_shop(office.archive, mode=Mode.AUTOMATIC)
    office.archive.of(SHOP).pull("window-over", WHY)
    seed_case(office.archive, 1001)

    page = Reading(Merchant(office.app().test_client(), SHOP).open("/cases/1001"))
    said = f"the rule window-over waits for you, because {WHY}"
    assert f"did not send it by itself: {said}" in page.text
    assert f"Kept the refusal in: {said} Evenhand, " in page.text


def test_own_words_are_read_for_their_tone_before_they_go_out(office: Office) -> None:
    tone = Tone.load(CONFIG / "tone")
    seed_case(office.archive, 1001)
    merchant = Merchant(office.app(tone=tone).test_client(), SHOP)
    given = {"to": "decline", "ground": "OTHER", "words": "Only an idiot asks this."}

    first = merchant.post("/cases/1001/override", **given)
    other = {**given, "words": "THIS IS YOUR FAULT!!!"}
    changed = merchant.post("/cases/1001/override", **other, hinted=given["words"])
    before = list(office.answered)
    again = merchant.post("/cases/1001/override", **given, hinted=given["words"])

    page = Reading(first)
    assert (first.status_code, changed.status_code) == (422, 422)
    assert "Nothing was sent yet. Read the hints beside your words" in page.text
    assert "Leave the insult out" in page.text
    assert page.hidden["hinted"] == given["words"]
    assert page.by_id["words"]["aria-describedby"] == "words-help words-hints"
    assert before == []
    assert (again.status_code, len(office.answered)) == (202, 1)


def test_calm_words_go_out_at_once(office: Office) -> None:
    tone = Tone.load(CONFIG / "tone")
    seed_case(office.archive, 1001)
    merchant = Merchant(office.app(tone=tone).test_client(), SHOP)
    words = "The cup was used before it was sent back, so we cannot sell it again."

    r = merchant.post("/cases/1001/override", to="decline", ground="OTHER", words=words)

    assert (r.status_code, len(office.answered)) == (202, 1)


def test_staff_approve_instead(office: Office, merchant: Merchant) -> None:
    seed_case(office.archive, 1001)
    before = Reading(merchant.open("/cases/1001"))
    r = merchant.post(
        "/cases/1001/override", to="approve", number=before.hidden["number"]
    )

    assert "Approve instead" in before.text
    assert (r.status_code, "Your answer is on its way" in r.text) == (202, True)
    after = Reading(r).text
    assert "Letter to the customer An approval is sent without a letter." in after
    assert (
        "SORRY-1001"
        not in after.partition("Letter to the customer")[2].partition("Terms")[0]
    )
    assert "Approve Being answered" in after
    approval = Answer(to=Outcome.APPROVE)
    assert office.answered == [(SHOP, RETURN, "staff:101", approval, 1)]


def test_a_case_that_a_person_decided_says_so_first(
    office: Office, shelf: SqlShelf, merchant: Merchant
) -> None:
    seed_case(office.archive, 1001)
    word = {"overridden_by": "staff:101", "now": Outcome.APPROVE, "ground": None}
    shelf.append(RETURN, Entry(key="override", kind="event", body=word))

    page = Reading(merchant.open("/cases/1001"))
    assert (
        "Why this was decided A person decided instead: approved, by staff member 101. "
        "What Evenhand had decided before is below." in page.text
    )
    assert "Decided to approve the request staff member 101, " in page.text


def test_staff_refuse_in_their_own_words(office: Office, merchant: Merchant) -> None:
    seed_case(office.archive, 1001)
    given = {"to": "decline", "ground": "OTHER", "words": "It came back broken."}
    r = merchant.post("/cases/1001/override", **given)

    asked = Answer(
        to=Outcome.DECLINE, ground=Ground.OTHER, words="It came back broken."
    )
    assert r.status_code == 202
    assert "It is being written with your reason" in Reading(r).text
    assert "Refuse Being answered" in Reading(r).text
    assert office.answered == [(SHOP, RETURN, "staff:101", asked, None)]


def test_it_says_why_an_answer_cannot_be_given(
    office: Office, merchant: Merchant
) -> None:
    seed_case(office.archive, 1001)
    office.trouble = NotAllowed("law_entitles", "the law is <clear>")
    given = {"to": "decline", "ground": "OTHER", "words": "Mine <b>own</b>"}
    r = merchant.post("/cases/1001/override", **given)

    page = Reading(r)
    assert r.status_code == 422
    assert "Nothing was sent: the law is <clear>." in page.text
    assert 'data-code="law_entitles"' in r.text
    assert "Mine <b>own</b>" in page.text


@pytest.mark.parametrize("verb", ["override", "confirm"])
def test_whoever_answers_second_sees_the_answer_on_its_way_and_no_button(
    office: Office, merchant: Merchant, verb: str
) -> None:
    seed_case(office.archive, 1001)
    before = merchant.open("/cases/1001").text
    office.trouble = overtaken()
    r = merchant.post(f"/cases/1001/{verb}", to="approve")

    main = r.text.partition("<main")[2]
    assert (r.status_code, office.answered, office.confirmed) == (409, [], [])
    assert ("<form" in before.partition("<main")[2], "<form" in main) == (True, False)
    assert 'data-code="answered_before"' in r.text
    assert TAKEN in Reading(r).text
    assert "Not decided Being answered" in Reading(r).text
    assert "reload the page to see it" in Reading(r).text


def test_an_answer_that_was_carried_out_meanwhile_is_not_said_to_be_on_its_way(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)

    def override(*_: object) -> None:
        case = office.case(return_id).moved(Status.ANSWERED)
        done = replace(case, outcome=Outcome.APPROVE, letter=None)
        office.archive.of(SHOP).keep(done, was=Status.PROPOSED)
        raise overtaken()

    late = Merchant(office.app(override=override).test_client(), SHOP)
    text = Reading(late.post("/cases/1001/override", to="approve")).text

    assert TAKEN in text
    assert "Letter to the customer No letter was written." in text
    assert "is being carried out" not in text


def test_whoever_answers_what_moved_on_meanwhile_sees_how_it_stands(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)

    def override(*_: object) -> None:
        shelf = office.archive.of(SHOP)
        shelf.keep(office.case(return_id).moved(Status.WITHDRAWN), was=Status.PROPOSED)
        raise moved_on()

    late = Merchant(office.app(override=override).test_client(), SHOP)
    r = late.post("/cases/1001/override", to="approve")

    assert (r.status_code, 'data-code="not_open"' in r.text) == (409, True)
    assert STALE in Reading(r).text
    assert "Withdrawn by the customer" in Reading(r).text
    assert "Decide it yourself" not in r.text


@pytest.mark.parametrize(
    "given", [{}, {"to": "burn"}, {"to": "decline", "ground": "X"}]
)
def test_it_refuses_an_answer_of_no_form_of_ours(
    office: Office, merchant: Merchant, given: dict[str, str]
) -> None:
    seed_case(office.archive, 1001)
    r = merchant.post("/cases/1001/override", **given)

    assert (r.status_code, 'data-code="bad_answer"' in r.text) == (422, True)
    assert office.answered == []


def test_an_answered_case_offers_no_answer(office: Office, merchant: Merchant) -> None:
    seed_case(office.archive, 1002, make_line(delivered_on=date(2026, 11, 20)))
    page = merchant.open("/cases/1002")

    assert "Decide it yourself" not in page.text


def test_no_other_shop_answers(office: Office, stranger: Merchant) -> None:
    seed_case(office.archive, 1001)
    r = stranger.post("/cases/1001/override", to="approve")

    assert (r.status_code, office.answered) == (404, [])


def test_the_merchant_sets_when_refusals_wait(
    office: Office, merchant: Merchant
) -> None:
    page = Reading(merchant.open("/settings"))
    values = {
        name: page.by_id[name]["value"]
        for name in ("overturned_percent", "overturned_of", "declined_percent")
    }
    given = {"overturned_percent": 10, "declined_percent": 40, "declined_of": 30}
    r = merchant.put_json("/api/settings", given)

    assert values == {
        "overturned_percent": "5",
        "overturned_of": "20",
        "declined_percent": "",
    }
    assert r.status_code == 200
    assert office.shop().preferences.caution == Caution(**given)


@pytest.mark.parametrize(
    ("name", "value"), [("overturned_percent", "101"), ("declined_of", "4")]
)
def test_it_refuses_limits_that_make_no_sense(
    office: Office, merchant: Merchant, name: str, value: str
) -> None:
    r = merchant.put_json("/api/settings", {name: value})

    assert (r.status_code, list(answer(r)["errors"])) == (422, [name])
    assert office.shop(OTHER_SHOP).preferences == Preferences(mode=Mode.ASSIST)
    assert office.shop().preferences.caution == Caution()
