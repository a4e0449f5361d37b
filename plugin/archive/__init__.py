"""The memory: shops, policies, cases and their append-only entries (SQLAlchemy)."""
