"""The people of the day: merchants who install, customers who ask."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import requests

from plugin.demo.processes import Place

HANDLE = "evenhand"
PATIENCE = 60.0
SETTLED = frozenset(
    {
        "answered",
        "observed",
        "proposed",
        "in_review",
        "superseded",
        "withdrawn",
        "failed",
    }
)
# Those of them that show on the order.
MARKED = frozenset({"answered", "in_review", "proposed"})
SETTINGS = {
    "mode": "automatic",
    "preset": "standard-30-days",
    "window_days": "30",
    "window_starts": "delivered",
    "offer": True,
    "percent": "10",
    "expires_after_days": "60",
    "practice": [
        "informed_of_right",
        "withdrawal_function_live",
        "policy_posted_before_checkout",
        "policy_states_required_items",
    ],
}


class WentWrong(RuntimeError):
    """The store or the app did not answer as it should."""

    code = "demo_went_wrong"


class _FirstFrame(HTMLParser):
    """Finds the address that an admin page frames."""

    def __init__(self) -> None:
        super().__init__()
        self.src: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the first iframe's address."""
        if tag == "iframe" and self.src is None:
            self.src = dict(attrs).get("src")


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """Plays requests against one place."""

    place: Place
    http: requests.Session = field(default_factory=requests.Session)

    def asks(self) -> list[dict[str, Any]]:
        """Read what customers are about to ask."""
        found: list[dict[str, Any]] = self._json("GET", "/_control/day")
        return found

    def install(self, shop: str) -> None:
        """Press the button of the store's install screen, then open the app."""
        page = self._send("POST", f"/{shop}/admin/oauth/install")
        if HANDLE not in page.url:
            page = self._send("GET", f"/{shop}/admin/apps/{HANDLE}")
        frame = _FirstFrame()
        frame.feed(page.text)
        if frame.src is None:
            raise WentWrong(f"the admin of `{shop}` frames no app")
        opened = self.http.get(frame.src, timeout=30)
        if opened.status_code != 200:
            raise WentWrong(f"the app answered {opened.status_code} on its install")

    def configure(self, shop: str) -> None:
        """Set the shop up through its settings, as its staff."""
        answer = self.http.put(
            f"{self.place.app_url}/api/settings",
            json=SETTINGS,
            headers=self._staff(shop),
            timeout=30,
        )
        if answer.status_code != 200:
            raise WentWrong(f"settings of `{shop}` were refused: {answer.text}")

    def ask(self, asked: dict[str, Any]) -> str:
        """Let a customer ask, with the twist of the story; returns the return's gid."""
        twist = str(asked.get("twist") or "")
        if twist == "three_copies":
            return self._with_copies(asked)
        if twist == "cancel_before_request_arrives":
            return self._cancelled_first(asked)
        return self._request(asked)

    def _with_copies(self, asked: dict[str, Any]) -> str:
        self._json("POST", "/_control/deliveries", {"copies": 3})
        try:
            return_id = self._request(asked)
            self.settled(asked["shop"], return_id)
        finally:
            self._json("POST", "/_control/deliveries", {"copies": 1})
        return return_id

    def _cancelled_first(self, asked: dict[str, Any]) -> str:
        self._json("POST", "/_control/deliveries", {"mode": "hold"})
        return_id = self._request(asked)
        number = return_id.rpartition("/")[2]
        self._json("POST", f"/{asked['shop']}/account/returns/{number}/cancel", {})
        self._json("POST", "/_control/deliveries/release", {"order": "reverse"})
        self._json("POST", "/_control/deliveries", {"mode": "normal", "order": "fifo"})
        return return_id

    def _request(self, asked: dict[str, Any]) -> str:
        path = f"/{asked['shop']}/account/orders/{asked['order_number']}/returns"
        made = self._json("POST", path, {"lines": asked["lines"]})
        return str(made["return_id"])

    def settled(self, shop: str, return_id: str) -> dict[str, Any]:
        """Wait until the app has done all it will do; returns the case."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            case = self.case(shop, return_id)
            if case is not None and _is_done(case):
                return case
            time.sleep(0.03)
        raise WentWrong(f"`{return_id}` of `{shop}` is not settled")

    def case(self, shop: str, return_id: str) -> dict[str, Any] | None:
        """Read a case as the merchant's tools see it; None when there is none yet."""
        number = return_id.rpartition("/")[2]
        answer = self.http.get(
            f"{self.place.app_url}/api/cases/{number}",
            headers=self._staff(shop),
            timeout=30,
        )
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise WentWrong(f"the app answered {answer.status_code} for a case")
        found: dict[str, Any] = answer.json()
        return found

    def truth(self, shop: str) -> dict[str, Any]:
        """Read what really happened in a shop."""
        found: dict[str, Any] = self._json("GET", f"/_control/{shop}/truth")
        return found

    def _staff(self, shop: str) -> dict[str, str]:
        token = self._json("POST", f"/{shop}/admin/id_token", {})["id_token"]
        return {"Authorization": f"Bearer {token}"}

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        return self._send(method, path, body).json()

    def _send(self, method: str, path: str, body: Any = None) -> requests.Response:
        answer = self.http.request(
            method,
            self.place.store_url + path,
            json=body,
            headers={"Accept": "application/json"} if body is not None else {},
            timeout=30,
        )
        if answer.status_code >= 400:
            raise WentWrong(
                f"{method} {path}: {answer.status_code} {answer.text[:200]}"
            )
        return answer


def _is_done(case: dict[str, Any]) -> bool:
    """Tell whether the app is through: settled, and the order marked where it is."""
    status = case["status"]
    if status not in SETTLED:
        return False
    marked = any(entry["key"] == f"call:mark:{status}" for entry in case["trail"])
    return marked or status not in MARKED


# Told what is done now, and how many requests were done before it.
Progress = Callable[[str, int], None]


def play(day: Day, tell: Progress) -> list[tuple[dict[str, Any], str]]:
    """Install everywhere, then let every customer ask; each waits for the last.

    Returns the asks with their returns' gids.
    """
    asks = day.asks()
    for shop in dict.fromkeys(asked["shop"] for asked in asks):
        tell(f"installing in {shop}", 0)
        day.install(shop)
        day.configure(shop)
    made = []
    for done, asked in enumerate(asks):
        tell(f"{asked['order_name']}: {asked['story']}", done)
        return_id = day.ask(asked)
        day.settled(asked["shop"], return_id)
        made.append((asked, return_id))
    return made
