"""A policy document checked as a merchant meets it: one report, one exit code."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from plugin.documents import BadDocument
from plugin.policy_check import CLEAN, WARNED, WRONG, Report, check_document, check_file
from plugin.tone import Tone
from tests.builders import CONFIG, PACKS, make_clause, make_document, make_place

TONE = Tone.load(CONFIG / "tone")
GERMANY = {"DE": PACKS.law_packs["DE"]}


def checked(languages: tuple[str, ...] = ("en",), **changes: Any) -> Report:
    """Check the small document with other parts, for no place in particular."""
    return check_document(make_document(**changes), {}, languages, TONE)


def kinds(report: Report) -> list[tuple[str, str]]:
    """Name what a report says by kind and place."""
    return [(remark.kind, remark.where) for remark in report.remarks]


def test_it_finds_nothing_amiss_in_a_sound_document() -> None:
    report = checked()

    assert report.remarks == ()
    assert report.exit_code == CLEAN
    assert report.as_text() == (
        "0 errors, 0 warnings, 0 hints. Exit code 0: there is no fault; hints are none."
    )


def test_it_reports_a_wrong_form_by_its_path_and_stops_there() -> None:
    report = checked(window={"days": "many"}, clauses=[make_clause(when={})])

    assert [(r.where, r.kind) for r in report.errors] == [
        ("window.days", "schema"),
        ("clauses.0.when", "schema"),
    ]
    assert report.remarks == report.errors
    assert report.exit_code == WRONG


def test_what_the_form_lacks_is_said_in_whole_sentences() -> None:
    document = {
        name: part for name, part in make_document().items() if name != "schema"
    }
    report = check_document({**document, "windo": 1}, {}, ["en"])

    assert {r.where: r.message for r in report.errors} == {
        "schema": "This is missing; give it.",
        "windo": "Unknown name `windo`; did you mean `window`?",
    }


def test_it_refuses_an_insult_and_warns_of_cold_words() -> None:
    clause = make_clause(text={"en": "You idiot, items are never taken back late."})
    report = checked(clauses=[clause, make_document()["clauses"][1]])

    assert ("tone_insult", "clauses.0.text.en") in kinds(report)
    assert report.errors[0].kind == "tone_insult"
    assert report.exit_code == WRONG


def test_it_reads_the_tone_of_the_merchants_own_sentences() -> None:
    report = checked(schema=2, offers=[], words={"en": {"thanks": "Thanks, idiot."}})

    assert kinds(report) == [("tone_insult", "words.en.thanks")]


def test_it_says_that_a_default_is_missing_where_nothing_else_does() -> None:
    document = make_document()
    del document["default"]
    report = check_document(document, {}, ("en",))

    assert kinds(report) == [("no_default", "default")]
    assert report.exit_code == CLEAN


def test_it_does_not_say_twice_that_everything_goes_to_a_person() -> None:
    document = make_document(clauses=[make_clause()])
    del document["default"]
    report = check_document(document, {}, ("en",))

    assert kinds(report) == [("no_default", "default")]
    assert report.exit_code == WARNED


def test_it_writes_one_block_per_remark() -> None:
    fine = {"fact": "reason", "equals": "unwanted"}
    late = {"fact": "days_past_window", "more_than": 0}
    clause = make_clause(when={"all": [late, fine]})
    clauses = [clause, make_document()["clauses"][1]]
    document = make_document(window={"days": 10}, clauses=clauses)
    report = check_document(document, GERMANY, ("en",))

    assert report.as_text() == (
        "warning: clauses.0 (below_law)\n"
        "  Refusals of items by `late` on days 11 to 14 after the delivery will be"
        " approved by law in DE.\n"
        "  For example: country = DE, days_past_window = 1, days_since_delivery = 11,"
        " reason = unwanted\n"
        "  Let the clause leave these requests out, as they are approved anyway.\n"
        "\n"
        "hint: window (below_law)\n"
        "  The window is over while the law still gives a return in DE: on days 11 to"
        " 14 after the delivery.\n"
        "  For example: country = DE, days_since_delivery = 11\n"
        "  Make the window 4 days longer for these places.\n"
        "\n"
        "0 errors, 1 warning, 1 hint. Exit code 1: the policy can be used, and the"
        " warnings ask to be looked at."
    )


def test_it_gives_plain_values_for_json() -> None:
    tags = {"fact": "product_tags", "contains_any": ["outlet", "final"]}
    card = {"fact": "gift_card", "equals": True}
    late = make_clause(when={"all": [tags, card]}, ground="OTHER")
    in_time = make_document()["clauses"][1]
    document = make_document(clauses=[in_time, late])
    report = check_document(document, {}, ("en", "de"))

    assert report.as_json() == {
        "errors": [],
        "warnings": [
            {
                "kind": "missing_words",
                "severity": "warning",
                "where": "clauses.1.text",
                "message": (
                    "The words of `late` are missing in de; letters quote them in"
                    " English there."
                ),
                "example": None,
                "fix": "Write its sentence in de, too.",
            }
        ],
        "hints": [
            {
                "kind": "overlap",
                "severity": "hint",
                "where": "clauses.1",
                "message": (
                    "A request may meet `late` and also `in-time`, which comes first;"
                    " by `in-time` it is approved, not declined."
                ),
                "example": {
                    "days_past_window": 0,
                    "gift_card": True,
                    "product_tags": ["final"],
                },
                "fix": "If `late` should win there, move it further up.",
            }
        ],
        "not_proven": 0,
    }
    assert "gift_card = yes, product_tags = final\n" in report.as_text()


def test_it_says_how_much_it_left_open() -> None:
    none = Report(remarks=(), not_proven=3)

    assert none.as_text() == (
        "This policy is too intricate to be checked in full: 3 questions were left"
        " open, and faults that hang on them are not told.\n"
        "\n"
        "0 errors, 0 warnings, 0 hints; 3 not proven. Exit code 0: there is no fault;"
        " hints are none."
    )


def test_it_tells_what_is_over_by_a_day() -> None:
    document = make_document(window={"until": "2026-05-31"})
    late = check_document(document, {}, ("en",), today=date(2026, 6, 1))

    assert kinds(late) == [("window_over", "window.until")]
    assert check_document(document, {}, ("en",), today=date(2026, 5, 31)).remarks == ()
    assert check_document(document, {}, ("en",)).remarks == ()


def test_it_checks_a_file(tmp_path: Path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text((CONFIG / "presets" / "standard-30-days.yaml").read_text("utf-8"))

    assert check_file(path, {}, ("en",)).exit_code == CLEAN


def test_it_cannot_check_what_it_cannot_read(tmp_path: Path) -> None:
    with pytest.raises(BadDocument):
        check_file(tmp_path / "none.yaml", {}, ("en",))


@pytest.mark.parametrize("name", PACKS.preset_names)
def test_no_preset_has_an_error_anywhere(name: str) -> None:
    packs = {id: PACKS.law_packs[id] for id in PACKS.law_packs if id != "EU"}
    pack = PACKS.law_for(make_place("SE"))
    assert pack is not None
    report = check_document(PACKS.preset(name), {**packs, "SE": pack}, ("en",), TONE)

    assert report.errors == ()
    assert {r.kind for r in report.warnings} <= {"below_law"}
    assert report.not_proven == 0
