"""The app that dies when it is told to, with a fault of the simulator's planted in it.

`python -m tests.crash.sown serve` shows whether the kill matrix sees at all; the fault
is named by the environment.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

from plugin.cli import main
from tests.crash.doomed import FOLDER, Doom, hasten, watch
from tests.simulation.planted import planted

PLANTED = "EVENHAND_PLANTED"

if __name__ in ("__main__", "__mp_main__"):
    hasten()
    watch(Doom(Path(os.environ[FOLDER])))
    faults = ExitStack()
    faults.enter_context(planted(os.environ[PLANTED]))
if __name__ == "__main__":
    main(prog_name="evenhand")
