"""The kinds of events during which the app is killed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.crash import verdicts as say
from tests.crash.endings import LATE, Back, Forgotten, Left
from tests.crash.play import Play
from tests.crash.stage import ASSISTED_SHOP, MONEY_SHOP, RECEIPT_SHOP

FAULT = "The zip was broken on arrival."
# Within the policy's window.
EARLY = 5


class Refused(Play):
    """A request after the window is refused, with a letter and a code."""

    name = "refused"

    def before(self) -> None:
        self.order = self.stage.order(self.shop, LATE)

    def happen(self) -> None:
        self.ask(LATE)

    def verdicts(self) -> Iterator[str]:
        yield from say.refused(self.seen())


class Approved(Play):
    """A request within the window is approved."""

    name = "approved"

    def before(self) -> None:
        self.order = self.stage.order(self.shop, EARLY)

    def happen(self) -> None:
        self.ask(EARLY)

    def verdicts(self) -> Iterator[str]:
        yield from say.approved(self.seen())


class Paid(Approved):
    """A request is approved, and the money goes back with it."""

    name, shop = "paid", MONEY_SHOP

    def verdicts(self) -> Iterator[str]:
        yield from super().verdicts()
        yield from say.paid(self.seen(), by="app")


class Received(Play):
    """Staff take in the goods of an approval, and the money goes back for them."""

    name, shop, topic = "received", RECEIPT_SHOP, "returns/process"

    def before(self) -> None:
        self.prepare(EARLY, to="answered")

    def happen(self) -> None:
        self.stage.control("returns/take-in", self.shop, return_id=self.return_id)

    def verdicts(self) -> Iterator[str]:
        seen = self.seen()
        yield from say.approved(seen)
        yield from say.paid(seen, by="app")


class Given(Play):
    """A member of staff gives the money of an approval back by the page."""

    name, shop, topic = "given", ASSISTED_SHOP, None

    def before(self) -> None:
        self.prepare(EARLY, to="answered")

    def happen(self) -> None:
        if self.seen().keys("refund:granted:"):
            return
        page = f"{self.page()}/refund"
        drawn = self.stage.staff(self.shop, "GET", page).text
        fields = re.findall(r'name="(number|amount|currency)" value="([^"]+)"', drawn)
        self.stage.staff(self.shop, "POST", page, data=dict(fields))

    def verdicts(self) -> Iterator[str]:
        seen = self.seen()
        yield from say.approved(seen)
        yield from say.paid(seen, by="app")


class Doubtful(Play):
    """A request whose note tells of a fault goes to a person."""

    name = "doubtful"

    def before(self) -> None:
        self.order = self.stage.order(self.shop, LATE)

    def happen(self) -> None:
        self.ask(LATE, FAULT)

    def verdicts(self) -> Iterator[str]:
        yield from say.with_a_person(self.seen())


class Overridden(Play):
    """A member of staff approves by the page what went to a person."""

    name, topic = "overridden", None

    def before(self) -> None:
        self.prepare(LATE, FAULT, to="in_review")

    def happen(self) -> None:
        drawn = self.stage.staff(self.shop, "GET", self.page()).text
        number = re.search(r'name="number" value="([0-9]+)"', drawn)
        if number is None:
            # It was taken the first time, as the page shows.
            return
        form = {"number": number[1], "to": "approve", "ground": "", "words": ""}
        self.stage.staff(self.shop, "POST", f"{self.page()}/override", data=form)

    def verdicts(self) -> Iterator[str]:
        seen = self.seen()
        yield from say.approved(seen)
        yield from say.noted_once(seen, "overridden")


class Confirmed(Play):
    """A member of staff confirms a refusal that the app proposed."""

    name, shop, topic = "confirmed", ASSISTED_SHOP, None

    def before(self) -> None:
        self.prepare(LATE, to="proposed")

    def happen(self) -> None:
        if self.seen().status == "proposed":
            self.stage.staff(self.shop, "POST", f"{self.page()}/confirm")

    def verdicts(self) -> Iterator[str]:
        seen = self.seen()
        yield from say.refused(seen)
        yield from say.noted_once(seen, "confirmed")


class Audited(Play):
    """Staff gives a refund past the app, which audits it."""

    name, topic = "audited", "refunds/create"

    def before(self) -> None:
        self.prepare(EARLY, to="answered")

    def happen(self) -> None:
        number = self.order["order_number"]
        path = f"/{self.shop}/admin/orders/{number}/refund"
        self.stage.day._json("POST", path, {"amount": "10"})

    def verdicts(self) -> Iterator[str]:
        seen = self.seen()
        yield from say.approved(seen)
        yield from say.paid(seen, by="staff")
        yield from say.noted_once(seen, "audit:")


class Withdrawn(Play):
    """The customer cancels a request that waits for a person."""

    name, topic = "withdrawn", "returns/cancel"

    def before(self) -> None:
        self.prepare(LATE, FAULT, to="in_review")

    def happen(self) -> None:
        number = self.return_id.rpartition("/")[2]
        path = f"/{self.shop}/account/returns/{number}/cancel"
        self.stage.day._json("POST", path, {})

    def verdicts(self) -> Iterator[str]:
        yield from say.withdrawn(self.seen())


class Disputed(Play):
    """A dispute of the payment is opened while a person is to decide."""

    name, topic = "disputed", "disputes/create"

    def before(self) -> None:
        self.prepare(LATE, FAULT, to="in_review")

    def happen(self) -> None:
        self.stage.control("disputes", self.shop, number=self.order["order_number"])

    def verdicts(self) -> Iterator[str]:
        seen = self.seen()
        yield from say.with_a_person(seen)
        yield from say.noted_once(seen, "hold:opened:")


PLAYS: dict[str, type[Play]] = {
    play.name: play
    for play in (
        Refused,
        Approved,
        Paid,
        Received,
        Given,
        Doubtful,
        Overridden,
        Confirmed,
        Audited,
        Withdrawn,
        Disputed,
        Forgotten,
        Left,
        Back,
    )
}
