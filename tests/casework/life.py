"""A scene whose store tells the app of everything, when and as often as we like."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from plugin import jobs, stories
from plugin.case import Case
from plugin.ports import Unreachable
from tests.casework.scene import SHOP, Scene
from tests.devstore.world import SECRET, Heard, Receiver
from webhooks.dispatch import job_for
from webhooks.verify import verify


class Headers(dict[str, str]):
    """Headers as `verify` reads them."""

    def getlist(self, key: str) -> list[str]:
        """List every value of a header."""
        return [self[key]] if key in self else []


class Life:
    """A shop whose events are caught on their way, to be told in any order."""

    def __init__(self, scene: Scene, ear: Receiver) -> None:
        self.scene = scene
        self.ear = ear

    def act(self, path: str, **body: Any) -> Any:
        """Let something happen in the store."""
        answer = self.scene.world.post(f"/_control/{path}", json={"shop": SHOP, **body})
        assert answer.status_code < 400, answer.text
        return answer.json()

    def staff(self, return_id: str, verb: str) -> None:
        """Let staff approve or decline a return in the admin."""
        path = f"/{SHOP}/admin/returns/{return_id}/{verb}"
        answer = self.scene.world.post(path, json={"reason": "OTHER", "note": "No."})
        assert answer.status_code < 400, answer.text

    def withdraw(self, return_id: str) -> None:
        """Let the customer take a request back."""
        path = f"/{SHOP}/account/returns/{return_id}/cancel"
        assert self.scene.world.post(path, json={}).status_code == 200

    def refund(self, number: int, **parts: Any) -> None:
        """Let staff refund an order."""
        path = f"/{SHOP}/admin/orders/{number}/refund"
        answer = self.scene.world.post(path, json=parts)
        assert answer.status_code < 400, answer.text

    def events(self, count: int) -> list[Heard]:
        """Take the events that arrived since the last look, in their order."""
        heard = self.ear.wait_for(count)
        self.ear.heard.clear()
        return heard

    def about(self, topic: str, count: int) -> Heard:
        """Take so many events, of which one is about a topic."""
        [found] = [each for each in self.events(count) if each.topic == topic]
        return found

    def tell(self, heard: Heard) -> list[object]:
        """Tell one event's story as the worker would, step by step."""
        event = verify(Headers(heard.headers), heard.body, secrets=[SECRET])
        job = job_for(event)
        if job is None or job.story == jobs.LOOK:
            return []
        given = {"shop": job.shop, **job.arguments}
        return [
            story(self.scene.services, **{name: given[name] for name in names})
            for story, names in stories.STORIES[job.story]
        ]

    def tell_all(self, heard: list[Heard]) -> None:
        """Tell many events."""
        for each in heard:
            self.tell(each)

    def case(self, return_id: str) -> Case:
        """Find a case that must be there."""
        found = self.scene.shelf.find(return_id)
        assert found is not None
        return found

    def paying(self, **order: Any) -> str:
        """Let a return be approved whose refund has not ended yet; gives its id."""
        return_id = self.scene.asked(days=5, **order)
        self.act("payments", number=self.number(return_id), status="PENDING")
        with suppress(Unreachable):
            self.scene.run(return_id)
        return return_id

    def number(self, return_id: str) -> int:
        """The number of a case's order."""
        return int(self.scene.found(return_id)["order_name"].removeprefix("#"))

    def audits(self, return_id: str) -> list[dict[str, Any]]:
        """What the audit said of a case's refunds, in order."""
        entries = self.scene.shelf.entries(return_id)
        found = [entry.data for entry in entries if entry.kind == "audit"]
        return [body for body in found if isinstance(body, dict)]
