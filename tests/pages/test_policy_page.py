"""The policy page: shown, checked and saved."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from plugin.documents import MAX_BYTES, parse_document
from plugin.pages.policy_text import as_yaml
from plugin.tone import Tone
from tests.builders import CONFIG
from tests.pages.policies import STANDARD, changed, edited, versions, wrong
from tests.pages.seeds import (
    HOSTILE,
    OTHER_SHOP,
    SHOP,
    Office,
)
from tests.pages.staff import Merchant, Reading, answer


def test_it_shows_the_document_in_force(merchant: Merchant) -> None:
    r = merchant.open("/policy")

    page = Reading(r)
    document = parse_document(edited(page, r.text).replace("&#39;", "'"), "shown")
    assert document == STANDARD
    assert page.by_id["policy-form"]["data-dirty"] == "false"
    assert "Version 1, saved 23 Nov 2026, 06:05 by the app; decides every order" in (
        page.text
    )


def test_it_puts_a_preset_in_the_editor_and_saves_nothing(
    office: Office, merchant: Merchant
) -> None:
    page = Reading(merchant.open("/policy?preset=strict-14-days"))

    assert page.by_id["policy-form"]["data-dirty"] == "true"
    assert "name: Strict, 14 days" in page.text
    assert len(versions(office)) == 1


def test_it_saves_a_new_version_signed_by_staff(
    office: Office, merchant: Merchant
) -> None:
    text = "# Longer now.\n" + as_yaml(changed(window={"days": 45}))

    r = merchant.post("/policy", document=text.replace("\n", "\r\n"), based_on="1")

    newest = versions(office)[0]
    assert r.status_code == 200
    assert 'data-toast="Saved as version 2 of the policy."' in r.text
    assert (newest.version, newest.saved_by) == (2, "staff:101")
    assert json.loads(newest.document) == changed(window={"days": 45})
    assert Reading(r).by_id["policy-form"]["data-dirty"] == "false"
    assert len(versions(office, OTHER_SHOP)) == 1


def test_it_makes_no_version_of_what_is_in_force(
    office: Office, merchant: Merchant
) -> None:
    text = as_yaml(changed(window={"days": 45}))

    merchant.post("/policy", document=text)
    r = merchant.post("/policy", document=f"# The same.\n{text}")

    assert merchant.open("/policy/versions/2/yaml").text == f"# The same.\n{text}"
    assert "Saved. The policy is still version 2." in Reading(r).text
    assert len(versions(office)) == 2


def test_it_does_not_save_over_a_version_it_was_not_based_on(
    office: Office, merchant: Merchant
) -> None:
    merchant.post("/policy", document=as_yaml(changed(name="Theirs")), based_on="1")
    mine = as_yaml(changed(name="Mine"))

    late = merchant.post("/policy", document=mine, based_on="1")
    again = merchant.post("/policy", document=mine, based_on="2")

    assert late.status_code == 409
    assert "version 2 was saved while you were editing" in Reading(late).text
    assert 'name="based_on" value="2"' in late.text
    assert again.status_code == 200
    assert json.loads(versions(office)[0].document)["name"] == "Mine"


@pytest.mark.parametrize("path", ["/policy", "/policy/check", "/policy/try"])
def test_it_says_where_an_error_is_and_how_to_mend_it(
    office: Office, merchant: Merchant, path: str
) -> None:
    r = merchant.post(path, document=wrong(), case="1")

    page = Reading(r)
    line = wrong().split("\n").index("    when: {fact: gift_crad, equals: true}") + 1
    assert r.status_code == (200 if path == "/policy/check" else 422)
    assert "1 error" in page.text
    assert f"clauses.2.when.fact Line {line} Unknown name `gift_crad`; did you" in (
        page.text
    )
    assert "Correct this; the rest is checked" in page.text
    assert page.by_id["document"]["aria-invalid"] == "true"
    assert page.by_id["document"]["aria-describedby"] == "document-help report"
    assert page.by_id["report"]["aria-label"] == "What the check found"
    assert "gift_crad" in edited(page, r.text)
    assert len(versions(office)) == 1


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("schema: 2\nname: A\nname: B\n", 3, "`name` is there twice"),
        ("schema: 2\nname: [1\n", 2, "a bracket is never closed; add the `]`"),
        ("schema: 2\na: &x 1\nb: *x\n", 3, "This cannot be read at line 3, column 6"),
        ("a: !!python/object:os.system x\n", 1, "leave out the tag"),
        ("", None, "must be a mapping"),
        ("- 1\n", None, "must be a mapping"),
        ("a" * MAX_BYTES + ": 1", None, "larger than 128 KiB"),
        ("[" * 5000, None, "take some out."),
        ("a: 2026-13-45", 1, "there is no day `2026-13-45`"),
        (r'a: "\ud800"', None, "a number or character that cannot be kept"),
        (f"a: {'9' * 5000}", 1, "Unknown name `a`"),
        (r'{"\ud800": 1}', None, "a number or character that cannot be kept"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_it_says_on_which_line_a_text_cannot_be_read(
    office: Office, merchant: Merchant, text: str, line: int | None, why: str
) -> None:
    r = merchant.post("/policy", document=text)

    page = Reading(r)
    assert r.status_code == 422
    assert why in page.text
    assert ("data-line" in r.text) is (line is not None)
    assert line is None or f'data-line="{line}"' in r.text
    assert len(versions(office)) == 1


def test_it_saves_with_warnings_and_shows_them(
    office: Office, merchant: Merchant
) -> None:
    never = {
        "id": "never",
        "when": {
            "all": [
                {"fact": "photos", "more_than": 5},
                {"fact": "photos", "at_most": 5},
            ]
        },
        "then": "approve",
    }
    document = changed(clauses=[*STANDARD["clauses"], never])

    checked = Reading(merchant.post("/policy/check", document=as_yaml(document)))
    r = merchant.post("/policy", document=as_yaml(document))

    page = Reading(r)
    where = f"clauses.{len(STANDARD['clauses'])}"
    assert "This can be saved." in checked.text
    assert r.status_code == 200
    assert f"{where} Line" in page.text
    assert f"{where} Line" in checked.text
    assert "aria-invalid" not in page.by_id["document"]
    assert json.loads(versions(office)[0].document) == document


def test_it_refuses_words_in_a_bad_tone(office: Office) -> None:
    app = toned(office)
    clauses = [dict(clause) for clause in STANDARD["clauses"]]
    clauses[2]["text"] = {"en": "Only an idiot returns a gift card."}

    r = Merchant(app.test_client(), SHOP).post(
        "/policy", document=as_yaml(changed(clauses=clauses))
    )

    assert r.status_code == 422
    assert "clauses.2.text.en" in Reading(r).text
    assert "Leave the insult out" in Reading(r).text
    assert len(versions(office)) == 1


def toned(office: Office) -> Flask:
    """Make the app with the tone check."""
    return office.app(languages=("en", "de"), tone=Tone.load(CONFIG / "tone"))


def test_it_keeps_hostile_words_as_words(office: Office, merchant: Merchant) -> None:
    clauses = [dict(clause) for clause in STANDARD["clauses"]]
    hostile = f"</textarea></pre>{HOSTILE}"
    clauses[2]["text"] = {"en": hostile}
    text = as_yaml(changed(name=HOSTILE, clauses=clauses))

    saved = merchant.post("/policy", document=text)
    shown = merchant.open("/policy")
    version = merchant.open("/policy/versions/2")
    bad = merchant.post("/policy", document=f"<script>: 1\n{text}")

    assert [r.status_code for r in (saved, shown, version, bad)] == [200, 200, 200, 422]
    for r in (saved, shown, version, bad):
        page = Reading(r)
        assert page.tags.count("script") == 2
        assert hostile in page.text
    assert "Unknown name `<script>`" in Reading(bad).text


def test_the_settings_form_works_on_what_was_saved_here(
    office: Office, merchant: Merchant
) -> None:
    clause = {
        "id": "vip",
        "when": {"fact": "customer_tags", "contains": "vip"},
        "then": "approve",
    }
    document = changed(clauses=[clause, *STANDARD["clauses"]])
    merchant.post("/policy", document=as_yaml(document))

    r = merchant.put_json("/api/settings", {"window_days": 60})

    newest = json.loads(versions(office)[0].document)
    assert answer(r)["version"] == 3
    assert newest["window"]["days"] == 60
    assert newest["clauses"][0] == clause
