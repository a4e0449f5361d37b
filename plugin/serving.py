"""Serving: saying where the app is reached, and ending with who started it."""

from __future__ import annotations

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
LOOK_UP_SECONDS = 0.5
LOOK_AGAIN_SECONDS = 0.02
LONGEST_LOOK_SECONDS = 1.0


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
