"""The composition root: parts -> faces and durable work."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from functools import partial

import structlog
from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from config.settings import Settings, read
from plugin import (
    backfill,
    grant,
    logs,
    probes,
    reception,
    serving,
    sweeps,
    workflows,
)
from plugin.archive import retention
from plugin.backfiller import Backfiller
from plugin.metering import Meter
from plugin.outgoing import queue
from plugin.parts import Parts, build
from plugin.sweeper import Sweeper
from plugin.worker import Worker
from webhooks.answers import LARGEST
from webhooks.asgi import AsgiReceiver
from webhooks.receive import Receiver

log = structlog.get_logger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the web app whole, for any server of WSGI."""
    settings = settings or read()
    app, parts, ends = _make(settings)
    atexit.register(ends.close)
    app.wsgi_app = Receiver(  # type: ignore[method-assign]
        app.wsgi_app, parts.inbox, secrets=settings.api_secrets
    )
    return app


def _make(settings: Settings) -> tuple[Flask, Parts, ExitStack]:
    """Make the pages and all that works behind them, and what ends it again."""
    logs.configure(settings.log_level)
    parts = build(settings)
    app = Flask("evenhand", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.register_blueprint(reception.merchants_pages(parts))
    app.register_blueprint(grant.blueprint(reception.grants(parts)))
    app.register_blueprint(_probes(parts))
    app.register_error_handler(Exception, _broken)
    ends = ExitStack()
    ends.callback(parts.use.close)
    ends.callback(parts.inbox.close)
    ends.callback(Meter(parts.engine).stop)
    if settings.work_inline:
        # Last, so that whoever stops a process that works finds it ready to stop.
        ends.callback(start_work(parts).stop)
    return app, parts, ends


def serve_app() -> AsgiReceiver:
    """Make the app in a server's own process, which ends when it is told to."""
    serving.follow_parent()
    settings = read()
    app, parts, ends = _make(settings)
    serving.announce(settings.host, settings.port)
    return AsgiReceiver(
        app,
        parts.inbox,
        secrets=settings.api_secrets,
        threads=settings.threads,
        begin=serving.hear_signals,
        end=ends.close,
    )


def start_work(parts: Parts) -> Worker:
    """Do durable work in this process, once no other of its worker's name lives."""
    workflows.register(parts.services, parts.client)
    sweeps.register(
        Sweeper(
            services=parts.services,
            listing=parts.listing,
            engine=parts.engine,
            client=parts.client,
        )
    )
    queue.register(parts.switchboard.courier, parts.client)
    backfill.register(
        Backfiller(
            services=parts.services,
            bulk=parts.past_returns,
            engine=parts.engine,
            keyring=parts.archive.keyring,
        )
    )
    worker = Worker(
        parts.engine,
        parts.client,
        parts.inbox.arrived,
        name=parts.settings.worker,
        poll_seconds=parts.settings.poll_seconds,
        sweep_seconds=parts.settings.sweep_seconds,
        renew=parts.tokens.renew_quiet,
        erase_old=partial(retention.erase_old, parts.archive),
    )
    worker.start()
    return worker


def _probes(parts: Parts) -> Blueprint:
    return probes.blueprint(
        parts.inbox,
        parts.engine,
        parts.services.clock.now,
        metrics_token=parts.settings.metrics_token,
    )


def _broken(error: Exception) -> ResponseReturnValue:
    """Answer what nobody handled with a stable code and no detail."""
    if isinstance(error, HTTPException):
        code = (error.name or "error").lower().replace(" ", "_")
        allowed = {k: v for k, v in error.get_headers() if k == "Allow"}
        answer = jsonify(error=code, message=error.description)
        return answer, error.code or 500, allowed
    log.exception("request_broke")
    return jsonify(error="internal_error", message="try again later"), 500
