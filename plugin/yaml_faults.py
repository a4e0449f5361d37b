"""What is wrong with a text that is no YAML: where it is, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

# By how the reader puts it: the end of an own sentence, with what to do. The first
# that fits is said; `{0}` is what the reader found there.
_SAYS: tuple[tuple[str, str], ...] = (
    (
        r"mapping values are not allowed",
        "a second `:` stands where only a value may; put the value in quotes, or set"
        " the line in as far as the lines beside it",
    ),
    (
        r"could not find expected ':'",
        "a name has no `:` after it; write `name: value`",
    ),
    (
        r"found character '\\t'",
        "there is a tab; set lines in with spaces",
    ),
    (
        r"found character '(.)'",
        "a value may not begin with `{0}`; put it in quotes",
    ),
    (
        r"expected ',' or '(.)', but got '<stream end>'",
        "a bracket is never closed; add the `{0}`",
    ),
    (
        r"expected ',' or '(.)'",
        "a `,` or the closing `{0}` is missing before this place; add it",
    ),
    (
        r"expected <block end>",
        "this is not set in as the lines it belongs to, or follows the end of a value;"
        " begin it in their column, or put the whole value in quotes",
    ),
    (
        r"expected the node content, but found '(\W)'",
        "a `{0}` stands where a value should; write the value, or put it in quotes",
    ),
    (
        r"found '<stream end>'",
        "the text ends in the middle of a value; write the rest of it",
    ),
    (
        r"found unexpected end of stream",
        "a quote that was opened is never closed; close it",
    ),
    (
        r"found unexpected document separator",
        "`---` stands inside quotes; close the quote before it",
    ),
    (
        r"found unknown escape character '(.)'|expected escape sequence",
        "a `\\` in double quotes begins a special character; write `\\\\`, or use"
        " single quotes",
    ),
    (
        r"sequence entries are not allowed",
        "a list begins beside a name; begin it with `-` on a line of its own",
    ),
    (
        r"found another document",
        "a second document begins; leave out the line `---` and what follows",
    ),
    (
        r"found unhashable key",
        "a list or mapping stands where a name should; put what is in braces in quotes",
    ),
    (
        r"chomping or indentation|a comment or a line break",
        "after `>` or `|` the text begins on the next line; begin it there",
    ),
)
# What is wrong with these is where they begin, not where the reader noticed.
_BEGINS = re.compile("got '<stream end>'|end of stream|could not find expected")
_ELSE = (
    "this is no YAML; compare the spaces, colons, quotes and brackets here with the"
    " lines around it"
)


class OwnFault(yaml.MarkedYAMLError):
    """A fault that we found ourselves, in our own words."""

    def __init__(self, why: str, where: yaml.Mark) -> None:
        """Keep what is wrong, with what to do, and where."""
        super().__init__(None, None, why, where)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What is wrong and what to do; line and column count from one, where known."""

    why: str
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        """Say where it is, to be put after what cannot be read; nothing if unknown."""
        if self.line is None:
            return ""
        return f" at line {self.line}, column {self.column}"


def fault_of(error: Exception, text: str) -> Fault:
    """Say in our own words why a text could not be read."""
    if isinstance(error, yaml.MarkedYAMLError):
        return _marked(error)
    if isinstance(error, yaml.reader.ReaderError):
        before = text[: error.position]
        return Fault(
            why="there is a character that cannot be kept; take it out",
            line=before.count("\n") + 1,
            column=error.position - before.rfind("\n"),
        )
    if isinstance(error, RecursionError):
        return Fault(why="too many brackets stand inside each other; take some out")
    return Fault(why=_ELSE)


def _marked(error: yaml.MarkedYAMLError) -> Fault:
    problem = error.problem or ""
    why = problem if isinstance(error, OwnFault) else _said(problem)
    begins = error.context_mark if _BEGINS.search(problem) else None
    mark = begins or error.problem_mark
    if mark is None:
        return Fault(why=why)
    return Fault(why=why, line=mark.line + 1, column=mark.column + 1)


def _said(problem: str) -> str:
    for form, says in _SAYS:
        found = re.search(form, problem)
        if found:
            return says.format(*found.groups())
    return _ELSE
