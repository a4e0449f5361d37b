"""The address of events on a server of WSGI, however it frames a body."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client as Browser

from tests.webhooks.letters import headers, payload
from tests.webhooks.test_inbox import rows
from webhooks.answers import LARGEST
from webhooks.inbox import Inbox
from webhooks.receive import Receiver

SECRET = "an-app-secret-of-forty-characters-or-so"
BODY = payload("returns/request")


def send(box: Inbox, body: bytes, **environ: Any) -> tuple[int, str]:
    """Send a body as a server hands it over."""
    browser = Browser(Receiver(Flask("behind"), box, secrets=[SECRET]))
    given = {"CONTENT_LENGTH": str(len(body)), **environ}
    answer = browser.post(
        "/webhooks",
        headers=headers(BODY, SECRET),
        input_stream=io.BytesIO(body),
        environ_overrides={k: v for k, v in given.items() if v is not None},
    )
    said = answer.get_json(force=True)
    return answer.status_code, said.get("result") or said["error"]


@pytest.mark.parametrize("length", [str(len(BODY)), None])
def test_it_keeps_an_event_whether_its_length_is_said_or_not(
    box: Inbox, length: str | None
) -> None:
    chunked = {"CONTENT_LENGTH": length, "wsgi.input_terminated": length is None}

    assert send(box, BODY, **chunked) == (200, "kept")
    assert len(rows(box.engine)) == 1


@pytest.mark.parametrize(
    ("body", "environ", "told"),
    [
        (BODY[:9], {"CONTENT_LENGTH": str(len(BODY))}, (400, "broken_body")),
        (b" " * (LARGEST + 1), {}, (413, "body_too_large")),
        (b"", {"CONTENT_LENGTH": str(1 << 40)}, (413, "body_too_large")),
        (b"", {}, (400, "no_body")),
    ],
)
def test_it_refuses_what_is_no_whole_event(
    box: Inbox, body: bytes, environ: dict[str, str], told: tuple[int, str]
) -> None:
    assert send(box, body, **environ) == told
    assert rows(box.engine) == []


def test_it_refuses_a_body_in_chunks_that_is_too_long(box: Inbox) -> None:
    chunked = {"CONTENT_LENGTH": None, "wsgi.input_terminated": True}

    assert send(box, b" " * (LARGEST + 9), **chunked) == (413, "body_too_large")
    assert rows(box.engine) == []


def test_everything_else_goes_to_the_app_behind(box: Inbox) -> None:
    behind = Flask("behind")
    behind.add_url_rule("/page", view_func=lambda: "a page")

    answer = Browser(Receiver(behind, box, secrets=[SECRET])).get("/page")

    assert (answer.status_code, answer.text) == (200, "a page")
