"""The app that stands still when it is told to, and soon misses who is silent.

`python -m tests.crash.hasty worker` beats, looks around and takes over every few
seconds instead of half-minutes, and the server ends its idle transactions as soon, so
that a test need not wait that long.
"""

from __future__ import annotations

import os
from pathlib import Path

from plugin import housekeeping, worker
from plugin.archive.database import SESSION
from plugin.cli import main
from tests.crash.doomed import FOLDER, Doom, watch

SILENT_SECONDS = 5.0

if __name__ in ("__main__", "__mp_main__"):
    watch(Doom(Path(os.environ[FOLDER])))
    worker.BEAT_SECONDS = 0.5
    worker.SWEEP_SECONDS = 1.0
    SESSION["idle_in_transaction_session_timeout"] = f"{SILENT_SECONDS:.0f}s"
    for module in (worker, housekeeping):
        setattr(module, "SILENT_SECONDS", SILENT_SECONDS)  # noqa: B010  # imported there
if __name__ == "__main__":
    main(prog_name="evenhand")
