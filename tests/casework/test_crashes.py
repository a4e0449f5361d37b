"""A crash or a failure at any request, and at any word to the archive, is made good.

Every request to the platform and every call of the archive is a boundary, before and
after its effect. What counts is what the store itself counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from plugin import casework
from plugin.case import Case, Status
from plugin.ports import Services, Unreachable
from plugin.shop import Mode
from tests.casework.scene import DECIDING, SHOP, Bomb, Crash, Scene

# More than any story makes; the loop ends with the first bomb that is never reached.
MOST_CALLS = 80
NOTHING = dict.fromkeys(DECIDING, 0)
DECLINED = {**NOTHING, "returnDeclineRequest": 1, "discountCodeBasicCreate": 1}
APPROVED = {**NOTHING, "returnApproveRequest": 1}
SHIPPING = {
    "id": "ship",
    "remedy": "free_shipping",
    "on": ["approve"],
    "expires_after_days": 30,
    "per_customer": {"at_most": 1000, "within_days": 30},
}
Told = Callable[[Scene, str, Services], Case | None]


def run(scene: Scene, return_id: str, services: Services) -> Case | None:
    """Tell the story of a request."""
    return scene.run(return_id, services)


def confirm(scene: Scene, return_id: str, services: Services) -> Case | None:
    """Tell the story of a refusal that staff confirms."""
    scene.run(return_id)
    casework.confirm_case(services, shop=SHOP, return_id=return_id, by="staff:1")
    casework.answer_case(services, shop=SHOP, return_id=return_id)
    return casework.mark_case(services, shop=SHOP, return_id=return_id)


def give_up(scene: Scene, return_id: str, services: Services) -> Case | None:
    """Tell the story of a refusal that could not be sent, only its code was made."""
    cut_before(scene, return_id, "decline_return")
    casework.give_up(services, shop=SHOP, return_id=return_id, why="retry:down")
    return scene.shelf.find(return_id)


def tidy(scene: Scene, return_id: str, services: Services) -> Case | None:
    """Tell the story of a code that is taken back, and then promised after all."""
    cut_before(scene, return_id, "decline_return")
    casework.tidy_code(services, shop=SHOP, return_id=return_id)
    return casework.answer_case(services, shop=SHOP, return_id=return_id)


def cut_before(scene: Scene, return_id: str, operation: str) -> None:
    """Tell the story of a request until just before an operation."""
    case = scene.shelf.find(return_id)
    if case is not None and case.status is not Status.DECIDED:
        return

    class Cut:
        def __getattr__(self, name: str) -> Any:
            return getattr(scene.client, name)

        def execute(self, shop: str, name: str, given: Any) -> Any:
            if name == operation:
                raise Unreachable("cut")
            return scene.client.execute(shop, name, given)

    with suppress(Unreachable):
        scene.run(return_id, scene.with_client(Cut()))


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One way a request ends: what led to it, and what the store counts then."""

    tell: Told = run
    days: int = 45
    order: dict[str, Any]
    mode: Mode = Mode.AUTOMATIC
    offers: tuple[dict[str, Any], ...] | None = None
    status: Status = Status.ANSWERED
    once: dict[str, int]
    codes: int = 0
    calls: int


KINDS = {
    "decline": Kind(order={}, once=DECLINED, codes=1, calls=20),
    "decline a guest": Kind(
        order={"customer": False},
        once={**NOTHING, "returnDeclineRequest": 1},
        calls=14,
    ),
    "approve": Kind(days=5, order={}, once=APPROVED, calls=14),
    "approve with a code": Kind(
        days=5,
        order={},
        offers=(SHIPPING,),
        once={**APPROVED, "discountCodeFreeShippingCreate": 1},
        codes=1,
        calls=20,
    ),
    "review": Kind(
        order={"country": "PE", "province": None},
        status=Status.IN_REVIEW,
        once=NOTHING,
        calls=10,
    ),
    "propose": Kind(
        order={}, mode=Mode.ASSIST, status=Status.PROPOSED, once=NOTHING, calls=10
    ),
    "confirm": Kind(
        tell=confirm, order={}, mode=Mode.ASSIST, once=DECLINED, codes=1, calls=15
    ),
    "observe": Kind(
        order={}, mode=Mode.OBSERVE, status=Status.OBSERVED, once=NOTHING, calls=8
    ),
    "give up": Kind(
        tell=give_up,
        order={},
        status=Status.FAILED,
        once={**NOTHING, "discountCodeBasicCreate": 1, "discountCodeDeactivate": 1},
        calls=10,
    ),
}


def bombs(error: type[BaseException], *, after: bool) -> Iterator[Bomb]:
    """Give bombs for one boundary after the other, until one is not reached."""
    for number in range(1, MOST_CALLS):
        bomb = Bomb(at=number, after=after, error=error)
        yield bomb
        if len(bomb.calls) < number:
            return


def set_off(scene: Scene, kind: Kind, bomb: Bomb) -> tuple[str, Case | None]:
    """Tell a kind's story up to its bomb, and then again to its end."""
    return_id = scene.asked(days=kind.days, **kind.order)
    try:
        kind.tell(scene, return_id, scene.mined(bomb))
    except (Crash, Unreachable):
        assert len(bomb.calls) == bomb.at
    return return_id, kind.tell(scene, return_id, scene.services)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("name", "error"), [*((name, Crash) for name in KINDS), ("decline", Unreachable)]
)
def test_it_ends_as_if_nothing_had_happened(
    scene: Scene, name: str, error: type[BaseException], after: bool
) -> None:
    kind = KINDS[name]
    scene.prefer(kind.mode)
    if kind.offers is not None:
        scene.change_policy(offers=list(kind.offers))
    tried = 0
    for bomb in bombs(error, after=after):
        before, alive = scene.effects(), len(scene.alive_codes())
        return_id, case = set_off(scene, kind, bomb)
        gained = {call: n - before[call] for call, n in scene.effects().items()}
        tried += 1

        assert case is not None
        assert case.status is kind.status, bomb.calls
        assert gained == kind.once, bomb.calls
        assert len(scene.alive_codes()) - alive == kind.codes, bomb.calls
        assert len(set(scene.keys(return_id))) == len(scene.keys(return_id))

    assert tried > kind.calls


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(
    ("name", "verb"),
    [
        ("decline", "approve"),
        ("decline", "decline"),
        ("approve with a code", "approve"),
    ],
)
def test_staff_who_decide_after_a_crash_are_not_fought(
    scene: Scene, name: str, verb: str, after: bool
) -> None:
    kind = KINDS[name]
    if kind.offers is not None:
        scene.change_policy(offers=list(kind.offers))
    for bomb in bombs(Crash, after=after):
        return_id = scene.asked(days=kind.days)
        with suppress(Crash):
            scene.run(return_id, scene.mined(bomb))
        first = scene.found(return_id)["decided_by"]
        if first is None:
            number = return_id.rpartition("/")[2]
            scene.world.post(f"/{SHOP}/admin/returns/{number}/{verb}")
        case = scene.run(return_id)

        assert case is not None
        ours = case.status is Status.ANSWERED
        assert (case.code in scene.alive_codes()) is ours, bomb.calls
        assert scene.found(return_id)["decided_by"] == (first or "staff")
        # An approval that we asked for and that is there is taken for ours.
        asked = "asked:approve" in scene.keys(return_id) and verb == "approve"
        assert ours is (first == "app" or asked), bomb.calls


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_code_that_was_taken_back_works_again_with_its_letter(
    scene: Scene, after: bool
) -> None:
    for bomb in bombs(Crash, after=after):
        return_id = scene.asked(days=45)
        with suppress(Crash):
            tidy(scene, return_id, scene.mined(bomb))
        case = tidy(scene, return_id, scene.services)

        assert case is not None
        assert case.status is Status.ANSWERED, bomb.calls
        assert case.code in scene.alive_codes(), bomb.calls
        assert scene.found(return_id)["status"] == "DECLINED"
