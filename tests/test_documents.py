"""Documents from files: read in full, or refused with what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.documents import MAX_BYTES, BadDocument, parse_document, read_document


def fault_of(text: str) -> str:
    """Read a text that is no document and give the first line of the fault."""
    with pytest.raises(BadDocument) as raised:
        parse_document(text, "shop.yaml")

    assert raised.value.code == "bad_document"
    return str(raised.value).splitlines()[0]


def test_it_reads_a_mapping() -> None:
    text = "schema: 2\nwindow: {days: 30}\nclauses: []\n"

    assert parse_document(text, "shop.yaml") == {
        "schema": 2,
        "window": {"days": 30},
        "clauses": [],
    }


def test_it_reads_json() -> None:
    text = '{"schema": 2, "default": null, "offer": true, "name": "Gr\\u00fcn"}'

    assert parse_document(text, "shop.json") == {
        "schema": 2,
        "default": None,
        "offer": True,
        "name": "Grün",
    }


ALIAS = "`shop.yaml` is not readable; fix: leave out the `*`: write it out in full"


@pytest.mark.parametrize("word", ["yes", "no", "on", "off", "y", "n", "TRUE", "False"])
def test_only_true_and_false_are_flags(word: str) -> None:
    text = f"{word}: {word}\nsure: true\nnot: false"

    assert parse_document(text, "shop.yaml") == {
        word: word,
        "sure": True,
        "not": False,
    }


def test_an_anchor_that_nobody_repeats_is_let_be() -> None:
    assert parse_document("a: &here 1", "shop.yaml") == {"a": 1}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3", "`shop.yaml` is not readable; fix: `a` is there twice"),
        ('{"a": 1, "a": 1}', "`shop.yaml` is not readable; fix: `a` is there twice"),
        (
            "x: {a: {b: 1, b: 2}}",
            "`shop.yaml` is not readable; fix: `b` is there twice",
        ),
        ("a: &x 1\nb: *x", ALIAS),
        ("a: *x", ALIAS),
        ("a: 2026-13-45", "`shop.yaml` is not readable; fix: month must be in 1..12"),
        (
            "[" * 3000,
            "`shop.yaml` is not readable; fix: maximum recursion depth exceeded",
        ),
        (
            "a: 1\n---\nb: 2",
            "`shop.yaml` is not readable; fix: "
            "expected a single document in the stream",
        ),
        ("", "`shop.yaml` must be a mapping of names to values"),
        ("- 1", "`shop.yaml` must be a mapping of names to values"),
        ("words", "`shop.yaml` must be a mapping of names to values"),
    ],
)
def test_it_says_what_is_wrong(text: str, fault: str) -> None:
    assert fault_of(text) == fault


@pytest.mark.parametrize(
    "value",
    [
        "!!bool maybe",
        "!!int ''",
        "!!timestamp soon",
        "!!set {a, b}",
        "!!str 3",
        "!!python/object/apply:os.getcwd []",
        "!own 3",
    ],
)
def test_no_kind_may_be_named_by_a_tag(value: str) -> None:
    fault = fault_of(f"a: {value}")

    assert fault.startswith("`shop.yaml` is not readable; fix: leave out the tag `")


def test_a_few_words_never_stand_for_billions() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]

    assert "write it out" in fault_of("\n".join(lines))


def test_it_says_where_a_key_is_there_twice() -> None:
    with pytest.raises(BadDocument) as raised:
        parse_document("x:\n  a: 1\n  a: 2", "shop.yaml")

    assert 'in "<unicode string>", line 3, column 3' in str(raised.value)


def test_it_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text("name: Grün", "utf-8")

    assert read_document(path) == {"name": "Grün"}


def test_a_file_may_be_one_mebibyte_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    start = "a: 1\n#"
    path.write_text(start + "x" * (MAX_BYTES - len(start)), "utf-8")
    fits = read_document(path)
    path.write_text(start + "x" * (MAX_BYTES - len(start) + 1), "utf-8")

    assert fits == {"a": 1}
    with pytest.raises(BadDocument, match=r"`large\.yaml` is larger than 1 MiB"):
        read_document(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match=r"`no\.yaml` cannot be read: No such file"):
        read_document(tmp_path / "no.yaml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: Grün".encode("latin-1"))

    with pytest.raises(BadDocument, match=r"`latin\.yaml` cannot be read as UTF-8"):
        read_document(path)


MARKS = st.sampled_from([*list("{}[]:,&*!|>'\"#-?%@`~\n\t "), "<<", "---", "!!int"])


@settings(derandomize=True, deadline=None, max_examples=300)
@given(text=st.lists(MARKS | st.text(max_size=3), max_size=30).map("".join))
def test_whatever_is_sent_is_a_mapping_or_refused(text: str) -> None:
    try:
        document = parse_document(text, "shop.yaml")
    except BadDocument:
        return

    assert isinstance(document, dict)
