from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from plugin import casework
from plugin.case import Status
from plugin.policy.decision import Ground, Outcome
from plugin.ports import NoAccess, NotThere, Refused, Services, Unreachable
from plugin.shop import Mode
from tests.casework.scene import SHOP, Scene

DECLINED = [
    "request",
    "facts",
    "terms",
    "decision",
    "trace",
    "offers",
    "letter",
    "begun",
    "call:create-code",
    "call:decline",
    "outcome:answered",
    "call:mark:answered",
]


def decide(scene: Scene, return_id: str) -> Any:
    return casework.decide_case(scene.services, shop=SHOP, return_id=return_id)


def test_it_writes_the_decision_down_before_anything_moves(scene: Scene) -> None:
    return_id = scene.asked(days=45)

    case = decide(scene, return_id)

    assert case.status is Status.DECIDED
    assert case.outcome is Outcome.DECLINE
    assert scene.keys(return_id) == DECLINED[:7]
    assert scene.found(return_id)["status"] == "REQUESTED"
    assert set(scene.effects().values()) == {0}


def test_it_declines_with_a_live_code_and_a_letter_that_names_it(scene: Scene) -> None:
    return_id = scene.asked(days=45)

    case = scene.run(return_id)

    assert case is not None
    assert case.letter is not None
    assert case.code is not None
    assert case.ground is Ground.RETURN_PERIOD_ENDED
    assert case.code in case.letter.text
    assert scene.keys(return_id) == DECLINED
    assert scene.alive_codes() == [case.code]
    assert scene.found(return_id)["decline"] == {
        "reason": "RETURN_PERIOD_ENDED",
        "note": case.letter.text,
    }


def test_it_binds_the_code_to_one_customer_and_one_use(scene: Scene) -> None:
    case = scene.run(scene.asked(days=45))

    [code] = scene.world.truth(SHOP)["codes"]

    assert case is not None
    assert code["customer_id"] == case.customer_id
    assert (code["usage_limit"], code["applies_once_per_customer"]) == (1, True)
    assert code["percentage"] == 0.1
    assert case.offer is not None
    # The end of that day where it ends last.
    assert code["ends_at"] == f"{case.offer.ends_on + timedelta(1)}T11:59:59.000Z"


def test_it_gives_a_guest_no_code(scene: Scene) -> None:
    case = scene.run(scene.asked(days=45, customer=False))

    assert case is not None
    assert case.outcome is Outcome.DECLINE
    assert case.code is None
    assert scene.alive_codes() == []


def test_it_approves_inside_the_window(scene: Scene) -> None:
    return_id = scene.asked(days=5)

    case = scene.run(return_id)

    assert case is not None
    assert case.status is Status.ANSWERED
    assert scene.found(return_id)["status"] == "OPEN"
    assert scene.alive_codes() == []


@pytest.mark.parametrize("days", [5, 45])
def test_it_touches_nothing_when_it_only_observes(scene: Scene, days: int) -> None:
    scene.prefer(Mode.OBSERVE)
    return_id = scene.asked(days=days)

    case = scene.run(return_id)

    assert case is not None
    assert case.status is Status.OBSERVED
    assert scene.found(return_id)["status"] == "REQUESTED"
    assert scene.world.truth(SHOP)["calls"] == []


def test_it_proposes_a_refusal_and_sends_it_once_confirmed(scene: Scene) -> None:
    scene.prefer(Mode.ASSIST)
    return_id = scene.asked(days=45)
    proposed = scene.run(return_id)

    assert proposed is not None
    assert proposed.status is Status.PROPOSED
    assert scene.found(return_id)["status"] == "REQUESTED"

    casework.confirm_case(scene.services, shop=SHOP, return_id=return_id, by="staff:1")
    sent = casework.answer_case(scene.services, shop=SHOP, return_id=return_id)

    assert sent is not None
    assert sent.status is Status.ANSWERED
    assert scene.found(return_id)["status"] == "DECLINED"
    confirmed = next(e for e in scene.shelf.entries(return_id) if e.key == "confirmed")
    assert json.loads(confirmed.body) == {"confirmed_by": "staff:1"}


def test_it_approves_by_itself_when_it_assists(scene: Scene) -> None:
    scene.prefer(Mode.ASSIST)

    case = scene.run(scene.asked(days=5))

    assert case is not None
    assert case.status is Status.ANSWERED


def test_it_asks_a_person_without_a_word_to_the_customer(scene: Scene) -> None:
    return_id = scene.asked(days=45, country="PE", province=None)

    case = scene.run(return_id)

    assert case is not None
    assert case.status is Status.IN_REVIEW
    assert case.decided_by == ("PE:none",)
    assert scene.found(return_id)["status"] == "REQUESTED"
    order = next(
        o for o in scene.world.truth(SHOP)["orders"] if o["id"] == case.order_id
    )
    assert order["tags"] == ["evenhand-review"]
    assert order["mails"] == []


@pytest.mark.parametrize(
    ("act", "status"),
    [("approve", Status.SUPERSEDED), ("decline", Status.SUPERSEDED)],
)
def test_it_gives_way_to_staff_who_decided_first(
    scene: Scene, act: str, status: Status
) -> None:
    return_id = scene.asked(days=45)
    decide(scene, return_id)
    number = return_id.rpartition("/")[2]
    scene.world.post(f"/{SHOP}/admin/returns/{number}/{act}")

    case = casework.answer_case(scene.services, shop=SHOP, return_id=return_id)

    assert case is not None
    assert case.status is status
    assert scene.alive_codes() == []
    assert scene.found(return_id)["decided_by"] == "staff"


def test_it_gives_way_to_a_customer_who_withdrew(scene: Scene) -> None:
    return_id = scene.asked(days=45)
    decide(scene, return_id)
    number = return_id.rpartition("/")[2]
    scene.world.post(f"/{SHOP}/account/returns/{number}/cancel")

    case = casework.answer_case(scene.services, shop=SHOP, return_id=return_id)

    assert case is not None
    assert case.status is Status.WITHDRAWN
    assert scene.alive_codes() == []


def test_it_remembers_a_return_that_was_settled_before_it_looked(scene: Scene) -> None:
    return_id = scene.asked(days=45)
    number = return_id.rpartition("/")[2]
    scene.world.post(f"/{SHOP}/account/returns/{number}/cancel")

    case = scene.run(return_id)

    assert case is not None
    assert case.status is Status.WITHDRAWN
    assert scene.keys(return_id) == ["request", "outcome"]
    assert set(scene.effects().values()) == {0}


def test_it_knows_no_case_for_a_foreign_return(scene: Scene) -> None:
    with pytest.raises(NotThere):
        scene.run("gid://shopify/Return/999")

    assert scene.world.truth(SHOP)["calls"] == []


def test_it_decides_nothing_for_a_shop_that_left(scene: Scene) -> None:
    return_id = scene.asked(days=45)
    scene.leave()

    assert scene.run(return_id) is None
    assert scene.found(return_id)["status"] == "REQUESTED"


def test_it_asks_a_person_when_the_same_item_is_asked_for_again(scene: Scene) -> None:
    made = scene.world.control(
        "orders", shop=SHOP, delivered_days_ago=45, country="US", province="CO"
    )
    number, line = made[0]["order_number"], made[0]["line_item_ids"][0]
    first = scene.run(scene.ask_again(number, line))

    second = scene.run(scene.ask_again(number, line))

    assert first is not None
    assert second is not None
    assert first.outcome is Outcome.DECLINE
    assert second.status is Status.IN_REVIEW
    assert second.decided_by == ("asked-before",)
    assert scene.alive_codes() == [first.code]


@pytest.mark.parametrize("fact", ["customer_returns", "customer_return_percent"])
def test_it_reads_the_history_only_when_a_clause_asks(scene: Scene, fact: str) -> None:
    document = scene.packs.preset("standard-30-days")
    document["clauses"].insert(
        0,
        {
            "id": "many-returns",
            "when": {"fact": fact, "at_least": 1},
            "then": "review",
        },
    )
    scene.shelf.save_policy(json.dumps(document), by="staff:1")

    case = scene.run(scene.asked(days=5))

    assert case is not None
    facts = next(e for e in scene.shelf.entries(case.return_id) if e.key == "facts")
    assert json.loads(facts.body)["customer_returns"] == 0
    assert case.outcome is Outcome.APPROVE


def test_the_policy_of_the_orders_day_decides_whatever_was_saved_since(
    scene: Scene,
) -> None:
    # What a merchant saves first is what held before; what follows is for new orders.
    scene.change_policy()
    scene.change_policy(window={"days": 90, "starts": "delivered"})

    case = scene.run(scene.asked(days=45))

    assert case is not None
    assert case.outcome is Outcome.DECLINE
    assert case.decided_by == ("window-over",)


def test_it_counts_what_a_customer_sent_back_lately(scene: Scene) -> None:
    asks = {"fact": "customer_items_in_30_days", "at_least": 1}
    clause = {"id": "many-items", "when": asks, "then": "review"}
    clauses = scene.packs.preset("standard-30-days")["clauses"]
    scene.change_policy(clauses=[clause, *clauses])
    [made] = scene.world.control("orders", shop=SHOP, delivered_days_ago=5, lines=2)

    first, second = (
        scene.run(scene.ask_again(made["order_number"], line))
        for line in made["line_item_ids"]
    )

    assert first is not None
    assert second is not None
    assert first.outcome is Outcome.APPROVE
    assert second.decided_by == ("many-items",)


def test_it_knows_no_history_of_a_guest(scene: Scene) -> None:
    asks = {"fact": "customer_returns", "at_least": 1}
    clause = {"id": "many-returns", "when": asks, "then": "review"}
    clauses = scene.packs.preset("standard-30-days")["clauses"]
    scene.change_policy(clauses=[clause, *clauses])

    case = scene.run(scene.asked(days=5, customer=False))

    assert case is not None
    assert case.decided_by == ("many-returns",)


def test_it_decides_by_the_days_off_of_the_place(scene: Scene) -> None:
    case = scene.run(scene.asked(days=5, country="DE", province=None))

    assert case is not None
    [terms] = [e for e in scene.shelf.entries(case.return_id) if e.key == "terms"]
    assert json.loads(terms.body)["calendars"] == [True]


def test_it_notes_what_staff_did_to_a_case_in_review(scene: Scene) -> None:
    return_id = scene.asked(days=45, country="PE", province=None)
    scene.run(return_id)
    number = return_id.rpartition("/")[2]
    scene.world.post(f"/{SHOP}/admin/returns/{number}/approve")

    for _ in range(2):
        case = casework.record_change(
            scene.services, shop=SHOP, return_id=return_id, topic="returns/approve"
        )

    assert case is not None
    assert case.status is Status.SUPERSEDED
    assert scene.keys(return_id)[-2:] == [
        "saw:returns/approve:OPEN",
        "outcome:superseded",
    ]


def test_it_leaves_an_answered_case_answered(scene: Scene) -> None:
    return_id = scene.asked(days=45)
    scene.run(return_id)

    case = casework.record_change(
        scene.services, shop=SHOP, return_id=return_id, topic="returns/decline"
    )

    assert case is not None
    assert case.status is Status.ANSWERED
    assert scene.keys(return_id)[-1] == "saw:returns/decline:DECLINED"


def test_it_waits_for_the_request_when_an_event_comes_first(scene: Scene) -> None:
    return_id = scene.asked(days=45)

    case = casework.record_change(
        scene.services, shop=SHOP, return_id=return_id, topic="returns/cancel"
    )

    assert case is None
    assert scene.shelf.find(return_id) is None


def test_it_gives_what_it_cannot_read_to_a_person(scene: Scene) -> None:
    return_id = "gid://shopify/Return/77"

    for _ in range(2):
        casework.give_up(
            scene.services, shop=SHOP, return_id=return_id, why="failed:no_access"
        )

    case = scene.shelf.find(return_id)
    assert case is not None
    assert case.status is Status.FAILED
    assert scene.keys(return_id) == ["outcome:failed"]


def test_it_forgets_the_token_only_when_it_is_dead(scene: Scene) -> None:
    still = casework.say_goodbye(scene.services, shop=SHOP)
    shop = scene.shelf.shop()

    assert still == "still_installed"
    assert shop is not None
    assert shop.installed

    scene.world.control("install", shop=SHOP, installed=False)
    gone = casework.say_goodbye(scene.services, shop=SHOP)
    shop = scene.shelf.shop()

    assert gone == "uninstalled"
    assert shop is not None
    assert not shop.installed


def test_it_counts_a_new_install_as_a_new_generation(scene: Scene) -> None:
    scene.leave()

    scene.install()

    shop = scene.shelf.shop()
    assert shop is not None
    assert (shop.generation, shop.installed) == (2, True)
    assert [version.version for version in scene.shelf.policies()] == [1]


EVENT = {"topic": "returns/request", "webhook_id": "w-1", "body_sha256": "00"}


def test_it_writes_down_which_event_told_it(scene: Scene) -> None:
    return_id = scene.asked(days=45)

    casework.decide_case(scene.services, shop=SHOP, return_id=return_id, event=EVENT)

    first = scene.shelf.entries(return_id)[0]
    assert (first.key, json.loads(first.body)) == ("event:w-1", EVENT)


def refunded(scene: Scene, return_id: str) -> str:
    """Let staff refund the order of a return; gives the refund's gid."""
    number = scene.found(return_id)["order_name"].lstrip("#")
    answer = scene.world.post(
        f"/{SHOP}/admin/orders/{number}/refund",
        json={},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code < 400, answer.text
    return str(scene.world.truth(SHOP)["refunds"][-1]["id"])


def test_it_notes_a_refund_on_the_case_once(scene: Scene) -> None:
    return_id = scene.asked(days=5)
    scene.run(return_id)
    refund_id = refunded(scene, return_id)

    for _ in range(2):
        casework.record_refund(
            scene.services, shop=SHOP, refund_id=refund_id, event=EVENT
        )

    noting = [f"refund:{refund_id}", f"audit:{refund_id}"]
    assert scene.keys(return_id)[-3:] == ["event:w-1", *noting]
    noted = json.loads(scene.shelf.entries(return_id)[-2].body)
    assert noted["return_id"] == return_id
    assert noted["currency"] == "USD"


def test_it_opens_a_case_for_a_refund_of_a_return_it_never_heard_of(
    scene: Scene,
) -> None:
    return_id = scene.asked(days=5)
    number = return_id.rpartition("/")[2]
    scene.world.post(f"/{SHOP}/admin/returns/{number}/approve")
    refund_id = refunded(scene, return_id)

    case = casework.record_refund(scene.services, shop=SHOP, refund_id=refund_id)

    assert case is not None
    assert case.status is Status.SUPERSEDED
    assert scene.keys(return_id)[-2] == f"refund:{refund_id}"


class Grumpy:
    """A platform that works but for the calls it was told to refuse."""

    def __init__(self, platform: Any, **errors: Exception) -> None:
        self._platform = platform
        self._errors = errors

    def __getattr__(self, name: str) -> Any:
        if name not in self._errors:
            return getattr(self._platform, name)

        def refuse(*_: Any) -> None:
            raise self._errors[name]

        return refuse


def grumpy(scene: Scene, **errors: Exception) -> Services:
    return replace(scene.services, platform=Grumpy(scene.services.platform, **errors))


def test_a_tag_that_cannot_be_put_unsays_no_answer(scene: Scene) -> None:
    return_id = scene.asked(days=45)
    services = grumpy(scene, mark=Refused("too many tags"))

    case = scene.run(return_id, services)
    casework.give_up(services, shop=SHOP, return_id=return_id, why="failed:refused")

    assert case is not None
    found = scene.shelf.find(return_id)
    assert found is not None
    assert found.status is Status.ANSWERED
    assert scene.found(return_id)["status"] == "DECLINED"
    assert scene.keys(return_id)[-1] == "call:mark:answered"


def test_it_takes_the_code_back_however_late_the_platform_returns(scene: Scene) -> None:
    return_id = scene.asked(days=45)
    down = grumpy(scene, decline=Unreachable("down"))
    with pytest.raises(Unreachable):
        scene.run(return_id, down)
    gone = grumpy(scene, state=Unreachable("down"))
    with pytest.raises(Unreachable):
        casework.give_up(gone, shop=SHOP, return_id=return_id, why="retry:down")

    assert len(scene.alive_codes()) == 1

    casework.give_up(scene.services, shop=SHOP, return_id=return_id, why="retry:down")

    case = scene.shelf.find(return_id)
    assert case is not None
    assert case.status is Status.FAILED
    assert scene.alive_codes() == []


def test_it_keeps_the_code_of_a_refusal_that_went_out_unnoticed(scene: Scene) -> None:
    return_id = scene.asked(days=45)
    scene.world.control("fail", operation="DeclineReturn", kind="drop_after_effect")
    with pytest.raises(Unreachable):
        scene.run(return_id)

    casework.give_up(scene.services, shop=SHOP, return_id=return_id, why="retry:down")

    case = scene.shelf.find(return_id)
    assert case is not None
    assert case.status is Status.ANSWERED
    assert scene.alive_codes() == [case.code]


@pytest.mark.parametrize(
    ("now", "status"),
    [(Mode.OBSERVE, Status.OBSERVED), (Mode.ASSIST, Status.PROPOSED)],
)
def test_it_goes_no_further_than_the_shop_lets_it_now(
    scene: Scene, now: Mode, status: Status
) -> None:
    return_id = scene.asked(days=45)
    decide(scene, return_id)
    scene.prefer(now)

    case = casework.answer_case(scene.services, shop=SHOP, return_id=return_id)

    assert case is not None
    assert case.status is status
    assert scene.found(return_id)["status"] == "REQUESTED"
    assert scene.alive_codes() == []


def test_it_finishes_an_answer_that_was_begun(scene: Scene) -> None:
    return_id = scene.asked(days=45)
    with pytest.raises(Unreachable):
        scene.run(return_id, grumpy(scene, decline=Unreachable("down")))
    scene.prefer(Mode.OBSERVE)

    case = casework.answer_case(scene.services, shop=SHOP, return_id=return_id)

    assert case is not None
    assert case.status is Status.ANSWERED
    assert scene.alive_codes() == [case.code]


def test_it_sends_what_staff_confirmed_in_any_mode(scene: Scene) -> None:
    scene.prefer(Mode.ASSIST)
    return_id = scene.asked(days=45)
    scene.run(return_id)
    casework.confirm_case(scene.services, shop=SHOP, return_id=return_id, by="staff:1")
    scene.prefer(Mode.OBSERVE)

    case = casework.answer_case(scene.services, shop=SHOP, return_id=return_id)

    assert case is not None
    assert case.status is Status.ANSWERED


def test_it_sends_no_letter_whose_offer_has_ended(scene: Scene) -> None:
    scene.prefer(Mode.ASSIST)
    return_id = scene.asked(days=45)
    scene.run(return_id)

    case = casework.confirm_case(
        scene.later(days=183), shop=SHOP, return_id=return_id, by="staff:1"
    )

    assert case is not None
    assert case.status is Status.PROPOSED
    assert "confirmed" not in scene.keys(return_id)


def test_it_opens_no_case_for_a_refund_while_the_request_waits(scene: Scene) -> None:
    return_id = scene.asked(days=5)

    case = casework.remember_case(scene.services, shop=SHOP, return_id=return_id)

    assert case is None
    assert scene.shelf.find(return_id) is None


def test_it_forgets_a_dead_token_so_that_opening_the_app_brings_a_new_one(
    scene: Scene,
) -> None:
    scene.world.control("install", shop=SHOP, installed=False)
    return_id = scene.asked(days=45)

    with pytest.raises(NoAccess):
        scene.run(return_id)

    assert not scene.tokens.vault.has(SHOP)
    shop = scene.shelf.shop()
    assert shop is not None
    assert shop.installed

    scene.install()
    case = scene.run(return_id)

    assert case is not None
    assert case.status is Status.ANSWERED
