"""Gists: what is counted of an entry, kept open because it says nothing of a person."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

# What the law said of any line, the strongest first.
LAW = ("speaks", "cannot_tell", "silent")


def gist_of(kind: str, body: object) -> str | None:
    """Sum an entry up for the counters; None for what is not counted."""
    make = _MAKERS.get(kind)
    if isinstance(body, Mapping) and body.get("owes"):
        # What was promised: an amount alone, which outlives whom it was promised to.
        return json.dumps({"owes": body["owes"]}, sort_keys=True)
    if make is None or not isinstance(body, Mapping):
        return None
    return json.dumps(make(body), sort_keys=True)


def _decision(body: Mapping[str, Any]) -> dict[str, str]:
    said = {line["law"]["says"] for line in body.get("lines", ())}
    law = next((word for word in LAW if word in said), "none")
    return {"outcome": str(body.get("outcome", "unknown")), "law": law}


def _outcome(body: Mapping[str, Any]) -> dict[str, str]:
    return {"status": str(body.get("status", "unknown"))}


def _call(body: Mapping[str, Any]) -> dict[str, str]:
    # What was called for money stands beside the amount.
    done = body.get("done", body)
    repeated = "true" if done.get("repeated") else "false"
    return {"operation": str(done.get("operation", "unknown")), "repeated": repeated}


def _audit(body: Mapping[str, Any]) -> dict[str, str]:
    names = ("goods", "shipping", "currency", "verdict")
    found = {name: str(body[name]) for name in names if name in body}
    return found | ({"doubtful": "true"} if body.get("doubtful") else {})


_MAKERS = {
    "audit": _audit,
    "undone": _audit,
    "decision": _decision,
    "outcome": _outcome,
    "call": _call,
}
