"""A bulk operation's query: what it may ask, and what it finds as lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    execute_sync,
    get_named_type,
    is_list_type,
    parse,
    validate,
    visit,
)
from graphql.type import get_nullable_type

from plugin.devstore.errors import Rejected
from plugin.devstore.graph_fields import Context, resolve_field, resolve_type
from plugin.devstore.graph_queries import Query

MOST_CONNECTIONS = 5
DEEPEST = 2


def check(schema: GraphQLSchema, text: str) -> DocumentNode:
    """Read a bulk query; rejects what the documentation says is not allowed."""
    try:
        document = parse(text)
    except GraphQLError as error:
        raise _invalid(error.message) from None
    errors = validate(schema, document)
    if errors:
        raise _invalid(errors[0].message)
    operations = [
        each
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode)
    ]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        raise _invalid("Bulk queries must be one query")
    _check_connections(schema, document)
    return document


def rows(schema: GraphQLSchema, document: DocumentNode, context: Context) -> list[Any]:
    """What a query finds, a line for each object; parents before their children.

    Objects of one level stand together, which nobody may rely on.
    """
    bulk = replace(context, bulk=True)
    result = execute_sync(
        schema,
        document,
        root_value=Query(bulk),
        context_value=bulk,
        field_resolver=resolve_field,
        type_resolver=resolve_type,
    )
    if result.errors:
        raise result.errors[0]
    levels: list[list[dict[str, Any]]] = [[] for _ in range(DEEPEST + 1)]
    for found in (result.data or {}).values():
        for node in _nodes(found):
            _flatten(node, None, 0, levels)
    return [row for level in levels for row in level]


def _flatten(
    node: dict[str, Any],
    parent: str | None,
    depth: int,
    levels: list[list[dict[str, Any]]],
) -> None:
    row = {name: value for name, value in node.items() if not _is_page(value)}
    if parent is not None:
        row["__parentId"] = parent
    levels[depth].append(row)
    for value in node.values():
        if _is_page(value):
            for child in _nodes(value):
                _flatten(child, node["id"], depth + 1, levels)


def _is_page(value: Any) -> bool:
    return isinstance(value, dict) and bool({"edges", "nodes"} & value.keys())


def _nodes(page: Any) -> Iterator[dict[str, Any]]:
    yield from page.get("nodes") or (edge["node"] for edge in page.get("edges", ()))


def _check_connections(schema: GraphQLSchema, document: DocumentNode) -> None:
    counted = _Connections(TypeInfo(schema))
    visit(document, TypeInfoVisitor(counted.types, counted))
    if not counted.count:
        raise _invalid("Bulk queries must contain at least one connection.")
    if counted.count > MOST_CONNECTIONS:
        raise _invalid(
            f"Bulk queries cannot contain more than {MOST_CONNECTIONS} connections."
        )
    if counted.deepest > DEEPEST:
        raise _invalid(
            f"Bulk queries cannot contain connections nested deeper than {DEEPEST}."
        )
    if counted.under_list:
        raise _invalid("Connection fields within list fields are not supported.")


class _Connections(Visitor):
    """Counts connections, and looks what stands around them."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self.count = self.deepest = 0
        self.under_list = False
        self._around: list[str] = []

    def enter_field(self, _node: FieldNode, *_: Any) -> None:
        """Look at a field before its own fields."""
        kind = self._kind()
        if kind == "connection":
            self.count += 1
            self.deepest = max(self.deepest, self._around.count("connection"))
            self.under_list |= "list" in self._around
        self._around.append(kind)

    def leave_field(self, *_: Any) -> None:
        """Leave a field."""
        self._around.pop()

    def _kind(self) -> str:
        type_ = self.types.get_type()
        if type_ is None:
            return "other"
        if get_named_type(type_).name.endswith("Connection"):
            return "connection"
        inside = self._around[-1:] == ["connection"]
        # The edges of a connection are a list, too, but not such a one.
        return (
            "list" if is_list_type(get_nullable_type(type_)) and not inside else "other"
        )


def _invalid(message: str) -> Rejected:
    return Rejected(message, code="INVALID", field=["query"])
