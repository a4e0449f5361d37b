"""Every topic that is subscribed has a story, and every story a topic."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plugin import jobs, stories
from plugin.jobs import Job
from plugin.privacy import Ask, Person, Topic
from tests.webhooks.letters import RETURN, SHOP, make_event, payload
from webhooks.dispatch import TOPICS, job_for
from webhooks.handlers import SHORT
from webhooks.rows import row_of
from webhooks.schemas import BadPayload
from webhooks.verify import Event

MANIFEST = Path(__file__).parents[2] / "shopify.app.toml"
WEBHOOK_ID = make_event().webhook_id
# Told by the same story each.
CHANGES = ("returns/approve", "returns/close", "returns/cancel")
ORDERS = ("orders/cancelled", "disputes/create", "disputes/update")
LAWS = ("customers/data_request", "customers/redact", "shop/redact")
BULK = "gid://shopify/BulkOperation/9007199254741111"
REFUND = "gid://shopify/Refund/9007199254741001"
ORDER = "gid://shopify/Order/9007199254740993"
NORTH = "north.myshopify.com"


def event_of(topic: str) -> Event:
    return make_event(topic=topic, body=payload(topic))


def changed(topic: str) -> Job:
    arguments = {"return_id": RETURN, "topic": topic}
    return Job(
        story=jobs.CHANGE,
        shop=SHOP,
        subject=f"{topic}:{WEBHOOK_ID}:{RETURN}",
        arguments={**arguments, "event": event_of(topic).identity},
    )


def about_order(topic: str) -> Job:
    return Job(
        story=jobs.ORDER,
        shop=SHOP,
        subject=f"{topic}:{WEBHOOK_ID}:{ORDER}",
        arguments={
            "order_id": ORDER,
            "topic": topic,
            "event": event_of(topic).identity,
        },
    )


def about_shop(story: str, **arguments: None) -> Job:
    return Job(story=story, shop=SHOP, subject=WEBHOOK_ID, arguments=arguments)


def by_law(topic: Topic, *orders: int) -> Job:
    person = Person(
        customer_id="gid://shopify/Customer/9007199254740997",
        order_ids=tuple(f"gid://shopify/Order/{each}" for each in orders),
    )
    return Job(
        story=jobs.BY_LAW[topic],
        shop=SHOP,
        subject=f"{WEBHOOK_ID}.{SHORT[topic]}",
        arguments={"request_id": f"{WEBHOOK_ID}.{SHORT[topic]}"},
        ask=Ask(topic=topic, person=person if orders else None),
    )


JOBS = {
    "customers/data_request": by_law(
        Topic.DATA_REQUEST, 9007199254740993, 9007199254740995
    ),
    "customers/redact": by_law(Topic.REDACT_CUSTOMER, 9007199254740993),
    "shop/redact": by_law(Topic.REDACT_SHOP),
    "returns/request": Job(
        story=jobs.ANSWER,
        shop=SHOP,
        subject=RETURN,
        arguments={
            "return_id": RETURN,
            "event": event_of("returns/request").identity,
        },
    ),
    "returns/approve": changed("returns/approve"),
    "returns/decline": changed("returns/decline"),
    "returns/cancel": changed("returns/cancel"),
    "returns/close": changed("returns/close"),
    "returns/reopen": changed("returns/reopen"),
    "returns/process": jobs.look(SHOP, WEBHOOK_ID),
    "returns/update": changed("returns/update"),
    "orders/cancelled": about_order("orders/cancelled"),
    "disputes/create": about_order("disputes/create"),
    "disputes/update": about_order("disputes/update"),
    "shop/update": about_shop(jobs.SHOP),
    "app/scopes_update": about_shop(jobs.SCOPES),
    "refunds/create": Job(
        story=jobs.REFUND,
        shop=SHOP,
        subject=REFUND,
        arguments={"refund_id": REFUND, "event": event_of("refunds/create").identity},
    ),
    "bulk_operations/finish": Job(
        story=jobs.BACKFILL, shop=SHOP, subject=BULK, arguments={}
    ),
    "app/uninstalled": about_shop(jobs.GOODBYE, left_at=None),
}


def test_it_listens_to_exactly_what_the_manifest_subscribes() -> None:
    manifest = tomllib.loads(MANIFEST.read_text("utf-8"))
    subscribed = [
        topic
        for subscription in manifest["webhooks"]["subscriptions"]
        for kind in ("topics", "compliance_topics")
        for topic in subscription.get(kind, [])
    ]

    assert sorted(subscribed) == sorted(TOPICS)


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_it_finds_the_story_of_a_topic(topic: str) -> None:
    assert job_for(event_of(topic)) == JOBS[topic]


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_it_hands_on_nothing_of_a_body_but_ids_and_its_hash(topic: str) -> None:
    job = job_for(event_of(topic))

    assert job is not None
    assert "CANARY" not in repr(job)
    assert "suit me" not in repr(job)


@pytest.mark.parametrize("topic", [each.value for each in Topic])
def test_it_queues_nothing_of_whom_the_law_is_about(topic: str) -> None:
    job = job_for(event_of(topic))

    assert job is not None
    row = row_of(event_of(topic), job, None, datetime.now(UTC))
    assert "9007199254740997" not in row["job"]
    kept = json.loads(row["job"])
    assert kept["arguments"] == {"request_id": f"{WEBHOOK_ID}.{SHORT[Topic(topic)]}"}


def test_it_reads_the_shop_that_is_to_be_forgotten_from_the_signed_body() -> None:
    event = make_event(topic="shop/redact", shop=NORTH, body=payload("shop/redact"))

    job = job_for(event)

    assert job is not None
    assert job.shop == SHOP


def test_every_job_has_steps_for_all_its_arguments() -> None:
    told = [job for job in JOBS.values() if job.story in stories.STORIES]
    others = {job.story for job in JOBS.values()} - stories.STORIES.keys()
    assert others == {jobs.BACKFILL, jobs.LOOK}
    for job in told:
        given = {"shop", *job.arguments}
        wanted = {name for _, names in stories.STORIES[job.story] for name in names}

        assert wanted == given


def test_it_finds_no_story_for_a_topic_nobody_listens_to() -> None:
    assert job_for(make_event(topic="orders/create")) is None


def test_it_finds_no_story_for_a_dispute_without_an_order() -> None:
    body = b'{"id": 1, "order_id": null}'

    assert job_for(make_event(topic="disputes/create", body=body)) is None


def test_it_refuses_a_body_that_does_not_fit_the_topic() -> None:
    with pytest.raises(BadPayload):
        job_for(make_event(topic="refunds/create"))


def test_it_plans_the_same_request_once_whatever_brings_it() -> None:
    first = job_for(make_event(webhook_id="one"))
    second = job_for(make_event(webhook_id="two"))

    assert first is not None
    assert second is not None
    assert first.id == second.id == f"answer_request:{SHOP}:{RETURN}"


def test_it_plans_the_same_return_id_of_two_shops_apart() -> None:
    first, second = job_for(make_event()), job_for(make_event(shop=NORTH))

    assert first is not None
    assert second is not None
    assert first.id != second.id


@pytest.mark.parametrize("others", [CHANGES, ORDERS, LAWS])
def test_it_plans_one_body_under_two_topics_apart(others: tuple[str, ...]) -> None:
    found = [job_for(make_event(topic=each, body=payload(each))) for each in others]

    assert len({job.id for job in found if job}) == len(others)


def test_it_says_goodbye_to_the_shop_in_the_signed_body() -> None:
    body = payload("app/uninstalled")
    event = make_event(topic="app/uninstalled", shop=NORTH, body=body)

    job = job_for(event)

    assert job is not None
    assert job.shop == SHOP


def test_a_minute_of_processed_returns_is_one_look() -> None:
    minutes = ("2026-11-02T09:30:01Z", "2026-11-02T09:30:59Z", "2026-11-02T09:31:00Z")
    looks = [
        job_for(replace(event_of("returns/process"), triggered_at=at)) for at in minutes
    ]

    assert [look and look.subject for look in looks] == [
        "2026-11-02T09:30",
        "2026-11-02T09:30",
        "2026-11-02T09:31",
    ]


def test_a_processed_return_that_is_named_is_looked_at_itself() -> None:
    body = json.dumps({"admin_graphql_api_id": RETURN}).encode()
    job = job_for(make_event(topic="returns/process", body=body))

    assert job is not None
    assert (job.story, job.arguments["return_id"]) == (jobs.CHANGE, RETURN)
