"""Serving: saying where the app is reached, once it is."""

from __future__ import annotations

import socket
import threading
import time

import click

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
