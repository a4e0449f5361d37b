"""Answers that the development store does not give."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from plugin.policy.decision import Ground
from plugin.shopify.actions import Actions
from plugin.shopify.client import Client
from plugin.shopify.errors import UserError
from tests.builders import SIGNS
from tests.shopify.desk import ALPINE, Desk
from tests.shopify.seen import NOTE

ADDRESS = f"https://{ALPINE}/admin/api/2026-10/graphql.json"
RETURN = "gid://shopify/Return/1"


@pytest.fixture
def elsewhere(desk: Desk) -> Actions:
    tokens = desk.new_tokens(shop_url="https://{shop}")
    client = Client(session=desk.session, tokens=tokens, shop_url="https://{shop}")
    return Actions(client, SIGNS)


def state(status: str, note: str | None = None) -> dict[str, Any]:
    said = None if note is None else {"reason": "OTHER", "note": note}
    return {"data": {"return": {"id": RETURN, "status": status, "decline": said}}}


def declined(*codes: str) -> dict[str, Any]:
    errors = [{"field": None, "message": "CANARY", "code": code} for code in codes]
    payload = {"return": {"id": RETURN, "status": "DECLINED"}, "userErrors": errors}
    return {"data": {"returnDeclineRequest": payload}}


def test_it_counts_an_answer_whose_mail_did_not_go_out(elsewhere: Actions) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=state("REQUESTED"))
        platform.post(ADDRESS, json=declined("NOTIFICATION_FAILED"))
        platform.post(ADDRESS, json=state("DECLINED", NOTE))

        done = elsewhere.decline(ALPINE, RETURN, Ground.OTHER, NOTE)

    assert done.answer["told"] is False


def test_it_does_not_count_an_answer_that_did_not_come_to_pass(
    elsewhere: Actions,
) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=state("REQUESTED"))
        platform.post(ADDRESS, json=declined("NOTIFICATION_FAILED"))
        platform.post(ADDRESS, json=state("REQUESTED"))

        with pytest.raises(UserError):
            elsewhere.decline(ALPINE, RETURN, Ground.OTHER, NOTE)


def test_it_counts_its_own_answer_that_came_through_late(elsewhere: Actions) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=state("REQUESTED"))
        platform.post(ADDRESS, json=declined("INVALID_STATE"))
        platform.post(ADDRESS, json=state("DECLINED", NOTE))

        done = elsewhere.decline(ALPINE, RETURN, Ground.OTHER, NOTE)

    assert done.repeated is True


@pytest.mark.parametrize("code", [None, "INTERNAL_ERROR"])
def test_it_tells_why_the_platform_refused(
    elsewhere: Actions, code: str | None
) -> None:
    refused = declined("x")
    refused["data"]["returnDeclineRequest"]["userErrors"][0]["code"] = code
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=state("REQUESTED"))
        platform.post(ADDRESS, json=refused)
        platform.post(ADDRESS, json=state("REQUESTED"))

        with pytest.raises(UserError) as caught:
            elsewhere.decline(ALPINE, RETURN, Ground.OTHER, NOTE)

    assert caught.value.reason == (code or "UNSAID")


def test_it_takes_an_empty_payload_for_a_refusal(elsewhere: Actions) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=state("REQUESTED"))
        platform.post(ADDRESS, json={"data": {"returnDeclineRequest": None}})
        platform.post(ADDRESS, json=state("REQUESTED"))

        with pytest.raises(UserError) as caught:
            elsewhere.decline(ALPINE, RETURN, Ground.OTHER, NOTE)

    assert caught.value.reason == "NO_PAYLOAD"


def test_it_counts_a_closed_return_as_approved(elsewhere: Actions) -> None:
    with responses.RequestsMock() as platform:
        platform.post(ADDRESS, json=state("CLOSED"))

        done = elsewhere.approve(ALPINE, RETURN)

    assert (done.repeated, done.answer) == (True, {"found": "CLOSED"})
