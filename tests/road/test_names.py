"""Two processes of one worker's name: one works, the other is ready to."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from plugin import jobs, workflows
from plugin.demo.processes import Place, Program, place
from tests.webhooks.letters import headers, payload
from tests.webhooks.town import wait_until


@pytest.fixture
def here(tmp_path: Path, one_database: Callable[[Path], str]) -> Place:
    url = one_database(tmp_path)
    return place(tmp_path, store_port=0, app_port=0, database_url=url)


@pytest.fixture
def holder(here: Place) -> Iterator[Program]:
    """A worker that has the name."""
    program = Program("holder", ["worker"], here, here.environment)
    wait_until(lambda: '"working"' in program.tail(), seconds=30)
    yield program
    program.stop()


@pytest.fixture
def second(here: Place, holder: Program) -> Iterator[Program]:
    """A web process that would work under the same name."""
    program = Program("second", ["serve"], here, here.environment)
    program.wait_for(f"{here.app_url}/healthz")
    wait_until(lambda: '"waiting_for_name"' in program.tail())
    yield program
    program.stop()


@pytest.mark.slow
def test_it_listens_while_it_waits_for_its_name(here: Place, second: Program) -> None:
    body = payload("returns/request")
    answer = requests.post(
        f"{here.app_url}/webhooks",
        data=body,
        headers=headers(body, here.api_secret),
        timeout=10,
    )

    assert answer.status_code == 200
    assert requests.get(f"{here.app_url}/readyz", timeout=10).status_code == 200
    assert '"working"' not in second.tail()


@pytest.mark.slow
def test_it_takes_over_when_the_holder_dies(holder: Program, second: Program) -> None:
    holder.kill()

    wait_until(lambda: '"working"' in second.tail(), seconds=10)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["serve", "worker"])
def test_it_ends_promptly_while_it_waits(
    here: Place, holder: Program, command: str
) -> None:
    waiting = Program("waiting", [command], here, here.environment)
    wait_until(lambda: '"waiting_for_name"' in waiting.tail(), seconds=30)

    begun = time.monotonic()
    waiting.process.send_signal(signal.SIGTERM)
    waiting.process.wait(timeout=20)
    waiting.stop()

    assert time.monotonic() - begun < 5
    assert holder.process.poll() is None


@pytest.mark.slow
def test_a_web_process_alone_can_queue_what_staff_confirm(here: Place) -> None:
    settings = {**here.environment, "EVENHAND_WORK_INLINE": "no"}
    web = Program("web", ["serve"], here, settings)
    web.wait_for(f"{here.app_url}/readyz")
    engine = sa.create_engine(here.database_url)
    about = ("a.myshopify.com", "gid://shopify/Return/1")
    job = jobs.confirm(*about, "staff:1", number=1)

    with engine.begin() as db:
        workflows.enqueue(workflows.client(engine), db, job)

    [found] = workflows.client(engine).list_workflows()
    web.stop()
    engine.dispose()
    assert (found.workflow_id, found.status) == (job.id, "ENQUEUED")
