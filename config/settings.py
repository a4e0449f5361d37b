"""Settings from the environment: everything that differs between places.

A missing or malformed setting stops the program with its name and how to set it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from environs import Env, EnvError
from marshmallow import ValidationError, validate
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

SECRET_LENGTH = 32
URL = re.compile(r"https?://[\w.:-]+(?:/[\w.~/-]*)?", re.ASCII)
TOKEN = re.compile(r"[\x21-\x7e]{16,}\Z")
LEVELS = ("debug", "info", "warning", "error")


class BadSetting(Exception):
    """A setting is missing or malformed; the message says how to set it."""

    code = "bad_setting"


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What the app needs to know about the place it runs in."""

    api_key: str
    api_secret: str
    old_api_secret: str | None
    secrets: tuple[str, ...]
    database_url: str
    shop_url: str
    admin_origin: str
    app_bridge_url: str
    host: str
    port: int
    threads: int
    silent_seconds: float
    work_inline: bool
    worker: str
    poll_seconds: float
    sweep_seconds: float
    code_prefix: str
    local_webhooks: bool
    log_level: str
    metrics_token: str | None

    @property
    def api_secrets(self) -> tuple[str, ...]:
        """Every app secret that may still sign, newest first."""
        old = (self.old_api_secret,) if self.old_api_secret else ()
        return (self.api_secret, *old)


# Setting -> what it is; the README's table and the error messages are made of this.
HELP = {
    "SHOPIFY_API_KEY": "the app's client id, from its page in the Dev Dashboard",
    "SHOPIFY_API_SECRET": "the app's client secret, from the same page",
    "SHOPIFY_OLD_API_SECRET": "the secret before a rotation, until it is revoked",
    "EVENHAND_SECRETS": "own random secrets of 32 characters or more, separated by "
    "commas, the newest first; `python -c 'import secrets; "
    "print(secrets.token_urlsafe(32))'` makes one",
    "DATABASE_URL": "a SQLAlchemy URL, such as `sqlite:///var/evenhand.db` or "
    "`postgresql+psycopg://user:password@host/database`",
    "SHOPIFY_SHOP_URL": "where a shop's admin is reached; `{shop}` is its domain",
    "SHOPIFY_ADMIN_ORIGIN": "the origin that frames the app",
    "SHOPIFY_APP_BRIDGE_URL": "the App Bridge script",
    "HOST": "address to listen on",
    "PORT": "a port up to 65535 to listen on; 0 takes any that is free",
    "EVENHAND_THREADS": "pages served at the same time, 1 to 256",
    "EVENHAND_SILENT_SECONDS": "seconds until a line on which nothing comes is closed, "
    "1 to 3600; more than a load balancer in front keeps one idle",
    "EVENHAND_WORK_INLINE": "true or false: whether `evenhand serve` without `--web` "
    "also does the durable work",
    "EVENHAND_WORKER": "this worker's name: stable over restarts, its own",
    "EVENHAND_POLL_SECONDS": "longest wait before new work is noticed, 0.05 to 60",
    "EVENHAND_SWEEP_SECONDS": "how often every shop is looked through for what no "
    "event told, 1 to 86400",
    "EVENHAND_CODE_PREFIX": "what discount codes start with, letters and digits",
    "EVENHAND_LOCAL_WEBHOOKS": "true or false: whether merchants' webhooks may also go "
    "to this machine; for development only",
    "EVENHAND_LOG_LEVEL": f"one of {', '.join(LEVELS)}",
    "EVENHAND_METRICS_TOKEN": "what other machines show to read `/metrics`, "
    "16 characters or more",
}


def read() -> Settings:
    """Read and check every setting; raises `BadSetting` for the first bad one."""
    env = Env()
    return Settings(**_identity(env), **_shopify(env), **_server(env), **_work(env))


def _identity(env: Env) -> dict[str, Any]:
    """Read who the app is to Shopify, and its own secrets."""
    return {
        "api_key": _take(env.str, "SHOPIFY_API_KEY", validate=_filled),
        "api_secret": _take(env.str, "SHOPIFY_API_SECRET", validate=_filled),
        "old_api_secret": _take(env.str, "SHOPIFY_OLD_API_SECRET", default=None),
        "secrets": tuple(
            secret.strip()
            for secret in _take(env.list, "EVENHAND_SECRETS", validate=_secrets)
        ),
    }


def _shopify(env: Env) -> dict[str, Any]:
    """Read where Shopify is."""
    bridge = "https://cdn.shopify.com/shopifycloud/app-bridge.js"
    admin = "https://admin.shopify.com"
    return {
        "shop_url": _take(
            env.str, "SHOPIFY_SHOP_URL", default="https://{shop}", validate=_template
        ),
        "admin_origin": _take(
            env.str, "SHOPIFY_ADMIN_ORIGIN", default=admin, validate=_origin
        ),
        "app_bridge_url": _take(
            env.str, "SHOPIFY_APP_BRIDGE_URL", default=bridge, validate=_url
        ),
    }


def _server(env: Env) -> dict[str, Any]:
    """Read how the app is served, and where it remembers."""
    levels, threads = validate.OneOf(LEVELS), validate.Range(1, 256)
    file = "sqlite:///var/evenhand.db"
    return {
        "database_url": _take(
            env.str, "DATABASE_URL", default=file, validate=_database
        ),
        "host": _take(env.str, "HOST", default="127.0.0.1", validate=_filled),
        "port": _take(env.int, "PORT", default=8080, validate=validate.Range(0, 65535)),
        "threads": _take(env.int, "EVENHAND_THREADS", default=16, validate=threads),
        "silent_seconds": _take(
            env.float,
            "EVENHAND_SILENT_SECONDS",
            default=30.0,
            validate=validate.Range(1, 3600),
        ),
        "log_level": _take(
            env.str, "EVENHAND_LOG_LEVEL", default="info", validate=levels
        ),
        "metrics_token": _take(
            env.str,
            "EVENHAND_METRICS_TOKEN",
            default=None,
            validate=validate.Regexp(TOKEN),
        ),
    }


def _work(env: Env) -> dict[str, Any]:
    """Read how the durable work is done."""
    name, prefix = r"[a-z0-9-]{1,40}\Z", r"[A-Z0-9]{1,12}\Z"
    return {
        "work_inline": _take(env.bool, "EVENHAND_WORK_INLINE", default=True),
        "worker": _take(
            env.str,
            "EVENHAND_WORKER",
            default="worker-1",
            validate=validate.Regexp(name),
        ),
        "poll_seconds": _take(
            env.float,
            "EVENHAND_POLL_SECONDS",
            default=0.2,
            validate=validate.Range(0.05, 60),
        ),
        "sweep_seconds": _take(
            env.float,
            "EVENHAND_SWEEP_SECONDS",
            default=600.0,
            validate=validate.Range(1, 86400),
        ),
        "code_prefix": _take(
            env.str,
            "EVENHAND_CODE_PREFIX",
            default="SORRY",
            validate=validate.Regexp(prefix),
        ),
        "local_webhooks": _take(env.bool, "EVENHAND_LOCAL_WEBHOOKS", default=False),
    }


def _take(reader: Callable[..., Any], name: str, **options: Any) -> Any:
    try:
        return reader(name, **options)
    except (EnvError, ValidationError) as error:
        # Never the value: it may be a secret.
        missing = "not set" in str(error)
        state = "is missing" if missing else "is malformed"
        raise BadSetting(f"`{name}` {state}: set it to {HELP[name]}") from None


def _filled(value: str) -> None:
    # What stands in `app.yaml` until somebody sets it.
    if value.strip() in ("", "REPLACE"):
        raise ValidationError("is empty")


def _secrets(values: list[str]) -> None:
    if not values or any(len(value.strip()) < SECRET_LENGTH for value in values):
        raise ValidationError("is too short")


def _url(value: str) -> None:
    if not URL.fullmatch(value):
        raise ValidationError("is no http(s) URL")


def _origin(value: str) -> None:
    _url(value)
    # It becomes a word of a security policy, where a path means something else.
    if value.count("/") != 2:
        raise ValidationError("is no origin")


def _template(value: str) -> None:
    if "{shop}" not in value:
        raise ValidationError("needs `{shop}` once")
    _url(value.replace("{shop}", "shop", 1))


def _database(value: str) -> None:
    """Want a database that is still there after a restart."""
    try:
        url = make_url(value)
    except (ArgumentError, ValueError):
        raise ValidationError("is no SQLAlchemy URL") from None
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise ValidationError("is neither SQLite nor PostgreSQL with psycopg")
    if url.database in (None, "", ":memory:"):
        raise ValidationError("names no database")
