"""The development store's schema is a part of the real one, and differs in nothing."""

from __future__ import annotations

from collections.abc import Iterator

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    build_schema,
    print_type,
    validate_schema,
)
from graphql.type import is_required_argument, is_required_input_field

from plugin.devstore.graph_schema import load_schema

Given = GraphQLArgument | GraphQLInputField


def test_the_slice_is_a_schema() -> None:
    assert validate_schema(load_schema()) == []


def test_the_slice_is_a_part_of_the_real_schema(real_schema: GraphQLSchema) -> None:
    assert list(differences(load_schema(), real_schema)) == []


def test_a_difference_is_found() -> None:
    real = build_schema("type Query { a(b: Int = 1): String! c: [ID!] } enum E { X }")
    near = build_schema("type Query { a(b: Int = 2): String d: Int } enum E { X Y }")

    assert sorted(differences(near, real)) == [
        "E.Y is not in the real schema",
        "Query.a is `String`, really `String!`",
        "Query.a(b) is `Int = 2`, really `Int = 1`",
        "Query.d is not in the real schema",
    ]


def differences(ours: GraphQLSchema, real: GraphQLSchema) -> Iterator[str]:
    """Where one schema says something the other does not."""
    for name, type_ in ours.type_map.items():
        if name.startswith("__"):
            continue
        known = real.type_map.get(name)
        if known is None or type(known) is not type(type_):
            yield f"{name} is not in the real schema"
        else:
            yield from _in_type(type_, known)


def _in_type(ours: GraphQLNamedType, real: GraphQLNamedType) -> Iterator[str]:
    if isinstance(ours, GraphQLObjectType | GraphQLInterfaceType):
        assert isinstance(real, GraphQLObjectType | GraphQLInterfaceType)
        yield from _in_object(ours, real)
    elif isinstance(ours, GraphQLInputObjectType):
        assert isinstance(real, GraphQLInputObjectType)
        yield from _in_input(ours, real)
    elif isinstance(ours, GraphQLEnumType):
        assert isinstance(real, GraphQLEnumType)
        yield from _missing(ours.name, set(ours.values), set(real.values))
    elif isinstance(ours, GraphQLUnionType):
        assert isinstance(real, GraphQLUnionType)
        members = {member.name for member in real.types}
        yield from _missing(ours.name, {each.name for each in ours.types}, members)


def _in_object(
    ours: GraphQLObjectType | GraphQLInterfaceType,
    real: GraphQLObjectType | GraphQLInterfaceType,
) -> Iterator[str]:
    parents = {parent.name for parent in real.interfaces}
    yield from _missing(ours.name, {each.name for each in ours.interfaces}, parents)
    yield from _missing(ours.name, set(ours.fields), set(real.fields))
    for name in sorted(set(ours.fields) & set(real.fields)):
        yield from _in_field(
            f"{ours.name}.{name}", ours.fields[name], real.fields[name]
        )


def _in_field(where: str, ours: GraphQLField, real: GraphQLField) -> Iterator[str]:
    if real.deprecation_reason is not None:
        yield f"{where} is deprecated"
    if str(ours.type) != str(real.type):
        yield f"{where} is `{ours.type}`, really `{real.type}`"
    for name, argument in ours.args.items():
        yield from _in_given(f"{where}({name})", argument, real.args.get(name))
    for name, argument in real.args.items():
        if is_required_argument(argument) and name not in ours.args:
            yield f"{where}({name}) is required and not there"


def _in_input(
    ours: GraphQLInputObjectType, real: GraphQLInputObjectType
) -> Iterator[str]:
    for name, field in ours.fields.items():
        yield from _in_given(f"{ours.name}.{name}", field, real.fields.get(name))
    for name, field in real.fields.items():
        if is_required_input_field(field) and name not in ours.fields:
            yield f"{ours.name}.{name} is required and not there"


def _in_given(where: str, ours: Given, real: Given | None) -> Iterator[str]:
    if real is None:
        yield f"{where} is not in the real schema"
    elif _written(ours) != _written(real):
        yield f"{where} is `{_written(ours)}`, really `{_written(real)}`"


def _written(given: Given) -> str:
    """An argument's type and default, as the schema language writes them."""
    field = GraphQLInputField(given.type, default=given.default)
    line = print_type(GraphQLInputObjectType("_", {"_": field})).splitlines()[1]
    return line.partition(": ")[2]


def _missing(where: str, ours: set[str], real: set[str]) -> Iterator[str]:
    for name in sorted(ours - real):
        yield f"{where}.{name} is not in the real schema"
