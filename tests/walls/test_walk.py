"""Every route, with one shop's session and another shop's names.

Nothing of the other is shown, nothing of it changes, and the answer is the one that
what does not exist gets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from plugin import logs
from plugin.archive import opening
from tests.conftest import new_database
from tests.walls.calls import BEFORE_FLASK, ROUTES, SAME_FOR_ALL, Call
from tests.walls.two_shops import NOBODYS, Names, TwoShops

NO_CALL = "say in tests/walls/calls.py how these routes are called with a thing's name"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shops(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoShops]:
    with pytest.MonkeyPatch.context() as patch:
        made = TwoShops(_database(request, tmp_path_factory.mktemp("walls")), patch)
        yield made
        made.close()
    logs.configure("critical")


def _database(request: pytest.FixtureRequest, folder: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{folder / 'evenhand.db'}"
    return new_database(request.getfixturevalue("postgres_url"))


def test_every_route_is_walked(shops: TwoShops) -> None:
    routes = {
        (rule.endpoint, method)
        for rule in shops.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    } | BEFORE_FLASK

    assert routes - ROUTES.keys() == set(), NO_CALL
    assert ROUTES.keys() - routes == set(), "these routes are gone; so should they here"


@pytest.mark.parametrize(
    "route", sorted(ROUTES.keys() - BEFORE_FLASK), ids=lambda route: route[0]
)
def test_every_call_meets_its_route(shops: TwoShops, route: tuple[str, str]) -> None:
    endpoint, method = route
    adapter = shops.app.url_map.bind("evenhand.example")

    for call in _calls(shops, route, shops.theirs):
        path = call.path.partition("?")[0]
        assert adapter.match(path, method)[0] == endpoint


def test_there_is_something_of_the_other_in_every_table(shops: TwoShops) -> None:
    planted = shops.rows(shops.other)

    assert [name for name, rows in planted.items() if not rows] == []
    assert len(shops.canaries) > 50


@pytest.mark.parametrize("asker", ["staff", "nobody"])
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route[0])
def test_nothing_of_another_shop_is_shown_or_changed(
    shops: TwoShops, route: tuple[str, str], asker: str
) -> None:
    shop = shops.asker if asker == "staff" else None
    before = shops.rows(shops.other)

    asked = list(_calls(shops, route, shops.theirs))
    answers = [shops.call(route[1], c.path, shop, **c.options) for c in asked]

    for call, answer in zip(asked, answers, strict=True):
        assert _shown(shops, call, answer) == []
        assert answer.status_code < 500
    assert shops.rows(shops.other) == before


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route[0])
def test_it_answers_as_for_what_does_not_exist(
    shops: TwoShops, route: tuple[str, str]
) -> None:
    pairs = zip(
        _calls(shops, route, shops.theirs), _calls(shops, route, NOBODYS), strict=True
    )
    for theirs, nobodys in pairs:
        if theirs == nobodys:
            continue
        one = shops.call(route[1], theirs.path, shops.asker, **theirs.options)
        other = shops.call(route[1], nobodys.path, shops.asker, **nobodys.options)

        assert one.status_code == other.status_code
        assert _as_nobodys(shops.theirs, _text(one)) == _text(other)


def test_the_other_shop_itself_is_shown_its_things_and_changes_them(
    shops: TwoShops, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The walk can see: with the owner's session every such call shows or changes."""
    # Any call after some seconds writes down that staff came; which one, is chance.
    monkeypatch.setattr(opening, "SAME", timedelta.max)
    blind = {endpoint for (endpoint, _), seen in _own(shops) if not seen}

    assert blind == set(SAME_FOR_ALL)


def _own(shops: TwoShops) -> Iterator[tuple[tuple[str, str], bool]]:
    for route in ROUTES:
        seen = []
        for call in _calls(shops, route, shops.theirs):
            before = shops.rows(shops.other)
            answer = shops.call(route[1], call.path, shops.other, **call.options)
            changed = shops.rows(shops.other) != before
            seen.append(changed or _shown(shops, call, answer) != [])
        yield route, all(seen)


def _calls(shops: TwoShops, route: tuple[str, str], names: Names) -> Iterator[Call]:
    return ROUTES[route](shops, names)


def _shown(shops: TwoShops, call: Call, answer: TestResponse) -> list[str]:
    """Find what an answer shows of the other shop and the asker did not say."""
    text, said = _text(answer), f"{call.path} {call.options}"
    return [each for each in shops.canaries if each in text and each not in said]


LEFT_OUT = ("Content-Length", "Date")


def _text(answer: TestResponse) -> str:
    # Names are not all of one length, and neither are the pages that repeat them; a
    # file bears the second in which it was asked for.
    said = [f"{k}: {v}" for k, v in answer.headers if k not in LEFT_OUT]
    # A cookie that is taken back bears the second of it.
    said = [re.sub(r"Expires=[^;]*", "Expires", line) for line in said]
    return "\n".join([*said, answer.get_data(as_text=True)])


def _as_nobodys(names: Names, text: str) -> str:
    for name, value in sorted(vars(names).items(), key=lambda pair: -len(str(pair[1]))):
        text = text.replace(str(value), str(getattr(NOBODYS, name)))
    return text
