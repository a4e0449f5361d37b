"""Earlier: what was archived before tasks had kinds, read as it is written now."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from plugin.archive.canonical import as_data
from plugin.case import Task, TaskKind

# How the sentences of each kind began, or what they held. Archived words stay as they
# are: a sentence that is changed since is not changed here.
_BEGAN: Mapping[str, TaskKind] = {
    "Give the money back yourself": TaskKind.GIVE_REFUND,
    "Look whether the refund was given": TaskKind.GIVE_REFUND,
    "Do not give the refund again": TaskKind.GIVE_REFUND,
    "Look whether the rest is due": TaskKind.GIVE_REFUND,
    "Close the return in Shopify": TaskKind.CLOSE,
    "Split this return:": TaskKind.SPLIT,
    "Split it yourself:": TaskKind.SPLIT,
    "Tell the customer why this does not come back:": TaskKind.TELL_REFUSAL,
    "Tell the customer that nothing has to be sent back": TaskKind.TELL_KEPT,
    "What was refused is out of this return.": TaskKind.APPROVE_REST,
    "A person approved this.": TaskKind.BY_PERSON,
    "The policy refuses this request, but": TaskKind.WRITE,
    "Offered until ": TaskKind.OFFER,
    "Put ": TaskKind.BONUS,
}
_FELL = "failed at the payment provider"


def earlier_task(text: str, titles: Collection[str]) -> Task:
    """Tell the kind of a task that was archived as a bare sentence.

    `titles` name the items of its case: a task about one began so.
    """
    if any(text.startswith(f"{title}: ") for title in titles):
        return Task(kind=TaskKind.ITEM, text=text)
    began = (kind for start, kind in _BEGAN.items() if text.startswith(start))
    other = TaskKind.REFUND_FELL if _FELL in text else TaskKind.OTHER
    return Task(kind=next(began, other), text=text)


def with_kinds(data: dict[str, Any]) -> dict[str, Any]:
    """Give the bare sentences among a case's tasks their kinds; the rest stays."""
    titles = [item["title"] for item in data.get("settled", ())]
    tasks = [
        as_data(earlier_task(task, titles)) if isinstance(task, str) else task
        for task in data.get("tasks", ())
    ]
    return {**data, "tasks": tasks}
