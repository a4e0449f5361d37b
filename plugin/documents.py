"""Documents from files: YAML or JSON, no key twice, no aliases that blow up."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

from plugin.yaml_faults import Fault, OwnFault, fault_of

# Some twenty times the longest of our own; more would be read for seconds.
MAX_BYTES = 128 << 10


class BadDocument(ValueError):
    """A file that is no document; the message says why and what to do.

    `fault` says where its text cannot be read, if that is what is wrong.
    """

    code = "bad_document"

    def __init__(self, message: str, fault: Fault | None = None) -> None:
        """Keep the fault."""
        super().__init__(message)
        self.fault = fault


class _Once(SafeConstructor, Resolver):
    """Values of safe YAML: no key twice, few words and forms that mean more."""

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, Any]:
        """Refuse a key that is there already."""
        seen: set[str] = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                why = f"`{name}` is there twice; take one of them out"
                raise OwnFault(why, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)

    def day(self, node: yaml.ScalarNode) -> object:
        """Read a day or a moment; refuse one that no calendar has."""
        try:
            return self.construct_yaml_timestamp(node)
        except ValueError as error:
            why = f"there is no day `{node.value}`; write one such as 2026-12-31"
            raise OwnFault(why, node.start_mark) from error


_Once.yaml_constructors = {
    **SafeConstructor.yaml_constructors,
    "tag:yaml.org,2002:timestamp": _Once.day,
}

# YAML 1.1 takes `on`, `no` and `y` for flags, and 12:30 or 0x1F for numbers: Norway and
# Ontario are neither true nor false. Here flags are `true` and `false`, as in YAML 1.2,
# and whole numbers are plain digits, no more than can be written out again.
_BOOL, _INT = "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int"
_Once.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in own if tag not in (_BOOL, _INT)]
    for first, own in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Once.add_implicit_resolver(_BOOL, re.compile(r"(?:true|false)\Z"), list("tf"))
_Once.add_implicit_resolver(
    _INT, re.compile(r"[-+]?(?:0|[1-9][0-9]{0,4000})\Z"), list("-+0123456789")
)


class OwnLoader(_Once, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # one of two, as PyYAML was built
    """Safe YAML for the app's own files, several times as quick."""


class OnceLoader(_Once, yaml.SafeLoader):
    """Safe YAML for others' files: nothing repeated by name, no kinds named by tags."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse aliases: a few of them can stand for billions of values; and tags."""
        if self.check_event(yaml.AliasEvent):
            why = "a `*` repeats what stands elsewhere; leave it out, write it in full"
            raise OwnFault(why, self.get_mark())
        event = self.peek_event()  # type: ignore[no-untyped-call]
        tag = getattr(event, "tag", None)
        if tag is not None:
            # Half of them fail in a way of their own: `!!bool maybe`, `!!int ""`.
            why = f"a tag names the kind of a value; leave out the tag `{tag}`"
            raise OwnFault(why, event.start_mark)
        return super().compose_node(parent, index)


def _as_json(text: str) -> dict[str, Any] | None:
    """Read JSON by its own rules, since not all of its escapes are YAML's.

    None for anything else, and for a key that is there twice: YAML says where.
    """
    if not text.lstrip().startswith("{"):
        return None
    try:
        document: dict[str, Any] = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return document


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key is there twice")
    return found


def read_document(path: Path) -> dict[str, Any]:
    """Read a file that holds one mapping; raises `BadDocument`."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadDocument(f"`{path.name}` is larger than 128 KiB; shorten it")
        return parse_document(path.read_text("utf-8"), path.name)
    except UnicodeDecodeError as error:
        said = f"`{path.name}` is no text in UTF-8; save it as UTF-8"
        raise BadDocument(said) from error
    except OSError as error:
        raise BadDocument(f"`{path.name}` cannot be read: {error.strerror}") from error


def parse_document(text: str, name: str) -> dict[str, Any]:
    """Read a text that holds one mapping, YAML or JSON; raises `BadDocument`."""
    try:
        document = _as_json(text) or yaml.load(text, Loader=OnceLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        fault = fault_of(error, text)
        said = f"`{name}` cannot be read{fault.place}: {fault.why}"
        raise BadDocument(said, fault) from error
    if not isinstance(document, dict):
        raise BadDocument(f"`{name}` must be a mapping of names to values")
    return document
