"""The secrets: whether they open what rests sealed, shop by shop."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from plugin.archive.resealing import Opened, opened
from plugin.archive.tables import data_keys, endpoints
from plugin.doctor.finding import Finding, fail, fine
from plugin.keys import archive_keys, webhook_keys

# No start may take longer the more customers there are; the doctor looks at all.
AT_A_START = 10_000
PUT_BACK = "put the older secret back into `EVENHAND_SECRETS`"


def examine_keys(
    engine: sa.Engine, secrets: Sequence[str], shop: str | None
) -> Iterator[Finding]:
    """Count what no secret opens; a token is looked at with the rest of its shop.

    Shops that left count as well: what the law asks of them is done under their keys.
    """
    keys = opened(engine, data_keys, archive_keys(secrets), shop)
    yield from _judge("data keys", "no case under them can be read", keys)
    told = opened(engine, endpoints, webhook_keys(secrets), shop)
    yield from _judge("endpoints", "nothing is told to them", told)


def missing_secret(engine: sa.Engine, secrets: Sequence[str]) -> str | None:
    """Say in a line how many data keys no secret opens; None where there are none."""
    found = opened(engine, data_keys, archive_keys(secrets), most=AT_A_START)
    locked, count = (
        sum(each.locked for each in found),
        sum(each.count for each in found),
    )
    if not locked:
        return None
    of = f"of {count} data keys that were looked at, {locked} are opened by no secret"
    return f"{of}, and no case under them can be read; {PUT_BACK}"


def _judge(check: str, so: str, found: Sequence[Opened]) -> Iterator[Finding]:
    for each in found:
        if each.locked:
            says = f"no secret opens {each.locked} of its {each.count}: {so}"
            yield fail(check, says, PUT_BACK, each.shop)
    if not any(each.locked for each in found):
        yield fine(check, f"the secrets open all {sum(each.count for each in found)}")
