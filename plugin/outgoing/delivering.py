"""One try to tell one endpoint one thing, and what follows from how it ends."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog
from cryptography.fernet import MultiFernet

from plugin.archive import deliveries
from plugin.archive.deliveries import DONE, STOPPED, UNDELIVERED, WAITING, Told
from plugin.archive.endpoints import FAILING, FLOW, GONE, Endpoint, Endpoints
from plugin.outgoing.flow import HANDLES, Flow, payload
from plugin.outgoing.posting import Answer, Post
from plugin.outgoing.reaching import Reach, Unreachable
from plugin.outgoing.signing import signed_headers
from plugin.ports import Archive, PlatformError
from plugin.tally import count

# Seconds between tries, as the specification proposes them: about 27 hours in all.
PAUSES: Sequence[float] = (5, 300, 1800, 7200, 18000, 36000, 36000)
RETRY = "retry:"
HTTP_GONE = 410

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How a try ended: a stable word, and whether another may do better."""

    result: str
    answer: str = ""
    lasting: bool = False

    @property
    def worked(self) -> bool:
        """Tell whether the endpoint took it."""
        return self.result == "ok"


@dataclass(frozen=True, kw_only=True, slots=True)
class Courier:
    """What a delivery works with."""

    engine: sa.Engine
    keys: MultiFernet
    now: Callable[[], datetime]
    archive: Archive
    reach: Reach
    post: Post
    flow: Flow

    def endpoints(self, shop: str) -> Endpoints:
        """Open one shop's endpoints."""
        return Endpoints(self.engine, self.keys, self.now, shop)

    def deliver(
        self, shop: str, endpoint_id: str, announcement_id: str, attempt: int
    ) -> str:
        """Try once and write down how it ended; says in a word what is next.

        Safe to repeat: whoever is told twice is told the same under the same id.
        """
        told = deliveries.told(self.engine, shop, endpoint_id, announcement_id)
        endpoint = self.endpoints(shop).find(endpoint_id)
        if told is None or endpoint is None:
            return "nothing_owed"
        if not endpoint.enabled or not self._is_installed(shop):
            why = "endpoint_off" if self._is_installed(shop) else "not_installed"
            self._note(shop, endpoint, told, STOPPED, Ended(result=why))
            return why
        ended = self._send(shop, endpoint, told)
        count("told", kind=told.kind, result=ended.result)
        return self._after(shop, endpoint, told, ended, attempt)

    def _is_installed(self, shop: str) -> bool:
        tenant = self.archive.of(shop).shop()
        return tenant is not None and tenant.installed

    def _send(self, shop: str, endpoint: Endpoint, told: Told) -> Ended:
        try:
            if endpoint.kind == FLOW:
                self.flow.trigger(shop, HANDLES[told.kind], payload(told.body))
                return Ended(result="ok")
            return self._post(shop, endpoint, told)
        except Unreachable as error:
            return Ended(result=error.code)
        except PlatformError as error:
            lasting = error.permanent and error.code != "no_access"
            return Ended(result=error.code, answer=str(error)[:200], lasting=lasting)

    def _post(self, shop: str, endpoint: Endpoint, told: Told) -> Ended:
        signers = self.endpoints(shop).signers(endpoint.id)
        if not signers or endpoint.url is None:
            return Ended(result="no_secret", lasting=True)
        target = self.reach.target(endpoint.url)
        body = told.body.encode()
        headers = signed_headers(told.id, self.now(), body, signers)
        return _ended(self.post.send(target, headers, body))

    def _after(
        self, shop: str, endpoint: Endpoint, told: Told, ended: Ended, attempt: int
    ) -> str:
        mine = self.endpoints(shop)
        if ended.worked:
            if endpoint.failing_since is not None:
                mine.worked(endpoint.id)
            self._note(shop, endpoint, told, DONE, ended)
            return "ok"
        self._bear(mine, shop, endpoint, ended)
        last = ended.lasting or attempt >= len(PAUSES)
        self._note(shop, endpoint, told, UNDELIVERED if last else WAITING, ended)
        return ended.result if last else RETRY + ended.result

    def _bear(
        self, mine: Endpoints, shop: str, endpoint: Endpoint, ended: Ended
    ) -> None:
        """Switch an endpoint off that is gone, or has failed for days."""
        too_long = mine.failed(endpoint.id)
        why = GONE if ended.result == GONE else FAILING if too_long else None
        if why is not None:
            mine.disable(endpoint.id, why)
            log.warning("endpoint_disabled", shop=shop, result=why)

    def _note(
        self, shop: str, endpoint: Endpoint, told: Told, state: str, ended: Ended
    ) -> None:
        deliveries.note(
            self.engine,
            shop,
            endpoint.id,
            told.id,
            at=self.now(),
            state=state,
            result=ended.result,
            answer=ended.answer,
        )


def _ended(answer: Answer) -> Ended:
    if 200 <= answer.status < 300:
        return Ended(result="ok", answer=answer.text)
    if answer.status == HTTP_GONE:
        return Ended(result=GONE, answer=answer.text, lasting=True)
    return Ended(result=f"http_{answer.status}", answer=answer.text)
