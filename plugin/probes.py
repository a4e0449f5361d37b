"""Probes: what machines ask of a running app. Alive, ready, and whether all is well."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address

import sqlalchemy as sa
import structlog
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from plugin.metrics import exposition
from webhooks.inbox import Inbox
from webhooks.waiting import InboxClosed

# Whoever passes a request on for others adds one of them.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")

log = structlog.get_logger(__name__)


def blueprint(
    inbox: Inbox,
    engine: sa.Engine,
    now: Callable[[], datetime],
    *,
    metrics_token: str | None,
) -> Blueprint:
    """Make the probes; metrics are for this machine, or for who has the token."""
    face = Blueprint("probes", __name__)

    @face.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return jsonify(status="ok")

    @face.get("/readyz")
    def readyz() -> ResponseReturnValue:
        try:
            inbox.check()
        except sa.exc.SQLAlchemyError:
            log.exception("not_ready")
            return jsonify(error="database_unreachable"), 503
        except InboxClosed as error:
            log.exception("not_ready")
            return jsonify(error=error.code), 503
        return jsonify(status="ready")

    @face.get("/metrics")
    def metrics() -> ResponseReturnValue:
        if not (_from_here() or _has(metrics_token)):
            message = "ask from the machine itself, or with the token"
            return jsonify(error="metrics_closed", message=message), 403
        try:
            text = exposition(engine, now())
        except sa.exc.SQLAlchemyError:
            log.exception("metrics_failed")
            return jsonify(error="database_unreachable"), 503
        return Response(text, content_type=CONTENT_TYPE_LATEST)

    return face


def _from_here() -> bool:
    """Tell whether this machine asks for itself, and not for somebody else."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


def _has(token: str | None) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if token is None or scheme != "Bearer":
        return False
    return hmac.compare_digest(given.encode(), token.encode())
