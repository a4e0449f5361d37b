"""How every route is called with the names of things; a new route needs a line here."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from plugin.devstore.web import EXTENSION
from tests.builders import PACKS
from tests.devstore.world import ALPINE, NORDLICHT, SECRET
from tests.walls.two_shops import Names, TwoShops
from tests.webhooks.letters import headers, payload


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request; what is not said is empty."""

    path: str
    options: Mapping[str, Any] = field(default_factory=dict)


Calls = Callable[[TwoShops, Names], Iterator[Call]]


def _at(path: str, **options: Any) -> Calls:
    """Call a path with names in braces."""

    def calls(_: TwoShops, names: Names) -> Iterator[Call]:
        filled = path.format(n=names)
        joint = "&" if "?" in filled else "?"
        # A hint at a shop, which must never be believed.
        yield Call(path=f"{filled}{joint}shop={names.shop}", options=options)

    return calls


def _of_all(path: str, **options: Any) -> Calls:
    """Call what asks for no thing by its name; two such calls need not be the same."""
    hinted = Call(path=f"{path}?shop={NORDLICHT}", options=options)
    return lambda *_: iter([hinted])


def _form(path: str, **fields: str) -> Calls:
    def calls(shops: TwoShops, names: Names) -> Iterator[Call]:
        given = {name: value.format(n=names) for name, value in fields.items()}
        yield from _at(path, data=given)(shops, names)

    return calls


def _verbs(path: str, *verbs: str) -> Calls:
    def calls(shops: TwoShops, names: Names) -> Iterator[Call]:
        for verb in verbs:
            yield from _at(f"{path}/{verb}")(shops, names)

    return calls


def _json(path: str, body: object) -> Calls:
    return _at(path, json=body)


def _trial(_: TwoShops, names: Names) -> Iterator[Call]:
    """Try a sound policy on a case, by its number."""
    document = json.dumps(PACKS.preset("standard-30-days"))
    given = {"document": document, "case": names.number}
    yield Call(path=f"/policy/try?shop={names.shop}", options={"data": given})


def _version_files(shops: TwoShops, names: Names) -> Iterator[Call]:
    for ending in ("yaml", "json"):
        yield from _at(f"/policy/versions/{{n.version}}/{ending}")(shops, names)


def _policy(shops: TwoShops, names: Names) -> Iterator[Call]:
    yield from _at("/policy")(shops, names)
    yield from _at("/policy?version={n.version}")(shops, names)


def _api_policy(shops: TwoShops, names: Names) -> Iterator[Call]:
    yield from _at("/api/policy")(shops, names)
    yield from _at("/api/policy?version={n.version}")(shops, names)


def _webhook(_: TwoShops, names: Names) -> Iterator[Call]:
    """Tell of a thing of another shop, in the asker's name: only a hint."""
    body = payload("returns/request").replace(
        b"9223372036854775807", names.number.encode()
    )
    given = headers(
        body,
        SECRET,
        X_Shopify_Shop_Domain=ALPINE,
        X_Shopify_Webhook_Id=str(uuid.uuid4()),
    )
    yield Call(path="/webhooks", options={"data": body, "headers": given})


def _signed_for_us(path: str) -> Calls:
    """Put another shop into a query that the platform signed for the asker."""

    def calls(shops: TwoShops, names: Names) -> Iterator[Call]:
        given = {"shop": ALPINE, "timestamp": str(int(time.time())), "state": "s"}
        secrets = shops.world.app.extensions[EXTENSION].secrets
        digest = secrets.query_signature(given)
        for shop in (names.shop, ALPINE):
            query = urlencode({**given, "shop": shop, "hmac": digest})
            yield Call(path=f"{path}?{query}")

    return calls


# Endpoint and method -> its calls. In this order they are made with a shop's own
# names too, so what removes stands last.
ROUTES: Mapping[tuple[str, str], Calls] = {
    ("probes.healthz", "GET"): _of_all("/healthz"),
    ("probes.readyz", "GET"): _of_all("/readyz"),
    ("probes.metrics", "GET"): _of_all("/metrics"),
    ("webhooks.receive", "POST"): _webhook,
    ("grant.begin", "GET"): _signed_for_us("/auth/begin"),
    ("grant.callback", "GET"): _signed_for_us("/auth/callback"),
    ("pages.static", "GET"): _at("/assets/app.css"),
    ("pages.bounce", "GET"): _at(
        "/session-token-bounce?shopify-reload=%2Fcases%2F{n.number}"
    ),
    ("pages.cases", "GET"): _at("/"),
    ("pages.case", "GET"): _at("/cases/{n.number}"),
    ("pages.refund", "GET"): _at("/cases/{n.number}/refund"),
    ("pages.give_refund", "POST"): _form(
        "/cases/{n.number}/refund", number="1", amount="20.00", currency="USD"
    ),
    ("pages.confirm", "POST"): _at("/cases/{n.number}/confirm"),
    ("pages.override", "POST"): _form(
        "/cases/{n.number}/override", to="approve", number="1"
    ),
    ("pages.rules", "GET"): _at("/rules"),
    ("pages.settings", "GET"): _at("/settings"),
    ("pages.webhooks", "GET"): _at("/settings/webhooks"),
    ("pages.policy", "GET"): _policy,
    ("pages.try_policy", "POST"): _trial,
    ("pages.check_policy", "POST"): _form("/policy/check", document="{{}}"),
    ("pages.load_policy", "POST"): _at("/policy/file"),
    ("pages.policy_version", "GET"): _at("/policy/versions/{n.version}"),
    ("pages.policy_file", "GET"): _version_files,
    ("pages.privacy", "GET"): _at("/privacy"),
    ("pages.data_file", "GET"): _at("/privacy/requests/{n.request}/data.json"),
    ("pages.api_privacy", "GET"): _at("/api/privacy"),
    ("pages.api_cases", "GET"): _at("/api/cases"),
    ("pages.api_case", "GET"): _at("/api/cases/{n.number}"),
    ("pages.api_rules", "GET"): _at("/api/rules"),
    ("pages.api_policy", "GET"): _api_policy,
    ("pages.api_check_policy", "POST"): _json("/api/policy/check", {}),
    ("pages.api_facts", "GET"): _at("/api/facts"),
    ("pages.again", "POST"): _at(
        "/settings/webhooks/{n.endpoint}/again/{n.announcement}"
    ),
    ("pages.webhook", "POST"): _verbs(
        "/settings/webhooks/{n.endpoint}",
        "disable",
        "enable",
        "test",
        "rotate",
        "remove",
    ),
    ("pages.flow", "POST"): _verbs("/settings/flow", "on", "off"),
    ("pages.disputes", "POST"): _verbs("/settings/disputes", "on", "off"),
    ("pages.release_rules", "POST"): _form("/rules/release", what="{n.rule}"),
    ("pages.add_webhook", "POST"): _of_all(
        "/settings/webhooks", data={"url": "https://hooks.example.com/told"}
    ),
    ("pages.submit_settings", "POST"): _of_all("/settings", data={"mode": "automatic"}),
    ("pages.submit_policy", "POST"): _form("/policy", document="{{}}"),
    ("pages.api_settings", "PUT"): _json("/api/settings", {"keep_months": "12"}),
    ("pages.api_save_policy", "PUT"): _json(
        "/api/policy", PACKS.preset("generous-60-days")
    ),
}
# What is answered before Flask sees it, so that Flask's map does not hold it.
BEFORE_FLASK = {("webhooks.receive", "POST")}
# What is the same for every shop, so that its own staff see no difference either.
SAME_FOR_ALL = {
    "probes.healthz": "a process lives or not",
    "probes.readyz": "a process can keep events or not",
    "probes.metrics": "counts of all shops together",
    "webhooks.receive": "told in the asker's name, whoever the thing belongs to",
    "grant.begin": "the platform's signature names the shop, not the session",
    "grant.callback": "as before",
    "pages.static": "files of the app",
    "pages.bounce": "needs no session",
    "pages.api_facts": "what a policy may ask for",
    "pages.api_check_policy": "the document that was sent, and nothing else",
}
