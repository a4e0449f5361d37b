"""What was acknowledged is done, also by the process that comes next."""

from __future__ import annotations

import json
import uuid

import pytest

from tests.webhooks.town import ALPINE, Town

OLD_SECRET = "the-secret-before-the-rotation"


def test_it_does_after_a_crash_what_it_had_acknowledged(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    return_id, webhook_id = "gid://shopify/Return/888", str(uuid.uuid4())
    body = json.dumps({"admin_graphql_api_id": return_id}).encode()
    with monkeypatch.context() as during_rotation:
        during_rotation.setenv("EVENHAND_WORK_INLINE", "false")
        during_rotation.setenv("SHOPIFY_OLD_API_SECRET", OLD_SECRET)
        town.restart()
        answer = town.send(body, secret=OLD_SECRET, X_Shopify_Webhook_Id=webhook_id)
        waiting = town.kept(webhook_id)

    town.restart()

    ended = town.wait_for_workflow(f"answer_request:{ALPINE}:{return_id}")
    assert (answer.status_code, answer.json()) == (200, {"result": "kept"})
    assert waiting == [(ALPINE, "waiting", None)]
    assert ended == "SUCCESS"
    assert town.kept(webhook_id) == [(ALPINE, "handed", None)]
    # The old secret is revoked now, the event it signed was kept in time.
    assert town.send(body, secret=OLD_SECRET).status_code == 401
