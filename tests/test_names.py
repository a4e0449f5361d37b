"""Sentences for the customer in a document: what they may hold in braces."""

from __future__ import annotations

import pytest
from marshmallow import ValidationError

from plugin.schemas.names import PLACEHOLDERS, check_text


@pytest.mark.parametrize("placeholder", PLACEHOLDERS)
def test_it_takes_each_placeholder(placeholder: str) -> None:
    check_text(f"Within {placeholder}, or {placeholder}.")


@pytest.mark.parametrize(
    "text",
    [
        "Until {win{window_days}dow_start}.",
        "Until {{window_days}window_end}.",
        "Until {window_days}}.",
        "Until {Window_days}.",
        "Until {}.",
    ],
)
def test_it_refuses_every_other_brace(text: str) -> None:
    with pytest.raises(ValidationError) as raised:
        check_text(text)

    assert raised.value.messages == [
        "the placeholders are {window_days}, {window_start}, {window_hours},"
        " {window_end}"
    ]
