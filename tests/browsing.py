"""People at real browsers: Chromium, each with a window of their own, and what went wrong in it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING: Final = (
    "no Chromium here: install the package chromium, or run `make ready-to-test` as root"
)
PATIENCE: Final = 20_000
"""How long anything that has to show may take on a busy machine, in milliseconds."""
expect.set_options(timeout=PATIENCE)
Scheme = Literal["light", "dark"]


def launch(playwright: Playwright) -> Browser:
    """Start the system's Chromium; a test fails, by name, where there is none."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    assert found, MISSING
    # The sandbox needs what containers and root do not have; only our own pages are opened.
    return playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])


@dataclass
class Window:
    """One person's browser: a context with a page, and what it complained about."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    def watch(self, origin: str) -> None:
        """Note every error of a page, and every request to another origin."""
        own = urlsplit(origin).netloc

        def asked(request: Any) -> None:
            where = urlsplit(request.url)
            if where.scheme in ("http", "https", "ws", "wss") and where.netloc != own:
                self.complaints.append(f"asked another origin: {request.url}")

        def said(message: Any) -> None:
            if message.type in ("error", "warning") and not _expected(message.text):
                self.complaints.append(f"{message.type}: {message.text}")

        self.context.on("request", asked)
        self.context.on("console", said)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))


def _expected(text: str) -> bool:
    """Tell what Chromium says of what is meant to be as it is.

    An answer that refuses something, which a page then shows; and passkeys without RSA, which this
    service does not take.
    """
    return text.startswith(
        (
            "Failed to load resource: the server responded with a status of 4",
            "publicKey.pubKeyCredParams is missing",
        )
    )


@dataclass
class House:
    """The browsers of a test: who sits at which, and where the service is."""

    browser: Browser
    origin: str
    windows: list[Window] = field(default_factory=list)

    def window(self, **context: Any) -> Window:
        """Open a browser for somebody who is not signed in; options as Playwright takes them."""
        opened = self.browser.new_context(base_url=self.origin, **context)
        opened.set_default_timeout(PATIENCE)
        window = Window(opened, opened.new_page())
        window.watch(self.origin)
        self.windows.append(window)
        return window

    def as_(self, subject: str, **context: Any) -> Page:
        """Open a browser and sign in, with one click where there is one."""
        page = self.window(**context).page
        page.goto("/sign-in")
        click = page.locator(f"button[name=subject][value='{subject}']")
        if click.count():
            click.click()
        else:
            page.get_by_label("Name to sign in under").fill(subject)
            page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url("**/")
        return page

    def close(self) -> None:
        """Close every window; a test fails for what any of them complained about."""
        complaints = [said for window in self.windows for said in window.complaints]
        for window in self.windows:
            window.context.close()
        self.windows.clear()
        assert not complaints, complaints
