"""Lawyer: what the law of some places makes of ordinary requests, by the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property

from plugin.policy.catalogue import WINDOW
from plugin.policy.clauses import Guard
from plugin.policy.conditions import Not
from plugin.policy.decision import LineVerdict, Outcome, Says, Stratum
from plugin.policy.engine import decide
from plugin.policy.facts import CHANGE_OF_MIND, FAULT, PRACTICE, Facts, Place
from plugin.policy.linting.example import EXAMPLE_DAY, STEPS, request
from plugin.policy.linting.links import DAYS, HOURS
from plugin.policy.linting.solve import Want
from plugin.policy.linting.study import Rule, Study
from plugin.policy.provisions import LawPack
from plugin.policy.terms import Policy, Season, Terms, Window
from plugin.policy.windows import days_past_window

MIND = ("unwanted", *sorted(CHANGE_OF_MIND - {"unwanted"}))
FAULTS = ("defective", *sorted(FAULT - {"defective"}))
# How many days a parcel usually was on its way, and an order waited before that.
WAY, WAIT = 2, 1
_LONGEST = 120
# About as long as a decision takes, in steps of the solver, but for its conditions.
_DECISION_STEPS = 100
_COMPILING_STEPS = 20
_CONTACT = "a person"

# What makes a window the one that counts, and by how many days it was missed.
_Missed = tuple[tuple[Guard, ...], int]


class Lawyer:
    """The law of the places a shop sells to, asked about ordinary requests."""

    def __init__(self, study: Study, packs: Mapping[str, LawPack]) -> None:
        """Keep a policy's study beside the packs by the code of their place."""
        self.study = study
        self.packs = packs
        self.bare = replace(study.policy, limits=(), clauses=(), fees=(), offers=())
        self.start = _monday(packs.values())
        self._conditions = sum(len(rule.speaks.reads) for rule in study.rules)
        self._asked: dict[tuple[object, ...], Facts | None] = {}
        self._missed: dict[int, tuple[_Missed, ...]] = {}
        self._usual: dict[tuple[int, str], Facts | None] = {}
        self._given: dict[tuple[object, ...], bool] = {}
        self._alone: dict[tuple[Window, tuple[Season, ...]], Policy] = {}

    @cached_property
    def days(self) -> range:
        """The days after a delivery in which some law gives a right to return."""
        spans = [pack.change_of_mind.span for pack in self.packs.values()]
        longest = [s.days * (2 if s.business else 1) for s in spans if s is not None]
        return range(min(_LONGEST, max(longest, default=0) + 4))

    def entitled(self, place: str, day: int, reason: str) -> bool:
        """Tell whether the law surely gives a return on a day after the delivery."""
        pack = self.packs[place]
        # To the law one change of mind is like another.
        why = "unwanted" if reason in CHANGE_OF_MIND else reason
        key = (id(pack), place if pack.regions_for_a_person else "", day, why)
        if key not in self._given:
            facts = self._usual_request(day, why)
            verdict = None if facts is None else self.verdict(facts, self.bare, place)
            if verdict is None:
                return False
            self._given[key] = entitles(verdict)
        return self._given[key]

    def verdict(self, facts: Facts, policy: Policy, place: str) -> LineVerdict | None:
        """Decide a request of a place, for a shop that does all the law asks of it.

        None when there are no steps left for it.
        """
        past = len(facts.returns_before or ()) + len(facts.offers_before or ())
        steps = bool(policy.clauses) * self._conditions * (1 + past // 20)
        if not self.study.solver.affords(_DECISION_STEPS + steps):
            return None
        country, _, region = place.partition("-")
        there = Place(country=country, region=region or None)
        facts = replace(facts, places=(there,), practice=frozenset(PRACTICE))
        terms = Terms(policy=policy, packs=(self.packs[place],), contact=_CONTACT)
        return decide(facts, terms).lines[0]

    def affords_rules(self) -> bool:
        """Tell whether there are steps left to compile all rules once more."""
        return self.study.solver.affords(_COMPILING_STEPS * self._conditions)

    def refused(
        self, rule: Rule, place: str, day: int, reasons: tuple[str, ...]
    ) -> Facts | None:
        """Find a request that a rule refuses on a day, though the law gives it."""
        for reason in self._told_apart(reasons):
            facts = self._asked_for(rule, place, day, reason)
            if facts is None or not self.entitled(place, day, _own(facts)):
                continue
            verdict = self.verdict(facts, self.study.policy, place)
            if verdict and entitles(verdict) and _first(verdict) == rule.clause.id:
                return facts
        return None

    def _asked_for(self, rule: Rule, place: str, day: int, reason: str) -> Facts | None:
        """Make a request that a rule decides, once for all places it sees alike."""
        pins = self.pins(place, reason)
        key = (rule.where, day, *pins.values())
        if key not in self._asked:
            silent = (other.silent for other in self.study.before(rule))
            self._asked[key] = self.make((rule.speaks, *silent), day, pins)
        return self._asked[key]

    def pins(self, place: str, reason: str) -> dict[str, object]:
        """Say what is settled by a place and a reason, as the policy tells it."""
        country, _, region = place.partition("-")
        like = self.study.world.like
        pins: dict[str, object] = {"reason": reason}
        if "country" in self.study.world.values:
            pins["country"] = like("country", country)
        if "region" in self.study.world.values:
            pins["region"] = like("region", region) if region else None
        return pins

    def make(
        self,
        guards: Sequence[Guard],
        day: int,
        pins: Mapping[str, object],
        currency: str = "EUR",
    ) -> Facts | None:
        """Make a request of an item delivered so many days ago that meets guards."""
        policy, study = self.study.policy, self.study
        known = {"note_tells_fault": False, **pins, **aged(day)}
        for picks, past in self._pasts(day):
            if not study.solver.affords(len(guards) + len(picks)):
                return None
            wants = [Want(guard=guard) for guard in (*guards, *picks)]
            answer = study.solver.example(wants, fixed={**known, WINDOW: past})
            if answer.values is None:
                continue
            values = study.world.joined(answer.values)
            if not policy.plan.needs_window:
                del values[WINDOW]
            facts = self._request(values, policy, day, currency)
            if facts is not None:
                return facts
        return None

    def past_window(self, window: Window, day: int) -> int:
        """Count the days by which an ordinary request missed a window."""
        return self._past(window, day, ())

    def _past(self, window: Window, day: int, seasons: tuple[Season, ...]) -> int:
        facts = self._usual_request(day, "unwanted")
        key = (window, seasons)
        if key not in self._alone:
            changes = {"window": window, "windows": (), "seasons": seasons}
            self._alone[key] = replace(self.bare, **changes)  # type: ignore[arg-type]
        past = facts and days_past_window(facts, facts.lines[0], self._alone[key], {})
        return past or 0

    def _pasts(self, day: int) -> tuple[_Missed, ...]:
        """Say how far past each window an ordinary request is that this one is for."""
        if day not in self._missed:
            everybody = tuple(s for s in self.study.policy.seasons if not s.guard.reads)
            found = (
                (picks, self._past(window, day, seasons))
                for picks, window in self._windows
                for seasons in ((), everybody)
            )
            self._missed[day] = tuple(dict.fromkeys(found))
        return self._missed[day]

    @cached_property
    def _windows(self) -> tuple[tuple[tuple[Guard, ...], Window], ...]:
        """List the windows, each with what makes it the one that counts."""
        guard, policy = self.study.world.guard, self.study.policy
        silent: tuple[Guard, ...] = ()
        found = []
        for rule in policy.windows:
            found.append(((guard(rule.guard.when), *silent), rule.window))
            silent = (*silent, guard(Not(rule.guard.when)))
        return ((silent, policy.window), *found)

    def _told_apart(self, reasons: tuple[str, ...]) -> tuple[str, ...]:
        """Leave out reasons that the policy treats like an earlier one."""
        found: dict[object, str] = {}
        for reason in reasons:
            known = "reason" in self.study.world.values
            found.setdefault(known and self.study.world.like("reason", reason), reason)
        return tuple(found.values())

    def _usual_request(self, day: int, reason: str) -> Facts | None:
        key = (day, reason)
        if key not in self._usual:
            values = aged(day) | {"reason": reason}
            self._usual[key] = self._request(values, self.bare, day)
        return self._usual[key]

    def _request(
        self,
        values: Mapping[str, object],
        policy: Policy,
        day: int,
        currency: str = "EUR",
    ) -> Facts | None:
        """Make a request so many days after a delivery that is the same for all."""
        if not self.study.solver.affords(STEPS):
            return None
        asked_on = self.start + timedelta(days=day)
        return request(values, policy, requested_on=asked_on, currency=currency)


def aged(day: int) -> dict[str, object]:
    """Say how long ago an ordinary item came, left and was ordered."""
    ages = dict(zip(DAYS, (day, day + WAY, day + WAY + WAIT), strict=True))
    return {**ages, **{hours: ages[days] * 24 for hours, days in HOURS.items()}}


def _monday(packs: Iterable[LawPack]) -> date:
    """Find a Monday on which every pack is in force, an ordinary order before it."""
    days = [max(pack.checked_on, pack.since or pack.checked_on) for pack in packs]
    latest = max(days, default=EXAMPLE_DAY)
    return latest + timedelta(days=14 - latest.weekday())


def _own(facts: Facts) -> str:
    return facts.lines[0].reason or ""


def entitles(verdict: LineVerdict) -> bool:
    """Tell whether the law speaks for the customer."""
    law = verdict.law.says is Says.SPEAKS
    return law and verdict.law.effect is Outcome.APPROVE


def _first(verdict: LineVerdict) -> str | None:
    """Name the policy's own first word."""
    return next(
        (
            finding.id
            for finding in verdict.findings
            if finding.stratum is Stratum.CLAUSE and finding.says is Says.SPEAKS
        ),
        None,
    )
