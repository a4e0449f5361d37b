"""The app's client secrets: the oldest unrevoked one signs."""

from __future__ import annotations

import base64
import hashlib
import hmac


class ClientSecrets:
    """The client secrets in force, oldest first."""

    def __init__(self, first: str) -> None:
        self._secrets = [first]

    @property
    def signing(self) -> str:
        """The secret that signs webhooks and ID tokens."""
        return self._secrets[0]

    def rotate(self, new: str) -> None:
        """Add a secret; the older one keeps signing until it is revoked."""
        self._secrets.append(new)

    def revoke_oldest(self) -> str | None:
        """Let the next secret sign; returns the one that is worth nothing now."""
        return self._secrets.pop(0) if len(self._secrets) > 1 else None

    def knows(self, candidate: str) -> bool:
        """Whether a secret is one of the unrevoked."""
        given = candidate.encode()
        return any(hmac.compare_digest(given, own.encode()) for own in self._secrets)

    def all(self) -> tuple[str, ...]:
        """Every unrevoked secret, oldest first."""
        return tuple(self._secrets)

    def webhook_signature(self, body: bytes) -> str:
        """The base64 digest a webhook carries."""
        return base64.b64encode(self._digest(body).digest()).decode()

    def query_signature(self, query: dict[str, str]) -> str:
        """The hex digest of a launch query."""
        text = "&".join(f"{key}={query[key]}" for key in sorted(query))
        return self._digest(text.encode()).hexdigest()

    def _digest(self, message: bytes) -> hmac.HMAC:
        return hmac.new(self.signing.encode(), message, hashlib.sha256)
