"""`python -m plugin.devstore` starts the development store."""

from __future__ import annotations

from plugin.devstore.cli import devstore

devstore()
