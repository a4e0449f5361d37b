"""Counting the goodwill offers that went out with cases."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

from plugin.archive.tables import cases, shops
from plugin.case import Status
from plugin.policy.facts import Past
from plugin.ports import OffersMade

# Where an offer went out, or still may: elsewhere nobody was ever promised it.
MADE = (Status.DECIDED.value, Status.ANSWERED.value, Status.PROPOSED.value)


def count_offers(
    db: sa.Connection, shop: str, tag: str | None, today: datetime | None
) -> OffersMade:
    """Count by the shop's own days; what went with one answer is one offer.

    The customer is named by tag. The shop's offers are counted for the day of a
    moment, or not at all.
    """
    zone = _zone(db.scalar(sa.select(shops.c.zone).where(shops.c.shop == shop)))
    return OffersMade(
        before=_before(db, shop, tag, zone) if tag else (),
        shop_today=_today(db, shop, today.astimezone(zone)) if today else None,
    )


def _before(db: sa.Connection, shop: str, tag: str, zone: ZoneInfo) -> tuple[Past, ...]:
    mine = sa.select(cases.c.opened_at).where(
        _offering(shop), cases.c.customer_tag == tag
    )
    moments = db.scalars(mine.order_by(cases.c.opened_at))
    return tuple(Past(on=at.astimezone(zone).date()) for at in moments)


def _today(db: sa.Connection, shop: str, now: datetime) -> int:
    midnight = datetime.combine(now.date(), time(), now.tzinfo).astimezone(UTC)
    count = sa.select(sa.func.count()).select_from(cases)
    today = count.where(_offering(shop), cases.c.opened_at >= midnight)
    return db.scalar(today) or 0


def _offering(shop: str) -> sa.ColumnElement[bool]:
    return sa.and_(cases.c.shop == shop, cases.c.status.in_(MADE), cases.c.offering)


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
