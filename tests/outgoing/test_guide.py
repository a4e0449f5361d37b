"""What the guide for a store's developers says is so."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from plugin.outgoing.delivering import PAUSES
from plugin.outgoing.signing import new_secret, signed_headers
from plugin.outgoing.telling import KINDS, TEST
from tests.devstore.world import ROOT

GUIDE = (ROOT / "docs" / "outgoing.md").read_text("utf-8")
BODY = b'{"type":"decision.made"}'


@pytest.fixture
def verify() -> Callable[[str, dict[str, str], bytes], bool]:
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    names: dict[str, Callable[[str, dict[str, str], bytes], bool]] = {}
    exec(compile(example, "docs/outgoing.md", "exec"), names)
    return names["verify"]


def test_its_example_takes_what_is_sent(
    verify: Callable[[str, dict[str, str], bytes], bool],
) -> None:
    new, old = new_secret(), new_secret()
    headers = dict(signed_headers("msg_1", datetime.now(UTC), BODY, [new, old]))

    assert verify(new, headers, BODY)
    assert verify(old, headers, BODY)


def test_its_example_refuses_everything_else(
    verify: Callable[[str, dict[str, str], bytes], bool],
) -> None:
    secret, now = new_secret(), datetime.now(UTC)
    headers = dict(signed_headers("msg_1", now, BODY, [secret]))
    late = dict(signed_headers("msg_1", now - timedelta(minutes=6), BODY, [secret]))

    assert not verify(new_secret(), headers, BODY)
    assert not verify(secret, headers, BODY + b" ")
    assert not verify(secret, headers | {"webhook-id": "msg_2"}, BODY)
    assert not verify(
        secret, headers | {"webhook-timestamp": f"{time.time() - 9:.0f}"}, BODY
    )
    assert not verify(secret, late, BODY)


def test_it_lists_every_kind_that_is_told() -> None:
    listed = re.findall(r"^\| `([a-z.]+)` \|", GUIDE, re.MULTILINE)

    assert sorted(listed) == sorted((*KINDS, TEST))


def test_it_says_when_a_try_is_repeated() -> None:
    units = {"s": 1, "min": 60, "h": 3600}
    (said,) = re.findall(r"again after (.*?), each a", GUIDE, re.DOTALL)
    pauses = [
        int(n) * units[unit] for n, unit in re.findall(r"(\d+) (s|min|h)\b", said)
    ]

    assert tuple(pauses) == PAUSES
