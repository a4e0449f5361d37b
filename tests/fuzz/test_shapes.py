"""What is nearly right: real inputs with a part replaced, added or taken out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.schemas.wording import MARKS
from tests.builders import PACKS
from tests.fuzz.limits import in_time
from tests.fuzz.targets import FORMS, NAMES, TARGETS
from tests.shopify.test_bulk import order_line
from tests.webhooks.letters import headers, payload

PRESETS = [PACKS.preset(name) for name in PACKS.preset_names]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["gid://shopify/Return/7", "2026-02-30", "{window_days}", "9" * 30]
    )
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Walk every place of a document: what holds it, and under which key."""
    keys = value if isinstance(value, dict) else range(len(value))
    for key in keys:
        yield value, key
        if isinstance(value[key], (dict, list)):
            yield from _places(value[key])


@st.composite
def changed(draw: st.DrawFn, documents: list[Any]) -> Any:
    """Take a document and replace, add or take out up to three parts."""
    document = deepcopy(draw(st.sampled_from(documents)))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(document))
        if not places:
            break
        inside, key = draw(st.sampled_from(places))
        match draw(st.sampled_from(["replace", "add", "take out"])):
            case "replace":
                inside[key] = draw(VALUES)
            case "add" if isinstance(inside, dict):
                inside[draw(st.text(max_size=12))] = draw(VALUES)
            case _:
                del inside[key]
    return document


def feed(target: str, data: bytes) -> None:
    """Send an input; nothing on the way may break or take long."""
    # What is read once a process (law packs, words) is no part of an input's time.
    TARGETS[target](b"")
    with in_time():
        TARGETS[target](data)


def written(document: Any) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_bodies_of_events(number: int, data: st.DataObject) -> None:
    real = json.loads(payload(NAMES[number]))

    feed("event_body", bytes([number]) + written(data.draw(changed([real]))))


@settings(deadline=None)
@given(
    name=st.sampled_from([*headers(b"", "s"), "Content-Length", "Transfer-Encoding"]),
    value=st.text(st.characters(max_codepoint=255), max_size=300),
)
def test_headers_of_events(name: str, value: str) -> None:
    feed("event_headers", f"{name}:{value}".encode("latin-1"))


@settings(deadline=None, max_examples=40)
@given(document=changed(PRESETS))
def test_policies(document: Any) -> None:
    feed("policy_file", yaml.safe_dump(document, allow_unicode=True).encode())
    feed("policy_api", written(document))


@settings(deadline=None)
@given(st.lists(st.sampled_from([*MARKS, "{", "}", "{{", "{a}", "{0}"]) | st.text()))
def test_words_of_letters(parts: list[str]) -> None:
    feed("letter_words", "".join(parts).encode("utf-8", "surrogatepass"))


@settings(deadline=None)
@given(changed([json.loads(order_line(1))]))
def test_lines_of_the_past(line: Any) -> None:
    feed("past_line", written(line) + b"\n")


@settings(deadline=None, max_examples=40)
@given(
    form=st.integers(0, len(FORMS) - 1),
    fields=st.dictionaries(
        st.sampled_from(
            ["mode", "window_days", "text", "url", "contact", "kept_months"]
        ),
        st.text(max_size=40),
    ),
)
def test_forms_of_pages(form: int, fields: dict[str, str]) -> None:
    text = urlencode(fields, errors="surrogatepass")

    feed("page_form", bytes([form]) + text.encode())
