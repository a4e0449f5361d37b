"""Receiving: verify, keep, 200; then a topic finds its story.

Steps of one event: `receive` (the route), `verify` (is it from Shopify?), `schemas`
(the ids in it), `inbox` (kept durably), `dispatch` and `handlers` (which story).
"""
