"""Everything a page should not do, noted: reach elsewhere, open a dialog, complain, break its policy."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, Response, Route

_NO_REQUEST = ("data:", "blob:", "about:")
# Said of every answer above 399; `answered` knows which of them matter.
_STATUS = "Failed to load resource: the server responded with a status of"


@dataclass
class Watched:
    """What one browser context may reach, and what it did that it should not: `problems`."""

    address: str
    problems: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Begin: requests that go elsewhere are noted and aborted, on every page of the context."""
        context.route(self._is_elsewhere, self._abort)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))
        context.on("response", self._answered)
        context.on("dialog", self._opened)
        context.on("page", self._page)

    def _is_elsewhere(self, url: str) -> bool:
        return not url.startswith((self.address, *_NO_REQUEST))

    def _abort(self, route: Route) -> None:
        self.problems.append(f"asked elsewhere: {route.request.url}")
        route.abort()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(_STATUS):
            where = message.location.get("url", "")
            self.problems.append(f"console {message.type} at {where}: {message.text}")

    def _answered(self, response: Response) -> None:
        request = response.request
        of_a_part = request.resource_type != "document" or request.frame.parent_frame is not None
        if response.status >= 500 or (of_a_part and response.status >= 400):
            self.problems.append(f"{response.status} for {response.url}")

    def _opened(self, dialog: Dialog) -> None:
        self.problems.append(f"{dialog.type} dialog: {dialog.message}")
        dialog.dismiss()

    def _page(self, page: Page) -> None:
        page.on("crash", lambda _page: self.problems.append("the page crashed"))
