"""How fast a full decision is, beside other engines, in one run on one core.

    python -m bench.decide                speed
    python -m bench.decide --memory       memory over a million decisions

Ours asks the law of Germany, every hold and all forty clauses, and keeps a finding of
each. The peers get values that were read for them and answer the clauses alone.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import yaml

from bench import by_hand
from bench.cases import make_cases
from plugin.library import Library
from plugin.packs import Packs, parse_policy
from plugin.policy.engine import decide
from plugin.policy.facts import Facts
from plugin.policy.reading import known_values
from plugin.policy.terms import Policy

ROOT = Path(__file__).resolve().parent.parent
CASES = 10_000
ROUNDS = 5
PAGE = os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found = memory(wanted.count) if wanted.memory else speed()
    if wanted.json:
        wanted.json.write_text(json.dumps(found, indent=2), "utf-8")


def speed() -> dict[str, Any]:
    """Time every engine on the same cases, in turn, and print rates and ratios."""
    document, policy = forty_clauses()
    known, some_unknown = (make_cases(CASES, unknown=u) for u in (False, True))
    jobs = our_jobs(policy, known, some_unknown) + peer_jobs(document, policy, known)
    rates: dict[str, list[float]] = {name: [] for name, _, _ in jobs}
    for _ in range(ROUNDS):
        # Round by round, so that a busy moment of the machine hits all alike.
        for name, ask, inputs in jobs:
            rates[name].append(rate(ask, inputs))
    return report({name: statistics.median(own) for name, own in rates.items()})


def forty_clauses() -> tuple[dict[str, Any], Policy]:
    """Read the policy, as a document and compiled."""
    document = yaml.safe_load((ROOT / "bench/policy.yaml").read_text("utf-8"))
    return document, parse_policy(document, version="v1")


Job = tuple[str, Callable[[Any], Any], Sequence[Any]]


def our_jobs(policy: Policy, known: list[Facts], unknown: list[Facts]) -> list[Job]:
    """Decide in full, with the law in force for each order."""
    library = Library(Packs.load(ROOT / "config/law", ROOT / "config/presets"))
    terms = {facts.ordered_on: library.terms(policy, facts, "x") for facts in known}

    def whole(facts: Facts) -> object:
        return decide(facts, terms[facts.ordered_on])

    outcomes = Counter(whole(facts).outcome.value for facts in unknown)  # type: ignore[attr-defined]
    print(f"{CASES} cases with unknown facts: {dict(outcomes)}")
    return [("evenhand", whole, unknown), ("evenhand, all facts known", whole, known)]


def peer_jobs(
    document: dict[str, Any], policy: Policy, known: list[Facts]
) -> list[Job]:
    """Make the peers, and make sure that each answers every case as we do."""
    from bench import peers

    conditions = [clause["when"] for clause in document["clauses"]]
    values = [dict(known_values(f, f.lines[0], policy)) for f in known]
    plain = [peers.plain(own) for own in values]
    right = [[a is True for a in policy.plan.asks(own)[0]] for own in values]
    jobs: list[Job] = [
        ("by hand, answers only", by_hand.answers, values),
        ("zen-engine", peers.zen_table(conditions), plain),
        ("cel-python", peers.cel_program(conditions), plain),
        ("json-logic", peers.json_logic(conditions), plain),
    ]
    # The slow ones are asked fewer cases; a rate is a rate.
    few = {"cel-python": 200, "json-logic": 1000, "zen-engine": 2000}
    jobs = [(name, ask, own[: few.get(name, CASES)]) for name, ask, own in jobs]
    for name, ask, own in jobs:
        for case, expected in zip(own, right, strict=False):
            if [bool(answer) for answer in ask(case)] != expected:
                sys.exit(f"{name} does not answer as we do: {case}")
    return [*jobs, ("by hand, in full", by_hand.whole, _with_days(values, known))]


def _with_days(
    values: list[dict[str, Any]], known: list[Facts]
) -> list[dict[str, Any]]:
    """Add what the law and the holds need, read before the clock runs."""
    return [
        {
            **own,
            **{name: getattr(facts, name) for name in by_hand.HOLDS},
            "delivered_on": facts.lines[0].delivered_on,
            "requested_on": facts.requested_on,
        }
        for own, facts in zip(values, known, strict=True)
    ]


def rate(ask: Callable[[Any], Any], inputs: Sequence[Any]) -> float:
    """Count answers per second of processor time of this core."""
    started = time.process_time()
    for one in inputs:
        ask(one)
    return len(inputs) / (time.process_time() - started)


def report(rates: dict[str, float]) -> dict[str, Any]:
    """Print each engine's rate, and how many times as fast it is as ours."""
    ours = rates["evenhand"]
    print(f"Python {platform.python_version()}, one core, median of {ROUNDS} rounds")
    for name, own in rates.items():
        print(f"{name:28} {own:12,.0f} per second {own / ours:8.2f} x ours")
    return {"rates": rates, "ratios": {n: own / ours for n, own in rates.items()}}


def memory(count: int) -> dict[str, Any]:
    """Decide `count` times and print what the process holds on the way."""
    _, policy = forty_clauses()
    cases = make_cases(CASES, unknown=True)
    [(_, whole, _), _] = our_jobs(policy, cases, cases)
    held: list[int] = []
    for done in range(count):
        if done % (count // 10) == 0:
            held.append(resident())
            print(f"{done:>9,} decisions: {held[-1] / 2**20:8.1f} MiB")
        whole(cases[done % CASES])
    held.append(resident())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(
        f"{count:>9,} decisions: {held[-1] / 2**20:8.1f} MiB, peak {peak / 2**20:.1f}"
    )
    return {"held": held, "peak": peak}


def resident() -> int:
    """Read the bytes this process holds in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


if __name__ == "__main__":
    main()
