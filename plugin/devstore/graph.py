"""One GraphQL request: checked, weighed, carried out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    get_operation_ast,
    parse,
    validate,
)

from plugin.devstore.graph_cost import Costs
from plugin.devstore.graph_fields import Context, resolve_field, resolve_type
from plugin.devstore.graph_mutations import Mutation
from plugin.devstore.graph_queries import Query
from plugin.devstore.graph_schema import load_schema

LARGEST_COST = 1000


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a client sent."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None = None

    def names(self) -> set[str]:
        """The operation's own name and its root fields."""
        document, errors = read_document(self.query)
        operation = (
            get_operation_ast(document, self.operation_name) if document else None
        )
        if errors or operation is None:
            return set()
        fields = [
            node.name.value
            for node in operation.selection_set.selections
            if isinstance(node, FieldNode)
        ]
        return {*fields, *([operation.name.value] if operation.name else [])}


def answer(request: Request, context: Context) -> dict[str, Any]:
    """The body of the answer to a request."""
    document, errors = read_document(request.query)
    if document is None or errors:
        return {"errors": [error.formatted for error in errors]}
    operation = get_operation_ast(document, request.operation_name)
    if operation is None:
        return {"errors": [{"message": "No operation with this name"}]}
    costs = Costs(load_schema(), document, operation, request.variables)
    refusal = _refusal(costs.requested, context)
    if refusal is not None:
        return refusal
    return _run(request, context, document, operation, costs)


def error_body(code: str, message: str) -> dict[str, Any]:
    """The body of an answer that is nothing but one error."""
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


@lru_cache(maxsize=256)
def read_document(text: str) -> tuple[DocumentNode | None, tuple[GraphQLError, ...]]:
    """A parsed document and what is wrong with it; known documents are kept."""
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, (error,)
    return document, tuple(validate(load_schema(), document))


def _refusal(requested: int, context: Context) -> dict[str, Any] | None:
    if requested > LARGEST_COST:
        message = f"Query cost is {requested}, which exceeds the single query max cost"
        body = error_body("MAX_COST_EXCEEDED", f"{message} limit ({LARGEST_COST}).")
        body["errors"][0]["extensions"] |= {
            "cost": requested,
            "maxCost": LARGEST_COST,
        }
        return body
    available = context.store.buckets.of(context.shop.myshopify_domain).available()
    if requested > available:
        body = error_body("THROTTLED", "Throttled")
        return body | {"extensions": _cost(context, requested, None)}
    return None


def _run(
    request: Request,
    context: Context,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    costs: Costs,
) -> dict[str, Any]:
    mutates = operation.operation is OperationType.MUTATION
    result = execute_sync(
        load_schema(),
        document,
        root_value=Mutation(context) if mutates else Query(context),
        context_value=context,
        variable_values=request.variables,
        operation_name=request.operation_name,
        field_resolver=resolve_field,
        type_resolver=resolve_type,
    )
    body = dict(result.formatted)
    actual = costs.actual(result.data)
    context.store.buckets.of(context.shop.myshopify_domain).take(actual)
    return body | {"extensions": _cost(context, costs.requested, actual)}


def _cost(context: Context, requested: int, actual: int | None) -> dict[str, Any]:
    bucket = context.store.buckets.of(context.shop.myshopify_domain)
    return {
        "cost": {
            "requestedQueryCost": requested,
            "actualQueryCost": actual,
            "throttleStatus": {
                "maximumAvailable": bucket.capacity,
                "currentlyAvailable": int(bucket.available()),
                "restoreRate": bucket.restore_rate,
            },
        }
    }
