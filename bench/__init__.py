"""Benchmarks: ratios beside named peers, in one run."""
