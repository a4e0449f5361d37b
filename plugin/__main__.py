"""`python -m plugin`: the same as `evenhand`."""

from __future__ import annotations

from plugin.cli import main

main(prog_name="evenhand")
