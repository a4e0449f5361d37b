"""The law book: every value with its evidence, and every source."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from plugin.law_cli import law
from plugin.law_terms import EXCEPTIONS, LEVELS
from plugin.lawbook import all_sources, as_data, known_values, page, standings
from plugin.policy.decision import Sureness
from plugin.schemas.proofs import CODES
from tests.builders import PACKS


def run(*arguments: str) -> Result:
    """Run a command of the group."""
    return CliRunner().invoke(law, arguments)


def test_it_shows_what_a_lawyer_asks_for_first() -> None:
    shown = run("show", "DE").output.splitlines()

    assert shown[0] == "Germany (DE)"
    assert shown[2] == "For orders since 2026-07-31; checked on 2026-11-23."
    assert "Laid over EU." in shown
    assert "- It lasts 14 calendar days from the delivery of the last item." in shown
    assert "- An end on a day off moves to the next working day." in shown


def test_it_shows_every_value_with_its_level() -> None:
    shown = [line.split() for line in run("show", "DE").output.splitlines()]

    assert ["text", "change_of_mind.days", "14"] in shown
    assert ["text", "scope.b2c_only", "yes"] in shown
    assert ["text", "fault.burden_on_trader_months", "12"] in shown


def test_it_explains_on_the_page_how_well_values_are_known() -> None:
    shown = run("show", "DE").output.splitlines()
    start = shown.index("Values, and how well each is known")

    assert shown[start + 2 : start + 5] == [
        "text       read in the statute itself",
        "secondary  as others tell it, such as a law firm or the press",
        "memory     nobody has read it: it entitles nobody and clears no refusal"
        " without a person",
    ]
    assert "page       read on an official page" in run("show", "US").output


def test_it_names_exceptions_in_words_with_what_proves_them() -> None:
    shown = " ".join(run("show", "DE").output.split())

    assert (
        "Not for goods that were made to order or are clearly personal (`custom_made`),"
        " once item_is_custom is proven (art 16(c);"
    ) in shown
    assert "Not for a service that was done in full" in shown
    assert "from memory only: for a person" in run("show", "TR").output


def test_every_exception_of_every_pack_has_words() -> None:
    used = {
        exception.code
        for found in PACKS.editions.values()
        for edition in found
        for exception in edition.pack.change_of_mind.exceptions
    }

    assert used == set(EXCEPTIONS) == set(CODES)
    assert list(LEVELS) == list(Sureness)


def test_it_repeats_the_sources_of_the_pack_below() -> None:
    shown = run("show", "US-NY").output

    assert "- F5: New York GBL 218-a" in shown
    assert "- F1: 16 CFR 435.1 <" in shown
    assert run("show", "FR").output.count("- E1: ") == 1


def test_it_says_what_has_to_happen_by_the_last_day() -> None:
    assert "- The goods have to be back by the last day;" in run("show", "US-NY").output
    assert "- A notice sent on the last day is in time." in run("show", "DE").output
    assert "within 14 days, from the notice." in " ".join(
        run("show", "DE").output.split()
    )


def test_it_shows_the_version_of_a_day() -> None:
    old, new = run("show", "DE", "--on", "2026-06-18"), run("show", "DE")

    assert "For orders since 2014-06-13 and before 2026-06-19;" in old.output
    assert "- Without informed_of_right it lasts 12 months more;" in old.output
    assert "informed_of_right and withdrawal_function_live" in new.output


def test_it_shows_the_union_s_law_for_a_member() -> None:
    assert run("show", "PL").output.startswith("European Union")
    assert run("show", "US-TX").output.startswith("United States")
    assert run("show", "eu").output.startswith("European Union")


@pytest.mark.parametrize(
    ("code", "hint"),
    [("UK", "there is no law pack `UK`; "), ("ZZ", "use one of AE, ")],
)
def test_it_names_the_packs_there_are(code: str, hint: str) -> None:
    result = run("show", code)

    assert result.exit_code == 2
    assert hint in result.output
    assert "(unknown_pack)" in result.output


def test_it_shows_no_law_for_a_day_before_the_oldest_that_is_known() -> None:
    result = run("show", "DE", "--on", "1990-01-01")

    assert result.exit_code == 2
    assert "of `DE` no law is known before 2014-06-13 (unknown_day)" in result.output


def test_it_guesses_the_pack_that_was_meant() -> None:
    assert "did you mean GB?" in run("show", "GBR").output


def test_it_says_what_is_wrong_with_a_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    # The folder is fixed, as the packs are a part of the program.
    monkeypatch.setattr("plugin.law_cli.CONFIG", Path("nowhere"))
    result = run("sources")

    assert result.exit_code == 1
    assert "no *.yaml files in" in result.output
    assert "(bad_pack)" in result.output


def test_its_data_says_what_its_page_says() -> None:
    data: dict[str, Any] = json.loads(run("show", "FR", "--json").output)

    assert (data["id"], data["since"], data["until"]) == ("FR", "2026-07-31", None)
    assert data["levels"]["text"] == "read in the statute itself"
    assert [source["id"] for source in data["sources"]][:3] == ["FR1", "E1", "E1b"]
    assert data["rules"]["Faults"][0].startswith("Within 24 months the shop answers")
    assert {"path": "change_of_mind.days", "value": "14", "level": "text"} in data[
        "values"
    ]


def test_it_lists_every_source_with_the_packs_that_use_it() -> None:
    found = {source.url: source for source in all_sources(PACKS)}
    directive = found["http://data.europa.eu/eli/dir/2011/83/oj"]

    assert {"DE", "EU", "FR"} <= set(directive.packs)
    assert str(directive.checked_on) == "2026-11-23"
    assert f"  {directive.url}" in run("sources").output.splitlines()


def test_it_counts_how_well_each_pack_is_known() -> None:
    known = {each.id: each for each in standings(PACKS)}

    assert set(known) == set(PACKS.law_packs)
    assert list(known["DE"].counts) == ["text", "page", "secondary", "memory"]
    assert known["DE"].counts["text"] > 40
    assert known["AE"].counts["text"] == 0


def test_its_list_is_there_as_data() -> None:
    data = json.loads(run("sources", "--json").output)

    assert len(data["packs"]) == len(PACKS.law_packs)
    assert {"what", "url", "packs", "checked_on"} == set(data["sources"][0])


@pytest.mark.parametrize(
    "edition",
    [edition for found in PACKS.editions.values() for edition in found],
    ids=lambda edition: f"{edition.pack.id} {edition.pack.since}",
)
def test_every_pack_can_be_read(edition: Any) -> None:
    text = page(edition, PACKS.editions[edition.pack.id])
    wide = [line for line in text.splitlines() if len(line) > 88]

    assert text.startswith(f"{edition.pack.name} ({edition.pack.id})\n=")
    # Only what cannot be broken, an address or a name, is wider.
    assert all(len(line.split()[-1]) > 20 for line in wide)
    assert as_data(edition)["values"]
    assert all(value.level for value in known_values(edition))
