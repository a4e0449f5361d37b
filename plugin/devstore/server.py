"""The development store as a program: one web server on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from plugin.devstore import (
    admin,
    admin_api,
    authorize,
    bulk_runs,
    control,
    control_life,
    customer,
    frame,
    home,
    oauth,
    optional,
)
from plugin.devstore.clock import Clock
from plugin.devstore.manifest import read_manifest
from plugin.devstore.pages import add_words
from plugin.devstore.seed import DAY_FILE, fill
from plugin.devstore.store import Store
from plugin.devstore.web import EXTENSION, DomainConverter

BLUEPRINTS = (
    admin.blueprint,
    admin_api.blueprint,
    authorize.blueprint,
    bulk_runs.blueprint,
    control.blueprint,
    control_life.blueprint,
    customer.blueprint,
    frame.blueprint,
    home.blueprint,
    oauth.blueprint,
    optional.blueprint,
)


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open, answers at once, and logs nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing; the truth is the log."""


def run(
    *,
    port: int,
    app_url: str,
    manifest: Path,
    client_id: str,
    client_secret: str,
    speed: float = 1.0,
    world: Path = DAY_FILE,
    host: str = "127.0.0.1",
) -> None:
    """Serve a fresh store until the program is stopped."""
    app = create_store(
        app_url=app_url,
        manifest=manifest,
        client_id=client_id,
        client_secret=client_secret,
        speed=speed,
        world=world,
    )
    server = bind(app, host=host, port=port)
    print(f"development store ready at http://{host}:{server.port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        app.extensions[EXTENSION].close()
        server.server_close()


def create_store(
    *,
    app_url: str,
    manifest: Path,
    client_id: str,
    client_secret: str,
    speed: float = 1.0,
    world: Path = DAY_FILE,
) -> Flask:
    """A fresh store with its seed, ready to be served."""
    about = read_manifest(manifest, app_url=app_url, client_id=client_id)
    store = Store(manifest=about, secret=client_secret, clock=Clock(speed))
    fill(store, world)
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.url_map.converters["domain"] = DomainConverter
    # A gid in an address holds two slashes in a row.
    app.url_map.merge_slashes = False
    app.extensions[EXTENSION] = store
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    add_words(app)
    return app


def bind(app: Flask, *, host: str = "127.0.0.1", port: int = 0) -> BaseWSGIServer:
    """A server for a store, on any free port if none is named."""
    options: dict[str, Any] = {"threaded": True, "request_handler": QuietHandler}
    return make_server(host, port, app, **options)
