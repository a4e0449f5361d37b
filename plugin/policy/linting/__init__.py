"""A policy read for its own faults: `lint` tells them, each with an example."""
