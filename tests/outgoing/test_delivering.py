"""What is told arrives, signed, at least once and always under the same id."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import InvalidToken

from plugin.archive.endpoints import MOST, ToldAlready, TooMany
from plugin.archive.tables import announcements, endpoints
from plugin.case import Case, Status
from plugin.casework.auditing import record_refund
from plugin.keys import token_keys
from plugin.outgoing import delivering, queue
from plugin.outgoing.reaching import Unreachable
from plugin.ports import StaleCase
from plugin.shop import Mode
from tests.archive.shelves import make_entry
from tests.casework.paying import approved, lets_pay
from tests.casework.scene import OWN_SECRET, SHOP, Bomb, Crash
from tests.devstore.world import wait_until
from tests.outgoing.town import Town


def test_it_tells_of_a_decision_and_of_its_answer(any_town: Town) -> None:
    town = any_town
    receiver, endpoint, secret = town.listen()
    town.work()

    case = town.decided()
    town.quiet()

    heard = {post.kind: post for post in receiver.heard}
    assert sorted(receiver.kinds()) == ["case.answered", "decision.made"]
    assert all(post.is_signed_with(secret) for post in receiver.heard)
    assert heard["decision.made"].told["data"]["outcome"] == "decline"
    assert heard["case.answered"].told["data"]["return_id"] == case.return_id
    assert heard["case.answered"].told["data"]["status"] == "answered"
    assert [(d.state, d.tries, d.result) for d in town.log()] == [("done", 1, "ok")] * 2
    assert town.endpoint(endpoint.id).failing_since is None


def test_everybody_who_listens_is_told_the_same_under_the_same_id(town: Town) -> None:
    one, _, first = town.listen()
    two, _, second = town.listen()
    town.work()

    town.decided()
    town.quiet()

    assert {p.id: p.body for p in one.heard} == {p.id: p.body for p in two.heard}
    assert len(one.heard) == len(two.heard) == 2
    assert all(p.is_signed_with(first) for p in one.heard)
    assert not any(p.is_signed_with(second) for p in one.heard)


def test_it_tells_what_waits_for_a_person(town: Town) -> None:
    receiver, _, _ = town.listen()
    town.work()
    town.scene.prefer(Mode.ASSIST)

    case = town.decided()
    town.quiet()

    assert case.status is Status.PROPOSED
    assert sorted(receiver.kinds()) == ["decision.made", "review.needed"]


def test_watching_tells_what_was_decided_only(town: Town) -> None:
    receiver, _, _ = town.listen()
    town.work()
    town.scene.prefer(Mode.OBSERVE)

    town.decided()
    town.quiet()

    assert receiver.kinds() == ["decision.made"]


def test_it_writes_nothing_for_a_shop_where_nobody_listens(town: Town) -> None:
    _, endpoint, _ = town.listen()
    town.endpoints.disable(endpoint.id)

    town.decided()

    with town.engine.connect() as db:
        assert db.execute(sa.select(announcements)).all() == []
    assert town.client.list_workflows() == []


# -- the outbox ------------------------------------------------------------------------


def test_what_was_written_before_the_end_is_told_by_the_next_start(
    any_town: Town,
) -> None:
    town = any_town
    receiver, _, secret = town.listen()
    case = town.decided()
    written = {delivery.announcement_id for delivery in town.log()}

    assert receiver.heard == []
    town.work()
    town.quiet()

    assert case.status is Status.ANSWERED
    assert {post.id for post in receiver.heard} == written
    assert all(post.is_signed_with(secret) for post in receiver.heard)


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_call_tells_everything_and_nothing_under_two_ids(
    town: Town, after: bool
) -> None:
    receiver, _, _ = town.listen()
    town.work()
    calls = _calls(town)
    told = len(receiver.hear(2))

    for at in range(1, calls + 1):
        return_id = town.scene.asked()
        bomb = Bomb(at=at, after=after)
        with pytest.raises(Crash):
            town.scene.run(return_id, town.scene.mined(bomb))
        town.scene.run(return_id)
        told += 2
    town.quiet()

    subjects = [(p.kind, p.told["data"]["return_id"]) for p in receiver.heard]
    assert len(receiver.heard) == told
    assert len(set(subjects)) == told
    assert len({post.id for post in receiver.heard}) == told


def test_what_could_not_be_written_is_not_told(any_town: Town) -> None:
    town = any_town
    town.listen()
    case = town.decided()
    before = town.log()

    with pytest.raises(StaleCase):
        _keep(town, case, was=Status.PROPOSED)
    opened = town.scene.shelf.open(case, make_entry("decision", kind="decision"))

    assert opened is False
    assert town.log() == before


def test_the_same_entry_is_told_once(town: Town) -> None:
    town.listen()
    case = town.decided()
    before = town.log()

    _keep(town, case, was=Status.ANSWERED)

    assert town.log() == before


# -- trouble ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [300, 302, 400, 404, 429, 500, 503])
def test_it_tries_again_under_the_same_id_until_it_is_taken(
    town: Town, status: int
) -> None:
    receiver, endpoint, secret = town.listen()
    receiver.answers = [status, status]
    town.work()

    town.board.test(SHOP, endpoint.id)
    town.quiet()

    (delivery,) = town.log()
    assert len(receiver.heard) == 3
    assert len({post.id for post in receiver.heard}) == 1
    assert len({post.body for post in receiver.heard}) == 1
    assert all(post.is_signed_with(secret) for post in receiver.heard)
    assert (delivery.state, delivery.tries, delivery.result) == ("done", 3, "ok")
    assert town.endpoint(endpoint.id).failing_since is None


def test_it_gives_up_after_the_last_pause_and_shows_the_last_answer(
    town: Town,
) -> None:
    receiver, endpoint, _ = town.listen()
    receiver.answers, receiver.text = [500] * 9, b"the database is away"
    town.work()

    town.board.test(SHOP, endpoint.id)
    town.quiet()

    (delivery,) = town.log()
    assert len(receiver.heard) == 3
    assert (delivery.state, delivery.result) == ("failed", "http_500")
    assert delivery.answer == "the database is away"
    assert town.endpoint(endpoint.id).enabled
    assert town.endpoint(endpoint.id).failing_since is not None


def test_what_failed_is_sent_again_on_demand_and_once_per_demand(
    any_town: Town,
) -> None:
    town = any_town
    receiver, endpoint, _ = town.listen()
    receiver.answers = [500] * 3
    town.work()
    town.board.test(SHOP, endpoint.id)
    town.quiet()
    (failed,) = town.log()

    asked = [
        town.board.redeliver(SHOP, endpoint.id, failed.announcement_id)
        for _ in range(2)
    ]
    town.quiet()

    (delivery,) = town.log()
    assert asked == [True, False]
    assert len(receiver.heard) == 4
    assert {post.id for post in receiver.heard} == {failed.announcement_id}
    assert (delivery.state, delivery.tries) == ("done", 4)
    assert not town.board.redeliver(SHOP, endpoint.id, failed.announcement_id)


def test_410_switches_an_endpoint_off_at_once(town: Town) -> None:
    receiver, endpoint, _ = town.listen()
    other, _, _ = town.listen()
    receiver.answers = [410]
    town.work()

    town.board.test(SHOP, endpoint.id)
    town.quiet()
    town.decided()
    town.quiet()

    off = town.endpoint(endpoint.id)
    assert (off.enabled, off.disabled_why) == (False, "gone")
    assert len(receiver.heard) == 1
    assert len(other.heard) == 2


def test_an_endpoint_that_failed_for_five_days_is_switched_off(town: Town) -> None:
    receiver, endpoint, _ = town.listen()
    receiver.answers = [500] * 99
    town.work()
    _fail(town, endpoint.id)

    town.clock.ahead = timedelta(days=4, hours=23)
    _fail(town, endpoint.id)
    before = town.endpoint(endpoint.id)
    town.clock.ahead = timedelta(days=5, minutes=1)
    _fail(town, endpoint.id)
    after = town.endpoint(endpoint.id)

    assert (before.enabled, before.disabled_why) == (True, None)
    assert (after.enabled, after.disabled_why) == (False, "failing")


def test_one_success_begins_the_five_days_anew(town: Town) -> None:
    receiver, endpoint, _ = town.listen()
    receiver.answers = [500] * 3 + [204] + [500] * 3
    town.work()
    _fail(town, endpoint.id)
    town.clock.ahead = timedelta(days=4)
    _fail(town, endpoint.id)

    town.clock.ahead = timedelta(days=6)
    _fail(town, endpoint.id)

    assert town.endpoint(endpoint.id).enabled


def test_what_waits_for_an_endpoint_that_is_switched_off_stops(town: Town) -> None:
    receiver, endpoint, _ = town.listen()
    town.board.test(SHOP, endpoint.id)
    town.endpoints.disable(endpoint.id)
    town.work()
    town.quiet()

    (delivery,) = town.log()
    assert receiver.heard == []
    assert (delivery.state, delivery.result) == ("stopped", "endpoint_off")

    town.endpoints.enable(endpoint.id)
    assert town.board.redeliver(SHOP, endpoint.id, delivery.announcement_id)
    assert len(receiver.hear(1)) == 1


def test_a_shop_that_left_is_told_nothing_more(town: Town) -> None:
    receiver, endpoint, _ = town.listen()
    town.board.test(SHOP, endpoint.id)
    town.scene.leave()

    town.work()
    town.quiet()

    assert receiver.heard == []
    assert [d.result for d in town.log()] == ["not_installed"]


def test_a_removed_endpoint_is_told_nothing_and_forgotten(town: Town) -> None:
    receiver, endpoint, _ = town.listen()
    town.board.test(SHOP, endpoint.id)
    town.endpoints.remove(endpoint.id)

    town.work()
    town.quiet()

    assert receiver.heard == []
    assert (town.log(), town.endpoints.all()) == ([], [])


def test_a_slow_endpoint_holds_nobody_else_up(town: Town) -> None:
    slow, slow_endpoint, _ = town.listen()
    quick, quick_endpoint, _ = town.listen()
    slow.held.clear()
    town.work()
    for _ in range(queue.PER_PROCESS + 4):
        town.board.test(SHOP, slow_endpoint.id)
    wait_until(lambda: len(_pending(town)) == queue.PER_ENDPOINT, seconds=60)

    town.board.test(SHOP, quick_endpoint.id)

    # The slow one answers only when it is let go, after this.
    assert len(quick.hear(1)) == 1
    assert slow.heard == []
    slow.held.set()


def test_it_never_sends_where_it_may_not(town: Town) -> None:
    receiver, endpoint, _ = town.listen()
    with town.engine.begin() as db:
        inner = f"https://127.0.0.1:{receiver.port}/"
        sealed = town.courier.keys.encrypt(inner.encode())
        db.execute(sa.update(endpoints).values(url=sealed))
    strict = town.courier.reach.__class__(resolve=lambda _h, _p: ["127.0.0.1"])
    object.__setattr__(town.courier, "reach", strict)
    town.work()

    town.board.test(SHOP, endpoint.id)
    town.quiet()

    assert receiver.heard == []
    assert [d.state for d in town.log()] == ["failed"]
    with pytest.raises(Unreachable):
        town.board.add(SHOP, "https://169.254.169.254/latest/meta-data")


# -- secrets ---------------------------------------------------------------------------


def test_both_secrets_sign_for_a_day_after_a_rotation(any_town: Town) -> None:
    town = any_town
    receiver, endpoint, old = town.listen()
    new = town.board.rotate(SHOP, endpoint.id)
    town.work()

    town.board.test(SHOP, endpoint.id)
    town.quiet()
    signers = town.endpoints.signers(endpoint.id)
    rotating = town.endpoint(endpoint.id).rotating
    town.clock.ahead = timedelta(hours=24, seconds=1)

    (post,) = receiver.heard
    assert post.is_signed_with(old)
    assert post.is_signed_with(new)
    assert (signers, rotating) == ([new, old], True)
    assert town.endpoints.signers(endpoint.id) == [new]
    assert town.endpoint(endpoint.id).rotating is False


def test_secrets_lie_sealed_under_a_key_of_their_own(town: Town) -> None:
    _, endpoint, secret = town.listen()
    town.board.rotate(SHOP, endpoint.id)

    with town.engine.connect() as db:
        row = db.execute(sa.select(endpoints)).mappings().one()

    assert secret.encode() not in row["secret"] + row["old_secret"]
    assert town.courier.keys.decrypt(row["old_secret"]).decode() == secret
    with pytest.raises(InvalidToken):
        token_keys([OWN_SECRET]).decrypt(row["secret"])


def test_addresses_lie_sealed_too(town: Town) -> None:
    _, endpoint, _ = town.listen()

    with town.engine.connect() as db:
        row = db.execute(sa.select(endpoints)).mappings().one()

    assert endpoint.url is not None
    assert endpoint.url.encode() not in b"".join(
        value for value in row.values() if isinstance(value, bytes)
    )
    assert endpoint.url not in repr(row)
    assert town.courier.keys.decrypt(row["url"]).decode() == endpoint.url
    assert endpoint.shown == endpoint.url


def test_an_address_that_no_key_opens_is_told_nothing_and_can_be_removed(
    town: Town,
) -> None:
    receiver, endpoint, _ = town.listen()
    with town.engine.begin() as db:
        db.execute(sa.update(endpoints).values(url=b"sealed with another key"))
    town.work()

    town.board.test(SHOP, endpoint.id)
    town.quiet()
    [found] = town.endpoints.all()
    town.endpoints.remove(endpoint.id)

    assert receiver.heard == []
    assert (found.url, found.shown) == (None, "sealed; its key is missing")
    assert town.endpoints.all() == []


def test_a_secret_that_no_key_opens_fails_at_once_and_signs_nothing(
    town: Town,
) -> None:
    receiver, endpoint, _ = town.listen()
    with town.engine.begin() as db:
        db.execute(sa.update(endpoints).values(secret=b"sealed with another key"))
    town.work()

    town.board.test(SHOP, endpoint.id)
    town.quiet()

    assert receiver.heard == []
    assert [(d.state, d.result) for d in town.log()] == [("failed", "no_secret")]


def test_a_shop_has_a_few_addresses_of_its_own(any_town: Town) -> None:
    town = any_town
    for _ in range(MOST):
        town.listen()

    with pytest.raises(TooMany):
        town.listen()

    assert len(town.endpoints.all()) == MOST
    assert town.board.endpoints("north.myshopify.com").all() == []


@pytest.mark.parametrize(
    "again",
    ["https://hooks.shop.example", "https://HOOKS.shop.example/"],
)
def test_one_address_is_added_once(any_town: Town, again: str) -> None:
    board = any_town.board
    board.add(SHOP, "https://hooks.shop.example/")

    with pytest.raises(ToldAlready):
        board.add(SHOP, again)
    board.add(SHOP, "https://hooks.shop.example/?other")

    urls = [each.url for each in any_town.endpoints.all()]
    assert urls == ["https://hooks.shop.example/", "https://hooks.shop.example/?other"]


def test_a_pause_is_stretched_by_at_most_a_fifth_and_always_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    stretched = [queue._pause(f"deliver:{n}", 0) for n in range(200)]

    assert delivering.PAUSES == (5, 300, 1800, 7200, 18000, 36000, 36000)
    assert all(5 <= each <= 6 for each in stretched)
    assert len(set(stretched)) > 50
    assert stretched == [queue._pause(f"deliver:{n}", 0) for n in range(200)]


def _calls(town: Town) -> int:
    bomb = Bomb()
    town.scene.run(town.scene.asked(), town.scene.mined(bomb))
    return len(bomb.calls)


def _keep(town: Town, case: Case, *, was: Status) -> None:
    entry = make_entry(f"outcome:{case.status.value}", kind="outcome")
    town.scene.shelf.keep(case, entry, was=was)


def _fail(town: Town, endpoint_id: str) -> None:
    town.board.test(SHOP, endpoint_id)
    town.quiet()


def _pending(town: Town) -> list[object]:
    return list(town.client.list_workflows(status="PENDING", name=queue.DELIVER))


def test_a_refusal_that_staff_make_good_is_told_once(any_town: Town) -> None:
    town = any_town
    receiver, _, _ = town.listen()
    town.work()
    case = town.decided()

    number = case.order_name.removeprefix("#")
    town.world.post(f"/{SHOP}/admin/orders/{number}/refund", json={})
    [refund] = town.world.truth(SHOP)["refunds"]
    for _ in range(2):
        record_refund(town.scene.services, shop=SHOP, refund_id=refund["id"])
    town.quiet()

    told = [one.told for one in receiver.heard if one.kind == "refusal.overturned"]
    assert [one["data"]["how"] for one in told] == ["refunded"]
    assert [one["data"]["return_id"] for one in told] == [case.return_id]
    assert town.scene.shelf.overturned("window-over") == (1, 1)


def test_money_that_fell_through_after_all_is_told_once(any_town: Town) -> None:
    town = any_town
    receiver, _, _ = town.listen()
    town.work()
    lets_pay(town.scene)
    return_id = approved(town.scene)
    _see_refunds(town)
    town.quiet()
    before = receiver.kinds().count("review.needed")
    _fall_through(town, return_id)
    for _ in range(2):
        _see_refunds(town)
    town.quiet()

    [refund] = town.world.truth(SHOP)["refunds"]
    told = [one.told for one in receiver.heard if one.kind == "review.needed"]
    stood = [(one["data"]["return_id"], one["data"]["status"]) for one in told]
    assert set(refund["statuses"]) == {"FAILURE"}
    assert (before, stood) == (0, [(return_id, "answered")])
    assert [case.return_id for case, _ in town.scene.shelf.waiting()] == [return_id]


def test_a_gift_to_a_refused_customer_that_fell_through_waits_for_nobody(
    town: Town,
) -> None:
    receiver, _, _ = town.listen()
    town.work()
    case = town.decided()
    number = case.order_name.removeprefix("#")
    town.world.post(f"/{SHOP}/admin/orders/{number}/refund", json={})
    _see_refunds(town)
    _fall_through(town, case.return_id)
    _see_refunds(town)
    town.quiet()

    assert "review.needed" not in receiver.kinds()
    assert town.scene.shelf.waiting() == []


def _see_refunds(town: Town) -> None:
    for refund in town.world.truth(SHOP)["refunds"]:
        record_refund(town.scene.services, shop=SHOP, refund_id=refund["id"])


def _fall_through(town: Town, return_id: str) -> None:
    number = town.scene.found(return_id)["order_name"].removeprefix("#")
    town.world.control(
        "payments", shop=SHOP, number=int(number), status="FAILURE", late=True
    )
