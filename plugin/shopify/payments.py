"""Money given back, as the platform's mutations ask for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugin.policy.money import Money
from plugin.ports import Payment

Asked = Mapping[str, Any]


def process_call(payment: Payment) -> Asked:
    """Say what `process_return` is asked with; nothing is ever refunded over."""
    return {
        "input": {
            "returnId": payment.return_id,
            "returnLineItems": [
                {"id": line.line_id, "quantity": line.quantity}
                for line in payment.lines
            ],
            "refundShipping": {"fullRefund": payment.shipping},
            "note": payment.note,
            "notifyCustomer": True,
            "financialTransfer": {
                "issueRefund": {
                    "orderTransactions": [
                        {
                            "parentId": share.parent_id,
                            "transactionAmount": _input(share.amount),
                        }
                        for share in payment.shares
                    ],
                    "refundMethods": _methods(payment),
                }
            },
        }
    }


def refund_call(payment: Payment, key: str) -> Asked:
    """Say what `refund_order` is asked with; nothing is ever refunded over."""
    return {
        "key": key,
        "input": {
            "orderId": payment.order_id,
            "currency": payment.amount.currency,
            "note": payment.note,
            "notify": True,
            "refundLineItems": [
                {
                    "lineItemId": line.item_id,
                    "quantity": line.quantity,
                    "restockType": "NO_RESTOCK",
                }
                for line in payment.lines
            ],
            "shipping": {"fullRefund": payment.shipping},
            "refundMethods": _methods(payment),
            "transactions": [
                {
                    "orderId": payment.order_id,
                    "kind": "REFUND",
                    "gateway": share.gateway,
                    "amount": f"{share.amount.amount:f}",
                    "parentId": share.parent_id,
                }
                for share in payment.shares
            ],
        },
    }


def _methods(payment: Payment) -> list[Asked]:
    if not payment.credit:
        return []
    credit: dict[str, Any] = {"amount": _input(payment.amount)}
    if payment.credit_until is not None:
        credit["expiresAt"] = payment.credit_until.strftime("%Y-%m-%dT%H:%M:%SZ")
    return [{"storeCreditRefund": credit}]


def _input(money: Money) -> Asked:
    return {"amount": f"{money.amount:f}", "currencyCode": money.currency}
