"""The merchant's pages, shown inside the shop's admin; one module a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from plugin.archive.store import SqlArchive
from plugin.install import Door, Sessions
from plugin.packs import Packs
from plugin.pages import api, bounce, case, cases, errors, settings, words
from plugin.pages.desk import Desk, Frame
from plugin.pages.headers import secure

__all__ = ["Frame", "blueprint"]

_OPEN = ("pages.bounce", "pages.static")


def blueprint(
    *,
    sessions: Sessions,
    archive: SqlArchive,
    packs: Packs,
    install: Callable[[str, str], None],
    has_token: Callable[[str], bool],
    confirm: Callable[[str, str, str], None],
    frame: Frame,
    lacks: Callable[[str], frozenset[str]] = lambda _shop: frozenset(),
) -> Blueprint:
    """Make the pages and the door before them, ready to be registered on an app."""
    desk = Desk(frame=frame, archive=archive, packs=packs, confirm=confirm)
    door = Door(
        sessions=sessions,
        archive=archive,
        has_token=has_token,
        install=install,
        bounce="pages.bounce",
        lacks=lacks,
    )
    pages = Blueprint(
        "pages",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/assets",
    )
    pages.before_request(partial(_enter, door))
    pages.after_request(partial(secure, frame=frame))
    pages.context_processor(partial(dict, frame=frame, words=words))
    errors.register(pages)
    _route(pages, desk)
    return pages


def _enter(door: Door) -> ResponseReturnValue | None:
    return None if request.endpoint in _OPEN else door.enter()


def _route(pages: Blueprint, desk: Desk) -> None:
    pages.add_url_rule("/session-token-bounce", "bounce", bounce.show)
    for rule, method, name, view in (
        ("/", "GET", "cases", cases.show),
        ("/cases/<number>", "GET", "case", case.show),
        ("/cases/<number>/confirm", "POST", "confirm", case.confirm),
        ("/settings", "GET", "settings", settings.show),
        ("/settings", "POST", "submit_settings", settings.submit),
        ("/api/cases", "GET", "api_cases", api.cases),
        ("/api/cases/<number>", "GET", "api_case", api.case),
        ("/api/settings", "PUT", "api_settings", api.put_settings),
    ):
        pages.add_url_rule(rule, name, partial(view, desk), methods=[method])
