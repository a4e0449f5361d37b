"""One GraphQL call: pooled, timed, throttle-aware, its errors classified.

Three error planes are checked: the HTTP status, the top-level `errors`, and (by
the callers in `actions`) the `userErrors` of a mutation.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
import structlog

from plugin.shopify.budget import LEFT_BY_BACKGROUND, LEFT_BY_NEW, Budget
from plugin.shopify.errors import (
    Denied,
    NoAccess,
    PlatformError,
    Refused,
    Throttled,
    TurnedAway,
    Unreachable,
    Withheld,
)
from plugin.shopify.tokens import Tokens
from plugin.shopify.withheld import withheld
from plugin.tally import count

API_VERSION = "2026-10"
TIMEOUT = (3.05, 20.0)
# A call waits in place for its budget at most this often and this long: its place
# among the workers could be another shop's.
THROTTLE_TRIES = 3
LONGEST_WAIT = 2.0

log = structlog.get_logger(__name__)

OPERATIONS = {
    path.stem: path.read_text("utf-8")
    for path in sorted((Path(__file__).parent / "operations").glob("*.graphql"))
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The data of an answer; `withheld` names fields that the app may not see."""

    data: dict[str, Any]
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Calls the Admin GraphQL API of any shop with that shop's own token.

    `shop_url` is a template such as `https://{shop}`; `operations` are named after
    their files.
    """

    session: requests.Session
    tokens: Tokens
    shop_url: str
    sleep: Callable[[float], None] = time.sleep
    budget: Budget = field(default_factory=Budget)
    _drifted: set[tuple[str, str]] = field(default_factory=set)

    def execute(
        self, shop: str, operation: str, variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Run one operation and return its data; renews a dead token once.

        Raises a `PlatformError` whose `permanent` says whether to retry.
        """
        return _whole(operation, self.read(shop, operation, variables))

    def read(self, shop: str, operation: str, variables: Mapping[str, Any]) -> Answer:
        """Run one operation whose reader knows what to do without a withheld field.

        Raises a `PlatformError` whose `permanent` says whether to retry.
        """
        try:
            answer = self._within_budget(shop, operation, variables)
        except PlatformError as error:
            count("platform_calls", operation=operation, result=error.code)
            raise
        count("platform_calls", operation=operation, result="ok")
        if answer.withheld:
            fields = sorted(answer.withheld)
            log.warning(
                "fields_withheld", operation=operation, shop=shop, fields=fields
            )
        return answer

    def execute_gently(
        self, shop: str, operation: str, variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Run one operation for the background, which customers' requests go before.

        Raises `Throttled` at once while the budget is needed for those.
        """
        self._wait_turn(shop, operation, LEFT_BY_BACKGROUND)
        return _whole(operation, self.read(shop, operation, variables))

    def begin(self, shop: str, operation: str, variables: Mapping[str, Any]) -> Answer:
        """Read what a new story begins with, which the stories in hand go before.

        Raises `Throttled` while the budget is needed for those. A short while is waited
        for in place: a shop has few places, and to come again costs more.
        """
        wait = self.budget.wait(shop, operation, left=LEFT_BY_NEW)
        if 0 < wait <= LONGEST_WAIT:
            # Not all at the same moment.
            self.sleep(wait * random.uniform(1, 2))
        self._wait_turn(shop, operation, LEFT_BY_NEW)
        return self.read(shop, operation, variables)

    def _wait_turn(self, shop: str, operation: str, left: float) -> None:
        wait = self.budget.wait(shop, operation, left=left)
        if wait > 0:
            raise Throttled(wait)

    def _within_budget(
        self, shop: str, operation: str, variables: Mapping[str, Any]
    ) -> Answer:
        for attempt in range(THROTTLE_TRIES):
            try:
                return self._authorized(shop, operation, variables)
            except Throttled as error:
                count("throttled", operation=operation)
                if attempt == THROTTLE_TRIES - 1 or error.wait_seconds > LONGEST_WAIT:
                    raise
                count("throttled_seconds", error.wait_seconds)
                self.sleep(error.wait_seconds)
        raise Unreachable(f"{operation}: throttled {THROTTLE_TRIES} times in a row")

    def _authorized(
        self, shop: str, operation: str, variables: Mapping[str, Any]
    ) -> Answer:
        access = self.tokens.access(shop)
        response = self._post(shop, operation, variables, access)
        if response.status_code == 401:
            # Dead is a token only once it cannot be renewed; whatever else is refused
            # may pass by itself, and a merchant may not come for long.
            self.tokens.vault.refuse(shop, access)
            access = self.tokens.renew(shop, stale=access)
            response = self._post(shop, operation, variables, access)
            if response.status_code == 401:
                self.tokens.vault.refuse(shop, access)
        self._see_version(shop, response)
        body = _body(operation, response)
        self.budget.note(shop, operation, body)
        return _answer(operation, body)

    def _see_version(self, shop: str, response: requests.Response) -> None:
        """Say once a shop and version when the platform answers as another version.

        It falls forward from a version that it supports no more.
        """
        version = response.headers.get("X-Shopify-API-Version", API_VERSION)
        if version == API_VERSION:
            return
        count("other_api_version", version=version[:16])
        if (shop, version) not in self._drifted:
            self._drifted.add((shop, version))
            log.warning("other_api_version", shop=shop, api_version=version)

    def _post(
        self, shop: str, operation: str, variables: Mapping[str, Any], access: str
    ) -> requests.Response:
        url = f"{self.shop_url.format(shop=shop)}/admin/api/{API_VERSION}/graphql.json"
        try:
            response = self.session.post(
                url,
                json={"query": OPERATIONS[operation], "variables": dict(variables)},
                headers={"X-Shopify-Access-Token": access},
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            # The exception's own text may hold the address with its query.
            raise Unreachable(f"{operation}: {type(error).__name__}") from None
        log.info(
            "shopify_call",
            operation=operation,
            shop=shop,
            status=response.status_code,
            request_id=response.headers.get("X-Request-Id"),
        )
        return response


def _body(operation: str, response: requests.Response) -> dict[str, Any]:
    """Read an answer that is JSON, or raise what its status means."""
    if response.status_code != 200:
        raise _status_error(operation, response.status_code)
    try:
        body = response.json()
    except requests.JSONDecodeError:
        raise Unreachable(f"{operation}: the answer is not JSON") from None
    if not isinstance(body, dict):
        raise Unreachable(f"{operation}: the answer holds no data")
    return body


def _answer(operation: str, body: dict[str, Any]) -> Answer:
    """Take the data of an answer, or raise what its errors mean."""
    data, errors = body.get("data"), body.get("errors")
    fields = withheld(errors) if isinstance(data, dict) else frozenset()
    if errors and not fields:
        raise _graphql_error(operation, errors, body)
    if not isinstance(data, dict):
        raise Unreachable(f"{operation}: the answer holds no data")
    if any(data.get(path.partition(".")[0]) is None for path in fields):
        # A null that spread to the top is no "there is no such thing".
        raise Withheld(f"{operation}: {', '.join(sorted(fields))} was withheld")
    return Answer(data=data, withheld=fields)


def _whole(operation: str, answer: Answer) -> dict[str, Any]:
    if answer.withheld:
        fields = ", ".join(sorted(answer.withheld))
        raise Withheld(f"{operation}: {fields} was withheld")
    return answer.data


def _status_error(operation: str, status: int) -> PlatformError:
    if status in (401, 402, 403, 404, 423):
        return NoAccess(f"{operation}: HTTP {status}; the merchant must open the app")
    if status in (429, 430):
        return TurnedAway(f"{operation}: HTTP {status}")
    if status == 408 or status >= 500:
        return Unreachable(f"{operation}: HTTP {status}")
    return Refused(f"{operation}: HTTP {status}")


def _graphql_error(operation: str, errors: Any, body: Any) -> PlatformError:
    code = _first_code(errors)
    if code == "THROTTLED":
        return Throttled(_wait_seconds(body))
    if code == "ACCESS_DENIED":
        return Denied(f"{operation}: a scope is missing")
    if code == "INTERNAL_SERVER_ERROR":
        return Unreachable(f"{operation}: internal error at Shopify")
    return Refused(f"{operation}: {code or 'GraphQL error'}")


def _first_code(errors: Any) -> str | None:
    first = errors[0] if isinstance(errors, list) and errors else None
    extensions = first.get("extensions") if isinstance(first, dict) else None
    return extensions.get("code") if isinstance(extensions, dict) else None


def _wait_seconds(body: Any) -> float:
    """Work out when the bucket holds enough; one second when it is not said."""
    try:
        cost = body["extensions"]["cost"]
        status = cost["throttleStatus"]
        lacking = cost["requestedQueryCost"] - status["currentlyAvailable"]
        return max(0.1, float(lacking) / float(status["restoreRate"]))
    except (KeyError, TypeError, ZeroDivisionError):
        return 1.0
