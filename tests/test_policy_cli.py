"""`evenhand policy` from files, as somebody at a terminal uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from plugin.cli import main
from plugin.facts_guide import as_markdown
from tests.builders import CONFIG, make_document

STRICT = CONFIG / "presets" / "strict-14-days.yaml"

FACTS: dict[str, Any] = {
    "requested_on": "2026-11-30",
    "ordered_on": "2026-11-01",
    "places": [{"country": "DE"}],
    "last_delivered_on": "2026-11-05",
    "awaiting_delivery": False,
    "practice": ["informed_of_right", "withdrawal_function_live"],
    "dispute_open": False,
    "fraud_suspected": False,
    "opted_out": False,
    "order_cancelled": False,
    "customer_known": True,
    "customer_returns": 0,
    "returns_before": [],
    "lines": [
        {
            "title": "Blue mug",
            "reason": "unwanted",
            "note_tells_fault": False,
            "delivered_on": "2026-11-05",
            "gift_card": False,
            "product_tags": [],
            "price": {"amount": "25.00", "currency": "EUR"},
            "returnable": 1,
        }
    ],
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["policy", *map(str, arguments)])


def written(folder: Path, name: str, document: object) -> Path:
    path = folder / name
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_it_decides_a_request_as_data(tmp_path: Path) -> None:
    facts = written(tmp_path, "facts.json", FACTS)

    done = run("decide", "--policy", STRICT, "--facts", facts, "--json")
    answer = json.loads(done.stdout)

    assert done.exit_code == 0
    assert answer["outcome"] == "decline"
    assert answer["ground"] == "RETURN_PERIOD_ENDED"
    assert answer["decided_by"] == ["window-over"]
    law = answer["law"]
    assert (law["says"], law["pack"], law["provision"]) == (
        "silent",
        "DE",
        "change-of-mind",
    )
    assert answer["lines"][0]["outcome"] == "decline"
    assert answer["offers"] == []
    assert answer["trace"]["lines"][0]["line_id"] == "line-1"
    assert [other["changes"] for other in answer["counterfactuals"]] == [
        [{"fact": "requested_on", "was": "2026-11-30", "to": "2026-11-19"}]
    ]


def test_it_explains_a_request_in_words(tmp_path: Path) -> None:
    facts = written(tmp_path, "facts.json", FACTS)

    said = run("decide", "--policy", STRICT, "--facts", facts).stdout

    assert said.startswith("Decision: refused\n")
    assert "A request up to 19 November 2026 would have been approved." in said


def test_facts_that_nobody_knows_go_to_a_person(tmp_path: Path) -> None:
    least = {"requested_on": "2026-11-30", "ordered_on": "2026-01-01", "lines": [{}]}
    facts = written(tmp_path, "facts.json", least)

    done = run("decide", "--policy", STRICT, "--facts", facts, "--json")

    assert json.loads(done.stdout)["outcome"] == "review"


def test_a_batch_answers_line_by_line_and_goes_on_after_a_bad_one(
    tmp_path: Path,
) -> None:
    early = {**FACTS, "requested_on": "2026-11-06"}
    rows = [json.dumps(FACTS), '{"requested_on": "soon"}', "", "[1", json.dumps(early)]
    batch = tmp_path / "batch.jsonl"
    batch.write_text("\n".join(rows), "utf-8")

    done = run("decide", "--policy", STRICT, "--batch", batch)
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.exit_code == 1
    assert [a.get("outcome", a.get("error")) for a in answers] == [
        "decline",
        "bad_facts",
        "bad_document",
        "approve",
    ]
    assert [a["line"] for a in answers if "error" in a] == [2, 4]


def test_a_batch_without_faults_ends_well(tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text(json.dumps(FACTS) + "\n", "utf-8")

    assert run("decide", "--policy", STRICT, "--batch", batch).exit_code == 0


@pytest.mark.parametrize("both", [True, False])
def test_it_wants_facts_or_a_batch(tmp_path: Path, both: bool) -> None:
    facts = written(tmp_path, "facts.json", FACTS)
    given = ("--facts", facts, "--batch", facts) if both else ()

    done = run("decide", "--policy", STRICT, *given)

    assert done.exit_code == 2
    assert done.stderr == "evenhand: give either --facts or --batch (bad_usage)\n"


def test_a_refusal_needs_a_way_to_a_person(tmp_path: Path) -> None:
    facts = written(tmp_path, "facts.json", FACTS)

    done = run("decide", "--policy", STRICT, "--facts", facts, "--contact", " ")

    assert done.exit_code == 2
    assert done.stderr.startswith("evenhand: give --contact a way to a person")


def test_a_slip_is_named_with_its_path_and_the_nearest_name(tmp_path: Path) -> None:
    facts = written(tmp_path, "facts.json", {**FACTS, "requested": "2026-11-30"})

    done = run("decide", "--policy", STRICT, "--facts", facts)

    assert done.exit_code == 2
    assert "requested: unknown name `requested`; did you mean `requested_on`?" in (
        done.stderr
    )
    assert done.stderr.endswith("(bad_facts)\n")


def test_a_policy_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    policy = written(tmp_path, "policy.json", make_document(default="decline"))
    facts = written(tmp_path, "facts.json", FACTS)

    done = run("decide", "--policy", policy, "--facts", facts)

    assert done.exit_code == 2
    assert "silence is never a no" in done.stderr


# -- check -----------------------------------------------------------------------------


@pytest.mark.parametrize("preset", sorted((CONFIG / "presets").glob("*.yaml")))
def test_the_presets_have_no_errors(preset: Path) -> None:
    done = run("check", preset, "--json")

    assert done.exit_code in (0, 1)
    assert json.loads(done.stdout)["errors"] == []


def test_a_window_below_the_law_is_a_warning(tmp_path: Path) -> None:
    document = yaml.safe_load(STRICT.read_text("utf-8"))
    document["window"]["days"] = 10
    policy = written(tmp_path, "policy.json", document)

    done = run("check", policy, "--place", "DE", "--json")
    kinds = {remark["kind"] for remark in json.loads(done.stdout)["warnings"]}

    assert done.exit_code == 1
    assert "below_law" in kinds


def test_errors_end_with_two(tmp_path: Path) -> None:
    policy = written(tmp_path, "policy.json", make_document(windo={"days": 1}))

    done = run("check", policy)

    assert done.exit_code == 2
    assert "did you mean `window`?" in done.stdout


def test_a_file_that_is_no_document_ends_with_three(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("{", "utf-8")

    done = run("check", policy)

    assert done.exit_code == 3
    assert done.stderr == (
        "evenhand: `policy.yaml` cannot be read at line 1, column 2: the text ends in"
        " the middle of a value; write the rest of it (bad_document)\n"
    )


def test_its_help_keeps_a_line_for_each_exit_code() -> None:
    done = run("check", "--help")

    assert "\\b" not in done.stdout
    assert "\n    3  the file cannot be read\n" in done.stdout


def test_a_file_that_is_not_there_ends_with_three(tmp_path: Path) -> None:
    done = run("check", tmp_path / "policy.yaml")

    assert done.exit_code == 3
    assert done.stderr == (
        "evenhand: `policy.yaml` cannot be read: No such file or directory"
        " (bad_document)\n"
    )


def test_a_place_without_a_pack_is_named() -> None:
    done = run("check", STRICT, "--place", "XX")

    assert done.exit_code == 2
    assert done.stderr.startswith("evenhand: no law is known for `XX`; use one of AE, ")
    assert done.stderr.endswith(", ZA (unknown_place)\n")


def test_a_code_in_everyday_use_is_put_right() -> None:
    done = run("check", STRICT, "--place", "UK")

    assert done.stderr == (
        "evenhand: no law is known for `UK`; did you mean GB? (unknown_place)\n"
    )


@pytest.mark.parametrize(
    ("place", "pack", "name"),
    [
        ("pl", "EU", "European Union, with Iceland and Liechtenstein"),
        ("DE-BY", "DE", "Germany"),
        ("US-TX", "US", "United States (federal and UCC layer)"),
        ("CA-AB", "CA", "Canada (provinces without a pack of their own)"),
    ],
)
def test_a_place_that_another_pack_covers_is_checked_by_it(
    place: str, pack: str, name: str
) -> None:
    done = run("check", STRICT, "--place", place, "--json")
    law = [r for r in json.loads(done.stdout)["warnings"] if r["kind"] == "below_law"]

    code = place.upper()
    assert done.stderr == f"{code}: the law pack {pack} covers it ({name})\n"
    assert law == [] or all(code in remark["message"] for remark in law)


def test_a_member_of_the_union_is_checked_by_name(tmp_path: Path) -> None:
    document = yaml.safe_load(STRICT.read_text("utf-8"))
    document["window"]["days"] = 10
    policy = written(tmp_path, "policy.json", document)

    done = run("check", policy, "--place", "PL", "--json")
    told = " ".join(r["message"] for r in json.loads(done.stdout)["warnings"])

    assert "will be approved by law in PL" in told


# -- facts -----------------------------------------------------------------------------


def test_it_lists_the_facts() -> None:
    listed = json.loads(run("facts", "--json").stdout)
    names = {fact["name"] for fact in listed}

    assert run("facts").stdout == as_markdown()
    assert {"reason", "days_past_window", "customer_returns_in_90_days"} <= names
