"""Only what Shopify signed is an event."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers

from webhooks.verify import REQUIRED, Event, NotFromShopify, check_signature, verify

SECRET = "hush"
BODY = b'{"id":1}'
SIGNATURE = "VnKUjZsLuN5iZWjn5EntcBVCF9kMN43LglzCE1/GSeY="
HEADERS = {
    "X-Shopify-Hmac-Sha256": SIGNATURE,
    "X-Shopify-Topic": "returns/request",
    "X-Shopify-Shop-Domain": "alpine-goods.myshopify.com",
    "X-Shopify-Webhook-Id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    "X-Shopify-API-Version": "2026-10",
}
OPTIONAL = {
    "X-Shopify-Event-Id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
    "X-Shopify-Triggered-At": "2026-11-02T09:30:00.123456789Z",
}


def read(headers: Headers, body: bytes = BODY, *secrets: str) -> Event:
    return verify(headers, body, secrets=secrets or (SECRET,))


def refusal(headers: Headers, body: bytes = BODY, *secrets: str) -> NotFromShopify:
    with pytest.raises(NotFromShopify) as caught:
        read(headers, body, *secrets)
    return caught.value


def test_it_reads_a_signed_event() -> None:
    event = read(Headers({**HEADERS, **OPTIONAL}))

    assert event == Event(
        topic="returns/request",
        shop="alpine-goods.myshopify.com",
        webhook_id="b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        event_id="98880550-7158-44d4-b7cd-2c97c8a091b5",
        api_version="2026-10",
        triggered_at="2026-11-02T09:30:00.123456789Z",
        body=BODY,
        body_sha256=hashlib.sha256(BODY).hexdigest(),
    )


def test_it_needs_no_more_than_the_required_headers() -> None:
    event = read(Headers(HEADERS))

    assert (event.event_id, event.triggered_at) == (None, None)


def test_it_reads_names_in_any_case() -> None:
    shouted = {name.upper(): value for name, value in HEADERS.items()}

    event = read(Headers(shouted))

    assert event.topic == "returns/request"


def test_it_takes_a_shop_in_capitals_as_the_same_shop() -> None:
    shop = {"X-Shopify-Shop-Domain": "Alpine-Goods.MyShopify.com"}

    event = read(Headers({**HEADERS, **shop}))

    assert event.shop == "alpine-goods.myshopify.com"


@pytest.mark.parametrize("secrets", [("new", SECRET), (SECRET, "new")])
def test_it_accepts_every_secret_that_may_still_sign(secrets: tuple[str, ...]) -> None:
    event = read(Headers(HEADERS), BODY, *secrets)

    assert event.body == BODY


def test_it_refuses_a_secret_that_was_revoked() -> None:
    error = refusal(Headers(HEADERS), BODY, "new", "newer")

    assert (error.code, error.status) == ("bad_signature", 401)


@pytest.mark.parametrize("name", REQUIRED)
def test_it_refuses_an_event_without_a_required_header(name: str) -> None:
    headers = Headers(HEADERS)
    headers.remove(name)

    error = refusal(headers)

    status = 401 if name == "X-Shopify-Hmac-Sha256" else 400
    assert (error.code, error.status) == ("missing_header", status)
    assert name in str(error)


@pytest.mark.parametrize("name", REQUIRED)
def test_it_refuses_a_required_header_that_comes_twice(name: str) -> None:
    headers = Headers(HEADERS)
    headers.add(name, HEADERS[name])

    error = refusal(headers)

    assert (error.code, error.status) == ("duplicate_header", 400)


@pytest.mark.parametrize("name", REQUIRED)
def test_it_refuses_two_headers_that_a_server_joined(name: str) -> None:
    joined = {name: f"{HEADERS[name]},{HEADERS[name]}"}

    error = refusal(Headers({**HEADERS, **joined}))

    assert error.code in ("bad_header", "bad_signature")


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "=",
        "not base64!",
        SIGNATURE[:-1],
        SIGNATURE + "=",
        SIGNATURE[:-2] + "c=",
        " " + SIGNATURE,
        SIGNATURE.lower(),
        "é" * 44,
        base64.b64encode(b"").decode(),
        base64.b64encode(hmac.new(b"hush", BODY, "sha1").digest()).decode(),
        hmac.new(b"hush", BODY, "sha256").hexdigest(),
        base64.urlsafe_b64encode(base64.b64decode(SIGNATURE)).decode(),
    ],
)
def test_it_refuses_a_signature_that_does_not_fit(signature: str) -> None:
    error = refusal(Headers({**HEADERS, "X-Shopify-Hmac-Sha256": signature}))

    assert (error.code, error.status) == ("bad_signature", 401)


def test_it_refuses_everything_when_it_knows_no_secret() -> None:
    with pytest.raises(NotFromShopify):
        check_signature(SIGNATURE, BODY, secrets=())


def test_it_checks_the_signature_before_it_reads_anything_else() -> None:
    error = refusal(Headers({"X-Shopify-Hmac-Sha256": "AAAA"}))

    assert error.code == "bad_signature"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Shopify-Shop-Domain", ""),
        ("X-Shopify-Shop-Domain", "alpine.example.com"),
        ("X-Shopify-Shop-Domain", "alpine.myshopify.com.evil.example"),
        ("X-Shopify-Shop-Domain", "evil.example/alpine.myshopify.com"),
        ("X-Shopify-Shop-Domain", "-alpine.myshopify.com"),
        ("X-Shopify-Shop-Domain", "a.b.myshopify.com"),
        ("X-Shopify-Shop-Domain", "alpine.myshopify.com "),
        ("X-Shopify-Shop-Domain", "alpine.myshopify.com:443"),
        ("X-Shopify-Shop-Domain", "alpine.myshopify.com@evil.example"),
        ("X-Shopify-Shop-Domain", "ålpine.myshopify.com"),
        ("X-Shopify-Shop-Domain", "a" * 62 + ".myshopify.com"),
        ("X-Shopify-Shop-Domain", "'; drop table inbox; --.myshopify.com"),
        ("X-Shopify-Topic", ""),
        ("X-Shopify-Topic", "returns request"),
        ("X-Shopify-Topic", "returns/request\x00"),
        ("X-Shopify-Topic", "r" * 65),
        ("X-Shopify-Topic", "rückgabe/request"),
        ("X-Shopify-Webhook-Id", ""),
        ("X-Shopify-Webhook-Id", "a b"),
        ("X-Shopify-Webhook-Id", "a\x7f"),
        ("X-Shopify-Webhook-Id", "w" * 129),
        ("X-Shopify-API-Version", ""),
        ("X-Shopify-API-Version", "2026-10 "),
        ("X-Shopify-API-Version", "2" * 17),
    ],
)
def test_it_refuses_a_malformed_header(name: str, value: str) -> None:
    error = refusal(Headers({**HEADERS, name: value}))

    assert (error.code, error.status) == ("bad_header", 400)
    assert str(error) == f"`{name}` is malformed"


@pytest.mark.parametrize("version", ["2026-10", "2027-01", "unstable"])
def test_it_takes_every_version_that_shopify_may_fall_forward_to(version: str) -> None:
    event = read(Headers({**HEADERS, "X-Shopify-API-Version": version}))

    assert event.api_version == version


def test_it_leaves_out_optional_headers_that_come_twice() -> None:
    headers = Headers({**HEADERS, **OPTIONAL})
    for name, value in OPTIONAL.items():
        headers.add(name, value)

    event = read(headers)

    assert (event.event_id, event.triggered_at) == (None, None)


@given(st.binary(min_size=1, max_size=300), st.data())
def test_it_notices_any_flipped_bit(body: bytes, data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(body) * 8 - 1))
    flipped = bytearray(body)
    flipped[position // 8] ^= 1 << position % 8
    digest = hmac.new(b"secret", body, hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()

    check_signature(signature, body, secrets=("secret",))

    with pytest.raises(NotFromShopify):
        check_signature(signature, bytes(flipped), secrets=("secret",))


@given(st.binary(max_size=100), st.sampled_from([b" ", b"\n", b"\xef\xbb\xbf", b"\0"]))
def test_it_notices_anything_added(body: bytes, more: bytes) -> None:
    digest = hmac.new(b"secret", body, hashlib.sha256).digest()
    signature = base64.b64encode(digest).decode()

    for changed in (body + more, more + body):
        with pytest.raises(NotFromShopify):
            check_signature(signature, changed, secrets=("secret",))
