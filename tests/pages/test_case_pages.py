"""The list and one case: what staff read, and what they can send."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import sqlalchemy as sa

from plugin.archive.keyring import Keyring
from plugin.archive.tables import cases
from plugin.case import Status
from plugin.install import is_own_path
from plugin.keys import archive_keys
from plugin.pages import words
from plugin.policy.decision import Ground, Outcome, Says, Stratum
from plugin.policy.facts import PRACTICE
from plugin.policy.terms import Clock
from plugin.ports import StaleCase
from plugin.shop import Mode, Preferences
from tests.builders import make_line
from tests.pages.seeds import HOSTILE, NOW, SHOP, Office, late_line, seed_case
from tests.pages.staff import Merchant, Reading

SEEDED = ["request", "facts", "terms", "decision"]
BOXED = {"product_tags": frozenset({"final-sale"})}


def test_it_says_what_will_appear_when_there_is_nothing(merchant: Merchant) -> None:
    page = Reading(merchant.open("/"))

    assert "No requests yet" in page.text
    assert "table" not in page.tags


def test_it_lists_cases_with_what_decided_them(
    office: Office, merchant: Merchant
) -> None:
    seed_case(office.archive, 1001)
    seed_case(office.archive, 1002, make_line(delivered_on=date(2026, 11, 20)))

    page = Reading(merchant.open("/"))

    assert "1 waits for you Answered: 1 Refusal proposed: 1" in page.text
    assert (
        "#1001 #1001-R1 1 \u00d7 Blue mug Unwanted Refuse window-over - "
        "Refusal proposed 23 Nov 2026, 06:05" in page.text
    )
    assert "#1002 #1002-R1 1 \u00d7 Blue mug Unwanted Approve" in page.text


def test_it_says_that_it_only_watches(office: Office, merchant: Merchant) -> None:
    assert "Evenhand only watches" not in merchant.open("/").text

    office.archive.of(SHOP).prefer(Preferences(mode=Mode.OBSERVE))

    assert "Evenhand only watches: nothing is sent." in merchant.open("/").text


def test_it_shows_the_letter_in_its_language(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001, locale="zh-CN")
    letter = office.letter(return_id)

    r = merchant.open("/cases/1001")

    assert '<blockquote lang="zh-CN">' in r.text
    assert letter in Reading(r).text


def test_it_shows_what_happened_with_its_seals(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)
    entries = office.archive.of(SHOP).entries(return_id)

    page = Reading(merchant.open("/cases/1001"))

    assert page.tags.count("pre") == len(entries)
    assert [entry.kind for entry in entries][:4] == SEEDED
    for entry in entries:
        assert entry.sha256[:12] in page.text
    assert (
        "Took your policy Standard, 30 days, and the law of US Evenhand, 23 Nov"
        in page.text
    )
    assert "Noted the result on the order Evenhand, 23 Nov 2026, 06:05" in page.text


def test_it_shows_hostile_words_as_words(office: Office, merchant: Merchant) -> None:
    line = late_line(title=HOSTILE)
    seed_case(office.archive, 1001, line, note=HOSTILE + "\u202e")

    for path in ("/", "/cases/1001"):
        r = merchant.open(path)

        page = Reading(r)
        assert "alert('note')" in page.text
        assert page.tags.count("script") == 2
        assert "b" not in page.tags or path != "/"
        assert "<b>please" not in r.text
        assert "<script>alert" not in r.text


def test_it_shows_no_case_of_another_shop(
    office: Office, merchant: Merchant, stranger: Merchant
) -> None:
    seed_case(office.archive, 1001)

    for r in (
        stranger.open("/cases/1001"),
        stranger.post("/cases/1001/confirm"),
        merchant.open("/cases/9"),
        merchant.open("/cases/none"),
    ):
        assert r.status_code == 404
        assert "This page does not exist" in r.text
        assert "Blue mug" not in r.text
    assert "Blue mug" not in stranger.open("/").text
    assert stranger.get_json("/api/cases/1001").status_code == 404
    assert office.confirmed == []


def test_it_shows_a_case_that_could_never_be_read(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)
    shelf = office.archive.of(SHOP)
    blank = office.case(return_id).moved(Status.FAILED)
    changes = {"order_name": "", "return_name": "", "asked": (), "outcome": None}
    fields = {name: getattr(blank, name) for name in blank.__slots__}
    shelf.keep(type(blank)(**{**fields, **changes}), was=Status.PROPOSED)

    listed, shown = merchant.open("/"), merchant.open("/cases/1001")

    assert "Return 1001" in listed.text
    assert "Could not be answered" in shown.text
    assert "Return 1001" in shown.text


def test_it_sends_a_proposed_refusal_once_asked(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)
    assert "Send this refusal" in merchant.open("/cases/1001").text

    r = merchant.post("/cases/1001/confirm")

    assert r.status_code == 202
    assert office.confirmed == [(SHOP, return_id, "staff:101")]
    assert "The refusal is on its way" in r.text
    assert "Send this refusal" not in r.text


def test_it_sends_nothing_for_a_case_that_moved_on(
    office: Office, merchant: Merchant
) -> None:
    return_id = seed_case(office.archive, 1001)
    shelf = office.archive.of(SHOP)
    shelf.keep(office.case(return_id).moved(Status.WITHDRAWN), was=Status.PROPOSED)

    r = merchant.post("/cases/1001/confirm")

    assert r.status_code == 409
    assert "Nothing was sent" in r.text
    assert office.confirmed == []


def test_it_says_so_when_the_case_moves_on_meanwhile(
    office: Office, merchant: Merchant
) -> None:
    seed_case(office.archive, 1001)
    office.trouble = StaleCase("moved")

    r = merchant.post("/cases/1001/confirm")

    assert r.status_code == 409


def test_it_has_words_for_everything_it_shows() -> None:
    assert set(words.STATUS) == set(Status)
    assert set(words.OUTCOME) == set(Outcome)
    assert set(words.MODE) == set(Mode)
    assert set(words.STARTS) == set(Clock)
    assert set(words.PRACTICE) == set(PRACTICE)
    assert set(words.GROUND) == {ground.value for ground in Ground}
    assert set(words.SAYS) == {says.value for says in Says}
    assert set(words.STRATUM) == {stratum.value for stratum in Stratum}


def test_it_links_only_to_itself(office: Office, merchant: Merchant) -> None:
    seed_case(office.archive, 1001)

    for path in ("/", "/cases/1001", "/settings"):
        links = merchant.open(path).text.split('<a href="')[1:]
        assert links
        assert all(is_own_path(link.split('"')[0]) for link in links)


def test_a_case_whose_key_is_missing_hides_no_other(
    office: Office, merchant: Merchant
) -> None:
    locked, kept = seed_case(office.archive, 1001), seed_case(office.archive, 1002)
    lock(office, locked, kept)

    listed = Reading(merchant.open("/"))
    page = merchant.open("/cases/1001")
    other = merchant.open("/cases/1002")

    assert "Refusal proposed Sealed; key missing" in listed.text
    assert "#1002 #1002-R1 1 \u00d7 Blue mug" in listed.text
    assert (page.status_code, other.status_code) == (200, 200)
    assert "Sealed; key missing" in page.text
    assert page.text.count("This is sealed, and cannot be read without its key.") == 3
    assert "No decision was made" not in page.text
    assert "No letter was written" not in page.text
    assert "Nothing is known" not in page.text
    assert "Blue mug" not in page.text
    assert "Send" not in Reading(page).text
    assert "Sealed; key missing" not in other.text


def test_a_case_whose_key_is_missing_says_so_as_data(
    office: Office, merchant: Merchant
) -> None:
    locked, kept = seed_case(office.archive, 1001), seed_case(office.archive, 1002)
    lock(office, locked, kept)

    found = merchant.get_json("/api/cases").json
    one = merchant.get_json("/api/cases/1001")

    assert found is not None
    assert {c["return_id"]: c["locked"] for c in found["cases"]} == {
        locked: True,
        kept: False,
    }
    assert (one.status_code, one.json and one.json["error"]) == (503, "keys_missing")


def lock(office: Office, return_id: str, kept: str) -> None:
    """Put a case under a key that no secret opens; another of them stays as it is."""
    strange = Keyring(archive_keys(["a-strange-secret-of-more-than-thirty-two"]))
    with office.archive.engine.begin() as db:
        strange.make(db, SHOP, "strange")
        mine = sa.update(cases).where(cases.c.return_id == return_id)
        db.execute(mine.values(subject="strange"))
    assert office.case(kept).asked


def test_it_says_a_practice_in_the_words_of_the_settings(
    office: Office, merchant: Merchant
) -> None:
    late = late_line(delivered_on=NOW.date() - timedelta(days=40))
    seed_case(office.archive, 1001, late, country="DE", region=None)
    shelf = office.archive.of(SHOP)
    shelf.prefer(replace(office.shop().preferences, practice=frozenset(PRACTICE[1:])))
    seed_case(office.archive, 1002, late, country="DE", region=None)

    first, second = merchant.open("/cases/1001"), merchant.open("/cases/1002")

    told = words.PRACTICE["informed_of_right"]
    for page in map(Reading, (first, second)):
        main = page.text.partition("Open a line to see exactly")[0]
        assert f"not confirmed that “{told}”" in main
        assert f"Once the shop confirms this: “{told}”" in main
        assert "informed_of_right" not in main
    assert '<a href="/settings#practice-title">Settings</a>' in first.text
    facts = Reading(second).text.partition("Facts on that day")[2]
    assert words.PRACTICE["contract_copy_sent"] in facts
    assert not [name for name in PRACTICE if name in facts]
