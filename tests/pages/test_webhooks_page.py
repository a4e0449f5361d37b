"""The page of the merchant's own systems."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from plugin.archive import deliveries
from plugin.archive.endpoints import FLOW, MOST, Endpoint
from plugin.outgoing.switchboard import Switchboard
from plugin.pages.tried import LOOKS
from tests.pages.boards import make_board
from tests.pages.seeds import NOW, OTHER_SHOP, SHOP, Office, seed_case
from tests.pages.staff import Merchant, Reading

URL = "https://hooks.shop.example/evenhand?key=1"
PAGE = "/settings/webhooks"


@pytest.fixture
def board(office: Office) -> Iterator[Switchboard]:
    made = make_board(office)
    yield made
    made.outgoing.client.destroy()


@pytest.fixture
def alice(office: Office, board: Switchboard) -> Merchant:
    return Merchant(app_of(office, board), SHOP)


@pytest.fixture
def charlie(office: Office, board: Switchboard) -> Merchant:
    """A member of staff of another shop, with a good guess."""
    return Merchant(app_of(office, board), OTHER_SHOP)


def test_it_adds_an_address_and_shows_its_secret_once(
    alice: Merchant, board: Switchboard
) -> None:
    answer = alice.post(PAGE, url=f"  {URL} ")
    again = alice.open(PAGE)

    (endpoint,) = board.endpoints(SHOP).all()
    secret = secret_in(answer.text)
    assert answer.status_code == 201
    assert (endpoint.url, endpoint.enabled) == (URL, True)
    assert board.endpoints(SHOP).signers(endpoint.id) == [secret]
    assert again.status_code == 200
    assert "hooks.shop.example" in again.text
    assert "whsec_" not in again.text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "Give the address that shall be told."),
        ("not a url", "Leave out spaces and what is no plain letter, digit or sign."),
        ("https://hooks.shop.example:8443/", "Leave out the port; it must be 443."),
        ("http://hooks.shop.example/", "Give an address that begins with https://."),
        ("https://127.0.0.1/", "Give the public name of a host."),
        ('https://"><script>alert(1)</script>.example/', "public name of a host"),
    ],
)
def test_it_says_what_is_wrong_with_an_address(
    alice: Merchant, board: Switchboard, url: str, said: str
) -> None:
    answer = alice.post(PAGE, url=url)

    read = Reading(answer)
    assert answer.status_code == 422
    assert said in read.text
    assert read.by_id["url"]["aria-invalid"] == "true"
    assert read.by_id["url"]["value"] == url
    assert "<script>alert" not in answer.text
    assert board.endpoints(SHOP).all() == []


def test_it_takes_a_few_addresses_and_no_more(
    alice: Merchant, board: Switchboard
) -> None:
    for number in range(MOST):
        alice.post(PAGE, url=f"{URL}{number}")

    answer = alice.post(PAGE, url=URL)

    assert answer.status_code == 422
    assert len(board.endpoints(SHOP).all()) == MOST
    assert "up to 5 addresses; remove one first." in Reading(answer).text
    assert 'data-code="too_many_endpoints"' in answer.text
    assert "url" not in Reading(alice.open(PAGE)).by_id


def test_it_takes_an_address_once(
    alice: Merchant, charlie: Merchant, board: Switchboard
) -> None:
    alice.post(PAGE, url=URL)

    answer = alice.post(PAGE, url=URL)
    theirs = charlie.post(PAGE, url=URL)

    assert (answer.status_code, theirs.status_code) == (422, 201)
    assert 'data-code="endpoint_exists"' in answer.text
    assert "This address is told already; send it a test, or give another." in (
        Reading(answer).text
    )
    assert only(board).url == URL
    assert "whsec_" not in answer.text


def test_it_says_that_an_address_is_here_and_switched_off(
    alice: Merchant, board: Switchboard
) -> None:
    alice.post(PAGE, url=URL)
    alice.post(f"{PAGE}/{only(board).id}/disable")

    answer = Reading(alice.post(PAGE, url=URL))

    said = "This address is here already, switched off; switch it on."
    assert said in answer.text
    assert "is told already" not in answer.text


@pytest.mark.parametrize("port", [":443", ":"])
def test_the_usual_port_makes_no_other_address(
    alice: Merchant, board: Switchboard, port: str
) -> None:
    alice.post(PAGE, url=URL)

    answer = alice.post(PAGE, url=URL.replace(".example/", f".example{port}/"))

    assert answer.status_code == 422
    assert only(board).url == URL


def test_a_new_secret_is_shown_once_and_the_old_one_signs_on(
    alice: Merchant, board: Switchboard
) -> None:
    first = secret_in(alice.post(PAGE, url=URL).text)
    endpoint = only(board)

    answer = alice.post(f"{PAGE}/{endpoint.id}/rotate")

    second = secret_in(answer.text)
    assert board.endpoints(SHOP).signers(endpoint.id) == [second, first]
    assert f"{URL} has a new secret. The old one signs as well" in Reading(answer).text
    assert "Two secrets sign for now." in alice.open(PAGE).text


def test_it_switches_an_address_off_and_on_and_removes_it(
    alice: Merchant, board: Switchboard
) -> None:
    alice.post(PAGE, url=URL)
    endpoint = only(board)
    seen, said = [], []

    for verb in ("disable", "enable", "remove"):
        answer = alice.post(f"{PAGE}/{endpoint.id}/{verb}")
        found = board.endpoints(SHOP).find(endpoint.id)
        seen.append((answer.status_code, found and found.enabled))
        said.append(Reading(answer).text.partition(f"{URL} is ")[2].partition(".")[0])

    assert seen == [(200, False), (200, True), (200, None)]
    assert said == ["switched off", "switched on", "removed"]


@pytest.mark.parametrize(
    ("why", "said"),
    [("failing", "it took nothing for five days"), ("gone", "it answered 410 Gone")],
)
def test_it_says_that_the_app_switched_an_address_off(
    alice: Merchant, charlie: Merchant, board: Switchboard, why: str, said: str
) -> None:
    alice.post(PAGE, url=URL)
    before = alice.open("/").text
    board.endpoints(SHOP).disable(only(board).id, why)

    assert said in Reading(alice.open(PAGE)).text
    assert "stopped telling one of your own systems" in Reading(alice.open("/")).text
    assert "stopped telling" not in before + charlie.open("/").text


def test_a_test_is_on_its_way_and_in_the_log(
    alice: Merchant, board: Switchboard
) -> None:
    alice.post(PAGE, url=URL)

    answer = alice.post(f"{PAGE}/{only(board).id}/test")

    (owed,) = board.deliveries(SHOP)
    read = Reading(answer)
    assert answer.status_code == 200
    assert (owed.kind, owed.state) == ("endpoint.test", "waiting")
    assert f"A test is on its way to {URL}." in read.text
    assert "Being sent" in answer.text
    again = read.by_id["tried"]["data-again"]
    assert again == f"{PAGE}?test={owed.announcement_id}&look=1"
    next_look = Reading(alice.open(str(again))).by_id["tried"]["data-again"]
    assert next_look == str(again).replace("look=1", "look=2")
    last = Reading(alice.open(str(again).replace("look=1", f"look={LOOKS}")))
    assert "data-again" not in last.by_id["tried"]
    assert "Reload to see what becomes of it." in last.text


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"state": "done", "result": "ok"}, f"The test was taken by {URL}."),
        (
            {"state": "waiting", "result": "http_500", "answer": "<b>"},
            f"The test was not taken by {URL}: it answered HTTP 500 (<b>). It is",
        ),
        (
            {"state": "failed", "result": "no_secret"},
            f"The test was not taken by {URL}: no secret that could sign it can be",
        ),
        (
            {"state": "stopped", "result": "endpoint_off"},
            "The test was not sent: the address was switched off before its turn came.",
        ),
        (
            {"state": "failed", "result": "a_word_of_later"},
            f"The test was not taken by {URL}: a_word_of_later.",
        ),
    ],
)
def test_the_page_shows_what_became_of_a_test(
    alice: Merchant,
    charlie: Merchant,
    board: Switchboard,
    how: dict[str, str],
    said: str,
) -> None:
    alice.post(PAGE, url=URL)
    alice.post(f"{PAGE}/{only(board).id}/test")
    (owed,) = board.deliveries(SHOP)
    end(board, owed, **how)

    page = f"{PAGE}?test={owed.announcement_id}"
    mine, theirs = Reading(alice.open(page)), Reading(charlie.open(page))

    assert said in mine.text
    assert "data-again" not in mine.by_id["tried"]
    assert "tried" not in theirs.by_id


def test_an_address_that_refused_is_not_shown_as_well(
    alice: Merchant, board: Switchboard
) -> None:
    alice.post(PAGE, url=URL)
    endpoint = only(board)
    alice.post(f"{PAGE}/{endpoint.id}/test")
    (owed,) = board.deliveries(SHOP)
    before = Reading(alice.open(PAGE)).text
    end(board, owed, state="waiting", result="http_500", answer="away")
    board.endpoints(SHOP).failed(endpoint.id)

    refused = Reading(alice.open(PAGE)).text
    end(board, owed, state="done", result="ok", answer="")
    board.endpoints(SHOP).worked(endpoint.id)
    taken = Reading(alice.open(PAGE)).text

    assert f"{URL} On" in before
    assert "Last answer:" not in before
    assert f"{URL} On, but it takes nothing" in refused
    assert "Last answer: it answered HTTP 500 (away), " in refused
    assert "takes nothing" not in taken
    assert "Last answer: taken, " in taken


def test_what_was_never_sent_is_no_answer(alice: Merchant, board: Switchboard) -> None:
    alice.post(PAGE, url=URL)
    endpoint = only(board)
    alice.post(f"{PAGE}/{endpoint.id}/test")
    (owed,) = board.deliveries(SHOP)
    alice.post(f"{PAGE}/{endpoint.id}/disable")
    board.courier.deliver(SHOP, endpoint.id, owed.announcement_id, 0)

    text = Reading(alice.open(f"{PAGE}?test={owed.announcement_id}")).text

    assert "The test was not sent: the address was switched off" in text
    assert "Not sent" in text
    assert "Last answer:" not in text
    assert "was not taken by" not in text


def test_what_shopify_refuses_is_no_host_where_nobody_listens(
    alice: Merchant, office: Office, board: Switchboard
) -> None:
    alice.post("/settings/flow/on")
    seed_case(office.archive, 9001)
    for owed in board.deliveries(SHOP):
        end(board, owed, state="failed", result="refused")

    text = Reading(alice.open(PAGE)).text

    assert "Shopify refused it." in text
    assert "nobody listens" not in text.lower()


def test_the_log_shows_the_last_answer_and_sends_again_what_failed(
    alice: Merchant, office: Office, board: Switchboard
) -> None:
    alice.post(PAGE, url=URL)
    seed_case(office.archive, 9001)
    for owed in board.deliveries(SHOP):
        end(board, owed, state="failed", result="http_500", answer="<b>no</b>")

    page = alice.open(PAGE)
    (first, *_) = board.deliveries(SHOP)
    path = f"{PAGE}/{first.endpoint_id}/again/{first.announcement_id}"
    answers = [alice.post(path).status_code for _ in range(2)]

    assert "It answered HTTP 500." in page.text
    assert "&lt;b&gt;no&lt;/b&gt;" in page.text
    assert "Send again" in page.text
    assert answers == [200, 409]
    assert {d.state for d in board.deliveries(SHOP)} == {"waiting", "failed"}


def test_flow_is_switched_on_and_off(alice: Merchant, board: Switchboard) -> None:
    states = []
    for verb in ("on", "off", "on"):
        answer = alice.post(f"/settings/flow/{verb}")
        found = board.endpoints(SHOP).find(FLOW)
        states.append((answer.status_code, found and found.enabled))

    assert states == [(200, True), (200, False), (200, True)]
    assert board.endpoints(OTHER_SHOP).all() == []


@pytest.mark.parametrize("verb", ["enable", "disable", "remove", "test", "rotate"])
def test_nobody_touches_what_is_another_shops(
    alice: Merchant, charlie: Merchant, board: Switchboard, verb: str
) -> None:
    alice.post(PAGE, url=URL)
    endpoint = only(board)
    before = board.endpoints(SHOP).signers(endpoint.id)

    answer = charlie.post(f"{PAGE}/{endpoint.id}/{verb}")

    assert answer.status_code == 404
    assert "hooks.shop.example" not in charlie.open(PAGE).text
    assert only(board) == endpoint
    assert board.endpoints(SHOP).signers(endpoint.id) == before
    assert board.deliveries(SHOP) == board.deliveries(OTHER_SHOP) == []


def test_nobody_sends_again_what_another_shop_was_told(
    alice: Merchant, charlie: Merchant, board: Switchboard
) -> None:
    alice.post(PAGE, url=URL)
    alice.post(f"{PAGE}/{only(board).id}/test")
    (owed,) = board.deliveries(SHOP)
    end(board, owed, state="failed", result="http_500", answer="")
    path = f"{PAGE}/{owed.endpoint_id}/again/{owed.announcement_id}"

    assert charlie.post(path).status_code == 409
    assert [d.state for d in board.deliveries(SHOP)] == ["failed"]


@pytest.mark.parametrize(
    "path",
    [
        f"{PAGE}/ep_unknown/enable",
        f"{PAGE}/{FLOW}/rotate",
        f"{PAGE}/{FLOW}/test",
        "/settings/flow/maybe",
    ],
)
def test_an_address_that_names_nothing_is_not_there(
    alice: Merchant, board: Switchboard, path: str
) -> None:
    board.endpoints(SHOP).use_flow()

    assert alice.post(path).status_code == 404


def test_an_unknown_verb_does_nothing(alice: Merchant, board: Switchboard) -> None:
    alice.post(PAGE, url=URL)
    endpoint = only(board)

    assert alice.post(f"{PAGE}/{endpoint.id}/explode").status_code == 404
    assert only(board) == endpoint


def test_the_page_needs_a_member_of_staff(alice: Merchant, board: Switchboard) -> None:
    answer = alice.client.post(PAGE, data={"url": URL})

    assert answer.status_code == 401
    assert board.endpoints(SHOP).all() == []


def test_settings_lead_to_it_where_there_is_one(
    alice: Merchant, merchant: Merchant
) -> None:
    assert PAGE in alice.open("/settings").text
    assert PAGE not in merchant.open("/settings").text
    assert merchant.open(PAGE).status_code == 404


def app_of(office: Office, board: Switchboard) -> FlaskClient:
    return office.app(switchboard=board).test_client()


def only(board: Switchboard) -> Endpoint:
    (found,) = board.endpoints(SHOP).all()
    return found


def secret_in(text: str) -> str:
    (found,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", text)
    return str(found)


def end(board: Switchboard, owed: deliveries.Delivery, **how: str) -> None:
    engine, at = board.courier.engine, NOW + timedelta(minutes=1)
    deliveries.note(engine, SHOP, owed.endpoint_id, owed.announcement_id, at=at, **how)
