"""Documents from files: read in full, or refused with what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugin.documents import MAX_BYTES, BadDocument, parse_document, read_document


def fault_of(text: str) -> str:
    """Read a text that is no document and give the fault."""
    with pytest.raises(BadDocument) as raised:
        parse_document(text, "shop.yaml")

    assert raised.value.code == "bad_document"
    return str(raised.value)


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


CANNOT = "`shop.yaml` cannot be read"


def alias(place: str) -> str:
    """Say what is said of a star in a place."""
    why = "a `*` repeats what stands elsewhere; leave it out, write it in full"
    return f"{CANNOT} at {place}: {why}"


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
        (
            "a: 1\nb: 2\na: 3",
            f"{CANNOT} at line 3, column 1: `a` is there twice; take one of them out",
        ),
        (
            '{"a": 1, "a": 1}',
            f"{CANNOT} at line 1, column 10: `a` is there twice; take one of them out",
        ),
        (
            "x: {a: {b: 1, b: 2}}",
            f"{CANNOT} at line 1, column 15: `b` is there twice; take one of them out",
        ),
        ("a: &x 1\nb: *x", alias("line 2, column 6")),
        ("a: *x", alias("line 1, column 6")),
        (
            "a: 2026-13-45",
            f"{CANNOT} at line 1, column 4: there is no day `2026-13-45`; write one"
            " such as 2026-12-31",
        ),
        (
            "[" * 3000,
            f"{CANNOT}: too many brackets stand inside each other; take some out",
        ),
        (
            "a: 1\n---\nb: 2",
            f"{CANNOT} at line 2, column 1: a second document begins; leave out the"
            " line `---` and what follows",
        ),
        (
            "a: b\nc: \x07",
            f"{CANNOT} at line 2, column 4: there is a character that cannot be kept;"
            " take it out",
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

    assert fault.startswith(f"{CANNOT} at line 1, column 4: a tag names the kind of")


def test_a_few_words_never_stand_for_billions() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]

    assert "write it in full" in fault_of("\n".join(lines))


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ("a: b: c", (1, 5), "a second `:` stands where only a value may"),
        ("a: 1\n  b: 2", (2, 4), "a second `:` stands where only a value may"),
        ("a: 1\nbcd\ne: 1", (2, 1), "a name has no `:` after it"),
        ("a:\n\tb: 1", (2, 1), "there is a tab; set lines in with spaces"),
        ("a: @x", (1, 4), "a value may not begin with `@`; put it in quotes"),
        ("a: [1\nb: 2", (2, 2), "a `,` or the closing `]` is missing before"),
        ('{"a": 1 "b": 2}', (1, 12), "a `,` or the closing `}` is missing before"),
        ("a: 1\nb: [1", (2, 4), "a bracket is never closed; add the `]`"),
        ("a: [", (1, 5), "the text ends in the middle of a value"),
        ("a:\n  b: 1\n c: 2", (3, 2), "this is not set in as the lines it belongs"),
        ("key: 'a' b", (1, 10), "this is not set in as the lines it belongs"),
        ("a: ]", (1, 4), "a `]` stands where a value should"),
        ("a: 1\nb: 'x\nc: 1", (2, 4), "a quote that was opened is never closed"),
        ('a: "x\n---\n"', (2, 1), "`---` stands inside quotes"),
        ('a: "x\\q"', (1, 7), "a `\\` in double quotes begins a special character"),
        ("a: - b", (1, 4), "a list begins beside a name"),
        ("a: {{ x }}", (1, 5), "a list or mapping stands where a name should"),
        ("a: >z\n b", (1, 5), "after `>` or `|` the text begins on the next line"),
        ("<<: 1", (1, 5), "this is no YAML; compare the spaces"),
    ],
)
def test_it_says_where_and_what_to_do_in_our_own_words(
    text: str, place: tuple[int, int], why: str
) -> None:
    with pytest.raises(BadDocument) as raised:
        parse_document(text, "shop.yaml")

    fault = raised.value.fault
    assert fault is not None
    assert (fault.line, fault.column) == place
    assert fault.why.startswith(why)


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
    with pytest.raises(BadDocument, match=r"`large\.yaml` is larger than 128 KiB"):
        read_document(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadDocument, match=r"`no\.yaml` cannot be read: No such file"):
        read_document(tmp_path / "no.yaml")


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("name: Grün".encode("latin-1"))

    with pytest.raises(BadDocument, match=r"`latin\.yaml` is no text in UTF-8"):
        read_document(path)


MARKS = st.sampled_from([*list("{}[]:,&*!|>'\"#-?%@`~\n\t "), "<<", "---", "!!int"])


@settings(derandomize=True, deadline=None, max_examples=300)
@given(text=st.lists(MARKS | st.text(max_size=3), max_size=30).map("".join))
def test_whatever_is_sent_is_a_mapping_or_refused(text: str) -> None:
    document: object = {}
    said = ""
    try:
        document = parse_document(text, "shop.yaml")
    except BadDocument as error:
        said = str(error)

    assert isinstance(document, dict)
    # The library names its place in a way of its own.
    assert "<unicode string>" not in said
