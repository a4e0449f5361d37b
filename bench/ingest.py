"""How many events a second are acknowledged, and how soon, beside other receivers.

    python -m bench.ingest                      every receiver, three rounds
    python -m bench.ingest --only evenhand      one of them

Every receiver gets the same signed events of 2.5 KB from `wrk` on the same machine.
What keeps events keeps them in a SQLite file with `synchronous=FULL` before it answers,
and is asked afterwards whether everything that it acknowledged is there.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.letters import SECRET, write_letters
from bench.receivers import let_in
from bench.usage import processor_seconds
from plugin.archive.database import connect

HERE = Path(__file__).resolve().parent
NODE = HERE / "node"
CONNECTIONS = (1, 16, 64)
START_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Receiver:
    """One program that takes events; `{port}` and `{file}` stand in its command."""

    name: str
    command: tuple[str, ...]
    keeps: bool = True


def granian(factory: str, interface: str) -> tuple[str, ...]:
    """Serve an app on the server that ours is served on."""
    server = (sys.executable, "-m", "granian", "--interface", interface, "--factory")
    given = ("--http", "1", "--workers", "1", "--log-level", "warning")
    threads = ("--blocking-threads", "16") if interface == "wsgi" else ()
    return (*server, *given, *threads, "--port", "{port}", f"bench.receivers:{factory}")


def node(script: str) -> tuple[str, ...]:
    """Run a peer in Node."""
    return ("node", str(NODE / script), "{port}", "{file}", SECRET)


RECEIVERS = (
    Receiver(name="evenhand", command=(sys.executable, "-m", "plugin", "serve")),
    Receiver(name="no storage", command=granian("no_storage", "asginl"), keeps=False),
    Receiver(name="one commit each", command=granian("one_each", "wsgi")),
    Receiver(name="node, Shopify's library", command=node("library.mjs")),
    Receiver(name="node, no library", command=node("bare.mjs")),
)


def main() -> None:
    """Measure the receivers in turn and print what was found."""
    wanted = _arguments()
    _need("wrk", "node")
    if not (NODE / "node_modules").exists():
        sys.exit("use `make bench-ingest`: it installs the peers in Node")
    chosen = [r for r in RECEIVERS if wanted.only in (None, r.name)]
    found: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for _ in range(wanted.rounds):
        # Round by round, so that a busy moment of the machine hits all alike.
        for receiver in chosen:
            for count, own in measure(receiver, wanted.seconds):
                found.setdefault((receiver.name, count), []).append(own)
    report(found, wanted)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only")
    parser.add_argument("--json", type=Path)
    return parser.parse_args()


def _need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            sys.exit(f"`{program}` is missing; `apt-get install {program}` brings it")


def measure(receiver: Receiver, seconds: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Run one receiver on a new file and load it with more and more connections."""
    with tempfile.TemporaryDirectory() as folder:
        file, letters = Path(folder, "inbox.db"), Path(folder, "letters.lua")
        write_letters(letters)
        with served(receiver, file) as (port, pid):
            load(port, letters, connections=16, seconds=1)
            for connections in CONNECTIONS:
                before, used = rows(receiver, file), processor_seconds(pid)
                own = load(port, letters, connections=connections, seconds=seconds)
                used = processor_seconds(pid) - used
                own["cpu"] = used / own["sent"]
                check(receiver, own, rows(receiver, file) - before)
                yield connections, own


@contextmanager
def served(receiver: Receiver, file: Path) -> Iterator[tuple[int, int]]:
    """Start a receiver, wait until it answers, and stop it in the end."""
    port = 20_000 + os.getpid() % 20_000
    if receiver.name == "evenhand":
        engine = connect(f"sqlite:///{file}")
        let_in(engine)
        engine.dispose()
    command = [p.format(port=port, file=file) for p in receiver.command]
    with file.with_suffix(".log").open("w") as log:
        process = subprocess.Popen(
            command, env=_environment(port, file), stdout=log, stderr=log
        )
        try:
            _wait(process, port, Path(log.name))
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(timeout=60)


def _environment(port: int, file: Path) -> dict[str, str]:
    own = {
        "SHOPIFY_API_KEY": "bench",
        "SHOPIFY_API_SECRET": SECRET,
        "EVENHAND_SECRETS": SECRET,
        "DATABASE_URL": f"sqlite:///{file}",
        "PORT": str(port),
        # What is measured is the receiver; `bench.drain` measures the work.
        "EVENHAND_WORK_INLINE": "0",
    }
    return {**os.environ, **own}


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5)
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"a receiver did not start:\n{log.read_text()}")


def load(port: int, letters: Path, *, connections: int, seconds: int) -> dict[str, Any]:
    """Let wrk send for some seconds; times are in microseconds."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    run = f"{connections}-{time.time_ns()}"
    done = subprocess.run(
        [*command, "-s", str(HERE / "letters.lua"), f"http://127.0.0.1:{port}"],
        env={**os.environ, "LETTERS": str(letters), "RUN": run},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return {**found, "rate": found["sent"] / found["microseconds"] * 1e6}


def check(receiver: Receiver, own: dict[str, Any], kept: int) -> None:
    """End unless every event was acknowledged, and is there."""
    if own["refused"] or own["broken"]:
        sys.exit(f"{receiver.name} refused or broke some: {own}")
    if receiver.keeps and kept < own["sent"]:
        sys.exit(f"{receiver.name} acknowledged {own['sent']} and kept {kept}")


def rows(receiver: Receiver, file: Path) -> int:
    """Count what is kept, past the receiver."""
    if not receiver.keeps:
        return 0
    with sqlite3.connect(file, timeout=30) as db:
        return int(db.execute("SELECT count(*) FROM inbox").fetchone()[0])


def report(found: dict[tuple[str, int], list[dict[str, Any]]], wanted: Any) -> None:
    """Print the median of the rounds for every receiver and load."""
    machine = f"{platform.machine()}, {os.cpu_count()} processors"
    length = f"{wanted.rounds} rounds of {wanted.seconds} s"
    print(f"{machine}, Python {platform.python_version()}, {length}")
    print("receiver                  conns   acks/s  p50 ms  p99 ms  max ms  CPU us")
    result: list[dict[str, Any]] = []
    for (name, count), rounds in found.items():
        own: dict[str, float] = {
            key: statistics.median(one[key] for one in rounds) for key in rounds[0]
        }
        p50, p99, most = (own[key] / 1000 for key in ("p50", "p99", "max"))
        print(
            f"{name:26}{count:5}{own['rate']:9.0f}{p50:8.1f}{p99:8.1f}{most:8.1f}"
            f"{own['cpu'] * 1e6:8.0f}"
        )
        result.append({"receiver": name, "connections": count, **own})
    if wanted.json:
        wanted.json.write_text(json.dumps(result, indent=2), "utf-8")


if __name__ == "__main__":
    main()
