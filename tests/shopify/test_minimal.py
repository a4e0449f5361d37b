"""Of what the platform protects only what decisions need is read, field by field.

Protected customer data, level 1, is listed here; level 2 (names, addresses, e-mail,
telephone) is never asked for. A field that is added to an operation fails here until
it is listed with its reason.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    GraphQLSchema,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    visit,
)

from tests.devstore.world import OPERATIONS, ROOT

SLICE = ROOT / "plugin" / "devstore" / "schema.graphql"
# Whatever says something of one person; other types hold goods, money and policies.
OF_PERSONS = {
    # who asked, as an id; how loyal they are; whether they opted out
    "Customer": {"id", "numberOfOrders", "orders", "tags", "metafield"},
    # the country and region whose law protects them; never street or name
    "MailingAddress": {"countryCodeV2", "provinceCode"},
    # what they ask, and why, in their own words
    "ReturnLineItem": {"fulfillmentLineItem", "withCodeDiscountedTotalPriceSet"},
    "ReturnLineItemType": {
        "__typename",
        "customerNote",
        "id",
        "processableQuantity",
        "quantity",
        "refundableQuantity",
        "returnReasonDefinition",
    },
    # how it was answered: our own letter is known again by its text
    "ReturnDecline": {"note", "reason"},
    # whether a person or a company bought
    "PurchasingEntity": {"__typename"},
    # whether the platform suspects fraud
    "OrderRiskSummary": {"recommendation"},
    "OrderDisputeSummary": {"id", "initiatedAs", "status"},
    # what came of a refund, and by its note whether it is ours; never a card
    "Refund": {
        "createdAt",
        "id",
        "note",
        "order",
        "refundLineItems",
        "refundShippingLines",
        "return",
        "totalRefundedSet",
        "transactions",
    },
    "Order": {
        "attribution",
        "billingAddress",
        "cancelledAt",
        "createdAt",
        "currencyCode",
        "customer",
        "customerLocale",
        "displayFulfillmentStatus",
        "disputes",
        "fulfillments",
        "id",
        "name",
        "paymentGatewayNames",
        "presentmentCurrencyCode",
        "purchasingEntity",
        "refunds",
        "returns",
        "risk",
        "shippingAddress",
        "sourceName",
        "subtotalPriceSet",
        "tags",
        "taxesIncluded",
        "totalShippingPriceSet",
        "totalTaxSet",
        "updatedAt",
    },
    # which payment money goes back to, and whether it did, without its means
    "OrderTransaction": {"amountSet", "id", "status"},
    "SuggestedOrderTransaction": {"amountSet", "gateway", "parentTransaction"},
}
# Level 2, by whatever name the Admin API has for it.
NEVER = {
    "address1",
    "address2",
    "billingAddressMatchesShippingAddress",
    "city",
    "clientIp",
    "company",
    "customAttributes",
    "defaultAddress",
    "displayName",
    "email",
    "firstName",
    "formatted",
    "lastName",
    "latitude",
    "longitude",
    "note",
    "paymentDetails",
    "phone",
    "receiptJson",
    "statusPageUrl",
    "transactions",
    "zip",
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(Path(SLICE).read_text("utf-8"), assume_valid=True)


def selected(schema: GraphQLSchema) -> dict[str, set[str]]:
    """List every field that any operation reads, by the type it is read from."""
    found: dict[str, set[str]] = {}
    info = TypeInfo(schema)

    class Collect(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            parent = info.get_parent_type()
            if parent is not None:
                name = get_named_type(parent).name
                found.setdefault(name, set()).add(node.name.value)

    for file in OPERATIONS.rglob("*.graphql"):
        text = file.read_text("utf-8")
        visit(parse(text), TypeInfoVisitor(info, Collect()))
    return found


def test_it_reads_of_persons_what_is_listed_and_nothing_else(
    schema: GraphQLSchema,
) -> None:
    found = selected(schema)

    assert {name: found.get(name, set()) for name in OF_PERSONS} == OF_PERSONS


def test_it_never_reads_names_addresses_or_cards(schema: GraphQLSchema) -> None:
    found = selected(schema)

    asked = {
        f"{name}.{field}" for name, fields in found.items() for field in fields & NEVER
    }

    # Our own letter on a declined return, our own mark on a refund, and whether it
    # came through.
    assert asked == {"Refund.note", "Refund.transactions", "ReturnDecline.note"}
