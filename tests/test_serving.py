"""The app as it is deployed, and what it answers when something is wrong."""

from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
import yaml
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from config.settings import HELP, Settings
from plugin import logs
from plugin.app import create_app
from plugin.demo.processes import free_port
from tests.databases import ask

ROOT = Path(__file__).parents[1]
APP_YAML = yaml.safe_load((ROOT / "app.yaml").read_text("utf-8"))
WITHOUT_DEFAULT = {"SHOPIFY_API_KEY", "SHOPIFY_API_SECRET", "EVENHAND_SECRETS"}
FILLED_IN = {
    "SHOPIFY_API_KEY": "client-id",
    "SHOPIFY_API_SECRET": "client-secret",
    "EVENHAND_SECRETS": "s" * 32,
}


def environment(**changes: str) -> dict[str, str]:
    """Make the environment of a deployed program: app.yaml's, filled in."""
    outside = {name: value for name, value in os.environ.items() if name not in HELP}
    return {**outside, **APP_YAML["env_variables"], **FILLED_IN, **changes}


def command() -> list[str]:
    """Read the entry point of app.yaml, with the Python that runs the tests."""
    program, *arguments = shlex.split(APP_YAML["entrypoint"])
    assert program == "python"
    return [sys.executable, *arguments]


@contextmanager
def deployed(log: Path, settings: Mapping[str, str]) -> Iterator[str]:
    """Run the entry point of app.yaml on a free port; gives its address."""
    port = str(free_port())
    with log.open("wb") as file:
        process = subprocess.Popen(
            command(),
            cwd=ROOT,
            env={**settings, "PORT": port},
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield f"http://127.0.0.1:{port}"
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def answer_of(url: str, *, seconds: float = 30) -> tuple[int, Any]:
    """Get an address once somebody answers there."""
    end = time.monotonic() + seconds
    while True:
        try:
            answer = requests.get(url, timeout=10)
            return answer.status_code, answer.json()
        except requests.ConnectionError:
            assert time.monotonic() < end, f"nobody answers at {url}"
            time.sleep(0.05)


def start_and_end(settings: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(),
        cwd=ROOT,
        env=dict(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


# -- app.yaml --------------------------------------------------------------------------


def test_app_yaml_names_every_setting_that_has_no_default() -> None:
    named = set(APP_YAML["env_variables"])

    assert named >= WITHOUT_DEFAULT
    assert named <= set(HELP)


def test_app_yaml_holds_no_secret() -> None:
    given = APP_YAML["env_variables"]

    assert {given[name] for name in (*WITHOUT_DEFAULT, "DATABASE_URL")} == {"REPLACE"}


def test_app_yaml_serves_everything_by_tls_from_one_instance() -> None:
    assert APP_YAML["runtime"] == "python312"
    assert APP_YAML["manual_scaling"] == {"instances": 1}
    assert {handler["secure"] for handler in APP_YAML["handlers"]} == {"always"}


@pytest.mark.parametrize("left", sorted({*WITHOUT_DEFAULT, "DATABASE_URL"}))
def test_it_does_not_start_while_a_mark_is_left_in_app_yaml(left: str) -> None:
    mark = APP_YAML["env_variables"][left]
    done = start_and_end({**environment(DATABASE_URL="sqlite:///x.db"), left: mark})

    assert done.returncode == 2
    assert "is malformed: set it to" in done.stderr


def test_it_serves_as_app_yaml_says_and_tells_when_its_database_is_gone(
    tmp_path: Path, postgres_url: str
) -> None:
    log = tmp_path / "app.log"
    url = sa.make_url(postgres_url).set(database="evenhand_deployed")
    _tell_server(postgres_url, "CREATE DATABASE evenhand_deployed")
    settings = environment(DATABASE_URL=url.render_as_string(hide_password=False))
    with deployed(log, settings) as app_url:
        healthy = answer_of(f"{app_url}/healthz")
        ready = answer_of(f"{app_url}/readyz")
        _tell_server(postgres_url, "DROP DATABASE evenhand_deployed WITH (FORCE)")
        gone = answer_of(f"{app_url}/readyz")
        still_healthy = answer_of(f"{app_url}/healthz")

    assert (healthy, ready) == ((200, {"status": "ok"}), (200, {"status": "ready"}))
    assert gone == (503, {"error": "database_unreachable"})
    assert still_healthy == (200, {"status": "ok"})
    lines = [line for line in log.read_text().splitlines() if line.startswith("{")]
    assert "not_ready" in [json.loads(line)["event"] for line in lines]


def _tell_server(url: str, statement: str) -> None:
    server = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as db:
        db.execute(sa.text(statement))
    server.dispose()


@pytest.mark.parametrize(
    "database_url",
    [
        "postgresql+psycopg://canary:canary@127.0.0.1:9/evenhand",
        "sqlite:////proc/canary/evenhand.db",
    ],
)
def test_it_does_not_start_without_its_database(database_url: str) -> None:
    done = start_and_end(environment(DATABASE_URL=database_url))

    assert done.returncode == 2
    assert done.stderr.startswith("evenhand: the database cannot be opened: ")
    assert done.stderr.endswith("; check `DATABASE_URL` (database_unreachable)\n")
    assert "canary" not in done.stderr


# -- answers ---------------------------------------------------------------------------


@pytest.fixture
def database(tmp_path: Path, one_database: Callable[[Path], str]) -> str:
    return one_database(tmp_path)


@pytest.fixture
def app(database: str) -> Iterator[Flask]:
    settings = Settings(
        api_key="client-id",
        api_secret="client-secret",
        old_api_secret=None,
        secrets=("s" * 32,),
        database_url=database,
        shop_url="https://{shop}",
        admin_origin="https://admin.shopify.com",
        app_bridge_url="https://cdn.shopify.com/shopifycloud/app-bridge.js",
        host="127.0.0.1",
        port=0,
        threads=1,
        silent_seconds=30.0,
        work_inline=False,
        worker="worker-1",
        poll_seconds=0.2,
        sweep_seconds=600.0,
        code_prefix="SORRY",
        local_webhooks=False,
        log_level="error",
        metrics_token="m" * 16,
    )
    yield create_app(settings)
    logs.configure("critical")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def said(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/webhooks/", "/healthz/x", "/%00", "/.."]
)
def test_it_answers_json_where_nothing_is(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert said(answer) == (404, "not_found")
    assert answer.get_json()["message"].startswith("there is nothing at this address")


@pytest.mark.parametrize("path", ["/webhook", "/webhooks/x"])
def test_it_says_where_webhooks_go(client: FlaskClient, path: str) -> None:
    answer = client.post(path, data=b"{}")

    assert said(answer) == (404, "not_found")
    assert "webhooks go to /webhooks" in answer.get_json()["message"]


def test_it_shows_a_browser_a_page_where_nothing_is(client: FlaskClient) -> None:
    answer = client.get("/nowhere", headers={"Accept": "text/html,*/*;q=0.8"})

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "This page does not exist" in answer.text
    assert 'href="/">Back to all cases' in answer.text
    assert "frame-ancestors" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_answers_a_browser_in_json_below_the_api(client: FlaskClient) -> None:
    answer = client.get("/api/nowhere", headers={"Accept": "text/html"})

    assert said(answer) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/webhooks"), ("PUT", "/webhooks"), ("POST", "/healthz")],
)
def test_it_answers_json_to_a_wrong_method(
    client: FlaskClient, method: str, path: str
) -> None:
    answer = client.open(path, method=method)

    assert said(answer) == (405, "method_not_allowed")
    assert answer.headers["Allow"]


def test_it_tells_nothing_of_an_error_of_its_own(app: Flask) -> None:
    def break_down() -> str:
        raise LookupError("canary")

    app.add_url_rule("/break", view_func=break_down)

    answer = app.test_client().get("/break")

    assert answer.status_code == 500
    assert answer.json == {"error": "internal_error", "message": "try again later"}


def test_it_is_not_ready_without_its_tables(client: FlaskClient, database: str) -> None:
    before = client.get("/readyz")
    ask(database, "DROP TABLE shops")

    after = client.get("/readyz")

    assert (before.status_code, before.json) == (200, {"status": "ready"})
    assert (after.status_code, after.json) == (503, {"error": "database_unreachable"})
    assert client.get("/healthz").status_code == 200


def test_it_does_not_share_a_port(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        url = f"sqlite:///{tmp_path / 'evenhand.db'}"

        done = start_and_end(environment(HOST="127.0.0.1", PORT=port, DATABASE_URL=url))

    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "(port_taken)" in done.stderr


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1"])
def test_it_tells_a_host_that_is_not_here_from_a_port_that_is_taken(
    tmp_path: Path, host: str
) -> None:
    url = f"sqlite:///{tmp_path / 'evenhand.db'}"

    done = start_and_end(environment(HOST=host, PORT="0", DATABASE_URL=url))

    assert done.returncode == 2
    assert f"cannot listen on {host}:0: " in done.stderr
    assert "; set `HOST` to an address of this machine (unknown_host)" in done.stderr


def test_whoever_is_told_where_it_serves_is_answered_at_once(tmp_path: Path) -> None:
    log, url = tmp_path / "app.log", f"sqlite:///{tmp_path / 'app.db'}"
    with deployed(log, environment(HOST="127.0.0.1", DATABASE_URL=url)) as app_url:
        line, end = f"evenhand: serving {app_url}\n", time.monotonic() + 60
        while line not in log.read_text():
            assert time.monotonic() < end, "it never says where it serves"
            time.sleep(0.005)
        answer = requests.get(f"{app_url}/healthz", timeout=30)

    assert answer.json() == {"status": "ok"}
    assert log.read_text().count("serving") == 1


@pytest.mark.parametrize("moment", [0.0, 0.3, 0.6, 0.9])
def test_it_ends_when_it_is_told_to_while_it_starts(
    tmp_path: Path, moment: float
) -> None:
    settings = environment(DATABASE_URL=f"sqlite:///{tmp_path / 'app.db'}", PORT="0")
    with subprocess.Popen(
        [*command(), "--web"], cwd=ROOT, env=dict(settings), stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        made = process.stderr.readline()
        time.sleep(moment)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)

    at = tmp_path / "app.db"
    assert made.decode() == f"evenhand: made a new, empty database at {at}\n"
