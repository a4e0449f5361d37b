"""Values as canonical JSON, so that equal values have equal hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum


class NotCanonical(TypeError):
    """A value that has no one canonical form, such as a float."""

    code = "not_canonical"


def as_data(value: object) -> object:
    """Turn a value into what JSON knows: records become objects, sets sorted lists.

    Raises `NotCanonical` for floats and unknown types.
    """
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Enum):
        return as_data(value.value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    return _container(value)


def _container(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: as_data(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_data(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return as_data(value._asdict())
    if isinstance(value, (list, tuple)):
        return [as_data(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return sorted((as_data(item) for item in value), key=str)
    raise NotCanonical(f"`{type(value).__name__}` has no canonical form")


def canonical(value: object) -> str:
    """Write a value as JSON with sorted keys, no spaces, and text as it is.

    A lone surrogate is escaped, since no database stores it.
    """
    return text_of(as_data(value))


def text_of(data: object) -> str:
    """Write what JSON knows already in its one form."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "backslashreplace").decode()


def sha256(text: str) -> str:
    """Hash UTF-8 text."""
    return hashlib.sha256(text.encode()).hexdigest()
