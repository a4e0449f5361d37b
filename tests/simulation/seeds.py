"""The seeds that found something once, and are always played."""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).parent / "seeds.txt"


def kept_seeds() -> tuple[int, ...]:
    """Read the seeds of the file; each line says after its seed what it found."""
    lines = (line.partition("#")[0].strip() for line in FILE.read_text().splitlines())
    return tuple(int(line) for line in lines if line)
