"""Every page there is, in a real browser, light and dark: nothing for axe, nor for the browser.

The pages and what they are about are those that the isolation tests ask for, so none is left out.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from application.directory import identity_stream
from browsing import House
from domain.parties.facts import Role
from domain.values.sides import Side
from interfaces.identity.development_issuer import ISSUER
from interfaces.web.security import POLICY
from interfaces.web.visits import COOKIE
from isolation.pages import PAGES_AS
from isolation.requests import REQUESTS
from isolation.things import Things, open_things
from isolation.visiting import ROUTES, Visits, named

READ: Final = tuple(page for page in sorted(PAGES_AS) if ROUTES[page][0] == "GET")
FILES: Final = re.compile(r"follow|download|_file$")
"""Pages that are no pages: streams, and files to be kept."""
SHOWN: Final = tuple(page for page in READ if not FILES.search(page))
DESK: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 390, "height": 800}
WCAG: Final = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


INLINE: Final = re.compile(r"<style|<script(?![^>]* src=)|\sstyle=|\son[a-z]+=", re.IGNORECASE)
"""What a page of ours has none of: code or style of its own, outside a file."""
NUMBER_WHAT_CAN_BE_USED: Final = """() => {
  const all = document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']");
  const seen = [...all].filter((one) => one.checkVisibility({visibilityProperty: true})
    && !one.disabled && one.tabIndex >= 0
    && !(one.type === "radio" && !one.checked && document.querySelector(
      `input[type=radio][name="${one.name}"]:checked`))
    && !(one.tagName === "SUMMARY" && one.parentElement.firstElementChild !== one)
    && !(one.closest("details:not([open])") && one.tagName !== "SUMMARY"));
  seen.forEach((one, number) => { one.dataset.number = number; });
  document.activeElement.blur();
  window.scrollTo(0, 0);
  return seen.length;
}"""
WHERE_THE_FOCUS_IS: Final = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return [null, true];
  const style = getComputedStyle(one);
  const number = one.dataset.number === undefined ? -1 : Number(one.dataset.number);
  return [number, style.outlineStyle !== "none" && style.outlineWidth !== "0px"];
}"""
STOPS_IN_A_DATE: Final = 8
"""A field for a date and a time is many stops for the keyboard: each of its parts, and a button."""
CALLED: Final = """(number) => {
  const one = document.querySelector(`[data-number="${number}"]`);
  return one ? one.outerHTML.slice(0, 160) : `number ${number}`;
}"""


@dataclass
class Served:
    """A stage whose pages can be opened at an address, by somebody in every role."""

    things: Things
    origin: str
    secret: str

    def path(self, page: str) -> str:
        """Return the address of a page about something that is there."""
        ask = REQUESTS[PAGES_AS[page]](self.things)
        self.things.stage.world.settle()
        parts = named(ask)
        path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda one: str(parts[one[1]]), ROUTES[page][1])
        return f"{path}?{urlencode(ask.query)}" if ask.query else path


@contextmanager
def _serving(app: Any) -> Iterator[int]:
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def served(module_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with open_things(module_database, tmp_path_factory.mktemp("home")) as things:
        things.stage.newcomer(Side.PROVIDER, *Role)
        name = list(things.stage.parties[Side.PROVIDER].people)[-1]
        house = things.house
        session = house.sessions.begin(identity_stream(ISSUER, name), house.clock.now())
        with _serving(Visits(things).app) as port:
            yield Served(things, f"http://localhost:{port}", session.secret)


@pytest.fixture(scope="module")
def paths(served: Served) -> dict[str, str]:
    """Make what each page is about, once; on a thread, for the browser's own waits on this one."""
    with ThreadPoolExecutor(1) as thread:
        return dict(zip(SHOWN, thread.map(served.path, SHOWN), strict=True))


@pytest.fixture(scope="module")
def window(chromium: Browser, served: Served) -> Iterator[Page]:
    house = House(chromium, served.origin)
    # Axe is put into the page from outside, which the pages' own policy rightly forbids.
    window = house.window(bypass_csp=True, reduced_motion="reduce")
    window.context.add_cookies([{"name": COOKIE, "value": served.secret, "url": served.origin}])
    yield window.page
    house.close()


@pytest.mark.parametrize("name", SHOWN)
def test_axe_finds_nothing_and_nothing_sticks_out_of_a_phone(
    window: Page, paths: dict[str, str], name: str
) -> None:
    window.set_viewport_size(DESK)
    window.emulate_media(color_scheme="light")
    answer = window.goto(paths[name], wait_until="load")
    assert answer is not None
    assert answer.status == 200, window.locator("main").inner_text()
    assert answer.headers["content-security-policy"] == POLICY
    assert INLINE.findall(answer.text()) == []
    found = {f"light, {one}" for one in _violations(window)}
    window.emulate_media(color_scheme="dark")
    found |= {f"dark, {one}" for one in _violations(window)}
    window.set_viewport_size(PHONE)
    scrolled = window.evaluate("document.documentElement.scrollWidth")
    if scrolled > PHONE["width"]:
        found.add(f"on a phone: {scrolled} px wide")
    assert found == set()


@pytest.mark.parametrize("name", SHOWN)
def test_the_keyboard_alone_reaches_everything_and_shows_where_it_is(
    window: Page, paths: dict[str, str], name: str
) -> None:
    window.set_viewport_size(DESK)
    window.goto(paths[name], wait_until="load")
    expected = window.evaluate(NUMBER_WHAT_CAN_BE_USED)
    outlined: set[int] = set()
    for _ in range(STOPS_IN_A_DATE * expected):
        window.keyboard.press("Tab")
        number, shown = window.evaluate(WHERE_THE_FOCUS_IS)
        if number is None:
            break
        outlined |= {number} if shown else set()
    missing = sorted(set(range(expected)) - outlined)
    assert [window.evaluate(CALLED, number) for number in missing] == []


def _violations(window: Page) -> list[str]:
    response = Axe().run(window, options=WCAG).response
    return [_said(one) for one in response["violations"]]


def _said(violation: dict[str, Any]) -> str:
    where = "; ".join(str(node["target"]) for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']} at {where}"
