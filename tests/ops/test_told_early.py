"""A server that is told to end while it begins ends, and is not waited for."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvloop

from plugin.demo.processes import ROOT, place
from plugin.serving import (
    HEAR_AFTER_SECONDS,
    STOP_SECONDS,
    Interrupt,
    hear_signals,
)

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGURG)
# Told by its parent in the middle of beginning. Every Python that starts reads this,
# however the server makes its own process.
TOLD = """
import os, signal, time
from granian.server import mp

def told(*args, make=mp.{step}):
    print(time.time(), flush=True)
    os.kill(os.getppid(), signal.SIGTERM)
    time.sleep(1)
    return make(*args)

mp.{step} = told
"""


# Both are told in the middle of a fork.
PARTED = """
import multiprocessing, os, signal, time
from plugin.serving import fork_whole

signal.signal(signal.SIGTERM, lambda *_: print("parent", flush=True))
def told():
    os.kill(os.getpid(), signal.SIGTERM)
# Those before a fork run in turn from the last, so that ours holds what this one sends.
os.register_at_fork(before=told, after_in_child=told)
fork_whole()
child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(30,))
child.start()
child.join()
print(child.exitcode)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_between_two_runs_of_a_loop_is_heard(number: signal.Signals) -> None:
    heard: list[signal.Signals] = []
    with own_loop() as loop:

        def hear() -> None:
            heard.append(number)
            loop.stop()

        loop.add_signal_handler(number, hear)
        loop.run_until_complete(begin())
        signal.raise_signal(number)
        loop.call_later(HEAR_AFTER_SECONDS[-1], loop.stop)
        loop.run_forever()

    assert heard == [number]


def test_a_handler_may_set_what_its_own_thread_waits_for() -> None:
    told = Interrupt()
    before = signal.signal(signal.SIGUSR1, lambda *_: told.set())
    here = threading.get_ident()
    later = threading.Timer(0.3, signal.pthread_kill, (here, signal.SIGUSR1))
    try:
        later.start()
        told.wait()
        # Set already, it lets everybody pass, until it is cleared.
        told.wait()
        told.clear()
        signal.raise_signal(signal.SIGUSR1)
        told.wait()
    finally:
        later.join()
        signal.signal(signal.SIGUSR1, before)


def test_a_signal_while_a_process_parts_in_two_is_lost_by_neither() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PARTED], cwd=ROOT, capture_output=True, check=True
    )

    # The parent's handler hears its own, and the child ends by what it was sent.
    assert done.stdout.split() == [b"parent", b"-15"]


@contextmanager
def own_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Run a loop of the server's kind, which gives no signal back by itself."""
    before = {number: signal.getsignal(number) for number in SIGNALS}
    loop = uvloop.new_event_loop()
    try:
        yield loop
    finally:
        loop.close()
        for number, handler in before.items():
            signal.signal(number, handler)


async def begin() -> None:
    """Begin as the app does."""
    hear_signals()


@pytest.mark.parametrize("step", ["configure_logging", "ASGIWorker"])
def test_a_server_told_to_end_as_it_begins_ends_by_itself(
    tmp_path: Path, step: str
) -> None:
    """Before its app is made, and after, before it takes requests."""
    where = place(tmp_path, store_port=0, app_port=0)
    (tmp_path / "sitecustomize.py").write_text(TOLD.format(step=step))

    served = subprocess.run(
        [sys.executable, "-m", "plugin", "serve"],
        cwd=ROOT,
        env={**where.environment, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        timeout=60,
        check=True,
    )

    # By itself, and not because its time is over.
    assert time.time() - float(served.stdout) < STOP_SECONDS / 2
