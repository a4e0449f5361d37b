"""Every table of ours, in one place to read; DBOS keeps its own beside them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Moment(sa.TypeDecorator[datetime]):
    """A UTC moment; SQLite forgets zones, so they are put back on reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Any) -> Any:
        """Store UTC; a moment without a zone is a mistake of ours."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any, _dialect: Any) -> datetime | None:
        """Give back an aware UTC moment."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


shops = sa.Table(
    "shops",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("zone", sa.Text, nullable=False),
    sa.Column("contact", sa.Text, nullable=False),
    sa.Column("mode", sa.String(16), nullable=False),
    sa.Column("practice", sa.Text, nullable=False),
    sa.Column("contact_chosen", sa.Text),
    sa.Column("caution", sa.Text, nullable=False, server_default="{}"),
    sa.Column("refunds", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("splits", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("keep_months", sa.Integer, nullable=False, server_default="36"),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("installed_at", Moment, nullable=False),
    sa.Column("uninstalled_at", Moment),
)

tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("access", sa.LargeBinary, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("refresh", sa.LargeBinary, nullable=False),
    sa.Column("refresh_expires_at", Moment, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),
    sa.Column("refreshing_until", Moment),
    # Since when the platform takes it no more: only the merchant can bring a new one.
    sa.Column("dead_since", Moment),
)

policies = sa.Table(
    "policies",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("since", Moment, nullable=False),
    sa.Column("document", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("saved_at", Moment, nullable=False),
    sa.Column("saved_by", sa.Text, nullable=False),
)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255), primary_key=True),
    sa.Column("return_name", sa.Text, nullable=False),
    sa.Column("order_id", sa.String(255), nullable=False),
    sa.Column("order_name", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("mode", sa.String(16), nullable=False),
    sa.Column("outcome", sa.String(16)),
    sa.Column("ground", sa.String(32)),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("offering", sa.Boolean, nullable=False),
    sa.Column("has_code", sa.Boolean, nullable=False),
    # What is personal, under the data key of `subject` and the salt; erased with them.
    sa.Column("customer_tag", sa.String(64)),
    sa.Column("subject", sa.String(255)),
    sa.Column("salt", sa.LargeBinary),
    sa.Column("sealed", sa.Text),
    sa.Column("erased_at", Moment),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("updated_at", Moment, nullable=False),
    sa.Index("ix_cases_shop_opened_at", "shop", "opened_at"),
    sa.Index("ix_cases_shop_order_id", "shop", "order_id"),
    sa.Index("ix_cases_status", "status"),
    sa.Index(
        "ix_cases_shop_customer_tag_opened_at", "shop", "customer_tag", "opened_at"
    ),
)

# The keys that personal data rests under, each wrapped under the app's own secret; a
# subject is a customer's tag, or a guest's case. The one without a name makes tags.
data_keys = sa.Table(
    "data_keys",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
)

entries = sa.Table(
    "entries",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255), primary_key=True),
    sa.Column("key", sa.String(255), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("at", Moment, nullable=False),
    # What is counted of it and says nothing of a person, as JSON.
    sa.Column("gist", sa.Text),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.UniqueConstraint("shop", "return_id", "seq"),
    sa.Index("ix_entries_at", "at"),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("shop", sa.String(255), nullable=False),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("webhook_id", sa.String(128), nullable=False),
    sa.Column("event_id", sa.String(128)),
    sa.Column("api_version", sa.String(16)),
    sa.Column("triggered_at", sa.String(64)),
    sa.Column("body_sha256", sa.String(64), nullable=False),
    sa.Column("job", sa.Text, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.String(64)),
    sa.Column("received_at", Moment, nullable=False),
    sa.UniqueConstraint("shop", "webhook_id", "body_sha256"),
    sa.Index("ix_inbox_state_id", "state", "id"),
    sa.Index("ix_inbox_shop_received_at", "shop", "received_at"),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("seen_at", Moment, nullable=False),
)

# Who installed when: what a shop's erasure may reach depends on it.
installs = sa.Table(
    "installs",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("generation", sa.Integer, primary_key=True),
    sa.Column("installed_at", Moment, nullable=False),
    sa.Column("uninstalled_at", Moment),
)

# What was asked by law, and the proof that it was done. `person` and `file` are sealed
# under a key of the request's own, and go when they are needed no more.
privacy_requests = sa.Table(
    "privacy_requests",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("id", sa.String(128), primary_key=True),
    sa.Column("topic", sa.String(64), nullable=False),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("triggered_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("done_at", Moment),
    sa.Column("result", sa.String(64)),
    sa.Column("counts", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64)),
    sa.Column("customer_tag", sa.String(64)),
    sa.Column("person", sa.Text),
    sa.Column("file", sa.Text),
    sa.Index("ix_privacy_requests_done_at", "done_at"),
)

# Which staff saw personal data, and when; appended, and without anything personal.
looks = sa.Table(
    "looks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("shop", sa.String(255), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.String(255), nullable=False),
    sa.Column("what", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(255)),
    sa.Index("ix_looks_shop_at", "shop", "at"),
)

# How often something happened, in all processes together; `labels` is a JSON object.
tallies = sa.Table(
    "tallies",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("labels", sa.String(255), primary_key=True),
    sa.Column("value", sa.Double, nullable=False),
)

# How far each shop was looked through; `silent` says why it seems to tell us nothing.
sweeps = sa.Table(
    "sweeps",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("swept_at", Moment, nullable=False),
    sa.Column("seen_until", Moment),
    sa.Column("silent", sa.String(64)),
    sa.Column("silent_since", Moment),
)

# One row for each rule of a refusal that was given: what became of it.
refusals = sa.Table(
    "refusals",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255), primary_key=True),
    sa.Column("rule", sa.String(255), primary_key=True),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("refused_at", Moment, nullable=False),
    sa.Column("contested_at", Moment),
    sa.Column("overturned_at", Moment),
    sa.Column("how", sa.String(32)),
    sa.Index("ix_refusals_shop_rule_refused_at", "shop", "rule", "refused_at"),
)

# What keeps refusals from going out by themselves: a rule's name, or all of them. A
# row is never removed: it says who let them go out again.
brakes = sa.Table(
    "brakes",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("what", sa.String(255), primary_key=True),
    sa.Column("since", Moment, primary_key=True),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("ended_by", sa.Text),
)

# How far a shop's past returns were read; `since` is how far back the shop showed them.
backfills = sa.Table(
    "backfills",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("generation", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("operation_id", sa.String(255)),
    sa.Column("since", Moment),
    sa.Column("objects", sa.Integer, nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("why", sa.String(64)),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("finished_at", Moment),
)

# What customers asked to return, from before the app came and since; `own` tells that
# the app saw it itself, and knows better than a file that was gathered meanwhile.
past_returns = sa.Table(
    "past_returns",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255), primary_key=True),
    sa.Column("order_id", sa.String(255), nullable=False),
    sa.Column("customer", sa.String(255)),
    sa.Column("requested_at", Moment, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("items", sa.Integer, nullable=False),
    sa.Column("own", sa.Boolean, nullable=False),
    sa.Index("ix_past_returns_shop_customer", "shop", "customer"),
)

past_items = sa.Table(
    "past_items",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("line_id", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255), nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("reason", sa.String(255)),
    sa.Index("ix_past_items_shop_return_id", "shop", "return_id"),
)

past_refunds = sa.Table(
    "past_refunds",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("refund_id", sa.String(255), primary_key=True),
    sa.Column("return_id", sa.String(255)),
    sa.Column("order_id", sa.String(255), nullable=False),
    sa.Column("customer", sa.String(255)),
    sa.Column("refunded_at", Moment),
    sa.Column("amount", sa.String(32), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Index("ix_past_refunds_shop_return_id", "shop", "return_id"),
)

# What a sweep found that no event had told us of in time.
finds = sa.Table(
    "finds",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("topic", sa.String(64), primary_key=True),
    sa.Column("subject", sa.String(255), primary_key=True),
    sa.Column("happened_at", Moment, nullable=False),
    sa.Column("found_at", Moment, nullable=False),
)

# Where a shop wants to be told; `kind` is `webhook`, or `flow` for Shopify Flow, of
# which a shop has one. Secrets lie encrypted; the old one signs too until it ends.
endpoints = sa.Table(
    "endpoints",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("secret", sa.LargeBinary, nullable=False),
    sa.Column("old_secret", sa.LargeBinary),
    sa.Column("old_secret_until", Moment),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("failing_since", Moment),
    sa.Column("disabled_at", Moment),
    sa.Column("disabled_why", sa.String(32)),
)

# What is told, word for word; `id` is the same however often it is sent.
announcements = sa.Table(
    "announcements",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_announcements_at", "at"),
)

# What one endpoint is owed of it, and how the last try ended.
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("shop", sa.String(255), primary_key=True),
    sa.Column("endpoint_id", sa.String(64), primary_key=True),
    sa.Column("announcement_id", sa.String(64), primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("tried_at", Moment),
    sa.Column("result", sa.String(64)),
    sa.Column("answer", sa.Text),
    sa.Index("ix_deliveries_shop_at", "shop", "at"),
    sa.Index("ix_deliveries_at", "at"),
)
