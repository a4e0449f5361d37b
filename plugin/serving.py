"""Serving: saying where the app is reached, and ending when it is told to."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import threading
import time

import click

# So long whoever serves or works may take to end, within ten seconds that others give.
# What is in hand then is finished by the next start.
STOP_SECONDS = 8
# By these a process is told to end.
TOLD_BY = (signal.SIGTERM, signal.SIGINT)
LOOK_UP_SECONDS = 0.5
LOOK_FOR_SECONDS = 0.1
LOOK_AGAIN_SECONDS = 0.02
LONGEST_LOOK_SECONDS = 1.0
# The first may still come before the server runs its loop for requests, where a machine
# stalls; the later ones do not.
HEAR_AFTER_SECONDS = (0.1, 0.5, 2.0, 5.0)


def announce(host: str, port: int) -> None:
    """Say the address as soon as somebody who connects is heard; returns at once.

    A port that the system chooses (0) is known to nobody here, and not said.
    """
    if port:
        threading.Thread(target=_announce, args=(host, port), daemon=True).start()


def _announce(host: str, port: int) -> None:
    # The server begins to listen after it was handed the app, and tells nobody.
    while not _is_heard(host, port):
        time.sleep(LOOK_AGAIN_SECONDS)
    click.echo(f"evenhand: serving http://{host}:{port}", err=True)


def _is_heard(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=LONGEST_LOOK_SECONDS).close()
    except OSError:
        return False
    return True


def fork_whole() -> None:
    """Let no signal be lost between a process and the one that is forked from it.

    It waits while they part. The new process is ended by it, until a server listens
    there; what it came from would have passed over it.
    """
    os.register_at_fork(
        before=_hold, after_in_parent=_let_go, after_in_child=_begin_anew
    )


def _hold() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, TOLD_BY)


def _let_go() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD_BY)


def _begin_anew() -> None:
    for number in TOLD_BY:
        signal.signal(number, signal.SIG_DFL)
    _let_go()


class Interrupt:
    """An event that a signal's handler may set, whatever its thread does just then.

    `threading.Event` holds a lock while its `wait` begins, for which a handler of the
    same thread would wait for ever.
    """

    def __init__(self) -> None:
        self._set = False

    def set(self) -> None:
        """Let everybody go on who waits, within a moment."""
        self._set = True

    def clear(self) -> None:
        """Let whoever comes wait again."""
        self._set = False

    def wait(self) -> None:
        """Wait until it is set."""
        while not self._set:
            time.sleep(LOOK_FOR_SECONDS)


def hear_signals() -> None:
    """Have the running loop hear what it was told before it ran for good.

    A uvloop reads its signals while it runs, and forgets to look for those that came
    between two runs of it until another comes. The server runs it once for the app to
    begin and then for its requests: told to end between them, it never would.
    """
    loop = asyncio.get_running_loop()
    # Of all signals one that nobody sends, and that does nothing where nobody hears it.
    loop.add_signal_handler(signal.SIGURG, _nothing)
    for seconds in HEAR_AFTER_SECONDS:
        loop.call_later(seconds, signal.raise_signal, signal.SIGURG)


def _nothing() -> None:
    """Do nothing: that it was called is enough."""


def follow_parent() -> None:
    """End this process once the one that started it is gone; returns at once.

    Whoever is killed with SIGKILL tells nobody, and the server's own process would hold
    the port against the next start for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent.pid,), daemon=True).start()


def _follow(parent: int | None) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_UP_SECONDS)
    os.kill(os.getpid(), signal.SIGTERM)
    # Nobody is left who would end what does not end by itself.
    time.sleep(STOP_SECONDS)
    os._exit(1)
