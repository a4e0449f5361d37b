"""Approve, decline, code, mark: each write reads first and is safe to repeat.

Shopify's `@idempotent` does not cover these mutations. A return's status guards
its decision, a code's own text guards the code, tags and metafields are sets.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

from plugin.policy.decision import Ground
from plugin.ports import Code, Done, Overtaken, Payment, Refused, ReturnState
from plugin.shopify.codes import code_call, revive_call
from plugin.shopify.errors import NOT_NOTIFIED, UserError
from plugin.shopify.later import payments_of
from plugin.shopify.payments import process_call, refund_call
from plugin.shopify.reader import Reader
from plugin.tally import count

NAMESPACE = "$app"
KEY = "case"


class Actions(Reader):
    """Writes to a shop with its own token."""

    def approve(
        self,
        shop: str,
        return_id: str,
        asking: AbstractContextManager[object] | None = None,
    ) -> Done:
        """Approve a requested return and tell the customer; `asking` holds the call.

        Raises `Overtaken` when it was declined or cancelled meanwhile.
        """
        asked = {"input": {"id": return_id, "notifyCustomer": True}}
        call = ("approve_return", "returnApproveRequest", asked)
        return self._decide(shop, return_id, call, None, asking or nullcontext())

    def decline(self, shop: str, return_id: str, ground: Ground, note: str) -> Done:
        """Decline a requested return with a note that the customer receives.

        Raises `Overtaken` when somebody else decided it or the customer withdrew.
        """
        asked = {
            "input": {
                "id": return_id,
                "declineReason": ground.value,
                "declineNote": note,
                "notifyCustomer": True,
            }
        }
        call = ("decline_return", "returnDeclineRequest", asked)
        return self._decide(shop, return_id, call, note, nullcontext())

    def _decide(
        self,
        shop: str,
        return_id: str,
        call: tuple[str, str, Mapping[str, Any]],
        note: str | None,
        asking: AbstractContextManager[object],
    ) -> Done:
        """Decide unless it is decided; a decision like ours counts as ours."""
        operation = call[0]
        before = self._ours(shop, return_id, operation, note)
        if before is not None:
            return before
        try:
            with asking:
                return self._send(shop, *call)
        except UserError as error:
            # Whatever the error says, what counts is where the return stands now.
            after = self._ours(shop, return_id, operation, note)
            if after is None:
                raise
            told = error.reason != NOT_NOTIFIED
            # Whoever is only not notified was decided about by this very call.
            return replace(after, answer={**after.answer, "told": told}, repeated=told)

    def _send(
        self, shop: str, operation: str, field: str, asked: Mapping[str, Any]
    ) -> Done:
        answer = self.client.execute(shop, operation, asked)[field]
        error = _user_error(operation, answer)
        if error is not None:
            raise error
        done = {"return": answer["return"], "told": True}
        return Done(operation=operation, answer=done)

    def _ours(
        self, shop: str, return_id: str, operation: str, note: str | None
    ) -> Done | None:
        """Tell whether the decision stands already; None while it is still open."""
        state = self.state(shop, return_id)
        if state is None:
            raise Refused(f"return `{return_id}` is not in this shop")
        if state.status == "REQUESTED":
            return None
        same = (
            state.status in ("OPEN", "CLOSED")
            if note is None
            else state.status == "DECLINED" and state.note == note
        )
        if not same:
            raise Overtaken(state)
        return Done(operation=operation, answer={"found": state.status}, repeated=True)

    def create_code(self, shop: str, code: Code) -> Done:
        """Make a discount code, or find the one made before and let it work again.

        Raises `UserError` when the text is taken by a code that is not ours.
        """
        operation, field, asked = code_call(code)
        answer = self.client.execute(shop, operation, asked)[field]
        error = _user_error("create_code", answer)
        if error is None:
            made = answer["codeDiscountNode"]
            return Done(operation="create_code", answer={"id": made["id"]})
        found = self._code(shop, code.text)
        if error.reason != "TAKEN" or found is None:
            raise error
        if found["codeDiscount"].get("title") != code.title:
            raise error
        if found["codeDiscount"].get("status") == "EXPIRED":
            return self._revive(shop, code, found["id"])
        return Done(operation="create_code", answer={"id": found["id"]}, repeated=True)

    def _revive(self, shop: str, code: Code, id: str) -> Done:
        operation, field, asked = revive_call(code, id)
        answer = self.client.execute(shop, operation, asked)[field]
        error = _user_error("revive_code", answer)
        if error is not None:
            raise error
        return Done(operation="revive_code", answer={"id": id})

    def deactivate_code(self, shop: str, text: str) -> Done:
        """Make a discount code useless, if it exists."""
        found = self._code(shop, text)
        if found is None or found["codeDiscount"].get("status") == "EXPIRED":
            return Done(operation="deactivate_code", answer={}, repeated=True)
        answer = self.client.execute(shop, "deactivate_code", {"id": found["id"]})
        error = _user_error("deactivate_code", answer["discountCodeDeactivate"])
        if error is not None:
            raise error
        return Done(operation="deactivate_code", answer={"id": found["id"]})

    def _code(self, shop: str, text: str) -> dict[str, Any] | None:
        found: dict[str, Any] | None = self.client.execute(
            shop, "code_by_code", {"code": text}
        )["codeDiscountNodeByCode"]
        return found

    def process(self, shop: str, payment: Payment) -> Done:
        """Confirm the lines of an open return and give their money back.

        Not safe to repeat by itself: the return's refunds have to be read first.
        """
        answer = self.client.execute(shop, "process_return", process_call(payment))
        done = answer["returnProcess"]
        error = _user_error("process_return", done)
        if error is not None:
            raise error
        there = done["return"]["refunds"]["nodes"]
        made = [refund for refund in there if refund["id"] not in payment.before]
        return Done(operation="process_return", answer=_made(made))

    def give_back(self, shop: str, payment: Payment, key: str) -> Done:
        """Give money back beside the return, once for a key."""
        answer = self.client.execute(shop, "refund_order", refund_call(payment, key))
        done = answer["refundCreate"]
        error = _user_error("refund_order", done)
        if error is not None:
            raise error
        return Done(operation="refund_order", answer=_made([done["refund"]]))

    def remove(self, shop: str, return_id: str, lines: Mapping[str, int]) -> Done:
        """Take lines out of a requested return, as far as they are still in it.

        Raises `Overtaken` when it was decided meanwhile.
        """
        found = self.client.execute(shop, "return_lines", {"id": return_id})["return"]
        if found is None:
            raise Refused(f"return `{return_id}` is not in this shop")
        there = {
            line["id"]: line["quantity"] for line in found["returnLineItems"]["nodes"]
        }
        still = {id: there[id] for id in lines if there.get(id)}
        if not still:
            return Done(operation="remove_lines", answer={}, repeated=True)
        if found["status"] != "REQUESTED":
            raise Overtaken(ReturnState(status=found["status"]))
        asked = [
            {"returnLineItemId": id, "quantity": quantity}
            for id, quantity in still.items()
        ]
        answer = self.client.execute(
            shop, "remove_lines", {"id": return_id, "lines": asked}
        )
        error = _user_error("remove_lines", answer["removeFromReturn"])
        if error is not None:
            raise error
        return Done(operation="remove_lines", answer={"removed": still})

    def close(self, shop: str, return_id: str) -> Done:
        """Close a return that nothing more is expected of, unless it is closed."""
        state = self.state(shop, return_id)
        if state is not None and state.status == "CLOSED":
            return Done(operation="close_return", answer={}, repeated=True)
        answer = self.client.execute(shop, "close_return", {"id": return_id})
        error = _user_error("close_return", answer["returnClose"])
        if error is not None:
            raise error
        return Done(operation="close_return", answer=answer["returnClose"]["return"])

    def mark(
        self, shop: str, order_id: str, tags: Sequence[str], note: Mapping[str, Any]
    ) -> Done:
        """Put tags and our metafield on an order; both can be put there twice."""
        if tags:
            self._tag(shop, "tag_order", "tagsAdd", order_id, tags)
        field = {
            "ownerId": order_id,
            "namespace": NAMESPACE,
            "key": KEY,
            "type": "json",
            "value": json.dumps(note, sort_keys=True, ensure_ascii=False),
        }
        answer = self.client.execute(shop, "set_metafields", {"metafields": [field]})
        error = _user_error("set_metafields", answer["metafieldsSet"])
        if error is not None:
            raise error
        return Done(operation="mark_order", answer={"tags": list(tags)})

    def unmark(self, shop: str, order_id: str, tags: Sequence[str]) -> Done:
        """Take tags off an order that are there, and no others."""
        order = self.client.execute(shop, "order_tags", {"id": order_id})["order"]
        there = [tag for tag in tags if order is not None and tag in order["tags"]]
        if there:
            self._tag(shop, "untag_order", "tagsRemove", order_id, there)
        return Done(operation="unmark_order", answer={"removed": there})

    def _tag(
        self, shop: str, operation: str, field: str, order_id: str, tags: Sequence[str]
    ) -> None:
        asked = {"id": order_id, "tags": list(tags)}
        answer = self.client.execute(shop, operation, asked)
        error = _user_error(operation, answer[field])
        if error is not None:
            raise error


def _made(refunds: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Name the refunds that were made, and how their payments stand."""
    return {
        "refunds": [refund["id"] for refund in refunds],
        "payments": [
            payment
            for refund in refunds
            for payment in payments_of(refund, "presentmentMoney")
        ],
    }


def _user_error(operation: str, answer: Mapping[str, Any] | None) -> UserError | None:
    """Read a mutation's own error plane; a payload of null is an error too."""
    if answer is None:
        return UserError(operation, "NO_PAYLOAD", "the payload is null")
    errors = answer["userErrors"]
    if not errors:
        return None
    first = errors[0]
    code = first.get("code") or "UNSAID"
    count("user_errors", operation=operation, code=code)
    return UserError(operation, code, first["message"])
