"""The versions of a policy, and policies moved as files."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.documents import MAX_BYTES, parse_document
from plugin.pages.policy_text import as_json, as_yaml, read_text
from tests.builders import PACKS
from tests.pages.policies import changed, edited, versions
from tests.pages.seeds import SHOP, Office
from tests.pages.staff import Merchant, Reading


def test_it_shows_each_version_and_when_it_decides(
    office: Office, merchant: Merchant
) -> None:
    merchant.post("/policy", document=as_yaml(changed(name="Second")))
    merchant.post("/policy", document=as_yaml(changed(name="Third")))

    page = Reading(merchant.open("/policy"))
    second = Reading(merchant.open("/policy/versions/2"))
    again = Reading(merchant.open("/policy?version=2"))

    assert "Version 1 saved 23 Nov 2026, 06:05 by the app; decides no orders" in (
        page.text
    )
    assert "decides every order until 23 Nov 2026, 06:05" in second.text
    assert "name: Second" in second.text
    assert "Start from this version" in second.text
    assert "name: Second" in again.text
    assert again.by_id["policy-form"]["data-dirty"] == "true"


@pytest.mark.parametrize(
    "path",
    [
        "/policy/versions/2",
        "/policy/versions/0",
        "/policy/versions/" + "9" * 400,
        "/policy/versions/2/yaml",
        "/policy/versions/1/toml",
        "/policy?version=2",
        "/api/policy?version=2",
    ],
)
def test_it_knows_no_version_of_another_shop(
    merchant: Merchant, stranger: Merchant, path: str
) -> None:
    stranger.post("/policy", document=as_yaml(changed(name="Theirs")))

    r = merchant.client.get(path, headers=merchant.headers("text/html"))

    assert r.status_code == 404
    assert "Theirs" not in r.text


@pytest.mark.parametrize(
    ("ending", "kind"), [("yaml", "application/yaml"), ("json", "application/json")]
)
def test_it_gives_a_file_that_it_takes_back(
    office: Office, merchant: Merchant, ending: str, kind: str
) -> None:
    document = changed(name="Grüße 🎁 & 'more'")
    merchant.post("/policy", document=as_yaml(document))

    file = merchant.open(f"/policy/versions/2/{ending}")
    given = (io.BytesIO(file.data), f"policy.{ending}")
    r = merchant.post("/policy/file", file=given)

    assert file.mimetype == kind
    assert file.headers["Content-Disposition"] == (
        f'attachment; filename="policy-v2.{ending}"'
    )
    assert parse_document(file.text, "file") == document
    assert r.status_code == 200
    assert Reading(r).by_id["policy-form"]["data-dirty"] == "false"
    assert len(versions(office)) == 2


def test_it_takes_json_as_other_programs_write_it(merchant: Merchant) -> None:
    text = json.dumps(changed(name="Gift 🎁"), indent="\t")

    r = merchant.post("/policy/file", file=(io.BytesIO(text.encode()), "p.json"))

    assert "name: Gift 🎁" in Reading(r).text
    assert Reading(r).by_id["policy-form"]["data-dirty"] == "true"


@pytest.mark.parametrize("data", [b"", b"\xff\xfe", b"a" * (MAX_BYTES + 1)], ids=len)
def test_it_refuses_a_file_that_is_no_text_and_keeps_the_editor(
    merchant: Merchant, data: bytes
) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="'
    body = b"\r\n".join(
        [
            head + b'document"\r\n\r\nmine: 1',
            head + b'file"; filename="p.yaml"\r\n\r\n' + data,
            b"--x--\r\n",
        ]
    )

    r = merchant.client.post(
        "/policy/file",
        data=body,
        content_type="multipart/form-data; boundary=x",
        headers=merchant.headers("text/html"),
    )

    assert r.status_code == 422
    assert "Choose a file of at most 128 KiB" in Reading(r).text
    assert edited(Reading(r), r.text) == "mine: 1"


def test_it_refuses_more_than_it_reads(office: Office) -> None:
    merchant = Merchant(office.app().test_client(), SHOP)

    r = merchant.post("/policy", document="a" * (3 * MAX_BYTES))

    assert r.status_code == 413


def test_documents_are_written_as_they_are_read() -> None:
    for name in PACKS.preset_names:
        document = PACKS.preset(name)
        assert parse_document(as_yaml(document), name) == document
        assert json.loads(as_json(document)) == document


def test_it_keeps_an_older_document_in_the_form_of_today(
    office: Office, merchant: Merchant
) -> None:
    code = {"percent": 10, "expires_after_days": 30}
    old = {**changed(schema=1), "offers": {"code": code}}

    merchant.post("/policy", document=as_yaml(old))

    kept = json.loads(versions(office)[0].document)
    assert kept["schema"] == 2
    assert kept["offers"] == [{"id": "code", "remedy": "code", **code}]


@given(
    st.dictionaries(
        st.text(min_size=1),
        st.recursive(
            st.text() | st.integers() | st.booleans() | st.none(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=6,
        ),
        min_size=1,
    )
)
def test_whatever_is_written_is_read_back(document: dict[str, Any]) -> None:
    assert read_text(as_yaml(document)) == document
    assert read_text(as_json(document)) == document
