"""A member of a shop's staff at the pages, and a reader of what they see."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.pages.seeds import token_of


class Merchant:
    """Opens pages as documents and fetches as scripts do."""

    def __init__(self, client: FlaskClient, shop: str) -> None:
        self.client = client
        self.shop = shop

    def open(self, path: str) -> TestResponse:
        joint = "&" if "?" in path else "?"
        return self.client.get(f"{path}{joint}id_token={token_of(self.shop)}")

    def post(self, path: str, **fields: Any) -> TestResponse:
        return self.client.post(path, data=fields, headers=self.headers("text/html"))

    def get_json(self, path: str) -> TestResponse:
        return self.client.get(path, headers=self.headers("application/json"))

    def put_json(self, path: str, body: object) -> TestResponse:
        headers = self.headers("application/json")
        return self.client.put(path, json=body, headers=headers)

    def headers(self, accept: str) -> dict[str, str]:
        bearer = f"Bearer {token_of(self.shop)}"
        return {"Authorization": bearer, "Accept": accept, "X-Evenhand-Fetch": "1"}


def answer(response: TestResponse) -> dict[str, Any]:
    """Read an answer in JSON."""
    body = response.get_json()
    assert isinstance(body, dict)
    return body


class Reading(HTMLParser):
    """A page's text, its elements by id, and what its forms send by themselves."""

    def __init__(self, response: TestResponse) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.by_id: dict[str, dict[str, str | None]] = {}
        self.hidden: dict[str, str | None] = {}
        self.feed(response.text)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        known = dict(attrs)
        if known.get("id"):
            self.by_id[str(known["id"])] = known
        if known.get("type") == "hidden":
            self.hidden[str(known["name"])] = known["value"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)
