"""What commands begin with: the settings and the database, opened or refused."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click
import sqlalchemy as sa

from config.settings import BadSetting, Settings, read
from plugin.archive import marks
from plugin.archive.database import Lock, connect
from plugin.doctor.database import shape
from plugin.doctor.finding import Level


def settings() -> Settings:
    """Read the settings, or end and say which one is wrong."""
    try:
        return read()
    except BadSetting as error:
        end(str(error), error.code)


def database(settings: Settings) -> sa.Engine:
    """Open the database as it is: nothing here makes or migrates one."""
    url = sa.make_url(settings.database_url)
    here = url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()
    if not here:
        end(f"there is no database `{url.database}`", "database_unreachable")
    engine = connect(settings.database_url)
    # Its connections are given back when the command ends, however it ends.
    click.get_current_context().call_on_close(engine.dispose)
    try:
        marks.refuse_half(engine)
        found = shape(engine)
    except marks.NotUsable as error:
        end(str(error), error.code)
    except sa.exc.SQLAlchemyError as error:
        # The error's own text may hold the address with its password.
        what = f"the database cannot be opened: {type(error).__name__}"
        end(f"{what}; run `evenhand doctor`", "database_unreachable")
    if found.level is not Level.OK:
        end(f"the database: {found.says}; {found.do}", "database_not_migrated")
    return engine


def use(engine: sa.Engine) -> Lock:
    """Work on the database beside others, or end and say why nobody may now."""
    try:
        return marks.use(engine)
    except marks.NotUsable as error:
        end(str(error), error.code)


def end(what: str, code: str) -> NoReturn:
    """End a command with what went wrong and a stable code."""
    click.echo(f"evenhand: {what} ({code})", err=True)
    sys.exit(2)
