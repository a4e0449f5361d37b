"""The shop's admin as a person sees it, and a watch on what must not happen there."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, FrameLocator, Page, Route

from tests.pages.seeds import SHOP, Office


def app_in(page: Page) -> FrameLocator:
    """The app in its frame of the admin."""
    return page.frame_locator("#app")


@dataclass(kw_only=True)
class Admin:
    """The shop's admin with the app in its frame."""

    page: Page
    store: str
    office: Office
    troubles: list[str] = field(default_factory=list)

    @property
    def app(self) -> FrameLocator:
        return app_in(self.page)

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.store}/{SHOP}/admin/apps/evenhand{path}")
        self.app.locator("h1").wait_for()

    def widths(self) -> tuple[int, int]:
        """Measure the app's content and the room it has."""
        root = self.app.locator("html")
        content, room = root.evaluate("e => [e.scrollWidth, e.clientWidth]")
        return content, room


def watch(admin: Admin) -> None:
    """Write down whatever must not happen on a page."""
    page, troubles = admin.page, admin.troubles

    def guard(route: Route) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            troubles.append(f"asked for {route.request.url}")
            route.abort()

    def console(message: ConsoleMessage) -> None:
        # The browser reports every answer of 4xx; those are told apart by the tests.
        if message.type == "error" and "Failed to load resource" not in message.text:
            troubles.append(message.text)

    def dialog(shown: Dialog) -> None:
        troubles.append(f"dialog: {shown.message}")
        shown.dismiss()

    page.route("**/*", guard)
    page.on("console", console)
    page.on("dialog", dialog)
    page.on("pageerror", lambda error: troubles.append(str(error)))
