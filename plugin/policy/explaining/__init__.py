"""A decision in full: the trace of what was asked, and what would have changed it."""
