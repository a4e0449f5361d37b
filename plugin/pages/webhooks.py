"""The page of the merchant's own systems: who is told, and how that went."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from plugin.archive.deliveries import ENDED, Delivery
from plugin.archive.endpoints import (
    FLOW,
    MOST,
    WEBHOOK,
    Endpoint,
    ToldAlready,
    TooMany,
)
from plugin.install import current_staff
from plugin.outgoing.reaching import Unreachable
from plugin.outgoing.switchboard import Switchboard
from plugin.outgoing.telling import KINDS
from plugin.pages.desk import Desk, clock_time, shop_of, zone_of
from plugin.pages.errors import NoSuchPage
from plugin.pages.tried import ending, last_answers, tried
from plugin.schemas.strict import Errors

STATES = {
    "waiting": "Being sent",
    "done": "Taken",
    "failed": "Failed",
    "stopped": "Not sent",
}
OFF = {
    None: "You switched it off.",
    "failing": "Switched off: it took nothing for five days. Mend it, then switch "
    "it on.",
    "gone": "Switched off: it answered 410 Gone, which means never to send again.",
}
SAID = {
    "enable": "{url} is switched on. What happens from now on is sent to it.",
    "disable": "{url} is switched off.",
    "remove": "{url} is removed. Nothing more is sent to it.",
    "rotate": "{url} has a new secret. The old one signs as well for 24 hours.",
    "add": "{url} is added. What happens from now on is sent to it.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A secret that is shown this once, and whose it is."""

    url: str
    secret: str


def show(desk: Desk) -> str:
    """Show who is told, what was sent lately, and what became of a `test`."""
    look = request.args.get("look", 0, type=int)
    return _page(desk, test=request.args.get("test"), look=look)


def add(desk: Desk) -> ResponseReturnValue:
    """Add an address; show its secret once."""
    url = request.form.get("url", "").strip()
    try:
        made, secret = board_of(desk).add(current_staff().shop, url)
    except (Unreachable, TooMany, ToldAlready) as error:
        said = _sentence(str(error))
        return _page(desk, url=url, errors={"url": [said]}, code=error.code), 422
    shown = Shown(url=made.shown, secret=secret)
    return _page(desk, notice=SAID["add"].format(url=made.shown), shown=shown), 201


def act(desk: Desk, endpoint_id: str, verb: str) -> ResponseReturnValue:
    """Do one thing with an endpoint; raises `NoSuchPage`."""
    board, shop = board_of(desk), current_staff().shop
    endpoint = board.endpoints(shop).find(endpoint_id)
    if endpoint is None or endpoint.kind != WEBHOOK:
        raise NoSuchPage(f"no endpoint `{endpoint_id}`; go back to the list")
    if verb == "test":
        return _page(desk, test=board.test(shop, endpoint_id))
    if verb == "rotate":
        secret = board.rotate(shop, endpoint_id)
        shown = Shown(url=endpoint.shown, secret=secret)
        said = SAID[verb].format(url=endpoint.shown)
        return _page(desk, notice=said, shown=shown)
    mine = board.endpoints(shop)
    verbs: Mapping[str, Callable[[], None]] = {
        "enable": lambda: mine.enable(endpoint_id),
        "disable": lambda: mine.disable(endpoint_id),
        "remove": lambda: mine.remove(endpoint_id),
    }
    if verb not in verbs:
        raise NoSuchPage(f"nothing is called `{verb}`; go back to the list")
    verbs[verb]()
    return _page(desk, notice=SAID[verb].format(url=endpoint.shown))


def again(desk: Desk, endpoint_id: str, announcement_id: str) -> ResponseReturnValue:
    """Send once more what had failed; what had not is left alone."""
    shop = current_staff().shop
    if board_of(desk).redeliver(shop, endpoint_id, announcement_id):
        return _page(desk, notice="On its way again, under the same id.")
    return _page(desk, trouble="It did not fail, so nothing was sent."), 409


def flow(desk: Desk, verb: str) -> ResponseReturnValue:
    """Switch the triggers of Shopify Flow on or off; raises `NoSuchPage`."""
    mine = board_of(desk).endpoints(current_staff().shop)
    if verb == "on":
        mine.use_flow()
    elif verb == "off":
        mine.disable(FLOW)
    else:
        raise NoSuchPage(f"nothing is called `{verb}`; go back to the list")
    return _page(desk, notice=f"Shopify Flow is switched {verb}.")


def board_of(desk: Desk) -> Switchboard:
    """Find the switchboard; raises `NoSuchPage` where nothing is told to anybody."""
    if desk.switchboard is None:
        raise NoSuchPage("this installation tells nobody")
    return desk.switchboard


def switched_off(desk: Desk, shop: str) -> bool:
    """Tell whether the app itself switched one of a shop's endpoints off."""
    if desk.switchboard is None:
        return False
    found = desk.switchboard.endpoints(shop).all()
    return any(each.disabled_why and not each.enabled for each in found)


def _page(
    desk: Desk,
    *,
    url: str = "",
    errors: Errors | None = None,
    notice: str | None = None,
    trouble: str | None = None,
    code: str | None = None,
    shown: Shown | None = None,
    test: str | None = None,
    look: int = 0,
) -> str:
    board = board_of(desk)
    shop = shop_of(desk.shelf())
    zone = zone_of(shop)
    found = board.endpoints(shop.domain).all()
    urls = {each.id: each.shown or "Shopify Flow" for each in found}
    log = board.deliveries(shop.domain)

    def time(moment: datetime) -> str:
        return clock_time(moment, zone)

    return render_template(
        "pages/webhooks.html",
        endpoints=[each for each in found if each.kind == WEBHOOK],
        flow=next((each for each in found if each.kind == FLOW), None),
        most=MOST,
        kinds=KINDS,
        off=_off,
        values={"url": url},
        errors=errors or {},
        notice=notice,
        trouble=trouble,
        code=code,
        shown=shown,
        tried=tried(log, test, urls, look) if test else None,
        look=look,
        last=last_answers(log, time),
        log=[_row(one, urls) for one in log],
        states=STATES,
        ended=ENDED,
        time=time,
    )


def _off(endpoint: Endpoint) -> str:
    return OFF.get(endpoint.disabled_why, OFF[None])


def _row(delivery: Delivery, urls: Mapping[str, str]) -> dict[str, Any]:
    given = {each.name: getattr(delivery, each.name) for each in fields(delivery)}
    came = _sentence(ending(delivery)) if delivery.result else ""
    return given | {"url": urls.get(delivery.endpoint_id, ""), "came": came}


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."
