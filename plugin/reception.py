"""What the merchant's pages and doors are handed of the process they run in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flask import Blueprint

from plugin import casework, clicks, jobs, pages, workflows
from plugin.archive.canonical import canonical
from plugin.casework.granting import Quote, quote_refund
from plugin.casework.overriding import Answer, checked, moved_on, overtaken
from plugin.casework.record import moves
from plugin.grant import Grants
from plugin.install import Door
from plugin.jobs import Job
from plugin.pages.desk import Desk
from plugin.parts import CONFIG, Parts
from plugin.sessions import Sessions
from plugin.shopify import scopes
from plugin.tone import Tone

FIRST_PRESET = "standard-30-days"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reception:
    """Lets shops in, and takes what their staff decide."""

    parts: Parts

    # -- letting shops in ---------------------------------------------------------

    def install(self, shop: str, id_token: str) -> None:
        """Set the app up for a shop whose staff opened it."""
        self.parts.tokens.exchange(shop, id_token)
        self._welcome(shop)

    def redeem(self, shop: str, code: str) -> None:
        """Set the app up for a shop that granted it by a code."""
        self.parts.tokens.redeem(shop, code)
        self._welcome(shop)

    def ready(self, shop: str) -> bool:
        """Tell whether a shop has the app, with all that it needs."""
        known = self.parts.archive.of(shop).shop()
        here = known is not None and known.installed and self.parts.vault.has(shop)
        return here and not self.lacks(shop)

    def lacks(self, shop: str) -> frozenset[str]:
        """Tell what a shop does not grant of what the app needs."""
        token = self.parts.vault.load(shop)
        return frozenset() if token is None else scopes.missing(token.scopes)

    def granted(self, shop: str) -> frozenset[str]:
        """Tell what a shop grants, as far as we know."""
        token = self.parts.vault.load(shop)
        return frozenset() if token is None else token.scopes

    def regrant(self, shop: str, id_token: str) -> frozenset[str]:
        """Fetch a new token, which alone shows what was granted since the last one."""
        return self.parts.tokens.exchange(shop, id_token).scopes

    def _welcome(self, shop: str) -> None:
        """Record a shop that has the app now, and let its work go on."""
        document = canonical(self.parts.packs.preset(FIRST_PRESET))
        tenant = casework.welcome(self.parts.services, shop=shop, document=document)
        # Known again at every later opening, when it changes nothing.
        self._queue(jobs.backfill(shop, f"install-{tenant.generation}"))
        workflows.wake(self.parts.client, shop)

    # -- what staff decide --------------------------------------------------------

    def confirm(self, shop: str, return_id: str, by: str) -> None:
        """Send a proposed refusal; raises `NotAllowed` beside another answer."""
        number = self._moves(shop, return_id)
        self._be_first(jobs.clicked(jobs.OVERRIDE, shop, return_id, number))
        self._click(jobs.confirm(shop, return_id, by, number=number))

    def override(
        self, shop: str, return_id: str, by: str, answer: Answer, number: int | None
    ) -> None:
        """Send a person's own answer to a case as it stood at a number.

        Raises `NotAllowed` for one that they may not give, or not any more.
        """
        shelf = self.parts.archive.of(shop)
        case = shelf.find(return_id)
        if case is None:
            return
        if number is None or number != self._moves(shop, return_id):
            raise moved_on()
        checked(self.parts.services, case, answer)
        self._be_first(jobs.clicked(jobs.CONFIRM, shop, return_id, number))
        # The queue keeps its arguments for a while: what a person wrote is sealed.
        sealed = replace(answer, words=shelf.closed(return_id, answer.words))
        job = jobs.override(shop, return_id, by, sealed, number=number)
        told = clicks.arguments_of(self.parts.client, self._click(job))
        first = shelf.opened(return_id, told["words"])
        if _said(told, first) != _said(job.arguments, answer.words):
            raise overtaken()

    def _be_first(self, other: Job) -> None:
        """Raise `NotAllowed` while the other way to answer is carried out."""
        if clicks.is_under_way(self.parts.client, other):
            raise overtaken()

    def _moves(self, shop: str, return_id: str) -> int:
        return moves(self.parts.archive.of(shop).keys(return_id))

    def quote(self, shop: str, return_id: str) -> Quote:
        """Say what a refund by hand comes to; raises `ForAPerson` where it cannot."""
        return quote_refund(self.parts.services, shop=shop, return_id=return_id)

    def give(self, shop: str, return_id: str, by: str, quote: Quote) -> None:
        """Give exactly the refund of a quote; a case that moved on gets none."""
        job = jobs.give(shop, return_id, by, quote.amount, quote.number)
        self._click(job)

    def _click(self, job: Job) -> Job:
        """Queue a click's job; where another click was first it is that one's."""
        job = clicks.anew(self.parts.client, job)
        self._queue(job)
        return job

    def _queue(self, job: Job) -> None:
        with self.parts.engine.begin() as db:
            workflows.enqueue(self.parts.client, db, job)


def _said(told: Mapping[str, Any], words: str) -> tuple[Any, ...]:
    """Say who gives what answer; the words of an approval go nowhere."""
    return told["by"], told["to"], told["ground"], told["ground"] and words


def merchants_pages(parts: Parts) -> Blueprint:
    """Make the merchant's pages with the door before them."""
    reception = Reception(parts=parts)
    return pages.blueprint(_desk(parts, reception), _door(parts, reception))


def grants(parts: Parts) -> Grants:
    """Make what a shop outside the admin is granted the app by."""
    reception = Reception(parts=parts)
    settings = parts.settings
    return Grants(
        api_key=settings.api_key,
        secrets=settings.api_secrets,
        scopes=scopes.REQUIRED,
        shop_url=settings.shop_url,
        now=parts.services.clock.now,
        ready=reception.ready,
        redeem=reception.redeem,
    )


def _desk(parts: Parts, reception: Reception) -> Desk:
    settings = parts.settings
    return Desk(
        frame=pages.Frame(
            api_key=settings.api_key,
            app_bridge_url=settings.app_bridge_url,
            admin_origin=settings.admin_origin,
            shop_url=settings.shop_url,
        ),
        archive=parts.archive,
        packs=parts.packs,
        library=parts.services.library,
        languages=parts.services.letters.languages,
        language_for=parts.services.letters.language_for,
        tone=_tone(),
        confirm=reception.confirm,
        override=reception.override,
        quote=reception.quote,
        give=reception.give,
        granted=reception.granted,
        regrant=reception.regrant,
        switchboard=parts.switchboard,
    )


def _door(parts: Parts, reception: Reception) -> Door:
    settings = parts.settings
    return Door(
        sessions=Sessions(api_key=settings.api_key, secrets=settings.api_secrets),
        archive=parts.archive,
        has_token=parts.vault.has,
        install=reception.install,
        lacks=reception.lacks,
        bounce=pages.BOUNCE,
        grant="grant.begin",
    )


@lru_cache(maxsize=1)
def _tone() -> Tone:
    """Keep the lists of words that were read, for every app of this process."""
    return Tone.open(CONFIG / "tone")
