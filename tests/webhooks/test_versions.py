"""Events come in the version that the app declares, or it is noticed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from plugin import logs, tally
from plugin.archive.database import connect, migrate
from plugin.clock import SystemClock
from tests.databases import KEYRING
from tests.webhooks.letters import headers, payload
from webhooks.inbox import Inbox
from webhooks.receive import Receiver

SECRET = "a-secret-of-this-test"
BODY = payload("returns/request")


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> tally.Tally:
    """Counts of this test alone: the meter of another test's app takes the others."""
    made = tally.Tally()
    monkeypatch.setattr("webhooks.answers.count", made.count)
    return made


@pytest.fixture
def app(tmp_path: Path, one_database: Callable[[Path], str]) -> Iterator[Flask]:
    engine = connect(one_database(tmp_path))
    migrate(engine)
    inbox = Inbox(engine, SystemClock().now, KEYRING)
    made = Flask("receiver")
    made.wsgi_app = Receiver(made.wsgi_app, inbox, secrets=[SECRET])  # type: ignore[method-assign]
    yield made
    logs.configure("critical")
    inbox.close()
    engine.dispose()


def test_another_version_is_counted_and_told_once(
    app: Flask, counted: tally.Tally, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("warning")
    versions = ["2026-10", "2027-01", "2027-01", "made-up-1", "made-up-2"]

    for number, version in enumerate(versions):
        given = {"X_Shopify_API_Version": version, "X_Shopify_Webhook_Id": f"w{number}"}
        # What comes twice is one event.
        for _ in range(2):
            sent = app.test_client().post(
                "/webhooks", data=BODY, headers=headers(BODY, SECRET, **given)
            )
            assert sent.status_code == 200

    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    told = [each for each in lines if each["event"] == "other_event_version"]
    assert [each["api_version"] for each in told] == ["2027-01", "other"]
    counts = counted.drain()
    assert {
        version: counts.get(tally.key("other_event_version", version=version))
        for version in ("2026-10", "2027-01", "other")
    } == {"2026-10": None, "2027-01": 2, "other": 2}
