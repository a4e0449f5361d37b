"""The composition root: settings -> services -> faces and durable work.

Everything is made here and handed down; nothing below reads the environment.
"""

from __future__ import annotations

import atexit
import ssl
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path

import requests
import requests.utils
import sqlalchemy as sa
import structlog
from dbos import DBOSClient
from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue
from requests.adapters import HTTPAdapter
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from config.settings import Settings, read
from plugin import backfill, casework, grant, logs, pages, probes, sweeps, workflows
from plugin.archive import retention
from plugin.archive.canonical import canonical
from plugin.archive.database import connect, migrate
from plugin.archive.keyring import Keyring
from plugin.archive.store import SqlArchive
from plugin.archive.vault import Vault
from plugin.backfiller import Backfiller
from plugin.casework.overriding import Answer, checked
from plugin.clock import SystemClock
from plugin.grant import Grants
from plugin.install import Sessions
from plugin.keys import Codes, archive_keys, token_keys, webhook_keys
from plugin.letters import Letters
from plugin.library import Library
from plugin.metering import Meter
from plugin.notes import FaultSigns
from plugin.outgoing import queue
from plugin.outgoing.delivering import Courier
from plugin.outgoing.posting import Post
from plugin.outgoing.queue import Outgoing
from plugin.outgoing.reaching import Reach
from plugin.outgoing.switchboard import Switchboard
from plugin.packs import Packs
from plugin.ports import Services
from plugin.shopify import scopes
from plugin.shopify.actions import Actions
from plugin.shopify.bulk import PastReturns
from plugin.shopify.client import Client
from plugin.shopify.flow import FlowTriggers
from plugin.shopify.listing import OrderListing
from plugin.shopify.tokens import Tokens
from plugin.sweeper import Sweeper
from plugin.tone import Tone
from plugin.worker import Worker
from webhooks import receive
from webhooks.inbox import Inbox

CONFIG = Path(__file__).resolve().parent.parent / "config"
FIRST_PRESET = "standard-30-days"
POOL = 32

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What the faces and the worker share in one process."""

    settings: Settings
    engine: sa.Engine
    client: DBOSClient
    archive: SqlArchive
    vault: Vault
    packs: Packs
    tokens: Tokens
    services: Services
    listing: OrderListing
    past_returns: PastReturns
    inbox: Inbox
    switchboard: Switchboard


def open_database(settings: Settings) -> sa.Engine:
    """Open the database with every table in its newest shape, ours and the engine's."""
    engine = connect(settings.database_url)
    migrate(engine)
    workflows.migrate(engine)
    return engine


def build(settings: Settings) -> Parts:
    """Make every part; a broken pack or database stops here, not at a customer."""
    clock = SystemClock()
    engine = open_database(settings)
    packs = Packs.load(CONFIG / "law", CONFIG / "presets")
    vault = Vault(engine, token_keys(settings.secrets), clock.now)
    session = _session()
    tokens = Tokens(
        session=session,
        vault=vault,
        api_key=settings.api_key,
        api_secret=settings.api_secret,
        shop_url=settings.shop_url,
        now=clock.now,
    )
    outgoing = Outgoing(client=workflows.client(engine), now=clock.now)
    keyring = Keyring(archive_keys(settings.secrets))
    archive = SqlArchive(engine, clock.now, keyring, outgoing.tell)
    client = Client(session=session, tokens=tokens, shop_url=settings.shop_url)
    services = Services(
        platform=Actions(client, FaultSigns.load(CONFIG / "fault_signs.yaml")),
        archive=archive,
        library=Library(packs),
        letters=Letters.load(CONFIG / "messages"),
        clock=clock,
        codes=Codes(settings.secrets[0], settings.code_prefix),
    )
    return Parts(
        settings=settings,
        engine=engine,
        client=outgoing.client,
        archive=archive,
        vault=vault,
        packs=packs,
        tokens=tokens,
        services=services,
        listing=OrderListing(client),
        past_returns=PastReturns(client=client, session=_session()),
        inbox=Inbox(engine, clock.now, keyring),
        switchboard=Switchboard(
            courier=_courier(settings, archive, FlowTriggers(client=client)),
            outgoing=outgoing,
        ),
    )


def _courier(settings: Settings, archive: SqlArchive, flow: FlowTriggers) -> Courier:
    """Make what sends to merchants' own systems; it trusts whom the session trusts."""
    trusted = ssl.create_default_context(cafile=requests.utils.DEFAULT_CA_BUNDLE_PATH)
    return Courier(
        engine=archive.engine,
        keys=webhook_keys(settings.secrets),
        now=archive.now,
        archive=archive,
        reach=Reach(local=settings.local_webhooks),
        post=Post(context=trusted),
        flow=flow,
    )


@lru_cache(maxsize=1)
def _tone() -> Tone:
    """Read the lists of words once; they are long."""
    return Tone.load(CONFIG / "tone")


def _session() -> requests.Session:
    """Make the one pooled session; it never retries by itself and keeps no cookies."""
    session = requests.Session()
    session.trust_env = False
    session.verify = True
    adapter = HTTPAdapter(pool_connections=POOL, pool_maxsize=POOL, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.headers["User-Agent"] = "Evenhand"
    return session


def create_app(settings: Settings | None = None) -> Flask:
    """Make the web app; the server's entry point in every place."""
    settings = settings or read()
    logs.configure(settings.log_level)
    parts = build(settings)
    app = Flask("evenhand", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = receive.LARGEST
    app.register_blueprint(receive.blueprint(parts.inbox, secrets=settings.api_secrets))
    app.register_blueprint(_pages(parts))
    app.register_blueprint(grant.blueprint(_grants(parts)))
    app.register_blueprint(_probes(parts))
    app.register_error_handler(MethodNotAllowed, receive.refuse_method)
    app.register_error_handler(Exception, _broken)
    atexit.register(parts.inbox.close)
    atexit.register(Meter(parts.engine).stop)
    if settings.work_inline:
        # Last, so that whoever stops a process that works finds it ready to stop.
        atexit.register(start_work(parts).stop)
    return app


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


def _pages(parts: Parts) -> Blueprint:
    settings = parts.settings

    def install(shop: str, id_token: str) -> None:
        parts.tokens.exchange(shop, id_token)
        _welcome(parts, shop)

    def confirm(shop: str, return_id: str, by: str) -> None:
        with parts.engine.begin() as db:
            workflows.enqueue(parts.client, db, workflows.confirm(shop, return_id, by))

    def override(shop: str, return_id: str, by: str, answer: Answer) -> None:
        case = parts.archive.of(shop).find(return_id)
        if case is None:
            return
        checked(parts.services, case, answer)
        # The queue keeps its arguments for a while: what a person wrote is sealed.
        words = parts.archive.of(shop).closed(return_id, answer.words)
        answer = replace(answer, words=words)
        job = workflows.override(
            shop, return_id, by, answer, standing=case.status.value
        )
        with parts.engine.begin() as db:
            workflows.enqueue(parts.client, db, job)

    return pages.blueprint(
        sessions=Sessions(api_key=settings.api_key, secrets=settings.api_secrets),
        archive=parts.archive,
        packs=parts.packs,
        languages=parts.services.letters.languages,
        tone=_tone(),
        install=install,
        has_token=parts.vault.has,
        confirm=confirm,
        override=override,
        lacks=partial(_lacks, parts),
        regrant=partial(_regrant, parts),
        granted=partial(_granted, parts),
        grant="grant.begin",
        switchboard=parts.switchboard,
        frame=pages.Frame(
            api_key=settings.api_key,
            app_bridge_url=settings.app_bridge_url,
            admin_origin=settings.admin_origin,
            shop_url=settings.shop_url,
        ),
    )


def _grants(parts: Parts) -> Grants:
    settings = parts.settings

    def ready(shop: str) -> bool:
        known = parts.archive.of(shop).shop()
        here = known is not None and known.installed and parts.vault.has(shop)
        return here and not _lacks(parts, shop)

    def redeem(shop: str, code: str) -> None:
        parts.tokens.redeem(shop, code)
        _welcome(parts, shop)

    return Grants(
        api_key=settings.api_key,
        secrets=settings.api_secrets,
        scopes=scopes.REQUIRED,
        shop_url=settings.shop_url,
        now=parts.services.clock.now,
        ready=ready,
        redeem=redeem,
    )


def _welcome(parts: Parts, shop: str) -> None:
    """Record a shop that has the app now, and let its work go on."""
    document = canonical(parts.packs.preset(FIRST_PRESET))
    tenant = casework.welcome(parts.services, shop=shop, document=document)
    # Known again at every later opening, when it changes nothing.
    job = workflows.backfill(shop, f"install-{tenant.generation}")
    with parts.engine.begin() as db:
        workflows.enqueue(parts.client, db, job)
    workflows.wake(parts.client, shop)


def _lacks(parts: Parts, shop: str) -> frozenset[str]:
    token = parts.vault.load(shop)
    return frozenset() if token is None else scopes.missing(token.scopes)


def _granted(parts: Parts, shop: str) -> frozenset[str]:
    token = parts.vault.load(shop)
    return frozenset() if token is None else token.scopes


def _regrant(parts: Parts, shop: str, id_token: str) -> frozenset[str]:
    """Fetch a new token, which alone shows what was granted since the last one."""
    return parts.tokens.exchange(shop, id_token).scopes


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
        return jsonify(error=code, message=error.description), error.code or 500
    log.exception("request_broke")
    return jsonify(error="internal_error", message="try again later"), 500
