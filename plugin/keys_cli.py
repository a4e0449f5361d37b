"""`evenhand rotate-keys` and `renew-tokens`: what a change of a secret needs."""

from __future__ import annotations

import sys
from collections import Counter

import click

from plugin.archive.resealing import reseal
from plugin.archive.store import installed_shops
from plugin.archive.tables import data_keys, endpoints, tokens
from plugin.keys import archive_keys, token_keys, webhook_keys
from plugin.opened import database, settings, use
from plugin.parts import Parts, build
from plugin.policy.counting import counted
from plugin.ports import PlatformError


@click.command("rotate-keys", short_help="Seal everything anew with the first secret.")
def rotate_keys() -> None:
    """Seal everything anew with the first of `EVENHAND_SECRETS`; safe to repeat.

    Afterwards the other secrets can be taken out of the settings. Exits 1 when
    something is sealed with a secret that is not among them.
    """
    given = settings()
    engine = database(given)
    in_use = use(engine)
    sealed = {
        "tokens": reseal(engine, tokens, token_keys(given.secrets)),
        "endpoints": reseal(engine, endpoints, webhook_keys(given.secrets)),
        "data keys": reseal(engine, data_keys, archive_keys(given.secrets)),
    }
    for what, done in sealed.items():
        lost = counted(len(done.lost), "shops")
        click.echo(f"{what}: {done.sealed} sealed anew, {lost} lost")
        for shop, count in done.lost.items():
            locked = f"  {shop}: {counted(count, what)} that no secret opens"
            click.echo(f"{locked}; put the older one back", err=True)
    in_use.close()
    sys.exit(1 if any(done.lost for done in sealed.values()) else 0)


@click.command(
    "renew-tokens", short_help="Renew every token before a client secret is revoked."
)
def renew_tokens() -> None:
    """Renew every shop's token now, before an old client secret is revoked.

    A token hangs on the client secret with which it was last renewed. Exits 1 when a
    shop keeps its old one.
    """
    given = settings()
    use(database(given)).close()
    parts = build(given)
    ended = Counter(_renew(parts, shop) for shop in installed_shops(parts.engine))
    parts.use.close()
    parts.engine.dispose()
    click.echo(", ".join(f"{count} {word}" for word, count in sorted(ended.items())))
    sys.exit(1 if ended.keys() - {"renewed"} else 0)


def _renew(parts: Parts, shop: str) -> str:
    """Renew one shop's token; returns in a word what became of it."""
    token = parts.vault.load(shop)
    try:
        if token is not None:
            parts.tokens.renew(shop, stale=token.access)
            return "renewed"
    except PlatformError as error:
        click.echo(f"{shop}: {error}", err=True)
        return error.code
    click.echo(f"{shop}: has no token; the merchant must open the app", err=True)
    return "without"
