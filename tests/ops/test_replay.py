"""An archived case decides the same again, and what differs is told."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import pytest
import sqlalchemy as sa

from plugin import casework
from plugin.archive.canonical import canonical
from plugin.archive.entries import place_of, stored
from plugin.archive.revive import NotRevived, revive
from plugin.archive.seal import commitment
from plugin.archive.tables import cases, entries, inbox, policies
from plugin.policy.facts import Facts, Line, Past, Place
from plugin.policy.money import Money
from plugin.replay import Difference, differences
from tests.casework.scene import SHOP, Scene
from tests.ops.conftest import Operator

# Its name comes after the other's, as they are listed.
OTHER = "berg-handel.myshopify.com"
LINE = Line(id="line-1", title="Blue mug", quantity=1)
BARE = Facts(
    requested_on=date(2026, 11, 5), ordered_on=date(2026, 10, 28), lines=(LINE,)
)
FULL = replace(
    BARE,
    lines=(
        replace(
            LINE,
            delivered_at=datetime(2026, 11, 2, 9, 30, 1, 5, tzinfo=UTC),
            condition=frozenset({"worn", "opened"}),
            price=Money.of("0.10", "KWD"),
        ),
        LINE,
    ),
    places=(Place(country="US", region="CO"),),
    returns_before=(Past(on=date(2026, 1, 1), items=2, value=Money.of("5", "JPY")),),
    order_total=Money.of("1E+3", "USD"),
    practice=frozenset({"told_return_cost"}),
)


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Box:
    name: str
    colour: Colour | None = None
    weight: Decimal | None = None


def edit(scene: Scene, key: str, change: Any, *, seal: bool = True) -> None:
    """Tamper with an archived entry, as only who owns database and keys can."""
    which = entries.c.key == key
    with scene.archive.engine.begin() as db:
        _drop_guards(db)
        row = db.execute(sa.select(entries).where(which)).mappings().one()
        shelf = scene.archive.of(row["shop"])
        own = shelf._seal(db, row["return_id"])
        assert own is not None
        data = stored(row, own).data
        change(data)
        text, place = canonical(data), place_of(row)
        values = {"body": own.close(text, place)}
        if seal:
            values["sha256"] = commitment(own.salt(place), place, text)
        db.execute(sa.update(entries).where(which).values(values))


def _drop_guards(db: sa.Connection) -> None:
    """Let entries be changed."""
    if db.dialect.name == "postgresql":
        db.execute(sa.text("ALTER TABLE entries DISABLE TRIGGER USER"))
        return
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    for name in list(db.scalars(sa.text(query))):
        db.execute(sa.text(f"DROP TRIGGER {name}"))


@pytest.mark.parametrize("days", [10, 45])
def test_it_decides_the_same_again(scene: Scene, operator: Operator, days: int) -> None:
    return_id = scene.asked(days=days)
    scene.run(return_id)
    calls = len(scene.world.truth(SHOP)["calls"])

    done = operator.run("replay", return_id)

    assert done.exit_code == 0
    assert done.stdout == (
        f"{SHOP} {return_id}: same\n"
        "1 replayed: 1 same, 0 different, 0 undecided, 0 broken\n"
    )
    assert len(scene.world.truth(SHOP)["calls"]) == calls


def test_a_later_policy_changes_nothing_about_it(
    scene: Scene, operator: Operator
) -> None:
    return_id = scene.asked()
    scene.run(return_id)
    scene.change_policy("strict-14-days")

    assert operator.run("replay", return_id).exit_code == 0


def test_it_tells_each_place_that_differs(scene: Scene, operator: Operator) -> None:
    return_id = scene.asked()
    scene.run(return_id)
    edit(scene, "decision", lambda data: data.update(outcome="approve"))
    edit(scene, "terms", lambda data: data.update(packs=["US-CO 2020-01-01"]))

    done = operator.run("replay", "--json", return_id)

    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert told["verdict"] == "different"
    assert told["differences"] == [
        {"path": "decision.outcome", "was": "approve", "now": "decline"}
    ]
    assert [each["path"] for each in told["terms"]] == ["terms.packs[0]"]


@pytest.mark.parametrize("name", ["id", "number", "name", "event"])
def test_it_finds_a_case_by_whatever_it_is_called(
    scene: Scene, operator: Operator, name: str
) -> None:
    return_id = scene.asked()
    case = scene.run(return_id)
    assert case is not None
    row: dict[str, Any] = dict.fromkeys(("topic", "body_sha256"), "x")
    row |= {"shop": SHOP, "webhook_id": "w-1", "state": "handed"}
    row |= {"received_at": datetime.now(UTC)}
    row |= {"job": json.dumps({"arguments": {"return_id": return_id}})}
    with scene.archive.engine.begin() as db:
        db.execute(sa.insert(inbox).values(row))
    names = {
        "id": return_id,
        "number": return_id.rpartition("/")[2],
        "name": case.return_name,
        "event": "w-1",
    }

    done = operator.run("replay", names[name], "--shop", SHOP)

    assert done.stdout.startswith(f"{SHOP} {return_id}: same\n")


def test_a_name_that_several_shops_have_asks_for_the_shop(
    scene: Scene, operator: Operator
) -> None:
    return_id = scene.asked()
    case = scene.run(return_id)
    assert case is not None
    with scene.archive.engine.begin() as db:
        row = dict(db.execute(sa.select(cases)).mappings().one())
        row |= {"shop": OTHER, "return_id": f"{return_id}0"}
        db.execute(sa.insert(cases).values(row))

    unclear = operator.run("replay", case.return_name)
    clear = operator.run("replay", case.return_name, "--shop", SHOP)
    by_id = operator.run("replay", return_id)

    assert (unclear.exit_code, unclear.stdout) == (2, "")
    assert unclear.stderr == (
        f"evenhand: 2 shops have a case `{case.return_name}`: {SHOP}, {OTHER};"
        " say which with --shop (several_shops)\n"
    )
    assert clear.stdout == by_id.stdout
    assert by_id.stdout.startswith(f"{SHOP} {return_id}: same\n")


def test_it_finds_the_case_of_a_refund_by_its_event(
    scene: Scene, operator: Operator
) -> None:
    return_id = scene.asked(days=5)
    case = scene.run(return_id)
    assert case is not None
    path = f"/{SHOP}/admin/orders/{case.order_name.removeprefix('#')}/refund"
    about = {"return_id": return_id}
    assert scene.world.post(path, json=about).status_code < 400
    [refund] = scene.store.shops[SHOP].returns[return_id].order.refunds
    names = ("topic", "event_id", "triggered_at", "api_version", "body_sha256")
    event = {"webhook_id": "w-7", **dict.fromkeys(names)}
    casework.record_refund(scene.services, shop=SHOP, refund_id=refund.id, event=event)

    done = operator.run("replay", "w-7")

    assert done.stdout.startswith(f"{SHOP} {return_id}: same\n")


def test_it_replays_every_case(scene: Scene, operator: Operator) -> None:
    for days in (5, 45, 50):
        scene.run(scene.asked(days=days))

    done = operator.run("replay", "--all")

    assert done.exit_code == 0
    assert done.stdout == "3 replayed: 3 same, 0 different, 0 undecided, 0 broken\n"


def test_cases_that_no_key_opens_are_told_one_by_one(
    scene: Scene, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {scene.asked(days=days) for days in (5, 45)}
    for return_id in asked:
        scene.run(return_id)
    monkeypatch.setenv("EVENHAND_SECRETS", "x" * 40)

    done = operator.run("replay", "--all", "--json")

    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.exit_code, {each["return_id"] for each in told}) == (2, asked)
    assert {each["verdict"] for each in told} == {"broken"}
    assert all("put the older one back" in each["why"] for each in told)


def test_a_shop_that_was_mistyped_is_no_pass(scene: Scene, operator: Operator) -> None:
    done = operator.run("replay", "--all", "--shop", "nope")

    assert done.exit_code == 2
    assert "unknown_shop" in done.output


def test_an_entry_that_was_tampered_with_is_broken(
    scene: Scene, operator: Operator
) -> None:
    scene.run(scene.asked())
    edit(scene, "facts", lambda data: data.update(complete=False), seal=False)

    done = operator.run("replay", "--all")

    assert done.exit_code == 2
    assert "broken (the entry `facts` does not fit its hash)" in done.stdout


def test_facts_of_an_unknown_shape_are_broken(scene: Scene, operator: Operator) -> None:
    scene.run(scene.asked())
    edit(scene, "facts", lambda data: data.update(weather="fine"))

    assert "broken (no `Facts`: unknown field `weather`)" in (
        operator.run("replay", "--all").stdout
    )


def test_a_policy_that_was_edited_in_place_is_broken(
    scene: Scene, operator: Operator
) -> None:
    scene.run(scene.asked())
    with scene.archive.engine.begin() as db:
        db.execute(sa.update(policies).values(document="{}"))

    done = operator.run("replay", "--all")

    assert done.exit_code == 2
    assert "was changed in place" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["nothing"], "not_found"), ([], "bad_usage"), (["x", "--all"], "bad_usage")],
)
def test_it_says_what_it_cannot_replay(
    operator: Operator, arguments: list[str], code: str
) -> None:
    done = operator.run("replay", *arguments)

    assert done.exit_code == 2
    assert done.stderr.endswith(f"({code})\n")


def test_it_lists_the_shops(scene: Scene, operator: Operator) -> None:
    scene.run(scene.asked())

    [row] = json.loads(operator.run("shops", "--json").stdout)
    table = operator.run("shops")

    assert row.pop("installed_at").startswith("20")
    assert row.pop("token").startswith("until 20")
    assert row == {
        "shop": SHOP,
        "installed": True,
        "mode": "automatic",
        "policy": 1,
        "waiting": 0,
        "last_event": None,
        "past": "-",
    }
    assert table.exit_code == 0
    assert SHOP in table.stdout


def test_a_shop_that_left_is_listed_too(scene: Scene, operator: Operator) -> None:
    scene.leave()

    [row] = json.loads(operator.run("shops", "--json").stdout)

    assert (row["installed"], row["token"]) == (False, "none")


@pytest.mark.parametrize("facts", [BARE, FULL])
def test_facts_come_back_as_they_were(facts: Facts) -> None:
    text = canonical(facts)

    assert revive(Facts, text) == facts
    assert canonical(revive(Facts, text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"name":1}',
        "{}",
        '{"name":"a","colour":"blue"}',
        '{"name":"a","x":1}',
    ],
)
def test_what_is_no_such_value_is_not_revived(text: str) -> None:
    with pytest.raises(NotRevived):
        revive(Box, text)


def test_what_an_older_text_does_not_say_takes_its_default() -> None:
    assert revive(Box, '{"name":"a"}') == Box(name="a")


def test_differences_name_their_path() -> None:
    was = {"a": [1, {"b": None}], "c": [1], "d": 1}
    now = {"a": [1, {"b": 2}], "c": [1, 2], "e": 1}

    assert list(differences(was, now, "x")) == [
        Difference(path="x.a[1].b", was=None, now=2),
        Difference(path="x.c", was=[1], now=[1, 2]),
        Difference(path="x.d", was=1, now=None),
        Difference(path="x.e", was=None, now=1),
    ]
