"""The inputs that are kept: a file each, in a folder by the target's name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent / "corpus"


def kept(target: str) -> Iterator[Path]:
    """List a target's files."""
    return iter(sorted((HERE / target).iterdir()))
