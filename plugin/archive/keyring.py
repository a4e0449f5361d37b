"""The keyring: data keys of customers and guests, wrapped, made and destroyed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable

import sqlalchemy as sa
from cryptography.fernet import InvalidToken, MultiFernet

from plugin.archive.inserting import insert_into
from plugin.archive.seal import new_key
from plugin.archive.tables import data_keys

# The subject of the key that makes a shop's tags.
TAGS = ""
GUEST = "guest:"
# Made once: SQLAlchemy takes longer to make a statement than to run it.
_KEY = sa.select(data_keys.c.wrapped).where(
    data_keys.c.shop == sa.bindparam("of_shop"),
    data_keys.c.subject == sa.bindparam("of_subject"),
)
_HELD = _KEY.with_for_update(read=True, key_share=True)


class KeysMissing(LookupError):
    """No secret in the settings opens a data key; put the older secret back."""

    code = "keys_missing"


class Keyring:
    """Every shop's data keys, readable only with the app's own secrets."""

    def __init__(self, keys: MultiFernet) -> None:
        """Wrap under the first key, unwrap with any."""
        self._keys = keys

    def unwrap(self, wrapped: bytes) -> bytes:
        """Open a wrapped key; raises `KeysMissing`."""
        try:
            return self._keys.decrypt(wrapped)
        except InvalidToken as error:
            why = "no secret in `EVENHAND_SECRETS` opens it; put the older one back"
            raise KeysMissing(f"a data key is locked: {why}") from error

    def find(self, db: sa.Connection, shop: str, subject: str) -> bytes | None:
        """Find a data key."""
        wrapped: bytes | None = db.scalar(_KEY, _named(shop, subject))
        return None if wrapped is None else self.unwrap(wrapped)

    def make(self, db: sa.Connection, shop: str, subject: str) -> bytes:
        """Find a data key, or make it; nobody destroys it before we commit.

        The insert comes first: it takes SQLite's one lock before anything is read.
        """
        wrapped = self._keys.encrypt(new_key())
        row = {"shop": shop, "subject": subject, "wrapped": wrapped}
        insert = insert_into(data_keys, db.dialect).values(row).on_conflict_do_nothing()
        found: bytes | None = None
        while found is None:
            db.execute(insert)
            found = db.scalar(_HELD, _named(shop, subject))
        return self.unwrap(found)

    def destroy(self, db: sa.Connection, shop: str, subjects: Iterable[str]) -> int:
        """Destroy data keys; returns how many there were."""
        gone = sa.delete(data_keys).where(
            data_keys.c.shop == shop, data_keys.c.subject.in_(list(subjects))
        )
        return db.execute(gone).rowcount

    def tag(self, db: sa.Connection, shop: str, customer_id: str | None) -> str | None:
        """Name a customer by a tag that only this shop's key can make; for writing."""
        if customer_id is None:
            return None
        found = self.find(db, shop, TAGS)
        return _tag(found or self.make(db, shop, TAGS), customer_id)

    def tagger(
        self, db: sa.Connection, shop: str
    ) -> Callable[[str | None], str | None]:
        """Name many customers by tag, with the key found once; for writing."""
        key = self.find(db, shop, TAGS) or self.make(db, shop, TAGS)
        return lambda customer_id: customer_id and _tag(key, customer_id)

    def known_tag(
        self, db: sa.Connection, shop: str, customer_id: str | None
    ) -> str | None:
        """Name a customer by a tag; None where this shop never made one."""
        found = None if customer_id is None else self.find(db, shop, TAGS)
        return None if found is None else _tag(found, str(customer_id))


def _named(shop: str, subject: str) -> dict[str, object]:
    return {"of_shop": shop, "of_subject": subject}


def _tag(key: bytes, customer_id: str) -> str:
    return hmac.new(key, customer_id.encode(), hashlib.sha256).hexdigest()


def subject_of(tag: str | None, return_id: str) -> str:
    """Name whose data key a case rests under: the customer's, or a guest's own."""
    return tag or GUEST + return_id
