"""The ways in: each takes bytes, and raises only where the app would have failed."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable, Collection
from contextlib import suppress
from urllib.parse import parse_qsl, urlencode

from plugin.documents import BadDocument, parse_document
from plugin.letters import LIMIT
from plugin.packs import parse_policy
from plugin.pages.policy_text import Unreadable, as_json, as_yaml, read_text
from plugin.past import BadFile
from plugin.ports import Unreachable
from plugin.schemas.policy import BadPolicy
from plugin.sessions import NotAStaffSession, Sessions
from plugin.shopify.bulk import read_line
from plugin.words import length
from tests.builders import make_clause, make_document, make_terms
from tests.devstore.world import CLIENT_ID, SECRET
from tests.fuzz.rig import FRAMING, rig
from tests.letters import write
from tests.webhooks.letters import headers, payload
from webhooks.dispatch import TOPICS

Target = Callable[[bytes], None]

NAMES = tuple(TOPICS)
FORMS = ("/settings", "/policy", "/policy/check", "/policy/try", "/settings/webhooks")


def event_body(data: bytes) -> None:
    """A body that the platform signed, under each topic: the first byte names it."""
    topic, body = NAMES[data[0] % len(NAMES)] if data else NAMES[0], data[1:]
    given = headers(body, SECRET, X_Shopify_Topic=topic, X_Shopify_Webhook_Id=None)

    statuses = rig().post(body, given)

    assert statuses == {200 if body else 400}, statuses


def event_headers(data: bytes) -> None:
    """Any headers, a line each, above those of a good event."""
    body = payload("returns/request")
    given = headers(body, SECRET, X_Shopify_Webhook_Id=None)
    for line in data.decode("latin-1").split("\n"):
        name, _, value = line.partition(":")
        given[name.strip()] = value.strip()

    statuses = rig().post(body, given)

    assert statuses <= {200, 400, 401, 413, 415}, statuses
    if _are_plain(given):
        assert len(statuses) == 1, statuses


def _are_plain(given: Collection[str]) -> bool:
    """Tell whether every server hands these headers on in the same way."""
    names = [name.lower() for name in given]
    odd = any("_" in name or name in FRAMING for name in names)
    return len({*names}) == len(names) and not odd


def policy_file(data: bytes) -> None:
    """A policy document as a file, or as the text of the editor."""
    text = data.decode("utf-8", "replace")
    with suppress(BadDocument, BadPolicy):
        parse_policy(parse_document(text, "shop.yaml"), version="v1")
    document = read_text(text)
    if not isinstance(document, Unreadable):
        with suppress(BadPolicy):
            parse_policy(document, version="v1")
            assert read_text(as_yaml(document)) == document
            assert read_text(as_json(document)) == document


def letter_words(data: bytes) -> None:
    """A merchant's own sentence, with whatever stands in braces, in a refusal."""
    words = data.decode("utf-8", "replace")
    clause = make_clause(text={"en": words})
    try:
        policy = parse_policy(make_document(clauses=[clause]), version="v1")
    except BadPolicy:
        return
    letter = write(terms=make_terms(policy=policy))

    assert 0 < length(letter.text) <= LIMIT


def past_line(data: bytes) -> None:
    """A line of a bulk operation's file."""
    with suppress(BadFile, Unreachable):
        read_line(data)


def signed_query(data: bytes) -> None:
    """A query by which the platform opens the app outside the admin, well signed."""
    pairs = dict(parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True))
    plain = [(_plain(k), _plain(v)) for k, v in pairs.items() if k != "hmac"]
    text = "&".join(f"{k}={v}" for k, v in sorted(plain))
    digest = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()
    query = urlencode({**pairs, "hmac": digest})

    for path in ("/auth/begin", "/auth/callback"):
        asked = rig().ask("GET", f"{path}?{query}", headers={"Authorization": ""})
        assert asked < 500, asked


def session(data: bytes) -> None:
    """The token by which staff come in: what it claims, well signed, and as it is."""
    sessions = Sessions(api_key=CLIENT_ID, secrets=(SECRET,))
    head = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=")
    said = head + b"." + urlsafe_b64encode(data).rstrip(b"=")
    digest = hmac.new(SECRET.encode(), said, hashlib.sha256).digest()
    signed = said + b"." + urlsafe_b64encode(digest).rstrip(b"=")
    for token in (signed, data):
        with suppress(NotAStaffSession):
            sessions.staff(token.decode("latin-1"))


def page_form(data: bytes) -> None:
    """A form of the settings pages: the first byte names it."""
    path, body = FORMS[data[0] % len(FORMS)] if data else FORMS[0], data[1:]
    kind = "application/x-www-form-urlencoded"

    assert rig().ask("POST", path, data=body, content_type=kind) < 500


def policy_api(data: bytes) -> None:
    """A policy as a merchant's own tools send it."""
    kind = "application/json"

    assert rig().ask("POST", "/api/policy/check", data=data, content_type=kind) < 500
    assert rig().ask("PUT", "/api/policy", data=data, content_type=kind) < 500


TARGETS: dict[str, Target] = {
    target.__name__: target
    for target in (
        event_body,
        event_headers,
        policy_file,
        letter_words,
        past_line,
        signed_query,
        session,
        page_form,
        policy_api,
    )
}


def _plain(text: str) -> str:
    return text.replace("%", "%25").replace("&", "%26")
