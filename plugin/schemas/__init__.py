"""Documents into values: policies with their conditions, laws with their provisions."""
