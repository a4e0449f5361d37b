"""Telling the merchant's own systems: signed webhooks, and triggers of Shopify Flow.

What is told is written in the transaction that writes the case, and its delivery is
queued there too: nothing written is untold, and nothing is told of what was not.
"""
