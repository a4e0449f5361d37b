"""What one process is made of: settings -> adapters -> services.

Everything is made here and handed down; nothing below reads the environment.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import requests
import requests.utils
import sqlalchemy as sa
from dbos import DBOSClient
from requests.adapters import HTTPAdapter

from config.settings import Settings
from plugin import workflows
from plugin.archive import marks
from plugin.archive.buckets import SqlBuckets
from plugin.archive.database import Lock, connect, migrate
from plugin.archive.keyring import Keyring
from plugin.archive.store import SqlArchive
from plugin.archive.vault import Vault
from plugin.clock import SystemClock
from plugin.keys import Codes, archive_keys, token_keys, webhook_keys
from plugin.letters import Letters
from plugin.library import Library
from plugin.notes import FaultSigns
from plugin.outgoing.delivering import Courier
from plugin.outgoing.posting import Post
from plugin.outgoing.queue import Outgoing
from plugin.outgoing.reaching import Reach
from plugin.outgoing.switchboard import Switchboard
from plugin.packs import Packs
from plugin.ports import Services
from plugin.shopify.actions import Actions
from plugin.shopify.budget import Budget
from plugin.shopify.bulk import PastReturns
from plugin.shopify.client import Client
from plugin.shopify.flow import FlowTriggers
from plugin.shopify.listing import OrderListing
from plugin.shopify.tokens import Tokens
from webhooks.inbox import Inbox

CONFIG = Path(__file__).resolve().parent.parent / "config"
POOL = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What the faces and the worker share in one process."""

    settings: Settings
    engine: sa.Engine
    # Held as long as this process works: nobody copies the database meanwhile.
    use: Lock
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


def open_database(settings: Settings) -> tuple[sa.Engine, Lock]:
    """Open the database with every table in its newest shape, ours and the engine's.

    Raises `NotUsable` for one that is copied, half or away.
    """
    engine = connect(settings.database_url)
    use = marks.use(engine)
    migrate(engine)
    workflows.migrate(engine)
    return engine, use


def build(settings: Settings) -> Parts:
    """Make every part; a broken pack or database stops here, not at a customer."""
    clock = SystemClock()
    engine, use = open_database(settings)
    packs = _packs()
    vault = Vault(engine, token_keys(settings.secrets), clock.now)
    client = _client(settings, vault, SqlBuckets(engine=engine), clock)
    outgoing = Outgoing(client=workflows.client(engine), now=clock.now)
    keyring = Keyring(archive_keys(settings.secrets))
    archive = SqlArchive(engine, clock.now, keyring, outgoing.tell)
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
        use=use,
        client=outgoing.client,
        archive=archive,
        vault=vault,
        packs=packs,
        tokens=client.tokens,
        services=services,
        listing=OrderListing(client),
        past_returns=PastReturns(client=client, session=_session()),
        inbox=Inbox(engine, clock.now, keyring),
        switchboard=Switchboard(
            courier=_courier(settings, archive, FlowTriggers(client=client)),
            outgoing=outgoing,
        ),
    )


def _client(
    settings: Settings, vault: Vault, buckets: SqlBuckets, clock: SystemClock
) -> Client:
    """Make the way to the platform, with what keeps its tokens and its budget."""
    session = _session()
    tokens = Tokens(
        session=session,
        vault=vault,
        api_key=settings.api_key,
        api_secret=settings.api_secret,
        shop_url=settings.shop_url,
        now=clock.now,
    )
    return Client(
        session=session,
        tokens=tokens,
        shop_url=settings.shop_url,
        budget=Budget(now=clock.now, shared=buckets),
    )


@cache
def _packs() -> Packs:
    """Read the law once a process; nothing changes what was read."""
    return Packs.load(CONFIG / "law", CONFIG / "presets")


@cache
def _trusted() -> ssl.SSLContext:
    """Trust whom the session trusts; to read them all takes a while."""
    return ssl.create_default_context(cafile=requests.utils.DEFAULT_CA_BUNDLE_PATH)


def _courier(settings: Settings, archive: SqlArchive, flow: FlowTriggers) -> Courier:
    """Make what sends to merchants' own systems."""
    return Courier(
        engine=archive.engine,
        keys=webhook_keys(settings.secrets),
        now=archive.now,
        archive=archive,
        reach=Reach(local=settings.local_webhooks),
        post=Post(context=_trusted()),
        flow=flow,
    )


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
