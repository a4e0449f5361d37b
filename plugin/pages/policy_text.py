"""A policy document as text: written for a merchant to edit, and read back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from plugin.documents import MAX_BYTES, BadDocument, OnceLoader, parse_document
from plugin.policy.linting.remark import PARTS

Document = dict[str, Any]

_NO_TEXT = "The document holds a number or character that cannot be kept; mend it"
_WIDTH = 88
# What reads as a text without quotes, whatever stands around it.
_BARE = re.compile("[a-z_]{5,}")
_ODD_ENDS = re.compile("[\r\x85\u2028\u2029]")
# What a rule begins with, as a merchant reads it; the rest follows as it was.
_FIRST = (*PARTS, "id", "text", "fact", "when", "then", "ground", "remedy")
# Words by language stand one below the other, whatever their length.
_LONGEST_FLOW = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Unreadable:
    """Why a text is no document, and on which line, where that is known."""

    why: str
    line: int | None = None


class _Writer(yaml.SafeDumper):
    """YAML as people write it: lists set in, short values in one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Set lists in below their names."""
        del indentless
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out, since no alias is read back."""
        del data
        return True

    def mapping(self, data: Document) -> yaml.Node:
        """Write a mapping in one line when it is short and no rule."""
        flat = all(_is_flat(value) for value in data.values())
        short = len(str(data)) <= _LONGEST_FLOW or "fact" in data
        flow = flat and short and bool(data.keys() - {"en"}) and "schema" not in data
        return self.represent_mapping(
            "tag:yaml.org,2002:map", _ordered(data).items(), flow_style=flow
        )

    def sequence(self, data: list[Any]) -> yaml.Node:
        """Write a list of plain values in one line."""
        flow = not any(isinstance(value, (dict, list)) for value in data)
        return self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flow)

    def words(self, data: str) -> yaml.Node:
        """Write a text so that odd ends of lines are read back as they are."""
        style = '"' if _ODD_ENDS.search(data) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Writer.add_representer(str, _Writer.words)
_Writer.add_representer(dict, _Writer.mapping)
_Writer.add_representer(list, _Writer.sequence)


def as_yaml(document: Document) -> str:
    """Write a document as YAML, its parts in the order in which they are read."""
    return yaml.dump(
        document, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=_WIDTH
    )


def as_json(document: Document) -> str:
    """Write a document as JSON, its parts in the order in which they are read."""
    return json.dumps(_ordered(document), indent=2, ensure_ascii=False) + "\n"


def read_text(text: str) -> Document | Unreadable:
    """Read a document, or say why it cannot be read."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return Unreadable(why="The document is larger than 128 KiB; shorten it")
    try:
        document = parse_document(text, "document")
    except BadDocument as error:
        return _unreadable(error)
    return document if _can_be_written(document) else Unreadable(why=_NO_TEXT)


def is_json(text: str) -> bool:
    """Tell whether a text that was read before is JSON."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def rewritten(text: str, document: Document) -> str | None:
    """Write other values into an author's text, and leave all the rest as it is.

    None where the document has other parts than the text, not only other values.
    """
    was, node = read_text(text), yaml.compose(text, Loader=OnceLoader)
    if isinstance(was, Unreadable) or node is None:
        return None
    try:
        changes = sorted(_changes(node, was, document), reverse=True)
    except _OtherParts:
        return None
    for start, end, value in changes:
        text = f"{text[:start]}{value}{text[end:]}"
    return text if read_text(text) == document else None


def lines_of(text: str) -> dict[str, int]:
    """Name the line of each dotted path in a text that was read before."""
    try:
        return dict(_lines(yaml.compose(text, Loader=OnceLoader), ()))
    except yaml.YAMLError:
        # JSON may be set in with tabs, which is no YAML.
        return {}


def line_at(lines: Mapping[str, int], where: str) -> int | None:
    """Find the line of a path, or of the nearest part around it."""
    parts = where.split(".")
    paths = (".".join(parts[:count]) for count in range(len(parts), 0, -1))
    return next((lines[path] for path in paths if path in lines), None)


def _can_be_written(document: Document) -> bool:
    """Tell whether a document is free of endless numbers and halves of characters."""
    try:
        json.dumps(document, ensure_ascii=False, default=str, skipkeys=True).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _unreadable(error: BadDocument) -> Unreadable:
    fault = error.fault
    if fault is None:
        said = str(error)
        return Unreadable(why=f"{said[:1].upper()}{said[1:]}.")
    why = f"This cannot be read{fault.place}: {fault.why}."
    return Unreadable(why=why, line=fault.line)


def _lines(node: yaml.Node | None, path: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    if isinstance(node, yaml.MappingNode):
        pairs = ((key, str(key.value), value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        pairs = ((one, str(at), one) for at, one in enumerate(node.value))
    else:
        return
    for start, name, inner in pairs:
        below = (*path, name)
        yield ".".join(below), start.start_mark.line + 1
        yield from _lines(inner, below)


class _OtherParts(Exception):
    """Two documents differ in more than the values at their ends."""


def _changes(node: yaml.Node, was: Any, now: Any) -> Iterator[tuple[int, int, str]]:
    """Name where a text has another value, and how the new one is written."""
    if was == now:
        return
    if isinstance(node, yaml.ScalarNode) and isinstance(now, (str, int)):
        plain = isinstance(now, str) and _BARE.fullmatch(now)
        value = str(now) if plain else json.dumps(now)
        yield node.start_mark.index, node.end_mark.index, value
        return
    for part, one, other in _pairs(node, was, now):
        yield from _changes(part, one, other)


def _pairs(node: yaml.Node, was: Any, now: Any) -> Iterator[tuple[yaml.Node, Any, Any]]:
    kinds = {type(was), type(now)}
    if (
        isinstance(node, yaml.MappingNode)
        and kinds == {dict}
        and was.keys() == now.keys()
    ):
        for key, part in node.value:
            yield part, was[key.value], now[key.value]
    elif (
        isinstance(node, yaml.SequenceNode) and kinds == {list} and len(was) == len(now)
    ):
        yield from zip(node.value, was, now, strict=True)
    else:
        raise _OtherParts


def _is_flat(value: object) -> bool:
    inner = value if isinstance(value, list) else [value]
    return not any(isinstance(one, (dict, list)) for one in inner)


def _ordered(data: Document) -> Document:
    first = {name: data[name] for name in _FIRST if name in data}
    return {**first, **data}
