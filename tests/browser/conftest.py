"""A real installation and real browsers, once a run; windows anew for each test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from browsing import House, launch
from faults.installation import Installation


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Lend a browser; its library keeps a loop running, which other modules' tests have none of."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def installed() -> Iterator[Installation]:
    """Serve an installation in which everybody of the example is, once for all browser tests."""
    with tempfile.TemporaryDirectory(prefix="parley-browser-") as home:
        installation = Installation(Path(home), web_processes=1)
        try:
            yield installation.start()
        finally:
            installation.discard()


@pytest.fixture(scope="session")
def origin(installed: Installation) -> str:
    """Set the example up as the page's button does, and return where the service is."""
    address = f"http://localhost:{installed.port}"
    form = {"form": "example", "form_key": "set-up", "back": "/"}
    answer = httpx.post(f"{address}/sign-in/example", data=form, timeout=60)
    assert answer.is_redirect, answer.text
    return address


@pytest.fixture
def browsers(chromium: Browser, origin: str) -> Iterator[House]:
    """Lend windows; whatever any page complains about fails the test."""
    house = House(chromium, origin)
    yield house
    house.close()
