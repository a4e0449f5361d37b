"""Faults planted in the app's real code, to see whether the simulator sees them.

Each takes a safeguard away by its name; where a name is gone, planting fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch  # faults go into code that is not made to have them

from tests.simulation import plants


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A safeguard that is taken away: what stands in its place, by its full name.

    At `seed` it is seen; the judge's word is then `says`.
    """

    what: str
    seed: int
    says: str
    places: dict[str, object] = field(default_factory=dict)


FAULTS: dict[str, Fault] = {
    "acknowledged-before-kept": Fault(
        what="an event is acknowledged although it could not be kept",
        seed=15,
        says="lost",
        places={"webhooks.receive._keep": plants.acknowledge},
    ),
    "known-by-topic": Fault(
        what="two events of one topic are taken for one that came twice",
        seed=0,
        says="lost",
        places={"webhooks.inbox.row_of": plants.row_by_topic},
    ),
    "marked-before-queued": Fault(
        what="events are marked as handed over before their work is queued",
        seed=6,
        says="lost",
        places={"webhooks.inbox.Pump.hand_over": plants.mark_first},
    ),
    "refusals-swallowed": Fault(
        what="what the store refuses is taken for done",
        seed=6,
        says="insists",
        places={"plugin.shopify.actions._user_error": plants.nothing},
    ),
    "law-ignored": Fault(
        what="the law of the customer's country is not asked",
        seed=7,
        says="unlawful",
        places={"plugin.policy.engine.ask_law": plants.no_law},
    ),
    "mode-ignored": Fault(
        what="the app answers by itself whatever the merchant chose",
        seed=7,
        says="unasked",
        places={"plugin.casework.answering._mode_now": plants.automatic},
    ),
    "refunds-not-asked-for": Fault(
        what="money moves although the merchant did not switch refunds on",
        seed=2,
        says="unasked",
        places={"plugin.casework.paying._is_allowed": plants.yes},
    ),
    "goods-not-waited-for": Fault(
        what="money goes back before the goods, whatever the policy says",
        seed=14,
        says="too early",
        places={"plugin.casework.paying._is_time": plants.yes},
    ),
    "sweeps-once": Fault(
        what="a shop is looked through once and never again",
        seed=7,
        says="stale",
        places={"plugin.sweeps.turn_of": plants.zero},
    ),
    "tries-lost": Fault(
        what="a story that failed is not told again",
        seed=3,
        says="un",
        places={"plugin.workflows._after_failure": plants.nothing},
    ),
}


@contextmanager
def planted(name: str) -> Iterator[Fault]:
    """Plant a fault for a while."""
    fault = FAULTS[name]
    with ExitStack() as stack:
        for place, stands in fault.places.items():
            stack.enter_context(patch(place, plants.made(stands, place)))
        yield fault
