"""The slice of the Admin schema, and what its scalars mean."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLSchema, build_schema
from graphql.type import GraphQLScalarType

from plugin.devstore.money import decimal_text

SCHEMA_FILE = Path(__file__).with_name("schema.graphql")


@lru_cache(maxsize=1)
def load_schema() -> GraphQLSchema:
    """The slice of the Admin schema the store answers."""
    schema = build_schema(SCHEMA_FILE.read_text(encoding="utf-8"))
    _scalar(schema, "DateTime", out=_date_text, into=_date)
    _scalar(schema, "Decimal", out=_decimal_text, into=_decimal)
    _scalar(schema, "UnsignedInt64", out=str)
    return schema


def _scalar(schema: GraphQLSchema, name: str, *, out: Any, into: Any = None) -> None:
    scalar = schema.get_type(name)
    assert isinstance(scalar, GraphQLScalarType)
    # graphql-core offers no other way to give a scalar read from text its meaning.
    scalar.coerce_output_value = out
    if into is not None:
        scalar.coerce_input_value = into


def _decimal_text(value: Any) -> str:
    return decimal_text(Decimal(value))


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise GraphQLError(f"invalid Decimal `{value}`") from None


def _date_text(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _date(value: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise GraphQLError(f"invalid DateTime `{value}`") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
