"""One seed makes a world, its faults included; the store's own books say who is right.

`timeline` is the one clock, `disk` the database with its commits, `durable` stands in
for the engine of durable work, `wire` is the way to the store and back, `town` what
the store holds, `people` what they do, `faults` what goes wrong, `program` the app in
one process, `world` all of them together, and `judge` what must hold in the end.
"""
