"""Plan: which facts a policy's rules read, worked out once per version."""

from __future__ import annotations

from collections.abc import Iterable

from plugin.policy.catalogue import WINDOW, known
from plugin.policy.clauses import Clause, Guard
from plugin.policy.compiling import compile_rules
from plugin.policy.known import Reads


class Plan:
    """The facts to read for a line, and all rules as one function of their values."""

    __slots__ = (
        "asking",
        "asks",
        "by_id",
        "effects",
        "ids",
        "needs_window",
        "readers",
        "rules",
    )

    def __init__(
        self, rules: tuple[Clause, ...], guards: Iterable[Guard], counted: list[str]
    ) -> None:
        """Collect the readers of every fact that a rule, a guard or a fee asks for."""
        wanted = dict.fromkeys(name for rule in rules for name in rule.reads)
        wanted.update(dict.fromkeys(name for own in guards for name in own.reads))
        wanted.update(dict.fromkeys(counted))
        self.needs_window = WINDOW in wanted
        self.readers: tuple[tuple[str, Reads], ...] = tuple(
            (name, known(name).reads) for name in wanted if name != WINDOW
        )
        self.rules = rules
        self.ids = tuple(rule.id for rule in rules)
        self.by_id = {rule.id: rule for rule in rules}
        self.effects = tuple(rule.then for rule in rules)
        self.asking = tuple(n for n, rule in enumerate(rules) if rule.evidence)
        self.asks = compile_rules((rule.when, rule.reads) for rule in rules)
