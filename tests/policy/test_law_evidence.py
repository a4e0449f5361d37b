"""What nobody has read clears no refusal and entitles nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.packs import Edition
from plugin.policy.decision import Finding, Says, Sureness
from plugin.policy.facts import PRACTICE, Facts
from plugin.policy.law import ask_law, best
from plugin.policy.provisions import LawPack
from plugin.schemas.evidence import Levels
from plugin.schemas.layers import Layer, Version
from plugin.schemas.provisions import build_pack
from tests.builders import DELIVERED, PACKS, make_facts, make_line, make_place

NONE = frozenset[str]()
ALL = frozenset(PRACTICE)
AFTER = (0, 6, 8, 15, 31, 100, 800)
EDITIONS = [edition for found in PACKS.editions.values() for edition in found]
MEMORY = Sureness.MEMORY


def with_levels(edition: Edition, levels: Levels) -> LawPack:
    """Build a pack again with other levels of evidence."""
    layer = Layer(document=edition.layer.document, levels=levels)
    since, until = edition.pack.since, edition.pack.until
    return build_pack(Version(since=since, until=until, layer=layer))


def requests(pack: LawPack) -> Iterator[Facts]:
    """Make requests of a small world under a pack."""
    exceptions = pack.change_of_mind.exceptions
    proofs = (NONE, *(exception.needs for exception in exceptions[:2]))
    cases = product(AFTER, ("unwanted", "defective"), proofs, (True, False))
    for after, reason, proven, informed in cases:
        yield make_facts(
            make_line(reason=reason, proven=proven),
            ordered_on=pack.since or date(2020, 1, 1),
            requested_on=DELIVERED + timedelta(days=after),
            places=(make_place(pack.id),),
            practice=ALL if informed else NONE,
            lacking=NONE if informed else ALL,
        )


def asked(facts: Facts, pack: LawPack) -> Finding:
    """Say what a pack gives on the one line."""
    return best(ask_law(facts, facts.lines[0], (pack,)))


@pytest.mark.parametrize(
    "edition", EDITIONS, ids=lambda edition: f"{edition.pack.id} {edition.pack.since}"
)
def test_a_pack_of_memories_never_clears_a_refusal_and_entitles_nobody(
    edition: Edition,
) -> None:
    forgotten = with_levels(edition, Levels({}))
    says = {asked(facts, forgotten).says for facts in requests(forgotten)}

    assert says == {Says.CANNOT_TELL}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_less_evidence_never_turns_a_review_into_a_refusal(data: st.DataObject) -> None:
    edition = data.draw(st.sampled_from(EDITIONS))
    known = edition.layer.levels.known
    lost = data.draw(st.sets(st.sampled_from(sorted(known))))
    fewer = {path: MEMORY if path in lost else known[path] for path in known}
    less = with_levels(edition, Levels(fewer))
    for facts in requests(edition.pack):
        before, after = asked(facts, edition.pack), asked(facts, less)

        assert after.says is not Says.SILENT or before.says is Says.SILENT
        assert after.says is not Says.SPEAKS or before.says is Says.SPEAKS


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.pack.id)
def test_what_entitles_or_is_silent_says_how_sure_it_is(edition: Edition) -> None:
    for facts in requests(edition.pack):
        found = ask_law(facts, facts.lines[0], (edition.pack,))
        telling = [each for each in found if each.says is Says.SPEAKS]

        assert all(each.sure not in (None, MEMORY) for each in telling)
        assert all(each.owed is not None for each in telling)
        assert all(each.sure is not MEMORY for each in found if _silent(each))


def _silent(finding: Finding) -> bool:
    return finding.says is Says.SILENT
