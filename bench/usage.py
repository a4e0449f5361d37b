"""What processes use of the machine."""

from __future__ import annotations

import os
from pathlib import Path


def processor_seconds(*pids: int) -> float:
    """Sum the time on processors of processes and their children so far."""
    pids = (*pids, *(child for pid in pids for child in _children(pid)))
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_bytes(*pids: int) -> int:
    """Sum the memory in use by processes and their children."""
    pids = (*pids, *(child for pid in pids for child in _children(pid)))
    pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


def _children(pid: int) -> list[int]:
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found]
