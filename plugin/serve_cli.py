"""`evenhand serve` and `evenhand worker`: what answers, and what does durable work."""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import NoReturn, cast

import click
import sqlalchemy as sa
import structlog
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from sqlalchemy.exc import SQLAlchemyError

from config.settings import Settings
from plugin import app, logs, opened
from plugin.archive.marks import NotUsable
from plugin.doctor.keys import missing_secret
from plugin.metering import Meter
from plugin.opened import end
from plugin.parts import build, open_database
from plugin.serving import STOP_SECONDS, TOLD_BY, Interrupt, fork_whole

log = structlog.get_logger(__name__)


def prepare_database(settings: Settings) -> None:
    """Bring the database up to date, or end with what is in the way."""
    url = sa.make_url(settings.database_url)
    file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    new = bool(file and not file.exists())
    try:
        engine, use = open_database(settings)
        sealed = missing_secret(engine, settings.secrets)
        use.close()
        engine.dispose()
    except NotUsable as error:
        end(str(error), error.code)
    except (SQLAlchemyError, OSError) as error:
        # The error's own text may hold the address with its password.
        what = f"the database cannot be opened: {type(error).__name__}"
        end(f"{what}; check `DATABASE_URL`", "database_unreachable")
    if file and new:
        click.echo(
            f"evenhand: made a new, empty database at {file.resolve()}", err=True
        )
    if sealed:
        click.echo(f"evenhand: {sealed} (keys_missing)", err=True)


def _claim_port(settings: Settings) -> None:
    """End if somebody listens on the port; the server itself would share it.

    Two apps on one port would each get a part of a store's events.
    """
    kind = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(kind) as probe:
        # A port that was only just let go of is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            _end_unheard(settings, error)


def _end_unheard(settings: Settings, error: OSError) -> NoReturn:
    """End with why nothing can listen there, and what to set instead."""
    do, code = "stop what listens there, or set another `PORT`", "port_taken"
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        do, code = "set `HOST` to an address of this machine", "unknown_host"
    elif error.errno == errno.EACCES:
        do, code = "set a `PORT` of 1024 or more", "port_forbidden"
    what = f"cannot listen on {settings.host}:{settings.port}: {error.strerror}"
    end(f"{what}; {do}", code)


@click.command(short_help="Serve the app, and do its work unless told not to.")
@click.option("--web", is_flag=True, help="Leave the durable work to workers.")
def serve(web: bool) -> None:
    """Serve the app; unless --web or EVENHAND_WORK_INLINE say not, do its work too."""
    if web:
        # The server's own processes read the settings anew.
        os.environ["EVENHAND_WORK_INLINE"] = "false"
    settings = opened.settings()
    _claim_port(settings)
    prepare_database(settings)
    fork_whole()
    server = Granian(
        "plugin.app:serve_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=1,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        # One request at a time on a line: what is held is counted in lines.
        http=HTTPModes.http1,
        # A line on which nothing comes is closed, so that nobody holds it for nothing.
        http1_settings=HTTP1Settings(
            header_read_timeout=int(settings.silent_seconds * 1000)
        ),
        log_level=LogLevels.error,
    )
    server.main_loop_interrupt = cast("threading.Event", Interrupt())
    server.serve()


@click.command(short_help="Do the durable work only, beside what serves the app.")
def worker() -> None:
    """Do the durable work only, beside `evenhand serve --web` and other workers."""
    settings = opened.settings()
    prepare_database(settings)
    logs.configure(settings.log_level)
    done = threading.Event()
    for number in TOLD_BY:
        signal.signal(number, lambda *_: done.set())
    parts = build(settings)
    work, meter = app.start_work(parts), Meter(parts.engine)
    done.wait()
    # Work in hand is durable: nobody waits for a store or a database that says nothing.
    last = threading.Timer(STOP_SECONDS, _leave, ("end_forced",))
    last.daemon = True
    last.start()
    try:
        meter.stop()
        work.stop()
        parts.use.close()
    except Exception:
        _leave("end_failed")
    os._exit(0)


def _leave(why: str) -> NoReturn:
    """End at once, whoever still waits; in the worst case with its reason alone."""
    with suppress(Exception):
        log.exception(why)
    os._exit(1)
