"""The tone check: whether words a merchant wrote may reach a customer.

Read `check` first, then `lists` for the word lists, `phrases` for how an entry is
matched, `folding` for what is made equal before, `shouting` for what needs no list.
"""

from plugin.tone.check import Tone
from plugin.tone.lists import BadTone
from plugin.tone.remark import Remark, Weight

__all__ = ["BadTone", "Remark", "Tone", "Weight"]
