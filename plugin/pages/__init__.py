"""The merchant's pages, shown inside the shop's admin; one module a page."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from plugin.install import Door, was_renewed
from plugin.pages import (
    api,
    bounce,
    case,
    cases,
    disputes,
    errors,
    policy,
    policy_api,
    policy_versions,
    privacy,
    refund,
    rules,
    settings,
    webhooks,
    words,
)
from plugin.pages.desk import Desk, Frame
from plugin.pages.headers import secure

__all__ = ["BOUNCE", "Frame", "blueprint"]

# Where staff without a session fetch a new one.
BOUNCE = "pages.bounce"
_OPEN = (BOUNCE, "pages.static")
_WEBHOOKS = "/settings/webhooks"
_ENDPOINT = f"{_WEBHOOKS}/<endpoint_id>"
_DATA = "/privacy/requests/<request_id>/data.json"
_VERSION = "/policy/versions/<int:number>"


def blueprint(desk: Desk, door: Door) -> Blueprint:
    """Make the pages with the door before them, ready to be registered on an app."""
    pages = Blueprint(
        "pages",
        __name__,
        template_folder="templates",
        static_folder="static",
        static_url_path="/assets",
    )
    pages.before_request(partial(_enter, door))
    pages.after_request(partial(secure, frame=desk.frame))
    pages.context_processor(
        partial(dict, frame=desk.frame, words=words, renewed=was_renewed)
    )
    errors.register(pages, desk.frame)
    _route(pages, desk)
    return pages


def _enter(door: Door) -> ResponseReturnValue | None:
    return None if request.endpoint in _OPEN else door.enter()


def _route(pages: Blueprint, desk: Desk) -> None:
    pages.add_url_rule("/session-token-bounce", "bounce", bounce.show)
    for rule, method, name, view in (
        ("/", "GET", "cases", cases.show),
        ("/cases/<number>", "GET", "case", case.show),
        ("/cases/<number>/confirm", "POST", "confirm", case.confirm),
        ("/cases/<number>/override", "POST", "override", case.override),
        ("/cases/<number>/refund", "GET", "refund", refund.show),
        ("/cases/<number>/refund", "POST", "give_refund", refund.give),
        ("/rules", "GET", "rules", rules.show),
        ("/rules/release", "POST", "release_rules", rules.release),
        ("/settings", "GET", "settings", settings.show),
        ("/settings", "POST", "submit_settings", settings.submit),
        ("/settings/disputes/<verb>", "POST", "disputes", disputes.switch),
        (_WEBHOOKS, "GET", "webhooks", webhooks.show),
        (_WEBHOOKS, "POST", "add_webhook", webhooks.add),
        (f"{_ENDPOINT}/<verb>", "POST", "webhook", webhooks.act),
        (f"{_ENDPOINT}/again/<announcement_id>", "POST", "again", webhooks.again),
        ("/settings/flow/<verb>", "POST", "flow", webhooks.flow),
        ("/policy", "GET", "policy", policy.show),
        ("/policy", "POST", "submit_policy", policy.submit),
        ("/policy/check", "POST", "check_policy", policy.check),
        ("/policy/file", "POST", "load_policy", policy.load),
        ("/policy/try", "POST", "try_policy", policy.try_out),
        (_VERSION, "GET", "policy_version", policy_versions.show_version),
        (f"{_VERSION}/<ending>", "GET", "policy_file", policy_versions.export),
        ("/privacy", "GET", "privacy", privacy.show),
        (_DATA, "GET", "data_file", privacy.export),
        ("/api/privacy", "GET", "api_privacy", privacy.get_privacy),
        ("/api/cases", "GET", "api_cases", api.cases),
        ("/api/cases/<number>", "GET", "api_case", api.case),
        ("/api/rules", "GET", "api_rules", rules.get_rules),
        ("/api/settings", "PUT", "api_settings", api.put_settings),
        ("/api/policy", "GET", "api_policy", policy_api.get_policy),
        ("/api/policy", "PUT", "api_save_policy", policy_api.put_policy),
        ("/api/policy/check", "POST", "api_check_policy", policy_api.check_policy),
        ("/api/facts", "GET", "api_facts", policy_api.get_facts),
    ):
        pages.add_url_rule(rule, name, partial(view, desk), methods=[method])
