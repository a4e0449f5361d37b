"""Logs are one JSON object a line, and only named fields leave the process."""

from __future__ import annotations

import ast
import io
import json
import logging
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import structlog

from plugin import logs
from plugin.logs import FIELDS
from tests.devstore.world import ROOT


@pytest.fixture(autouse=True)
def _quiet_again() -> Iterator[None]:
    yield
    logs.configure("critical")


def logger(level: str = "info") -> Any:
    logs.configure(level)
    return structlog.get_logger()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_it_writes_an_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    log = logger()
    log.info("kept", shop="a.myshopify.com", note="line\nbreak")
    log.warning("refused", code="bad_signature")

    first, second = lines(capsys)
    assert first.pop("timestamp").endswith("Z")
    assert first == {"event": "kept", "level": "info", "shop": "a.myshopify.com"}
    assert (second["event"], second["level"], second["code"]) == (
        "refused",
        "warning",
        "bad_signature",
    )


def test_a_log_that_takes_nothing_is_done_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with open("/dev/full", "wb", buffering=0) as full:
        stream = io.TextIOWrapper(full, write_through=True)
        monkeypatch.setattr(sys, "stderr", stream)
        log = logger()
        with pytest.raises(OSError, match="No space left"):
            stream.write("nothing goes in")

        log.info("kept", shop="a.myshopify.com")
        logging.getLogger("dbos").warning("kept too")


@pytest.mark.parametrize(
    "field", ["token", "access_token", "body", "headers", "note", "email", "customer"]
)
def test_it_drops_what_nobody_named(
    capsys: pytest.CaptureFixture[str], field: str
) -> None:
    logger().info("kept", **{field: "CANARY"})

    [line] = lines(capsys)
    assert sorted(line) == ["event", "level", "timestamp"]


def test_it_drops_it_from_a_bound_logger_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger().bind(token="CANARY", shop="a").info("kept")

    [line] = lines(capsys)
    assert "CANARY" not in json.dumps(line)
    assert line["shop"] == "a"


def test_it_tells_where_an_exception_came_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = logger()
    try:
        raise LookupError("gone")
    except LookupError:
        log.exception("broke", code="x")

    [line] = lines(capsys)
    assert (line["event"], line["level"]) == ("broke", "error")
    assert line["exception"].endswith("LookupError: gone")


def test_it_leaves_out_what_is_below_the_level(
    capsys: pytest.CaptureFixture[str],
) -> None:
    log = logger("warning")
    log.info("kept")
    log.warning("refused")

    assert [line["event"] for line in lines(capsys)] == ["refused"]


def test_it_passes_on_what_the_durable_engine_logs_in_the_same_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger()
    engine = logging.getLogger("dbos")
    engine.info("a step began")
    engine.warning("no answer from %s", "the database")

    [line] = lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "dbos",
        "level": "warning",
        "message": "no answer from the database",
    }


def test_lines_of_many_threads_never_mix(capsys: pytest.CaptureFixture[str]) -> None:
    log = logger()
    engine = logging.getLogger("dbos")

    def chatter(number: int) -> None:
        for _ in range(50):
            log.info("kept", webhook_id="x" * 500)
            engine.error("y" * 500)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(chatter, range(8)))

    assert len(lines(capsys)) == 800


def test_no_line_of_ours_has_a_field_that_would_be_dropped() -> None:
    dropped = []
    for folder in ("plugin", "webhooks"):
        for file in (ROOT / folder).rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(call, ast.Call) and _logs(call.func):
                    named = {word.arg for word in call.keywords if word.arg}
                    dropped += [(file.name, n) for n in named - FIELDS - {"exc_info"}]

    assert dropped == []


def _logs(called: ast.expr) -> bool:
    if not isinstance(called, ast.Attribute):
        return False
    words = ("debug", "info", "warning", "error", "exception", "bind")
    return called.attr in words and ast.unparse(called.value).endswith("log")
