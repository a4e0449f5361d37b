"""The switch for payment disputes: on exactly while the shop grants their scope."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from plugin.install import current_staff, given_token
from plugin.pages import settings
from plugin.pages.desk import Desk
from plugin.pages.errors import NoSuchPage
from plugin.ports import PlatformError
from plugin.shopify.scopes import hears_disputes

_ON = "Evenhand hears of payment disputes now."
_OFF = "Evenhand hears of payment disputes no more."
_STAYS_OFF = (
    "The switch stays off: your store did not grant what payment disputes need. Open"
    " disputes are still found by looking. Switch it on again to be asked again."
)
_STAYS_ON = (
    "The switch stays on: your store still lets Evenhand see payment disputes. Switch"
    " it off again."
)
_UNKNOWN = (
    "The platform did not say what your store grants, so the switch shows what was"
    " known before. Try again."
)


def switch(desk: Desk, verb: str) -> ResponseReturnValue:
    """Show what the platform grants after it was asked; raises `NoSuchPage`.

    What the browser says of the merchant's answer is not believed.
    """
    if verb not in ("on", "off"):
        raise NoSuchPage(f"nothing is called `{verb}`; go back to the settings")
    try:
        granted = desk.regrant(current_staff().shop, given_token())
    except PlatformError:
        return settings.again(desk, trouble=_UNKNOWN), 502
    wished, hears = verb == "on", hears_disputes(granted)
    if wished is hears:
        return settings.again(desk, notice=_ON if hears else _OFF)
    return settings.again(desk, trouble=_STAYS_ON if hears else _STAYS_OFF)
