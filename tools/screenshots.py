"""Take a picture of every page of the workspace: light, dark, and on a phone.

``python tools/screenshots.py`` serves a copy of what the demo left in ``demo-output`` (and runs the
demo first where it left nothing), carries a few things on to where they are half done, finds the
pages by following links from the inbox as everybody, and writes ``build/screenshots``: a picture of
each page in each look, and ``index.html`` with all of them. A page that nobody's links lead to is
named, and makes the program end with 1. Words as arguments take only the pages named so.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import httpx
from fastapi.routing import APIRoute, iter_route_contexts
from playwright.sync_api import Browser, sync_playwright
from starlette.routing import Match

from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.serving.supervisor import wait_until_ready
from interfaces.web.app import routed
from screenshots_halfway import carry_on

ROOT: Final = Path(__file__).resolve().parents[1]
DEMO: Final = ROOT / "demo-output"
OUTPUT: Final = ROOT / "build" / "screenshots"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VISITORS: Final = (
    *("provider-negotiator", "client-negotiator", "provider-manager", "client-manager"),
    *("client-finance", "provider-finance", "provider-legal", "client-legal"),
    *("provider-signatory", "client-signatory", "provider-engineer", "provider-admin"),
    *("auditor-auditor", "somebody-new"),
)
BEGINNINGS: Final = ("/", "/search?q=availability", "/party", "/party/keys", "/services")
MOST_OF_A_KIND: Final = 8
"""How many pages of one kind a visitor opens: one contract's versions are like another's."""
NOT_PAGES: Final = re.compile(r"follow|download|_file$|(begin|finish)_sign_in|^compare_")
"""Pages that are no pages: streams, files to be kept, and what only leads on to another page."""
_MAIN: Final = re.compile(r"<main\b.*</main>", re.DOTALL)
_TAG: Final = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    name: str
    width: int
    height: int
    scheme: str
    scale: int = 1


LOOKS: Final = (
    Look("light", 1280, 900, "light"),
    Look("dark", 1280, 900, "dark"),
    Look("phone", 390, 844, "light"),
)


@dataclass(frozen=True)
class Sight:
    """A page worth a picture: its name, where it is, who sees it, and how much it says."""

    name: str
    path: str
    visitor: str | None
    says: int = 0


class Ways(HTMLParser):
    """Where one may go from a page: its links, and its forms that only ask, as they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self._form: tuple[str, dict[str, str]] | None = None
        self._chosen = ""

    @classmethod
    def of(cls, page: str) -> list[str]:
        """Return the addresses of this site that a page leads to."""
        ways = cls()
        ways.feed(page)
        return [link.partition("#")[0] for link in ways.links if link.startswith("/")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a link, or a field of a form that is open."""
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        elif tag == "form" and told.get("method", "get") == "get":
            self._form = (told.get("action", ""), {})
        elif self._form is not None and tag == "input" and told.get("name"):
            self._form[1][told["name"]] = told.get("value", "")
        elif self._form is not None and tag == "select":
            self._chosen = told.get("name", "")
        elif self._form is not None and tag == "option":
            said = told.get("value", "")
            stands = said if "selected" in told else self._form[1].get(self._chosen, said)
            self._form[1][self._chosen] = stands

    def handle_endtag(self, tag: str) -> None:
        """Send a form that ends."""
        if tag == "form" and self._form is not None:
            where, fields = self._form
            self.links.append(f"{where}?{urlencode(fields)}")
            self._form = None


def routes() -> dict[str, APIRoute]:
    """Return the pages that can be looked at, by name."""
    found = (context.original_route for context in iter_route_contexts(routed().routes))
    return {
        route.name: route
        for route in found
        if isinstance(route, APIRoute)
        and "GET" in (route.methods or ())
        and not NOT_PAGES.search(route.name)
    }


def name_of(path: str, known: dict[str, APIRoute]) -> str | None:
    """Return which page an address is of; the first route that fits wins, as when it is served."""
    scope = {"type": "http", "method": "GET", "path": path.partition("?")[0], "root_path": ""}
    fits = (name for name, route in known.items() if route.matches(scope)[0] is Match.FULL)
    return next(fits, None)


def walked(origin: str, visitor: str, known: dict[str, APIRoute]) -> Iterator[Sight]:
    """Follow links from the inbox as somebody."""
    with httpx.Client(base_url=origin, headers={"Origin": origin}, timeout=60) as browser:
        _sign_in(browser, visitor)
        ahead, seen, opened = list(BEGINNINGS), set(BEGINNINGS), dict.fromkeys(known, 0)
        while ahead:
            path = ahead.pop(0)
            name = name_of(path, known)
            if name is None or opened[name] >= MOST_OF_A_KIND:
                continue
            opened[name] += 1
            answer = browser.get(path)
            if answer.status_code != httpx.codes.OK:
                continue
            main = _MAIN.search(answer.text)
            shown = _TAG.sub(" ", main[0] if main else "")
            yield Sight(name, path, visitor, len(" ".join(shown.split())))
            new = Ways.of(answer.text)
            ahead += [one for one in dict.fromkeys(new) if one not in seen]
            seen.update(new)


def _sign_in(browser: httpx.Client, visitor: str) -> None:
    form = {"form": "as", "form_key": "screenshots", "back": "/", "subject": visitor}
    if not browser.post("/sign-in/as", data=form).is_redirect:
        raise SystemExit(f"nobody can sign in as {visitor}")


def chosen(origin: str, known: dict[str, APIRoute]) -> dict[str, Sight]:
    """Return of every page found the one that says most: that has most to get wrong."""
    best: dict[str, Sight] = {}
    for visitor in VISITORS:
        for sight in walked(origin, visitor, known):
            if sight.name not in best or best[sight.name].says < sight.says:
                best[sight.name] = sight
    best["sign_in_page"] = Sight("sign_in_page", "/sign-in", None)
    best["registering"] = Sight("registering", "/party", "somebody-new")
    best["nothing_here"] = Sight("nothing_here", "/relationships/nowhere", "provider-negotiator")
    return best


def photographed(origin: str, sights: Iterable[Sight], browser: Browser) -> Iterator[Path]:
    """Take a picture of each page in each look."""
    for look in LOOKS:
        by_visitor: dict[str | None, list[Sight]] = {}
        for sight in sights:
            by_visitor.setdefault(sight.visitor, []).append(sight)
        for visitor, theirs in by_visitor.items():
            context = browser.new_context(
                base_url=origin,
                viewport={"width": look.width, "height": look.height},
                device_scale_factor=look.scale,
                color_scheme=look.scheme,  # type: ignore[arg-type]
                reduced_motion="reduce",
            )
            page = context.new_page()
            if visitor is not None:
                page.goto("/sign-in")
                page.get_by_label("Name to sign in under").fill(visitor)
                page.get_by_role("button", name="Sign in", exact=True).click()
                page.wait_for_url("**/")
            for sight in theirs:
                page.goto(sight.path)
                file = OUTPUT / f"{sight.name}-{look.name}.png"
                page.screenshot(path=file, full_page=True)
                yield file
            context.close()


def contact_sheet(sights: Iterable[Sight], missing: Iterable[str]) -> str:
    """Return a page with every picture, small, each leading to itself."""
    rows = []
    for sight in sights:
        who = sight.visitor or "nobody"
        pictures = "".join(
            f'<a href="{sight.name}-{look.name}.png"><img loading="lazy" alt="{look.name}" '
            f'src="{sight.name}-{look.name}.png"></a>'
            for look in LOOKS
        )
        said = html.escape(f"{sight.path}, as {who}")
        rows.append(f"<section><h2>{sight.name}</h2><p>{said}</p><div>{pictures}</div></section>")
    lost = ", ".join(missing)
    note = f"<p>Not reached: {lost}</p>" if lost else ""
    return SHEET.format(note=note, rows="\n".join(rows))


SHEET: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Every page of the workspace</title>
<style>
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 2rem; background: #ddd }}
div {{ display: flex; gap: 1rem; align-items: start; overflow-x: auto }}
img {{ height: 30rem; border: 1px solid #999; object-fit: cover; object-position: top }}
</style>
<h1>Every page of the workspace</h1>
{note}
{rows}
</html>
"""


@contextmanager
def copied(home: Path) -> Iterator[Path]:
    """Lend a copy of an installation at rest; its database's files keep their owner."""
    EmbeddedPostgres(home / "postgres").stop()
    with tempfile.TemporaryDirectory(prefix="parley-pictures-") as name:
        copy = Path(name) / "parley"
        Path(name).chmod(0o711)  # the database's account passes through, when root runs this
        _copy(home, copy)
        elsewhere = copy / "postgres" / "elsewhere"
        if elsewhere.exists():
            place = Path(elsewhere.read_text().strip())
            shutil.rmtree(copy / "postgres")
            _copy(place, copy / "postgres")
        try:
            yield copy
        finally:
            EmbeddedPostgres(copy / "postgres").discard()


def _copy(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", source, target], check=True)  # noqa: S603, S607 - the system's cp


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve an installation, and lend its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    told = {name: text for name, text in os.environ.items() if not name.startswith("PARLEY_")}
    told |= {"PARLEY_HOME": str(home), "PARLEY_PORT": str(port), "PARLEY_RATE_LIMIT": "0"}
    command = [sys.executable, "-m", "interfaces.cli.main", "serve"]
    with (OUTPUT / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, env=told, stdout=log, stderr=log)  # noqa: S603 - ours
        try:
            origin = f"http://localhost:{port}"
            if not wait_until_ready(origin):
                raise SystemExit(f"the server did not come up; see {OUTPUT / 'serve.log'}")
            yield origin
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()


def launch(playwright: Any) -> Browser:
    """Start the system's Chromium."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise SystemExit("no Chromium here: install the package chromium")
    # The sandbox needs what containers and root do not have; only our own pages are opened.
    browser: Browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
    return browser


def main(wanted: list[str]) -> int:
    """Take the pictures; returns 1 when a page was not reached."""
    began = time.monotonic()
    home = DEMO / "parley"
    if not home.is_dir():
        demo = [sys.executable, "-m", "interfaces.cli.main", "demo", "--output", str(DEMO)]
        subprocess.run(demo, check=True)  # noqa: S603 - our own command line
    OUTPUT.mkdir(parents=True, exist_ok=True)
    known = routes()
    with copied(home) as copy, served(copy) as origin:
        carry_on(origin, copy)
        found = chosen(origin, known)
        sights = [sight for name, sight in sorted(found.items()) if not wanted or name in wanted]
        with sync_playwright() as playwright:
            browser = launch(playwright)
            taken = list(photographed(origin, sights, browser))
            browser.close()
    missing = sorted(known.keys() - found.keys())
    (OUTPUT / "index.html").write_text(contact_sheet(sights, missing), encoding="utf-8")
    print(f"{len(taken)} pictures of {len(sights)} pages in {time.monotonic() - began:.0f} s:")
    print(f"  {OUTPUT / 'index.html'}")
    if missing:
        print(f"not reached by any link: {', '.join(missing)}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
