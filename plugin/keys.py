"""Keys: one secret, a different key for every purpose (HKDF-SHA256, RFC 5869)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

# Crockford's base 32: no letters that are mistaken for digits.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12


def derive(secret: str, purpose: str) -> bytes:
    """Derive the 32-byte key of one purpose; no purpose learns another's key."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode())
    return hkdf.derive(secret.encode())


def token_keys(secrets: Sequence[str]) -> MultiFernet:
    """Make the keys that tokens rest under; the first encrypts, all decrypt."""
    return _sealing(secrets, "evenhand/tokens")


def webhook_keys(secrets: Sequence[str]) -> MultiFernet:
    """Make the keys that the secrets of merchants' endpoints rest under."""
    return _sealing(secrets, "evenhand/webhooks-out")


def archive_keys(secrets: Sequence[str]) -> MultiFernet:
    """Make the keys that data keys rest under; the first wraps, all unwrap."""
    return _sealing(secrets, "evenhand/archive")


def _sealing(secrets: Sequence[str], purpose: str) -> MultiFernet:
    keys = (derive(secret, purpose) for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


class Codes:
    """Discount-code texts: 60 bits derived from the return, the same every time."""

    def __init__(self, secret: str, prefix: str = "SORRY") -> None:
        """Derive from the app's own secret, never from the platform's."""
        self.key = derive(secret, "evenhand/codes")
        self.prefix = prefix

    def text(self, *, shop: str, return_id: str) -> str:
        """Derive the one code text that belongs to a return."""
        subject = f"{len(shop)}:{shop}{return_id}".encode()
        digest = hmac.new(self.key, subject, hashlib.sha256).digest()
        number = int.from_bytes(digest[:8], "big") >> 4
        symbols = [ALPHABET[number >> 5 * i & 31] for i in range(CODE_LENGTH)]
        return f"{self.prefix}-{''.join(symbols)}"
