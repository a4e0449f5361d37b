"""The root of mutations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError

from plugin.devstore import (
    bulk_runs,
    discounts,
    flow,
    lifecycle,
    marks,
    paying,
    returns,
)
from plugin.devstore.discount_code import DiscountCode
from plugin.devstore.errors import Rejected
from plugin.devstore.graph_fields import Context
from plugin.devstore.ids import kind_of
from plugin.devstore.model import Order, Return, ReturnDecline
from plugin.devstore.shop import Shop
from plugin.devstore.store import Store

Payload = dict[str, Any]


class Mutation:
    """Carries out one token's mutations and counts them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._shop = context.shop

    def bulk_operation_run_query(
        self, query: str, group_objects: bool = False
    ) -> Payload:
        """Run a query by itself; nothing here reads what is grouped."""
        _ = group_objects
        try:
            made = bulk_runs.run(self._context, query)
        except Rejected as rejected:
            error = {"field": rejected.field, "message": rejected.message}
            error |= {"code": rejected.code}
            return {"bulkOperation": None, "userErrors": [error]}
        return {"bulkOperation": made, "userErrors": []}

    def return_approve_request(self, input: dict[str, Any]) -> Payload:
        """Approve a requested return."""
        operation, subject = "returnApproveRequest", input["id"]
        try:
            asked = self._return(subject)
            notify = bool(input.get("notifyCustomer"))
            returns.approve(self._store, self._shop, asked, by="app", notify=notify)
        except Rejected as rejected:
            return self._refuse(operation, subject, rejected, result="return")
        self._shop.count(operation, subject, effective=True)
        return {"return": asked, "userErrors": []}

    def return_decline_request(self, input: dict[str, Any]) -> Payload:
        """Decline a requested return."""
        operation, subject = "returnDeclineRequest", input["id"]
        try:
            asked = self._return(subject)
            self._decline(asked, input)
        except Rejected as rejected:
            return self._refuse(operation, subject, rejected, result="return")
        self._shop.count(operation, subject, effective=True)
        return {"return": asked, "userErrors": []}

    def return_process(self, input: dict[str, Any]) -> Payload:
        """Process an open return, and refund it if that is asked."""
        operation, subject = "returnProcess", input["returnId"]
        try:
            asked = self._return(subject)
            paying.process(self._store, self._shop, asked, input)
        except Rejected as rejected:
            return self._refuse(operation, subject, rejected, result="return")
        self._shop.count(operation, subject, effective=True)
        return {"return": asked, "userErrors": []}

    def remove_from_return(
        self, return_id: str, return_line_items: list[dict[str, Any]] | None = None
    ) -> Payload:
        """Take lines out of a return."""
        operation, result = "removeFromReturn", "return"
        try:
            found = self._return(return_id)
            lifecycle.take_out(self._store, self._shop, found, return_line_items or [])
        except Rejected as rejected:
            return self._refuse(operation, return_id, rejected, result=result)
        self._shop.count(operation, return_id, effective=True)
        return {"return": found, "userErrors": []}

    def return_close(self, id: str) -> Payload:
        """Close an open return; one that is closed stays so."""
        try:
            found = self._return(id)
            changed = found.status != "CLOSED"
            if changed:
                lifecycle.close_return(self._store, self._shop, found)
        except Rejected as rejected:
            return self._refuse("returnClose", id, rejected, result="return")
        self._shop.count("returnClose", id, effective=changed)
        return {"return": found, "userErrors": []}

    def refund_create(
        self, input: dict[str, Any], idempotency_key: str | None = None
    ) -> Payload:
        """Refund an order, once for each key."""
        operation, subject = "refundCreate", input["orderId"]
        try:
            made, new = paying.create(self._store, self._shop, input, idempotency_key)
        except Rejected as rejected:
            return self._refuse(operation, subject, rejected, result="refund")
        self._shop.count(operation, subject, effective=new)
        return {"refund": made, "order": made.order, "userErrors": []}

    def discount_code_basic_create(
        self, basic_code_discount: dict[str, Any]
    ) -> Payload:
        """Create a discount code."""
        operation = "discountCodeBasicCreate"
        return self._create_code(operation, discounts.create_code, basic_code_discount)

    def discount_code_free_shipping_create(
        self, free_shipping_code_discount: dict[str, Any]
    ) -> Payload:
        """Create a code for free shipping."""
        operation = "discountCodeFreeShippingCreate"
        make = discounts.create_shipping_code
        return self._create_code(operation, make, free_shipping_code_discount)

    def discount_code_basic_update(
        self, id: str, basic_code_discount: dict[str, Any]
    ) -> Payload:
        """Change a discount code."""
        given = basic_code_discount
        return self._update_code("discountCodeBasicUpdate", discounts.BASIC, id, given)

    def discount_code_free_shipping_update(
        self, id: str, free_shipping_code_discount: dict[str, Any]
    ) -> Payload:
        """Change a code for free shipping."""
        operation, given = "discountCodeFreeShippingUpdate", free_shipping_code_discount
        return self._update_code(operation, discounts.SHIPPING, id, given)

    def discount_code_deactivate(self, id: str) -> Payload:
        """End a discount code now."""
        operation, result = "discountCodeDeactivate", "codeDiscountNode"
        code = self._shop.code_by_id(id)
        if code is None:
            missing = Rejected(
                "Code discount does not exist", code="INVALID", field=["id"]
            )
            return self._refuse(operation, id, missing, result=result)
        changed = discounts.deactivate(self._store, code)
        self._shop.count(operation, code.code, effective=changed)
        return {result: code, "userErrors": []}

    def tags_add(self, id: str, tags: list[str]) -> Payload:
        """Tag an order."""
        try:
            order = self._order(id)
            changed = marks.add_tags(self._store, order, tags)
        except Rejected as rejected:
            return self._refuse("tagsAdd", id, rejected, result="node")
        self._shop.count("tagsAdd", id, effective=changed)
        return {"node": order, "userErrors": []}

    def tags_remove(self, id: str, tags: list[str]) -> Payload:
        """Take tags off an order."""
        try:
            order = self._order(id)
        except Rejected as rejected:
            return self._refuse("tagsRemove", id, rejected, result="node")
        changed = marks.remove_tags(self._store, order, tags)
        self._shop.count("tagsRemove", id, effective=changed)
        return {"node": order, "userErrors": []}

    def metafields_set(self, metafields: list[dict[str, Any]]) -> Payload:
        """Write metafields on orders."""
        owners = [each["ownerId"] for each in metafields]
        try:
            written = marks.set_metafields(self._store, self._shop, metafields)
        except Rejected as rejected:
            subject = ",".join(dict.fromkeys(owners))
            return self._refuse("metafieldsSet", subject, rejected, result="metafields")
        for owner, (_, changed) in zip(owners, written, strict=True):
            self._shop.count("metafieldsSet", owner, effective=changed)
        return {"metafields": [field for field, _ in written], "userErrors": []}

    def flow_trigger_receive(
        self, handle: str | None = None, payload: Any = None
    ) -> Payload:
        """Start the workflows that wait for a trigger."""
        try:
            flow.receive(self._store, self._shop, handle, payload)
        except Rejected as rejected:
            self._shop.count("flowTriggerReceive", str(handle), effective=False)
            error = {"field": rejected.field, "message": rejected.message}
            return {"userErrors": [error]}
        self._shop.count("flowTriggerReceive", str(handle), effective=True)
        return {"userErrors": []}

    def _create_code(
        self,
        operation: str,
        make: Callable[[Store, Shop, dict[str, Any]], DiscountCode],
        given: dict[str, Any],
    ) -> Payload:
        subject, result = str(given.get("code")), "codeDiscountNode"
        try:
            made = make(self._store, self._shop, given)
        except Rejected as rejected:
            return self._refuse(operation, subject, rejected, result=result)
        self._shop.count(operation, subject, effective=True)
        return {result: made, "userErrors": []}

    def _update_code(
        self, operation: str, argument: str, id: str, given: dict[str, Any]
    ) -> Payload:
        result = "codeDiscountNode"
        code = self._shop.code_by_id(id)
        if code is None:
            missing = Rejected("Discount does not exist", code="INVALID", field=["id"])
            return self._refuse(operation, id, missing, result=result)
        try:
            changed = discounts.update_code(self._store, code, argument, given)
        except Rejected as rejected:
            return self._refuse(operation, code.code, rejected, result=result)
        self._shop.count(operation, code.code, effective=changed)
        return {result: code, "userErrors": []}

    def _return(self, return_id: str) -> Return:
        _check_gid(return_id, "Return")
        found = self._shop.returns.get(return_id)
        if found is None:
            raise Rejected("Return not found", code="NOT_FOUND", field=["input", "id"])
        return found

    def _order(self, order_id: str) -> Order:
        found = self._shop.orders.get(order_id)
        if found is None:
            raise Rejected("Order does not exist", code="NOT_FOUND", field=["id"])
        return found

    def _decline(self, asked: Return, given: dict[str, Any]) -> None:
        decline = ReturnDecline(
            reason=given["declineReason"], note=given.get("declineNote")
        )
        notify = bool(given.get("notifyCustomer"))
        returns.decline(
            self._store, self._shop, asked, decline, by="app", notify=notify
        )

    def _refuse(
        self, operation: str, subject: str, rejected: Rejected, *, result: str
    ) -> Payload:
        self._shop.count(operation, subject, effective=False)
        error = {
            "field": rejected.field,
            "message": rejected.message,
            "code": rejected.code,
        }
        return {result: None, "userErrors": [error]}


def _check_gid(value: str, kind: str) -> None:
    if kind_of(value) != kind:
        raise GraphQLError(
            f"Invalid id: {value}", extensions={"code": "RESOURCE_NOT_FOUND"}
        )
