"""Doctor: everything that has to be in order for the promises to hold, looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import requests
import sqlalchemy as sa
from marshmallow import ValidationError

from config.settings import Settings
from plugin.archive.database import connect
from plugin.archive.scope import Across, across
from plugin.archive.standing import last_events
from plugin.archive.vault import Vault
from plugin.clock import SystemClock
from plugin.doctor.database import examine_database
from plugin.doctor.events import examine_events, examine_signatures
from plugin.doctor.finding import Finding, Level, fail, fine, warn, worst
from plugin.doctor.keys import examine_keys
from plugin.doctor.stores import MANIFEST, Stores, wanted_scopes
from plugin.doctor.subscriptions import declared_topics
from plugin.doctor.sweeps import examine_past, examine_sweeps
from plugin.doctor.work import examine_work
from plugin.keys import token_keys
from plugin.letters import Letters
from plugin.notes import FaultSigns
from plugin.packs import BadPack, Packs
from plugin.tone import Tone

__all__ = ["Finding", "Level", "examine", "worst"]

CONFIG = Path(__file__).resolve().parent.parent.parent / "config"


def examine(
    settings: Settings, *, shop: str | None = None, offline: bool = False
) -> Iterator[Finding]:
    """Look at everything, or at one shop beside what all share.

    Changes nothing, but marks a token that its store refuses. What cannot be looked at,
    because what it needs is broken, is left out.
    """
    yield from _settings(settings)
    yield from _files()
    engine = connect(settings.database_url) if _is_there(settings) else None
    if engine is None:
        yield from examine_database(sa.create_engine(settings.database_url))
        return
    try:
        found = list(examine_database(engine))
        yield from found
        if worst(each for each in found if each.check != "disk") < Level.ERROR:
            yield from _inside(engine, settings, shop, offline=offline)
    except sa.exc.SQLAlchemyError as error:
        says = (
            f"it can be read no further: {type(error).__name__}; what follows was left"
        )
        do = "look again; if it says the same, restore it from a backup"
        yield fail("database", says, do)
    finally:
        engine.dispose()


def _is_there(settings: Settings) -> bool:
    """Tell whether opening the database would not first make its file."""
    url = sa.make_url(settings.database_url)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()


def _settings(settings: Settings) -> Iterator[Finding]:
    yield fine("settings", "all are there and well formed")
    if settings.old_api_secret:
        do = "take `SHOPIFY_OLD_API_SECRET` out once Shopify has revoked the old one"
        yield warn("secrets", "an old client secret is still accepted", do)


def _files() -> Iterator[Finding]:
    for check, load in _LOADS.items():
        try:
            yield fine(check, load())
        except (BadPack, ValidationError, ValueError, OSError) as error:
            yield fail(check, str(error), "install the release again, whole")


def _packs() -> str:
    packs = Packs.load(CONFIG / "law", CONFIG / "presets")
    return f"{len(packs.law_packs)} law packs, {len(packs.preset_names)} presets"


def _messages() -> str:
    letters = Letters.load(CONFIG / "messages")
    FaultSigns.load(CONFIG / "fault_signs.yaml")
    return f"letters in {', '.join(sorted(letters.languages))}"


def _tone() -> str:
    # The app reads each list when it first needs it, so that no start has seen them.
    return f"word lists in {', '.join(Tone.load(CONFIG / 'tone').languages)}"


_LOADS: dict[str, Callable[[], str]] = {
    "packs": _packs,
    "messages": _messages,
    "tone": _tone,
}


def _inside(
    engine: sa.Engine, settings: Settings, only: str | None, *, offline: bool
) -> Iterator[Finding]:
    now = SystemClock().now
    try:
        yield from list(examine_work(engine, now()))
    except sa.exc.SQLAlchemyError as error:
        says = f"what waits cannot be read: {type(error).__name__}"
        do = "restore both schemas from one backup, or start `evenhand serve`"
        yield fail("work", says, do)
    yield from examine_keys(engine, settings.secrets, only)
    yield from examine_signatures(engine, now())
    with across(engine, Across.COMMANDS).connect() as db:
        heard = last_events(db)
    if only is not None and only not in heard:
        do = "see `evenhand shops`"
        yield fail("shop", "it does not have the app", do, only)
        return
    session = requests.Session()
    session.trust_env = False
    stores = Stores(
        session=session,
        vault=Vault(engine, token_keys(settings.secrets), now),
        shop_url=settings.shop_url,
        wanted=wanted_scopes(),
        declared=declared_topics(MANIFEST),
        now=now,
        online=not offline,
    )
    for shop in [only] if only else heard:
        yield from stores.look(shop, heard[shop])
        yield from examine_sweeps(engine, shop, now())
        yield from examine_past(engine, shop)
        yield from examine_events(engine, shop)
