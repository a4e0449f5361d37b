"""Codes and marks are made once and found again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.devstore.world import World, errors_of

CODE = {
    "title": "With our regrets",
    "code": "SORRY-7F3K9Q",
    "startsAt": "2026-01-01T00:00:00Z",
    "endsAt": "2099-01-01T00:00:00Z",
    "usageLimit": 1,
    "appliesOncePerCustomer": True,
    "customerGets": {"value": {"percentage": 0.1}, "items": {"all": True}},
}


def code_input(world: World, token: str, **changes: Any) -> dict[str, Any]:
    found = world.ask(token, "{ orders(first: 1) { nodes { customer { id } } } }")
    customer = found.json()["data"]["orders"]["nodes"][0]["customer"]["id"]
    return {**CODE, "context": {"customers": {"add": [customer]}}, **changes}


def test_a_code_is_made_once_and_found_again(world: World) -> None:
    token = world.token()
    given = code_input(world, token)

    world.run(token, "create_code", basicCodeDiscount=given)
    again = world.run(token, "create_code", basicCodeDiscount=given)
    found = world.run(token, "code_by_code", code="sorry-7f3k9q")

    where = ["basicCodeDiscount", "code"]
    assert errors_of(again, "discountCodeBasicCreate") == [("TAKEN", where)]
    discount = found["data"]["codeDiscountNodeByCode"]["codeDiscount"]
    assert (discount["__typename"], discount["status"]) == (
        "DiscountCodeBasic",
        "ACTIVE",
    )
    truth = world.truth()["codes"][0]
    assert truth["customer_id"] == given["context"]["customers"]["add"][0]
    assert (truth["percentage"], truth["usage_limit"]) == (0.1, 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "BLANK"),
        ({"context": None}, "BLANK"),
        ({"context": {"customers": {"add": ["gid://shopify/Customer/1"]}}}, "INVALID"),
        (
            {"customerGets": {"value": {"percentage": 10}, "items": {"all": True}}},
            "VALUE_OUTSIDE_RANGE",
        ),
        ({"endsAt": "2025-01-01T00:00:00Z"}, "END_DATE_BEFORE_START_DATE"),
        ({"tags": list("abcdef")}, "TOO_MANY_TAGS"),
    ],
)
def test_it_refuses_a_bad_code(
    world: World, changes: dict[str, Any], code: str
) -> None:
    token = world.token()
    given = code_input(world, token, **changes)

    answer = world.run(token, "create_code", basicCodeDiscount=given)

    codes = [each[0] for each in errors_of(answer, "discountCodeBasicCreate")]
    assert codes == [code]
    assert world.truth()["codes"] == []


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"destination": None}, ["destination"]),
        ({"destination": {"all": False}}, ["destination"]),
        ({"title": ""}, ["title"]),
        ({"usageLimit": 0}, ["usageLimit"]),
    ],
)
def test_it_refuses_a_bad_code_for_free_shipping(
    world: World, given: dict[str, Any], where: list[str]
) -> None:
    token = world.token()
    shipping = {**code_input(world, token), "destination": {"all": True}, **given}
    del shipping["customerGets"]

    answer = world.run(token, "create_shipping_code", freeShippingCodeDiscount=shipping)

    [(_, field)] = errors_of(answer, "discountCodeFreeShippingCreate")
    assert field == ["freeShippingCodeDiscount", *where]
    assert world.truth()["codes"] == []


def test_two_kinds_of_codes_never_share_a_text(world: World) -> None:
    token = world.token()
    given = code_input(world, token)
    world.run(token, "create_code", basicCodeDiscount=given)
    shipping = {**given, "destination": {"all": True}}
    del shipping["customerGets"]

    answer = world.run(token, "create_shipping_code", freeShippingCodeDiscount=shipping)

    [(code, _)] = errors_of(answer, "discountCodeFreeShippingCreate")
    assert code == "TAKEN"


def test_an_amount_that_is_no_number_is_refused(world: World) -> None:
    token = world.token()
    value = {"discountAmount": {"amount": "much", "appliesOnEachItem": False}}
    gets = {"value": value, "items": {"all": True}}
    given = code_input(world, token, customerGets=gets)

    answer = world.run(token, "create_code", basicCodeDiscount=given)

    assert "invalid Decimal `much`" in answer["errors"][0]["message"]


def test_a_code_can_be_ended(world: World) -> None:
    token = world.token()
    given = code_input(world, token)
    made = world.run(token, "create_code", basicCodeDiscount=given)
    code_id = made["data"]["discountCodeBasicCreate"]["codeDiscountNode"]["id"]

    world.run(token, "deactivate_code", id=code_id)
    world.run(token, "deactivate_code", id=code_id)

    assert world.truth()["codes"][0]["status"] == "EXPIRED"
    assert world.calls("discountCodeDeactivate") == [(2, 1)]


def test_marks_on_an_order_are_left_once(world: World) -> None:
    token = world.token()
    order = world.truth()["orders"][0]["id"]
    field = {
        "ownerId": order,
        "namespace": "$app",
        "key": "decision",
        "type": "json",
        "value": "{}",
    }

    for _ in range(2):
        world.run(token, "tag_order", id=order, tags=["evenhand: declined"])
        world.run(token, "set_metafields", metafields=[field])

    truth = world.truth()["orders"][0]
    assert truth["tags"] == ["evenhand: declined"]
    assert truth["metafields"] == [
        {"namespace": "app--4242", "key": "decision", "value": "{}"}
    ]
    assert world.calls("tagsAdd") == [(2, 1)]
    assert world.calls("metafieldsSet") == [(2, 1)]


def test_tags_are_taken_off_once_and_as_they_are_spelled(world: World) -> None:
    token = world.token()
    order = world.truth()["orders"][0]["id"]
    world.run(token, "tag_order", id=order, tags=["gift", "evenhand-review"])

    for tags in (
        ["Evenhand-Review", "no such"],
        ["evenhand-review"],
        ["evenhand-review"],
    ):
        gone = world.run(token, "untag_order", id=order, tags=tags)["data"][
            "tagsRemove"
        ]
        assert gone == {"node": {"id": order}, "userErrors": []}
    wrong = world.run(token, "untag_order", id=f"{order}0", tags=["gift"])["data"]

    found = world.run(token, "order_tags", id=order)["data"]["order"]
    assert found == {"id": order, "tags": ["gift"]}
    assert wrong["tagsRemove"]["userErrors"] != []
    assert world.calls("tagsRemove") == [(3, 1), (1, 0)]


def test_a_code_that_ended_works_again_with_a_later_end(world: World) -> None:
    token = world.token()
    given = code_input(world, token)
    made = world.run(token, "create_code", basicCodeDiscount=given)
    id = made["data"]["discountCodeBasicCreate"]["codeDiscountNode"]["id"]
    world.run(token, "deactivate_code", id=id)

    until = {"endsAt": "2098-01-01T00:00:00Z"}
    world.run(token, "revive_code", id=id, until=until)
    world.run(token, "revive_code", id=id, until=until)

    [code] = world.truth()["codes"]
    assert (code["status"], code["ends_at"]) == ("ACTIVE", "2098-01-01T00:00:00.000Z")
    assert world.calls("discountCodeBasicUpdate") == [(2, 1)]


@pytest.mark.parametrize(
    ("until", "wanted"),
    [
        (
            {"endsAt": "2019-01-01T00:00:00Z"},
            ("END_DATE_BEFORE_START_DATE", ["basicCodeDiscount", "endsAt"]),
        ),
        ({"title": "Another"}, ("INVALID", ["basicCodeDiscount", "title"])),
    ],
)
def test_a_code_is_not_changed_beyond_its_dates(
    world: World, until: dict[str, str], wanted: tuple[str, list[str]]
) -> None:
    token = world.token()
    given = code_input(world, token)
    made = world.run(token, "create_code", basicCodeDiscount=given)
    id = made["data"]["discountCodeBasicCreate"]["codeDiscountNode"]["id"]

    answer = world.run(token, "revive_code", id=id, until=until)

    assert errors_of(answer, "discountCodeBasicUpdate") == [wanted]
    assert [code["title"] for code in world.truth()["codes"]] == [CODE["title"]]
