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

    At `seed` it was seen last, where the judge's word was one of `says`. Whatever
    changes in the app may move that: then another seed sees it.
    """

    what: str
    seed: int
    says: tuple[str, ...]
    places: dict[str, object] = field(default_factory=dict)


FAULTS: dict[str, Fault] = {
    "acknowledged-before-kept": Fault(
        what="an event is acknowledged although it could not be kept",
        seed=32,
        says=("lost",),
        places={"webhooks.asgi.AsgiReceiver._keep": plants.acknowledge},
    ),
    "known-by-topic": Fault(
        what="two events of one topic are taken for one that came twice",
        seed=0,
        says=("lost",),
        places={"webhooks.inbox.row_of": plants.row_by_topic},
    ),
    "marked-before-queued": Fault(
        what="events are marked as handed over before their work is queued",
        seed=14,
        says=("lost",),
        places={"webhooks.pump.Pump.hand_over": plants.mark_first},
    ),
    "refusals-swallowed": Fault(
        what="what the store refuses is taken for done",
        seed=7,
        says=("broke", "insists", "untrue"),
        places={"plugin.shopify.actions._user_error": plants.nothing},
    ),
    "law-ignored": Fault(
        what="the law of the customer's country is not asked",
        seed=22,
        says=("unlawful",),
        places={"plugin.policy.engine.ask_law": plants.no_law},
    ),
    "mode-ignored": Fault(
        what="the app answers by itself whatever the merchant chose",
        seed=8,
        says=("unasked",),
        places={"plugin.casework.answering._mode_now": plants.automatic},
    ),
    "refunds-not-asked-for": Fault(
        what="money moves although the merchant did not switch refunds on",
        seed=2,
        says=("unasked",),
        places={"plugin.casework.paying._is_allowed": plants.yes},
    ),
    "goods-not-waited-for": Fault(
        what="money goes back before the goods, whatever the policy says",
        seed=8,
        says=("too early",),
        places={"plugin.casework.paying._is_time": plants.yes},
    ),
    "sweeps-once": Fault(
        what="a shop is looked through once and never again",
        seed=16,
        says=("missed", "stale", "unanswered"),
        places={"plugin.sweeps.turn_of": plants.zero},
    ),
    "tries-lost": Fault(
        what="a story that failed is not told again",
        seed=8,
        says=("unanswered", "remembered", "unpaid", "missed"),
        places={"plugin.workflows._after_failure": plants.nothing},
    ),
    "refund-not-looked-for": Fault(
        what="money is given without a look whether it was given before",
        seed=47,
        says=("untrue",),
        places={"plugin.casework.paying.find_given": plants.nothing},
    ),
    "code-left-alone": Fault(
        what="the code of an answer that gave way is left to work",
        seed=332,
        says=("orphan",),
        places={
            "plugin.casework.answering.take_code_back": plants.nothing,
            "plugin.casework.coding.take_code_back": plants.nothing,
            "plugin.casework.giving_up.take_code_back": plants.nothing,
        },
    ),
    "begun-without-a-word": Fault(
        what="an answer is begun without writing it down first",
        seed=359,
        says=("orphan",),
        places={
            "plugin.casework.answering.begin": plants.nothing,
            "plugin.casework.coding.begin": plants.nothing,
        },
    ),
    "answer-not-recognised": Fault(
        what="an answer that was given is not recognised as our own",
        seed=21,
        says=("untrue", "unanswered"),
        places={
            "plugin.shopify.actions.Actions._ours": plants.nothing,
            "plugin.casework.finding_out.was_sent": plants.no,
        },
    ),
    "another-shops-token": Fault(
        what="calls go out with the token of another shop",
        seed=0,
        says=("stranger",),
        places={"plugin.shopify.tokens.Tokens.access": plants.first_token},
    ),
    "sweeps-from-now": Fault(
        what="a sweep looks at what changes from now on, not since the last one",
        seed=347,
        says=("stale",),
        places={"plugin.sweeper.Sweeper.begin": plants.from_now},
    ),
    "nobody-given-to": Fault(
        what="what is given up is given to nobody",
        seed=102,
        says=("missed", "unanswered"),
        places={"plugin.workflows._give_up": plants.nothing},
    ),
    "case-not-erased": Fault(
        what="the keys and cases of a customer who is to be forgotten stay",
        seed=4,
        says=("remembered",),
        places={
            "plugin.archive.redact.Redacting._erase_case": plants.keep_case,
            "plugin.archive.keyring.Keyring.destroy": plants.zero,
        },
    ),
    "shop-not-cleared": Fault(
        what="everything of a shop that left for good stays",
        seed=14,
        says=("remembered",),
        places={"plugin.archive.clearing.Clearing.erase_shop": plants.nothing},
    ),
    "newer-install-erased": Fault(
        what="a shop that came back is erased as if it had left for good",
        seed=245,
        says=("missed",),
        places={"plugin.casework.forgetting.ended_for_good": plants.ended_now},
    ),
    "token-not-kept": Fault(
        what="a token that was renewed is used without being kept",
        seed=0,
        says=("unfinished",),
        places={"plugin.shopify.tokens.Tokens._refresh": plants.refresh_unkept},
    ),
    "header-believed": Fault(
        what="a shop has left because a message in its name says so",
        seed=244,
        says=("missed",),
        places={"plugin.workflows.STORIES": plants.believing},
    ),
}


# Within so many seeds each is to be found; those that about one world in fifty
# shows are planted by every run of the tests.
ENOUGH = 1000
OFTEN = tuple(name for name, fault in FAULTS.items() if fault.seed < 50)


@contextmanager
def planted(name: str) -> Iterator[Fault]:
    """Plant a fault for a while."""
    fault = FAULTS[name]
    with ExitStack() as stack:
        for place, stands in fault.places.items():
            stack.enter_context(patch(place, plants.made(stands, place)))
        yield fault
