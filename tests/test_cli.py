"""The door to every command: each is known by its name, and loaded when asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from plugin.cli import COMMANDS, main

# What takes long to load, and whose commands need it.
HEAVY = {"plugin.app": {"serve"}, "plugin.devstore.server": {"devstore"}}
LOADED = """
import sys
from click.testing import CliRunner
from plugin.cli import main
assert CliRunner().invoke(main, [sys.argv[1], "--help"]).exit_code == 0
print(*sys.modules)
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_under_its_name(name: str) -> None:
    done = run(name, "--help")

    assert done.exit_code == 0
    assert done.output.startswith(f"Usage: main {name} ")


def test_they_are_listed_each_with_what_it_does() -> None:
    done = run("--help")

    listed = done.output.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == sorted(COMMANDS)
    # Nothing of it is cut on a terminal of the usual width.
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)


def test_a_misspelt_command_is_told_the_nearest() -> None:
    done = run("srve")

    assert done.exit_code == 2
    assert "Did you mean 'serve'?" in done.output


@pytest.mark.parametrize("name", ["serve", "devstore"])
def test_none_loads_what_another_needs(name: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, name], capture_output=True, text=True, check=True
    )

    loaded = set(done.stdout.split())
    assert {m for m in HEAVY if m in loaded} == {m for m in HEAVY if name in HEAVY[m]}
