"""A day of refund requests, played against the real app and a development store."""
