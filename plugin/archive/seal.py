"""Seals: what is personal in a case rests encrypted, and can be made unreadable.

A case is sealed under a key of its own, which is made of the customer's data key and
of the case's salt. Whoever destroys either leaves nothing that can be read. What was
written is bound by a commitment: HMAC-SHA-256 of the plain text under a salt that
goes with the key, so that nothing can be guessed back from it afterwards.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
# How sealed text begins; no JSON does.
MARK = "sealed1:"
ERASED = ""


class Unsealable(ValueError):
    """A sealed text that the key does not open: altered, moved, or of another key."""

    code = "unsealable"


@dataclass(frozen=True, kw_only=True, slots=True)
class Seal:
    """The two keys of one case: one closes and opens, one makes salts."""

    closing: bytes
    salting: bytes

    def close(self, text: str, about: str) -> str:
        """Encrypt a text that belongs to one place; it opens nowhere else."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self.closing).encrypt(nonce, text.encode(), about.encode())
        return MARK + b64encode(nonce + sealed).decode()

    def open(self, sealed: str, about: str) -> str:
        """Decrypt a text; raises `Unsealable`."""
        try:
            raw = b64decode(sealed.removeprefix(MARK), validate=True)
            nonce, rest = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return AESGCM(self.closing).decrypt(nonce, rest, about.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unsealable(f"`{about}` cannot be opened") from error

    def salt(self, about: str) -> bytes:
        """Derive the salt of one commitment; one says nothing about the others."""
        return hmac.digest(self.salting, about.encode(), hashlib.sha256)


def seal_of(data_key: bytes, salt: bytes) -> Seal:
    """Make the seal of a case; without the key or the salt nobody can."""
    root = hmac.digest(salt, data_key, hashlib.sha256)
    return Seal(closing=_branch(root, b"close"), salting=_branch(root, b"salt"))


def _branch(root: bytes, what: bytes) -> bytes:
    # One block of HKDF-Expand, RFC 5869.
    return hmac.digest(root, b"evenhand/case/" + what + b"\x01", hashlib.sha256)


def new_key() -> bytes:
    """Make a key or a salt."""
    return os.urandom(KEY_BYTES)


def is_sealed(text: str) -> bool:
    """Tell whether a text rests encrypted."""
    return text.startswith(MARK)


def commitment(salt: bytes, place: str, body: str) -> str:
    """Bind a body to its place; to be recomputed by whoever is shown body and salt.

    HMAC-SHA-256 under the salt: the place as one line of JSON, a line feed, the body.
    """
    return hmac.digest(salt, f"{place}\n{body}".encode(), hashlib.sha256).hex()
