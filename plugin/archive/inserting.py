"""Inserting: an insert that says what to do with a row that is there already."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(table: sa.Table, dialect: sa.Dialect) -> Any:
    """Begin an insert with `ON CONFLICT`, in the words of a database.

    Both databases have it; SQLAlchemy has one for each.
    """
    made = postgresql if dialect.name == "postgresql" else sqlite
    return made.insert(table)
