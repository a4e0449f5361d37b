"""What is queued for all shops is looked through only where it could say something."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from dbos import DBOSClient

from plugin import workflows
from plugin.listed import Part
from plugin.sweeper import Sweeper
from tests.casework.scene import SHOP
from tests.sweeps.town import Town


@dataclass
class Listed:
    """Says of every story that is asked for by its id that it stands so.

    `whole` counts the looks through all that is queued.
    """

    client: DBOSClient
    status: str
    whole: int = field(default=0)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.client, name)

    def list_workflows(self, **asked: Any) -> list[Any]:
        if "workflow_ids" not in asked:
            self.whole += 1
            return self.client.list_workflows(**asked)
        ids = asked["workflow_ids"]
        return [SimpleNamespace(workflow_id=id, status=self.status) for id in ids]


@pytest.mark.parametrize(
    ("status", "started", "whole"),
    [*((status, 0, 0) for status in workflows.ACTIVE), ("SUCCESS", 1, 1)],
)
def test_all_that_is_queued_is_read_only_for_what_has_ended(
    town: Town, status: str, started: int, whole: int
) -> None:
    town.drop(100)
    town.ask(town.orders(1, days=45)[0])
    listed = Listed(town.client, status)
    sweeper = Sweeper(
        services=town.scene.services,
        listing=town.listing,
        engine=town.engine,
        client=cast("DBOSClient", listed),
    )
    since = (town.clock.now() - timedelta(days=1)).isoformat()

    page = sweeper.look(SHOP, 1, Part.PENDING.value, since, None)
    town.quiet()

    assert (page["started"], listed.whole) == (started, whole)
