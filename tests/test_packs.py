"""Presets and law packs: sound as they are, and refused when they are not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from plugin.packs import BadPack, Packs, parse_policy
from tests.builders import (
    CONFIG,
    PACKS,
)

LAW = CONFIG / "law"
PRESETS = CONFIG / "presets"
LANGUAGES = {path.stem for path in (CONFIG / "messages").glob("*.yaml")}


def test_the_presets_are_there() -> None:
    assert PACKS.preset_names == (
        "generous-60-days",
        "standard-30-days",
        "strict-14-days",
    )


@pytest.mark.parametrize("name", PACKS.preset_names)
def test_a_preset_has_words_in_every_language(name: str) -> None:
    for clause in PACKS.preset(name)["clauses"]:
        wordless = clause["then"] != "decline" and "text" not in clause

        assert wordless or set(clause["text"]) == LANGUAGES


@pytest.mark.parametrize("name", PACKS.preset_names)
def test_a_preset_survives_being_saved(name: str) -> None:
    document = PACKS.preset(name)
    again = yaml.safe_load(yaml.safe_dump(document, allow_unicode=True))

    assert again == document
    assert parse_policy(again, version="v1").name == document["name"]


def test_a_preset_is_a_fresh_copy() -> None:
    PACKS.preset("strict-14-days")["window"]["days"] = 1

    assert PACKS.preset("strict-14-days")["window"]["days"] == 14


def test_there_is_no_preset_of_another_name() -> None:
    with pytest.raises(KeyError):
        PACKS.preset("lenient")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Copy the real packs, to be spoiled."""
    shutil.copytree(LAW, tmp_path / "law")
    shutil.copytree(PRESETS, tmp_path / "presets")
    return tmp_path / "law", tmp_path / "presets"


def refusal(folders: tuple[Path, Path]) -> str:
    """Load spoiled packs and give the message."""
    with pytest.raises(BadPack) as raised:
        Packs.load(*folders)
    assert raised.value.code == "bad_pack"
    return str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "  days: 14\n",
            "  days: fourteen\n",
            "`GB.yaml` cannot be used; correct change_of_mind.days: give a whole",
        ),
        (
            "  days: 14\n",
            "  dasy: 14\n",
            "change_of_mind.dasy: unknown name `dasy`; did you mean `days`?",
        ),
        (
            "  days: 14\n",
            "",
            "change_of_mind.days: a right with a period needs it",
        ),
        (
            "    - change_of_mind.days\n",
            "    - change_of_mind.dasy\n",
            "evidence: `change_of_mind.dasy` not in the pack; correct it",
        ),
        (
            "    fee: forbidden\n",
            "    fee: capped\n",
            "refund.fee: a capped fee, and no other, has",
        ),
        (
            "    fee: forbidden\n",
            "    fee: capped\n    fee_amount: {amount: 100, currency: GBP}\n",
            "refund.fee_amount.amount: give a text, in quotes",
        ),
        (
            "    months: 12\n",
            "    months: 12\n    endless: true\n",
            "not_informed.months: give one of `months`, `days` and `endless`",
        ),
        (
            "  right: statutory\n",
            "  right: statutory\n  posted_by: [informed_of_right]\n",
            "posted_by: `statutory` does not hang on it; leave it out",
        ),
        (
            "  right: statutory\n",
            "  right: statutory\n  web_shops: named\n",
            "web_shops: `statutory` does not hang on it; leave it out",
        ),
        (
            "{code: perishable,",
            "{code: custom_made,",
            "change_of_mind.exceptions: give each code once",
        ),
        (
            "schema: 1\n",
            "schema: 1\nearlier: [{before: 2026-01-01, id: UK}]\n",
            "earlier: give a list, each with `before` and parts of",
        ),
        (
            "late_delivery:",
            "late_delivery: {right: statutory}\nearly_delivery:",
            "late_delivery.text: this is missing; give it",
        ),
        (
            "sources:\n",
            "sources: []\nspurces:\n",
            "sources: name where the evidence was read",
        ),
        (
            "  right: statutory\n",
            "  right: none\n",
            "change_of_mind.days: there is no right to have a period",
        ),
        # What protects the customer may be null, but never forgotten.
        ("  end_roll: human_if_nonworking", "  #", "change_of_mind.end_roll: a right"),
        ("  before_delivery: true", "  #", "change_of_mind.before_delivery: a right"),
        ("item_is_perishable", "item_is_perishabel", "needs.0: use one of:"),
        (
            "name: United",
            "regions: [New York]\nname: United",
            "ISO 3166-2",
        ),
        (
            "name: United",
            "regions_for_a_person: [{code: NY, name: New York}]\nname: United",
            "regions_for_a_person.0.why: this is missing",
        ),
        (
            "name: United",
            "applies_to: [SE]\nname: United",
            "`SE` is in `EU.yaml` already",
        ),
        (
            "guarantee_months: 72",
            "guarantee_months: 0",
            "fault.guarantee_months: give a number from 1 to 120",
        ),
        ("id: GB", "id: UK", "id: `UK` is not the file's name; make them equal"),
        ("checked: 2026-11-23", "checked: today", "checked: give a date as 2026-01-31"),
        (
            "needs: [informed_of_right]",
            "needs: [told]",
            "change_of_mind.not_informed.needs.0: use one of: informed_of_right",
        ),
        ("final_sale_defeats: never", "final_sale_defeats: no", "final_sale_defeats:"),
        ("inherits: null", "inherits: DE", "inherits: `DE` cannot be inherited; use"),
        ("inherits: null", "inherits: ZZ", "inherits: `ZZ` cannot be inherited; use"),
        ("schema: 1", "schema: 1\nschema: 1", "`schema` is there twice"),
        ("schema: 1", "schema: [", "`GB.yaml` cannot be read at line "),
        ("name: United", 'applies_to: ["no!"]\nname: United', "applies_to: use ISO"),
        (
            "https://www.legislation.gov.uk/uksi",
            "uksi",
            "sources.0.url: give an address",
        ),
    ],
)
def test_it_refuses_a_law_pack_with_a_fault(
    folders: tuple[Path, Path], old: str, new: str, message: str
) -> None:
    path = folders[0] / "GB.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace(old, new, 1), "utf-8")

    assert old in text
    assert message in refusal(folders)


def test_it_refuses_a_preset_with_a_fault(folders: tuple[Path, Path]) -> None:
    path = folders[1] / "strict-14-days.yaml"
    path.write_text(path.read_text("utf-8").replace("days: 14", "days: -14"), "utf-8")

    assert "`strict-14-days.yaml` cannot be used; correct window.days" in refusal(
        folders
    )


def test_it_refuses_a_file_that_is_no_mapping(folders: tuple[Path, Path]) -> None:
    (folders[0] / "GB.yaml").write_text("- GB\n", "utf-8")

    assert refusal(folders) == "`GB.yaml` must be a mapping; start it with `schema: 1`"


def test_it_refuses_an_empty_folder(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert "no *.yaml files in" in refusal((tmp_path / "empty", folders[1]))
    assert "no *.yaml files in" in refusal((folders[0], tmp_path / "empty"))
