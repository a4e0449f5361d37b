"""The end of an engine in a test, and of what its threads have in hand."""

from __future__ import annotations

from dbos import DBOS, _dbos

# More than the slowest step needs on a busy machine.
SECONDS = 60


def end_engine() -> None:
    """Stop the engine, and wait for its threads.

    DBOS waits for none. One that still works when the test's database is dropped asks
    for it again and again, beside every test that comes after.
    """
    engine = _dbos._dbos_global_instance
    pool = engine and engine._executor_field
    threads = list(pool._threads) if pool else []
    DBOS.destroy(destroy_registry=True)
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive(), f"{thread.name} did not come to its end"
