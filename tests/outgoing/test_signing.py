"""What is signed is what the Standard Webhooks specification says."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from plugin.outgoing.signing import new_secret, signed_headers

BODY = b'{"type":"decision.made","data":{"outcome":"decline"}}'


def test_it_signs_what_an_independent_implementation_takes() -> None:
    secret = new_secret()

    headers = dict(signed_headers("msg_1", datetime.now(UTC), BODY, [secret]))

    assert Webhook(secret).verify(BODY, headers)["type"] == "decision.made"
    assert sorted(headers) == ["webhook-id", "webhook-signature", "webhook-timestamp"]
    assert headers["webhook-id"] == "msg_1"


def test_it_signs_to_the_letter_what_that_implementation_signs() -> None:
    secret, at = new_secret(), datetime(2026, 11, 2, 9, 30, 0, 999, tzinfo=UTC)

    headers = signed_headers("msg_1", at, BODY, [secret])

    wanted = Webhook(secret).sign("msg_1", at, BODY.decode())
    assert headers["webhook-signature"] == wanted
    assert headers["webhook-timestamp"] == "1793611800"


def test_two_secrets_sign_while_one_takes_over_from_the_other() -> None:
    new, old = new_secret(), new_secret()

    headers = dict(signed_headers("msg_1", datetime.now(UTC), BODY, [new, old]))

    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (new, old):
        assert Webhook(secret).verify(BODY, headers)["type"] == "decision.made"


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "1793611801"},
        {"webhook-signature": "v1,AAAA"},
    ],
)
def test_every_part_is_signed(change: dict[str, str]) -> None:
    secret = new_secret()
    headers = dict(signed_headers("msg_1", datetime.now(UTC), BODY, [secret]))

    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY, headers | change)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


def test_an_old_copy_is_refused_by_those_who_look_at_its_time() -> None:
    secret, before = new_secret(), datetime.now(UTC) - timedelta(minutes=6)
    headers = dict(signed_headers("msg_1", before, BODY, [secret]))

    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(BODY, headers)


def test_a_secret_is_as_long_as_the_specification_asks_and_never_the_same() -> None:
    made = {new_secret() for _ in range(100)}

    assert len(made) == 100
    assert all(each.startswith("whsec_") for each in made)
    assert {len(base64.b64decode(each[6:])) for each in made} == {32}
