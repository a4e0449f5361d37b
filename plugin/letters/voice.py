"""Voice: the sentences of one language, the merchant's own where there are any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from plugin.words import Words, fill, length


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence to say: its dotted name, and what fills its placeholders."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """How sentences are said; a brief voice prefers the shorter of two wordings."""

    words: Words
    own: Mapping[str, str]
    brief: bool = False

    def say(self, sentence: Sentence) -> str:
        """Fill a sentence, the merchant's own if there is one."""
        built_in = self.words.say(sentence.name, **sentence.values)
        if sentence.name not in self.own:
            return built_in
        reworded = fill(self.own[sentence.name], sentence.values)
        longer = length(reworded) > length(built_in)
        return built_in if self.brief and longer else reworded
