"""The command that starts the development store."""

from __future__ import annotations

from pathlib import Path

import click

from plugin.devstore.seed import DAY_FILE
from plugin.devstore.server import run


@click.command("devstore")
@click.option("--port", default=9292, show_default=True, help="Port to listen on.")
@click.option(
    "--app-url",
    default="http://127.0.0.1:8080",
    show_default=True,
    help="Where the app runs.",
)
@click.option(
    "--manifest",
    default="shopify.app.toml",
    show_default=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The app's manifest.",
)
@click.option(
    "--client-id",
    default="evenhand-development",
    show_default=True,
    help="The app's client id.",
)
@click.option(
    "--client-secret",
    required=True,
    envvar="SHOPIFY_API_SECRET",
    help="The app's client secret.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    help="How many times faster than real the store's clock runs.",
)
@click.option(
    "--world",
    default=DAY_FILE,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The shops and orders to start with; a demo's day unless given.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind.")
def devstore(
    port: int,
    app_url: str,
    manifest: Path,
    client_id: str,
    client_secret: str,
    speed: float,
    world: Path,
    host: str,
) -> None:
    """Run a small Shopify on this machine."""
    run(
        port=port,
        app_url=app_url,
        manifest=manifest,
        client_id=client_id,
        client_secret=client_secret,
        speed=speed,
        world=world,
        host=host,
    )
