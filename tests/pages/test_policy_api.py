"""The policy as JSON for tools."""

from __future__ import annotations

import json

import pytest

from plugin.pages.policy_text import as_yaml
from plugin.policy.catalogue import CATALOGUE
from tests.pages.policies import STANDARD, changed, versions, wrong
from tests.pages.seeds import Office
from tests.pages.staff import Merchant, answer


def test_tools_read_the_policy(merchant: Merchant) -> None:
    merchant.post("/policy", document=as_yaml(changed(name="Second")))

    newest = answer(merchant.get_json("/api/policy"))
    first = answer(merchant.get_json("/api/policy?version=1"))

    assert newest["document"] == changed(name="Second")
    assert (newest["version"], newest["in_force"]) == (2, True)
    assert newest["saved_by"] == "staff:101"
    assert first["document"] == STANDARD
    assert (first["version"], first["in_force"]) == (1, False)


def test_tools_check_without_saving(office: Office, merchant: Merchant) -> None:
    r = merchant.client.post(
        "/api/policy/check", data=wrong(), headers=merchant.headers("*/*")
    )

    found = answer(r)
    assert r.status_code == 200
    assert [e["where"] for e in found["errors"]] == ["clauses.2.when.fact"]
    assert (found["warnings"], found["hints"]) == ([], [])
    assert len(versions(office)) == 1


def test_tools_save_a_version(office: Office, merchant: Merchant) -> None:
    r = merchant.put_json("/api/policy", changed(name="Second"))

    newest = versions(office)[0]
    assert r.status_code == 200
    assert answer(r)["version"] == 2
    assert answer(r)["label"] == newest.label
    assert {"warnings", "hints"} <= set(answer(r))
    assert json.loads(newest.document) == changed(name="Second")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", "document"),
        (b"\xff{", "document"),
        (b"[]", "document"),
        (b"null", "document"),
        (b'{"a":' * 20_000, "document"),
        (b'{"schema": 2, "schema": 2}', "document"),
        (json.dumps(changed(default="decline")).encode(), "default"),
        (json.dumps(changed(window={"days": 1.5})).encode(), "window.days"),
        (json.dumps(changed(shop="other")).encode(), "shop"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_tools_are_told_the_errors_by_path(
    office: Office, merchant: Merchant, body: bytes, path: str
) -> None:
    r = merchant.client.put("/api/policy", data=body, headers=merchant.headers("*/*"))

    assert r.status_code == 422
    assert answer(r)["error"] == "bad_policy"
    assert list(answer(r)["errors"]) == [path]
    assert len(versions(office)) == 1


def test_tools_list_the_facts(merchant: Merchant) -> None:
    facts = answer(merchant.get_json("/api/facts"))["facts"]

    known = {fact["name"]: fact for fact in facts}
    assert set(CATALOGUE) <= set(known)
    assert known["gift_card"]["operators"] == ["equals"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/policy"),
        ("POST", "/policy/check"),
        ("POST", "/policy/file"),
        ("POST", "/policy/try"),
        ("GET", "/api/policy"),
        ("PUT", "/api/policy"),
        ("POST", "/api/policy/check"),
        ("GET", "/api/facts"),
        ("GET", "/policy/versions/1/json"),
    ],
)
def test_nobody_comes_in_without_a_session(
    office: Office, merchant: Merchant, method: str, path: str
) -> None:
    r = merchant.client.open(
        path, method=method, data=as_yaml(STANDARD), headers={"X-Evenhand-Fetch": "1"}
    )

    assert r.status_code == 401
    assert len(versions(office)) == 1
