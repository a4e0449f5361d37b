"""The app inside the development store's admin, in a real browser, off the network."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import BaseWSGIServer

from plugin import pages
from plugin.demo.processes import Place, place, start_app, start_store
from plugin.devstore.server import bind, create_store
from tests.browser.admin import Admin, watch
from tests.pages.boards import make_board
from tests.pages.seeds import API_KEY, SECRET, SHOP, Office, make_archive

ROOT = Path(__file__).parents[2]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    # A browser sees the same on any database.
    archive = make_archive(f"sqlite:///{tmp_path / 'evenhand.db'}")
    office = Office(archive=archive)
    office.switchboard = board = make_board(office)
    yield office
    board.outgoing.client.destroy()
    archive.engine.dispose()


@pytest.fixture
def admin(page: Page, office: Office) -> Iterator[Admin]:
    with served(office) as store:
        admin = Admin(page=page, store=store, office=office)
        watch(admin)
        requests.post(f"{store}/{SHOP}/admin/oauth/install", timeout=5)
        yield admin
        page.close()
    assert admin.troubles == []


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Place]:
    """The app and the store, as programs of their own."""
    where = place(tmp_path, store_port=0, app_port=0)
    with ExitStack() as ends:
        ends.callback(start_store(where).stop)
        ends.callback(start_app(where).stop)
        yield where


@contextmanager
def served(office: Office) -> Iterator[str]:
    """Serve the app and the store, each on a free port; gives the store's address."""
    late = Late()
    app_server = bind(late)  # type: ignore[arg-type]  # any WSGI app will do
    store_app = create_store(
        app_url=f"http://127.0.0.1:{app_server.port}",
        manifest=ROOT / "shopify.app.toml",
        client_id=API_KEY,
        client_secret=SECRET,
    )
    store_server = bind(store_app)
    store = f"http://127.0.0.1:{store_server.port}"
    late.app = office.app(frame=frame_of(store))
    with serving(app_server), serving(store_server):
        yield store
    store_app.extensions["devstore"].close()


class Late:
    """A WSGI app that is named after its address is known."""

    app: Flask

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        return self.app(environ, start)


def frame_of(store: str) -> pages.Frame:
    """Say that the pages are shown by the store."""
    return pages.Frame(
        api_key=API_KEY,
        app_bridge_url=f"{store}/app-bridge.js",
        admin_origin=store,
        shop_url=f"{store}/{{shop}}",
    )


@contextmanager
def serving(server: BaseWSGIServer) -> Iterator[None]:
    """Serve in a thread until it is enough."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
