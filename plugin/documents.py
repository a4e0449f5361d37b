"""Documents from files: YAML or JSON, no key twice, no aliases that blow up."""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

MAX_BYTES = 1 << 20


class BadDocument(ValueError):
    """A file that is no document; the message says why and what to do."""

    code = "bad_document"


class OnceLoader(yaml.SafeLoader):
    """Safe YAML in which no key may be written twice, and nothing repeated by name."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse aliases: a few of them can stand for billions of values."""
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(None, None, "write it out", self.mark())
        return super().compose_node(parent, index)

    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, Any]:
        """Refuse a key that is there already."""
        keys = [key.value for key, _ in node.value]
        twice = next((key for i, key in enumerate(keys) if key in keys[:i]), None)
        if twice is not None:
            where = node.start_mark
            raise yaml.MarkedYAMLError(None, None, f"`{twice}` is there twice", where)
        return super().construct_mapping(node, deep)

    def mark(self) -> yaml.Mark:
        """Say where the reader stands."""
        mark: yaml.Mark = self.peek_event().start_mark
        return mark


# YAML 1.1 takes `on`, `no` and `y` for flags: Norway and Ontario are neither true nor
# false. Only `true` and `false` are, as in YAML 1.2.
_BOOL = "tag:yaml.org,2002:bool"
OnceLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in own if tag != _BOOL]
    for first, own in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
OnceLoader.add_implicit_resolver(_BOOL, re.compile(r"(?:true|false)\Z"), list("tf"))


def read_document(path: Path) -> dict[str, Any]:
    """Read a file that holds one mapping; raises `BadDocument`.

    JSON is read as the YAML that it is.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadDocument(f"`{path.name}` is larger than 1 MiB; shorten it")
        return parse_document(path.read_text("utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise BadDocument(f"`{path.name}` cannot be read as UTF-8: {error}") from error


def parse_document(text: str, name: str) -> dict[str, Any]:
    """Read a text that holds one mapping; raises `BadDocument`."""
    try:
        document = yaml.load(text, Loader=OnceLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadDocument(f"`{name}` is not readable; fix: {error}") from error
    if not isinstance(document, dict):
        raise BadDocument(f"`{name}` must be a mapping; start it with `schema: 2`")
    return document
