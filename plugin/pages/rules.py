"""How the rules hold up: what became of refusals, and what keeps them in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from plugin.archive.canonical import as_data
from plugin.archive.store import SqlShelf
from plugin.install import current_staff
from plugin.pages import words
from plugin.pages.desk import Desk, clock_time, shop_of, zone_of
from plugin.pages.known_past import said
from plugin.ports import ALL_RULES, Brake, RuleCount
from plugin.shop import Shop

FREED = "Refusals by the rule {rule} go out by themselves again."
ALL_FREED = "Refusals go out by themselves again."
FREE = "Nothing was kept in any more; somebody was faster."


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One rule of one policy version; `share` is what was overturned, in percent."""

    count: RuleCount
    share: str
    stopped: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One brake in words; `ended` says who let refusals go out again, and when."""

    what: str
    said: str
    since: str
    ended: str | None


def show(desk: Desk) -> str:
    """Show every rule's refusals, and every brake there ever was."""
    return _page(desk.shelf())


def release(desk: Desk) -> ResponseReturnValue:
    """Let refusals go out by themselves again, as a member of staff decided."""
    shelf = desk.shelf()
    what = request.form.get("what", "")
    if not shelf.release(what, current_staff().signature):
        return _page(shelf, trouble=FREE), 409
    freed = ALL_FREED if what == ALL_RULES else FREED.format(rule=what)
    return _page(shelf, notice=freed)


def get_rules(desk: Desk) -> ResponseReturnValue:
    """Give the same as JSON."""
    shelf = desk.shelf()
    return jsonify(
        rules=as_data(shelf.rule_counts()),
        brakes=as_data(shelf.brakes()),
        caution=as_data(shop_of(shelf).preferences.caution),
        past=as_data(shelf.backfill()),
    )


def pulled(shelf: SqlShelf) -> list[str]:
    """Say what keeps refusals in at this moment."""
    return [words.brake(_body(each)) for each in _open(shelf.brakes())]


def _page(
    shelf: SqlShelf, *, notice: str | None = None, trouble: str | None = None
) -> str:
    shop = shop_of(shelf)
    brakes = shelf.brakes()
    return render_template(
        "pages/rules.html",
        shop=shop,
        caution=shop.preferences.caution,
        rows=list(_rows(shelf.rule_counts(), brakes)),
        pulled=[_told(each, shop) for each in _open(brakes)],
        past=said(shelf.backfill(), zone_of(shop)),
        ended=[_told(each, shop) for each in brakes if each.ended_at],
        notice=notice,
        trouble=trouble,
    )


def _rows(counts: Iterable[RuleCount], brakes: list[Brake]) -> Iterator[Row]:
    stopped = {brake.what for brake in _open(brakes)}
    for count in counts:
        share = 100 * count.overturned / count.declined
        yield Row(count=count, share=f"{share:.0f} %", stopped=count.rule in stopped)


def _open(brakes: list[Brake]) -> list[Brake]:
    return [brake for brake in brakes if brake.ended_at is None]


def _told(brake: Brake, shop: Shop) -> Told:
    zone = zone_of(shop)
    ended = None
    if brake.ended_at is not None:
        ended = f"{brake.ended_by}, {clock_time(brake.ended_at, zone)}"
    told = words.brake(_body(brake))
    return Told(
        what=brake.what,
        said=f"{told[:1].upper()}{told[1:]}.",
        since=clock_time(brake.since, zone),
        ended=ended,
    )


def _body(brake: Brake) -> dict[str, object]:
    return {"what": brake.what, "why": brake.why}
