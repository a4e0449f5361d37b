"""A switchboard whose deliveries are queued and never sent."""

from __future__ import annotations

from plugin import workflows
from plugin.keys import webhook_keys
from plugin.outgoing.delivering import Courier
from plugin.outgoing.posting import Post
from plugin.outgoing.queue import Outgoing
from plugin.outgoing.reaching import Reach
from plugin.outgoing.switchboard import Switchboard
from tests.outgoing.receiver import TRUSTED
from tests.pages.seeds import Office


class NoFlow:
    """A platform that is never told in these tests."""

    def trigger(self, shop: str, handle: str, payload: object) -> None:
        raise NotImplementedError


def make_board(office: Office) -> Switchboard:
    """Make a switchboard, and let the archive tell by it."""
    engine = office.archive.engine
    workflows.migrate(engine)
    outgoing = Outgoing(client=workflows.client(engine), now=office.archive.now)
    office.archive.tell = outgoing.tell
    courier = Courier(
        engine=engine,
        keys=webhook_keys(["k" * 32]),
        now=office.archive.now,
        archive=office.archive,
        reach=Reach(),
        post=Post(context=TRUSTED),
        flow=NoFlow(),
    )
    return Switchboard(courier=courier, outgoing=outgoing)
