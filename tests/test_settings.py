"""A missing or malformed setting stops the program and says how to set it."""

from __future__ import annotations

import dataclasses
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config import settings
from config.settings import HELP, BadSetting, Settings, read

ROOT = Path(__file__).parents[1]
REQUIRED = {
    "SHOPIFY_API_KEY": "client-id",
    "SHOPIFY_API_SECRET": "client-secret",
    "EVENHAND_SECRETS": "a" * 32,
}
MALFORMED = [
    ("SHOPIFY_API_KEY", ""),
    ("SHOPIFY_API_SECRET", "  "),
    ("EVENHAND_SECRETS", ""),
    ("EVENHAND_SECRETS", "canary-too-short"),
    ("EVENHAND_SECRETS", "a" * 32 + ",canary-too-short"),
    ("EVENHAND_SECRETS", "canary".ljust(40)),
    ("DATABASE_URL", "canary"),
    ("DATABASE_URL", "mysql://canary:canary@host/db"),
    ("DATABASE_URL", "postgresql://canary:canary@host/db"),
    ("DATABASE_URL", "postgresql+psycopg://canary:canary@host:port/db"),
    ("DATABASE_URL", "postgresql+psycopg://canary:canary@host"),
    ("DATABASE_URL", "sqlite://"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("SHOPIFY_SHOP_URL", "https://canary.example"),
    ("SHOPIFY_SHOP_URL", "https://{shop}.{shop}"),
    ("SHOPIFY_SHOP_URL", "https://{shop}/{canary}"),
    ("SHOPIFY_SHOP_URL", "https://{shop}/}"),
    ("SHOPIFY_SHOP_URL", "ftp://{shop}"),
    ("SHOPIFY_ADMIN_ORIGIN", "canary"),
    ("SHOPIFY_ADMIN_ORIGIN", "http://["),
    ("SHOPIFY_ADMIN_ORIGIN", "https://canary.example/path"),
    ("SHOPIFY_ADMIN_ORIGIN", "https://canary.example; script-src *"),
    ("SHOPIFY_APP_BRIDGE_URL", "javascript:canary"),
    ("SHOPIFY_APP_BRIDGE_URL", 'https://canary.example/"><script>'),
    ("HOST", ""),
    ("PORT", "canary"),
    ("PORT", "65536"),
    ("PORT", "-1"),
    ("PORT", "not set"),
    ("EVENHAND_THREADS", "0"),
    ("EVENHAND_THREADS", "1.5"),
    ("EVENHAND_SILENT_SECONDS", "0"),
    ("EVENHAND_SILENT_SECONDS", "nan"),
    ("EVENHAND_WORK_INLINE", "canary"),
    ("EVENHAND_WORKER", "Canary"),
    ("EVENHAND_WORKER", "../canary"),
    ("EVENHAND_LOCAL_WEBHOOKS", "canary"),
    ("EVENHAND_POLL_SECONDS", "0"),
    ("EVENHAND_POLL_SECONDS", "nan"),
    ("EVENHAND_POLL_SECONDS", "inf"),
    ("EVENHAND_SWEEP_SECONDS", "0"),
    ("EVENHAND_CODE_PREFIX", "canary"),
    ("EVENHAND_CODE_PREFIX", "X" * 13),
    ("EVENHAND_LOG_LEVEL", "canary"),
    ("EVENHAND_METRICS_TOKEN", ""),
    ("EVENHAND_METRICS_TOKEN", "canary"),
    ("EVENHAND_METRICS_TOKEN", "canary canary canary"),
]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in HELP:
        monkeypatch.delenv(name, raising=False)
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)


def test_it_needs_three_settings_and_has_a_default_for_the_rest() -> None:
    assert read() == Settings(
        api_key="client-id",
        api_secret="client-secret",
        old_api_secret=None,
        secrets=("a" * 32,),
        database_url="sqlite:///var/evenhand.db",
        shop_url="https://{shop}",
        admin_origin="https://admin.shopify.com",
        app_bridge_url="https://cdn.shopify.com/shopifycloud/app-bridge.js",
        host="127.0.0.1",
        port=8080,
        threads=16,
        silent_seconds=30.0,
        work_inline=True,
        worker="worker-1",
        poll_seconds=0.2,
        sweep_seconds=600.0,
        code_prefix="SORRY",
        local_webhooks=False,
        log_level="info",
        metrics_token=None,
    )


def test_it_reads_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "SHOPIFY_OLD_API_SECRET": "before",
        "EVENHAND_SECRETS": f"{'n' * 32}, {'o' * 32}",
        "DATABASE_URL": "postgresql+psycopg://u:p@host:5432/db",
        "SHOPIFY_SHOP_URL": "http://127.0.0.1:4001/{shop}",
        "SHOPIFY_ADMIN_ORIGIN": "http://127.0.0.1:4001",
        "SHOPIFY_APP_BRIDGE_URL": "http://127.0.0.1:4001/app-bridge.js",
        "HOST": "0.0.0.0",
        "PORT": "0",
        "EVENHAND_THREADS": "256",
        "EVENHAND_SILENT_SECONDS": "61",
        "EVENHAND_WORK_INLINE": "false",
        "EVENHAND_WORKER": "worker-2",
        "EVENHAND_POLL_SECONDS": "60",
        "EVENHAND_SWEEP_SECONDS": "60",
        "EVENHAND_CODE_PREFIX": "PARDON5",
        "EVENHAND_LOCAL_WEBHOOKS": "true",
        "EVENHAND_LOG_LEVEL": "error",
        "EVENHAND_METRICS_TOKEN": "m" * 16,
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    assert read() == Settings(
        api_key="client-id",
        api_secret="client-secret",
        old_api_secret="before",
        secrets=("n" * 32, "o" * 32),
        database_url="postgresql+psycopg://u:p@host:5432/db",
        shop_url="http://127.0.0.1:4001/{shop}",
        admin_origin="http://127.0.0.1:4001",
        app_bridge_url="http://127.0.0.1:4001/app-bridge.js",
        host="0.0.0.0",
        port=0,
        threads=256,
        silent_seconds=61.0,
        work_inline=False,
        worker="worker-2",
        poll_seconds=60.0,
        sweep_seconds=60.0,
        code_prefix="PARDON5",
        local_webhooks=True,
        log_level="error",
        metrics_token="m" * 16,
    )


@pytest.mark.parametrize(
    ("old", "accepted"),
    [
        (None, ("client-secret",)),
        ("", ("client-secret",)),
        ("before", ("client-secret", "before")),
    ],
)
def test_it_accepts_the_old_secret_only_while_it_is_set(
    monkeypatch: pytest.MonkeyPatch, old: str | None, accepted: tuple[str, ...]
) -> None:
    if old is not None:
        monkeypatch.setenv("SHOPIFY_OLD_API_SECRET", old)

    assert read().api_secrets == accepted


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_it_says_what_is_missing_and_how_to_set_it(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(name)

    with pytest.raises(BadSetting) as caught:
        read()

    assert str(caught.value) == f"`{name}` is missing: set it to {HELP[name]}"
    assert caught.value.code == "bad_setting"


@pytest.mark.parametrize(("name", "value"), MALFORMED)
def test_it_says_what_is_malformed_and_never_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting) as caught:
        read()

    assert str(caught.value) == f"`{name}` is malformed: set it to {HELP[name]}"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_every_setting_is_explained_and_has_a_malformed_example() -> None:
    named = set(re.findall(r'env\.\w+,\s+"(\w+)"', inspect.getsource(settings)))

    assert set(HELP) == named
    assert len(HELP) == len(dataclasses.fields(Settings))
    assert {name for name, _ in MALFORMED} == set(HELP) - {"SHOPIFY_OLD_API_SECRET"}
    assert settings.__doc__


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_program_ends_with_2_and_says_what_is_missing(command: str) -> None:
    environment = {**os.environ, **REQUIRED, "SHOPIFY_API_SECRET": "canary-secret"}
    del environment["EVENHAND_SECRETS"]

    done = subprocess.run(
        [sys.executable, "-m", "plugin", command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    what = f"`EVENHAND_SECRETS` is missing: set it to {HELP['EVENHAND_SECRETS']}"
    assert done.returncode == 2
    assert done.stderr == f"evenhand: {what} (bad_setting)\n"
    assert done.stdout == ""
