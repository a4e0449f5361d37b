"""The machine at the other end of the wire is gone; who notices, and when.

`python -m tests.crash.unplugged` as root, on a Linux with iproute2: a network namespace
is the machine of a worker, this one that of PostgreSQL. First the worker's is cut off,
and the server is watched until nothing is held for it any more; then the server's, and
the worker tells when it gave up. It ends with 1 where either takes longer than a
minute, or no time at all.
"""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import chain

import sqlalchemy as sa

from plugin.archive.database import connect, exclusive
from tests.crash.server import Server
from tests.databases import as_superuser, postgres
from tests.webhooks.town import wait_until

NETWORK, HERE, THERE = "10.77.0.0/24", "10.77.0.1", "10.77.0.2"
OTHER, NEAR, FAR = "evenhand-gone", "evenhand-near", "evenhand-far"
TOLD, LONGEST_SECONDS, TOO_LONG = 5.0, 60.0, 90.0
READY = "ready"
HELD = "SELECT count(*) FROM pg_stat_activity WHERE client_addr IS NOT NULL"
NAMED = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"


def _ip(command: str, *, there: bool = False) -> str:
    inside = ["ip", "netns", "exec", OTHER] if there else []
    done = subprocess.run(
        [*inside, "ip", *command.split()], check=True, capture_output=True, text=True
    )
    return done.stdout


def _address_of(link: str, *, there: bool) -> str:
    return _ip(f"-o link show {link}", there=there).partition("link/ether ")[2][:17]


@contextmanager
def wire() -> Iterator[None]:
    """Lay a wire to another machine; each knows the other's place on it for good."""
    _ip(f"netns add {OTHER}")
    try:
        _ip(f"link add {NEAR} type veth peer name {FAR} netns {OTHER}")
        for link, own, there in ((NEAR, HERE, False), (FAR, THERE, True)):
            _ip(f"addr add {own}/24 dev {link}", there=there)
            _ip(f"link set {link} up", there=there)
        near, far = _address_of(NEAR, there=False), _address_of(FAR, there=True)
        # So that what is sent still arrives where nobody answers, and is not refused.
        _ip(f"neigh replace {THERE} lladdr {far} dev {NEAR} nud permanent")
        _ip(f"neigh replace {HERE} lladdr {near} dev {FAR} nud permanent", there=True)
        yield
    finally:
        _ip(f"netns del {OTHER}")


@contextmanager
def listening(own: str) -> Iterator[str]:
    """Start a server once more, so that others reach it by the wire; gives its URL."""
    server = Server(own)
    folder = server.folder
    words = shlex.split((folder / "postmaster.opts").read_text())
    words[words.index("-h") + 1] = HERE
    with (folder / "pg_hba.conf").open("a", encoding="utf-8") as rules:
        rules.write(f"host all all {NETWORK} trust\n")
    server.stop_at_once()
    url = sa.make_url(own).set(query={}, host=HERE, port=5432)
    with subprocess.Popen(
        words, user=folder.stat().st_uid, stderr=subprocess.DEVNULL
    ) as made:
        try:
            wait_until(lambda: _answers(own))
            yield url.render_as_string(hide_password=False)
        finally:
            made.send_signal(signal.SIGQUIT)


def _answers(url: str) -> bool:
    with suppress(sa.exc.OperationalError), connect(url).connect():
        return True
    return False


@contextmanager
def worker(url: str) -> Iterator[subprocess.Popen[str]]:
    """Let a worker on the other machine hold what workers hold, and wait for more."""
    command = ["ip", "netns", "exec", OTHER, sys.executable, "-m", __spec__.name, url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as made:
        assert made.stdout is not None
        try:
            assert made.stdout.readline().strip() == READY
            yield made
        finally:
            made.kill()


def let_go(url: str, own: str) -> Iterator[tuple[str, float]]:
    """Cut the worker's machine off; tell when the server let go of what it held."""
    server = as_superuser(connect(own))
    with worker(url), server.connect() as db:
        _ip(f"addr del {THERE}/24 dev {FAR}", there=True)
        began = time.monotonic()
        for what, query in (("its name", NAMED), ("all that it held", HELD)):
            while db.scalar(sa.text(query)) and time.monotonic() - began < TOO_LONG:
                db.rollback()
                time.sleep(0.2)
            yield f"the server lets go of {what}", time.monotonic() - began
    server.dispose()
    _ip(f"addr add {THERE}/24 dev {FAR}", there=True)


def given_up(url: str) -> Iterator[tuple[str, float]]:
    """Cut the server's machine off; tell when the worker gave up each thing it did."""
    with worker(url) as made:
        _ip(f"addr del {HERE}/24 dev {NEAR}")
        late = threading.Timer(TOO_LONG, made.kill)
        late.start()
        assert made.stdout is not None
        try:
            for line in made.stdout:
                what, _, seconds = line.strip().rpartition(" ")
                yield what, float(seconds)
        finally:
            late.cancel()


def work(url: str) -> None:
    """Hold a name, and a row in a transaction; then wait, send, and connect."""
    engine = connect(url)
    name = exclusive(engine, "worker")
    assert name is not None
    held, waits, sends = (engine.connect() for _ in range(3))
    held.execute(sa.text("CREATE TEMP TABLE held AS SELECT 1"))
    sends.execute(sa.text("SELECT 1"))
    print(READY, flush=True)
    pause = sa.text("SELECT pg_sleep(3)")
    threads = [
        _tell("the worker gives up an answer", lambda: waits.execute(pause)),
        _tell("the worker gives up a question", lambda: sends.execute(pause), after=2),
        _tell("the worker gives up a connection", connect(url).connect, after=2),
    ]
    for each in threads:
        each.join()


def _tell(
    what: str, act: Callable[[], object], *, after: float = 0
) -> threading.Thread:
    def run() -> None:
        time.sleep(after)
        began = time.monotonic()
        with suppress(sa.exc.OperationalError):
            act()
            return
        print(f"{what} {time.monotonic() - began:.1f}", flush=True)

    made = threading.Thread(target=run)
    made.start()
    return made


def main() -> None:
    """Cut the wire twice; ends with 1 where somebody notices too late."""
    found = []
    with wire(), postgres() as own, listening(own) as url:
        for what, seconds in chain(let_go(url, own), given_up(url)):
            print(f"{seconds:5.1f} s  {what}", flush=True)
            found.append(seconds)
    # Whoever knows at once was told, and did not have to notice.
    if len(found) != 5 or min(found) < TOLD or max(found) > LONGEST_SECONDS:
        raise SystemExit(1)


if __name__ == "__main__":
    work(sys.argv[1]) if len(sys.argv) > 1 else main()
