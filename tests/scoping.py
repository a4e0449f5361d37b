"""Every statement of the app carries its shop, or says why it looks across shops.

`watch` looks at what the whole suite sends, on every database. A statement of the app
about a table with a shop must run on an engine that was bound by `of_shop`, and compare
that very shop with every such table it names, in an AND that nothing gets around, or
write it into every row; or else run on one bound by `across`, whose reasons are few.
What tests send themselves is let through.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import sql
from sqlalchemy.sql import operators

from plugin.archive.scope import EVERY_SHOP, OPTION, Across, tell
from plugin.archive.tables import metadata

ROOT = Path(__file__).parents[1]
APP = tuple(f"{ROOT / part}/" for part in ("plugin", "webhooks"))
TESTS = tuple(f"{ROOT / part}/" for part in ("tests", "bench"))
# Who only passes a call on, and did not make it.
BETWEEN = ("/sqlalchemy/", "/contextlib.py", str(Path(__file__)))
OWNED = frozenset(t.name for t in metadata.sorted_tables if "shop" in t.c)
_WORDS = re.compile(rf"\b(?:{'|'.join(sorted(OWNED))})\b")
# Whether a test opened a connection, which it may hand to the app.
OURS = "opened_by_a_test"

# What was found, also where whoever sent it caught the error.
FOUND: list[str] = []


class Unscoped(AssertionError):
    """A statement that could touch another shop's rows."""


def watch() -> None:
    """Look at every connection, transaction and statement from now on."""
    sa.event.listen(sa.Engine, "engine_connect", _connect)
    sa.event.listen(sa.Engine, "begin", _begin)
    sa.event.listen(sa.Engine, "before_cursor_execute", _look)


def _connect(db: sa.Connection) -> None:
    unbound = OPTION not in db.get_execution_options()
    db.info[OURS] = unbound and _caller().startswith(TESTS)


def _begin(db: sa.Connection) -> None:
    """Let what a test opened by itself pass the database's own wall."""
    if db.info[OURS] and db.dialect.name == "postgresql":
        tell(db, EVERY_SHOP)


def _look(
    db: sa.Connection, _cursor: object, text: str, _bound: object, context: Any, _: bool
) -> None:
    scope = db.get_execution_options().get(OPTION)
    if isinstance(scope, Across) or not _WORDS.search(text):
        return
    if _caller().startswith(APP):
        try:
            _judge(scope, context, ours=db.info[OURS])
        except Unscoped as error:
            FOUND.append(f"{error}\n{text}")
            raise


def _judge(scope: str | None, context: Any, *, ours: bool) -> None:
    if scope is None and not ours:
        raise Unscoped("begin it with `of_shop`, or `across` for a reason")
    if context.compiled is None:
        raise Unscoped("write it as an expression, so that its shop can be seen")
    names = _names(context.compiled)
    bound = {given[name] for given in context.compiled_parameters for name in names}
    if names and len(bound - {scope}) > (scope is None):
        raise Unscoped(f"it names {sorted(map(str, bound))}, not only `{scope}`")


def _caller() -> str:
    """Name the file that sent the statement being executed."""
    frame = sys._getframe(1)
    while frame.f_back and any(b in frame.f_code.co_filename for b in BETWEEN):
        frame = frame.f_back
    return frame.f_code.co_filename


# -- what a statement says of its shop ------------------------------------------------

# By the text and the values' names: each database of a test compiles its own.
_KNOWN: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}


def _names(compiled: Any) -> frozenset[str]:
    """Name the values of a compiled statement that must be the shop."""
    said = (compiled.string, tuple(compiled.positiontup or ()))
    if said not in _KNOWN:
        binds = shop_binds(compiled.statement)
        names = {compiled.bind_names[bind] for bind in binds}
        if isinstance(compiled.statement, sql.Insert):
            names |= {n for n in compiled.binds if re.fullmatch(r"shop(_m\d+)?", n)}
            if compiled.statement.table.name in OWNED and not names:
                raise Unscoped("it writes rows without a shop")
        _KNOWN[said] = frozenset(names)
    return _KNOWN[said]


def shop_binds(statement: Any) -> set[Any]:
    """Find the values that a statement compares with its tables' shops.

    Raises `Unscoped` for a table with a shop that is compared with none.
    """
    if isinstance(statement, sql.elements.TextClause):
        raise Unscoped("write it as an expression, so that its shop can be seen")
    return _read(statement, frozenset())


def _read(statement: Any, outer: frozenset[Any]) -> set[Any]:
    known, binds = set(outer), set()
    pairs = list(_pairs(statement))
    while True:
        new = set()
        for left, right, targets in pairs:
            for one, other in ((left, right), (right, left)):
                table = _owner(one)
                if table is None or table in known or table not in targets:
                    continue
                if isinstance(other, sql.elements.BindParameter):
                    binds.add(other)
                    new.add(table)
                elif _owner(other) in known:
                    new.add(table)
        if not new:
            break
        known |= new
    loose = {table for table in _tables(statement) if table not in known}
    if loose:
        said = ", ".join(sorted(table.name for table in loose))
        raise Unscoped(f"it compares no shop with the one of {said}")
    for inner, beside in _inner(statement):
        binds |= _read(inner, frozenset() if beside else frozenset(known))
    return binds


def _pairs(statement: Any) -> Iterator[tuple[Any, Any, set[Any]]]:
    """List what must be equal, with the tables of which that binds the rows."""
    froms = list(_froms(statement))
    leaves = {leaf for each in froms for leaf in _leaves(each)}
    where = getattr(statement, "whereclause", None)
    conditions = [(where, leaves)] if where is not None else []
    for join in (join for each in froms for join in _joins(each)):
        # An outer join keeps the rows on its left, whatever it says of them.
        targets = set(_leaves(join.right)) if join.isouter else leaves
        conditions.append((join.onclause, targets))
    for condition, targets in conditions:
        for part in _conjuncts(condition):
            if getattr(part, "operator", None) is operators.eq:
                yield part.left, part.right, targets


def _conjuncts(condition: Any) -> Iterator[Any]:
    if isinstance(condition, sql.elements.Grouping):
        yield from _conjuncts(condition.element)
    elif getattr(condition, "operator", None) is operators.and_:
        for clause in condition.clauses:
            yield from _conjuncts(clause)
    else:
        yield condition


def _froms(statement: Any) -> Iterator[Any]:
    if isinstance(statement, sql.Select):
        yield from statement.get_final_froms()
    elif isinstance(statement, (sql.Update, sql.Delete)):
        yield statement.table


def _leaves(source: Any) -> Iterator[Any]:
    if isinstance(source, sql.selectable.Join):
        yield from _leaves(source.left)
        yield from _leaves(source.right)
    else:
        yield source


def _joins(source: Any) -> Iterator[Any]:
    if isinstance(source, sql.selectable.Join):
        yield source
        yield from _joins(source.left)
        yield from _joins(source.right)


def _tables(statement: Any) -> Iterator[Any]:
    for leaf in (leaf for each in _froms(statement) for leaf in _leaves(each)):
        table = leaf.element if isinstance(leaf, sql.selectable.Alias) else leaf
        if isinstance(table, sa.Table) and table.name in OWNED:
            yield leaf


def _owner(side: Any) -> Any:
    """Find the table of a column that is named `shop`."""
    is_shop = isinstance(side, sql.ColumnElement) and getattr(side, "key", "") == "shop"
    return getattr(side, "table", None) if is_shop else None


def _inner(clause: Any, beside: bool = False) -> Iterator[tuple[Any, bool]]:
    """Find the selects inside; those that stand beside a table, not under it, too."""
    for child in clause.get_children():
        if isinstance(child, sql.selectable.SelectBase):
            yield child, beside
        else:
            is_from = isinstance(child, sql.selectable.AliasedReturnsRows)
            yield from _inner(child, beside or is_from)
