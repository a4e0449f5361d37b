"""Fuzz the ways in, guided by coverage: `python -m tests.fuzz [TARGET ...]`.

Each target runs in a process of its own, from what is kept in `corpus/` and what
earlier runs left in `var/fuzz/`. An input that breaks something is put there too,
named `crash-` or `timeout-`: mend the fault and put the input into the corpus.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import atheris

from tests.fuzz.corpus import HERE
from tests.fuzz.limits import ALONE_SECONDS, in_time

FOUND = Path("var") / "fuzz"
LONGEST = 4096
# In processor time; code that is watched takes some ten times its own.
SECONDS = 10 * ALONE_SECONDS
# What is ours, and what takes the bytes apart for us.
WATCHED = ["plugin", "webhooks", "config", "yaml", "marshmallow"]

with atheris.instrument_imports(include=WATCHED):
    from tests.fuzz.targets import TARGETS


def main(given: Sequence[str]) -> int:
    """Fuzz the targets in turn; the exit code is 1 where one broke."""
    asked = _parser().parse_args(given)
    how = ["-merge=1"] if asked.merge else [f"-max_total_time={asked.seconds}"]
    targets = asked.targets or [*TARGETS]
    broken = [target for target in targets if _apart(target, how)]
    print(f"broken: {', '.join(broken)}; see {FOUND}" if broken else "nothing broke")
    return bool(broken)


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    made.add_argument("targets", nargs="*", metavar="TARGET", choices=[*TARGETS, []])
    made.add_argument("--seconds", type=int, default=60, help="for each target")
    made.add_argument(
        "--merge", action="store_true", help="put what reached more into the corpus"
    )
    return made


def _apart(target: str, how: list[str]) -> int:
    """Fuzz in a process of its own, which libFuzzer ends; gives its exit code."""
    print(f"--- {target}", flush=True)
    child = os.fork()
    if child == 0:
        _fuzz(target, how)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _fuzz(target: str, how: list[str]) -> None:
    found, call = FOUND / target, TARGETS[target]
    found.mkdir(parents=True, exist_ok=True)
    # What is read once a process (law packs, words) is no part of an input's time.
    call(b"")

    def once(data: bytes) -> None:
        with in_time(SECONDS):
            call(data)

    folders = [str(found), str(HERE / target)]
    if "-merge=1" in how:
        folders.reverse()
    options = [*how, f"-max_len={LONGEST}", "-timeout=60", f"-artifact_prefix={found}/"]
    atheris.Setup(["fuzz", *options, *folders], once)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
