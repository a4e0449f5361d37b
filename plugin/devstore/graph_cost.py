"""What a query costs, before and after it ran.

Scalars are free, an object is 1, a mutation 10, and a connection grows with its page.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from math import ceil
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    is_composite_type,
    value_from_ast_untyped,
)

MUTATION_COST = 10
CONNECTION_COST = 2
# How Shopify weighs a page is not published; a quarter of it is our assumption.
PAGE_SHARE = 0.25
UNKNOWN = object()


class Costs:
    """The costs of one operation of one document."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: dict[str, Any],
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._variables = variables
        self._fragments = {
            node.name.value: node
            for node in document.definitions
            if isinstance(node, FragmentDefinitionNode)
        }

    @cached_property
    def requested(self) -> int:
        """The most the operation can cost."""
        return self._total(UNKNOWN)

    def actual(self, data: Any) -> int:
        """What the operation did cost, by what it found."""
        return min(self._total(data), self.requested)

    def _total(self, data: Any) -> int:
        root = self._schema.get_root_type(self._operation.operation)
        if root is None:
            return 0
        cost = self._selection(self._operation.selection_set, root, data)
        return max(ceil(cost), self._floor())

    def _floor(self) -> int:
        mutates = self._operation.operation is OperationType.MUTATION
        return MUTATION_COST if mutates else 1

    def _selection(
        self, selection: SelectionSetNode, parent: GraphQLNamedType, data: Any
    ) -> float:
        return sum(
            self._field(node, owner, data)
            for node, owner in self._fields(selection, parent)
        )

    def _field(self, node: FieldNode, parent: GraphQLNamedType, data: Any) -> float:
        definition = getattr(parent, "fields", {}).get(node.name.value)
        if definition is None or node.selection_set is None:
            return 0
        named = get_named_type(definition.type)
        if not is_composite_type(named):
            return 0
        found = _found(data, node)
        if found is None:
            return 0
        base = MUTATION_COST if parent is self._schema.mutation_type else 1
        if named.name.endswith("Connection"):
            inner = self._items(node.selection_set, named, found)
            return CONNECTION_COST + inner * self._share(node, found)
        if isinstance(found, list):
            return sum(self._item(node, named, item) for item in found)
        once = base + self._selection(node.selection_set, named, found)
        return once * self._share(node, found)

    def _item(self, node: FieldNode, named: GraphQLNamedType, item: Any) -> float:
        assert node.selection_set is not None
        return 1 + self._selection(node.selection_set, named, item)

    def _items(
        self, selection: SelectionSetNode, connection: GraphQLNamedType, data: Any
    ) -> float:
        """The cost of the nodes of a connection, page information left out."""
        return sum(
            self._field(node, owner, data)
            for node, owner in self._fields(selection, connection)
            if node.name.value in {"nodes", "edges"}
        )

    def _share(self, node: FieldNode, found: Any) -> float:
        size = self._page(node)
        if size is None:
            return 1
        return max(1, size * PAGE_SHARE) if found is UNKNOWN else PAGE_SHARE

    def _page(self, node: FieldNode) -> int | None:
        for argument in node.arguments or ():
            if argument.name.value in {"first", "last"}:
                value = value_from_ast_untyped(argument.value, self._variables)
                return int(value or 0)
        return None

    def _fields(
        self, selection: SelectionSetNode, parent: GraphQLNamedType
    ) -> Iterator[tuple[FieldNode, GraphQLNamedType]]:
        for node in selection.selections:
            if isinstance(node, FieldNode):
                yield node, parent
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set, self._on(node, parent))
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                yield from self._fields(
                    fragment.selection_set, self._on(fragment, parent)
                )

    def _on(
        self,
        node: InlineFragmentNode | FragmentDefinitionNode,
        parent: GraphQLNamedType,
    ) -> GraphQLNamedType:
        condition = node.type_condition
        named = condition and self._schema.get_type(condition.name.value)
        return named or parent


def _found(data: Any, node: FieldNode) -> Any:
    if data is UNKNOWN:
        return UNKNOWN
    key = node.alias.value if node.alias else node.name.value
    return data.get(key) if isinstance(data, dict) else None
