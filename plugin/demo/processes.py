"""The two programs of a demo, started and stopped as an operator would."""

from __future__ import annotations

import os
import random
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60.0
TAIL_LINES = 20
# Below what systems give to who asks for any port (Linux, unless told otherwise, from
# 32,768; RFC 6335, section 6: from 49,152). One of those may be another's between the
# look for it and the program's own listening, seconds later. Above those that browsers
# refuse to open.
QUIET_PORTS = range(11_000, 32_768)


class DidNotStart(RuntimeError):
    """A program ended, stayed silent or found no port; the message says which.

    It holds the end of the program's log, where there is one.
    """

    code = "did_not_start"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where both programs run and what they share."""

    folder: Path
    store_port: int
    app_port: int
    api_secret: str
    own_secret: str
    database_url: str

    @property
    def store_url(self) -> str:
        """The development store's address."""
        return f"http://127.0.0.1:{self.store_port}"

    @property
    def app_url(self) -> str:
        """The app's address."""
        return f"http://127.0.0.1:{self.app_port}"

    @property
    def environment(self) -> dict[str, str]:
        """The app's settings."""
        return {
            **os.environ,
            "SHOPIFY_API_KEY": "evenhand-development",
            "SHOPIFY_API_SECRET": self.api_secret,
            "EVENHAND_SECRETS": self.own_secret,
            "DATABASE_URL": self.database_url,
            "SHOPIFY_SHOP_URL": f"{self.store_url}/{{shop}}",
            "SHOPIFY_ADMIN_ORIGIN": self.store_url,
            "SHOPIFY_APP_BRIDGE_URL": f"{self.store_url}/app-bridge.js",
            "HOST": "127.0.0.1",
            "PORT": str(self.app_port),
            "EVENHAND_POLL_SECONDS": "0.1",
            "EVENHAND_LOCAL_WEBHOOKS": "true",
        }


def place(
    folder: Path, *, store_port: int, app_port: int, database_url: str | None = None
) -> Place:
    """Plan a place with fresh secrets; a port that is taken is replaced.

    Without a database URL the app gets a SQLite file in the folder.
    """
    store = free_port(store_port)
    return Place(
        folder=folder,
        store_port=store,
        app_port=free_port(app_port, besides=store),
        api_secret=secrets.token_urlsafe(32),
        own_secret=secrets.token_urlsafe(32),
        database_url=database_url or f"sqlite:///{folder / 'evenhand.db'}",
    )


def free_port(wanted: int = 0, *, besides: int = 0) -> int:
    """Find a port of this machine: the wanted one, or another if it is taken.

    Port 0 asks for any, besides one that is planned for already. What is found stays
    free until a program listens there: few systems give a port of `QUIET_PORTS` to
    who does not ask for that very one. Raises `DidNotStart` where all are taken.
    """
    if wanted not in (0, besides) and _can_listen(wanted, soon=True):
        return wanted
    # Tried at random: two who look at once seldom find the same.
    for port in random.sample(QUIET_PORTS, len(QUIET_PORTS)):
        if port != besides and _can_listen(port):
            return port
    raise DidNotStart(f"no port from {QUIET_PORTS[0]} to {QUIET_PORTS[-1]} is free")


def _can_listen(port: int, *, soon: bool = False) -> bool:
    with socket.socket() as probe:
        # Soon: also where connections were let go of only just now.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(soon))
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


class Program:
    """One program in its own process group, its output in a log file."""

    def __init__(
        self,
        name: str,
        arguments: list[str],
        place: Place,
        env: Mapping[str, str],
        *,
        module: str = "plugin",
    ) -> None:
        """Start it."""
        self.name = name
        self.log = place.folder / f"{name}.log"
        self._file = self.log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env=dict(env),
            stdout=self._file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait_for(self, url: str) -> None:
        """Wait until an address answers 200.

        Raises `DidNotStart`; whatever is raised, the program is stopped before.
        """
        try:
            _wait(lambda: self._answers(url), self)
        except BaseException:
            self.stop()
            raise

    def tail(self) -> str:
        """Read the end of its log."""
        lines = self.log.read_text("utf-8", errors="replace").splitlines()
        return "\n".join(lines[-TAIL_LINES:])

    def _answers(self, url: str) -> bool:
        code = self.process.poll()
        if code is not None:
            raise DidNotStart(f"{self.name} ended with {code}:\n{self.tail()}")
        try:
            return requests.get(url, timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def kill(self) -> None:
        """End it at once and without warning, with every child (kill -9)."""
        self._signal(signal.SIGKILL)
        self.process.wait()
        self._file.close()

    def stop(self) -> None:
        """Ask it to end; kill it when it does not."""
        self._signal(signal.SIGTERM)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()
        self._file.close()

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            return


def _wait(ready: Callable[[], bool], program: Program) -> None:
    end = time.monotonic() + START_SECONDS
    while not ready():
        if time.monotonic() > end:
            raise DidNotStart(f"{program.name} stays silent:\n{program.tail()}")
        time.sleep(0.05)


def start_store(
    place: Place, *, speed: float = 1.0, world: Path | None = None
) -> Program:
    """Start the development store and wait until it answers."""
    arguments = ["devstore", "--port", str(place.store_port), "--speed", str(speed)]
    arguments += ["--app-url", place.app_url]
    arguments += ["--world", str(world)] if world else []
    store = Program("store", arguments, place, place.environment)
    store.wait_for(f"{place.store_url}/_control/day")
    return store


def start_app(place: Place) -> Program:
    """Start the app and wait until it is ready."""
    app = Program("app", ["serve"], place, place.environment)
    app.wait_for(f"{place.app_url}/readyz")
    return app
