"""One agreement's life at real browsers: two sides at one table, then a month, then an auditor.

Everything is done on the pages. What the parties' own machines do (a certificate's signature on the
paper, checking a bundle) is done by the commands that the pages name.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from agreements import simple_document
from browser.test_passkeys import give_device, register
from browsing import PATIENCE, House
from domain.values.durations import add_months
from faults.installation import Installation, until
from interfaces.documents.authority import Authority
from interfaces.documents.trust import certificates_in, fingerprint

AVAILABILITY: Final = "objectives/availability/targets/always/at_least"
SIDES: Final = ("provider", "client")
APPROVERS: Final = {
    "provider": ("manager", "finance", "signatory"),
    "client": ("finance", "signatory"),
}


@dataclass
class Story:
    """What the parts of the story share: the windows, where the two meet, and the last month."""

    browsers: House
    installed: Installation
    kept: Path
    javascript: bool
    room: str = ""
    contract: str = ""

    @property
    def month(self) -> date:
        """The first day of the last whole month."""
        return add_months(datetime.now(UTC).date().replace(day=1), -1)

    def window(self, subject: str) -> Page:
        """Open a window for somebody, signed in."""
        return self.browsers.as_(subject, java_script_enabled=self.javascript)

    def terms(self) -> str:
        """Return terms that hold since before the last month, as somebody would paste them."""
        begins = add_months(self.month, -1)
        document = simple_document(
            availability="99.5",
            currency="USD",
            term={"starts": str(begins), "ends": str(add_months(begins, 12) - timedelta(days=1))},
            # Without this a month that is measured whole is settled by itself, report or not.
            reporting={"by": "provider", "within": "P90D"},
        )
        document["objectives"][0]["remedy"]["claim"] = {"within": "P120D"}
        return json.dumps(document, indent=1)

    def seen(self, page: Page, look: Callable[[], None]) -> None:
        """See what the other side did: by itself, or, without scripts, after a reload or two."""
        if self.javascript:
            look()
            return
        try:
            expect.set_options(timeout=1_000)
            for _ in range(PATIENCE // 1_000):
                page.reload()
                with suppress(AssertionError):
                    look()
                    return
        finally:
            expect.set_options(timeout=PATIENCE)
        look()


@pytest.mark.slow
@pytest.mark.parametrize("javascript", [True, False], ids=["live", "without-javascript"])
def test_an_agreement_lives_on_the_pages(
    browsers: House, installed: Installation, tmp_path: Path, *, javascript: bool
) -> None:
    story = Story(browsers, installed, tmp_path, javascript)
    provider, client = (story.window(f"{side}-negotiator") for side in SIDES)
    _propose(story, provider, client)
    _counter(story, provider, client)
    _agree(story, provider, client)
    _sign(story)
    _take_the_paper(story)
    _live_a_month(story)
    _audit(story)


def _propose(story: Story, provider: Page, client: Page) -> None:
    client.goto("/relationships")
    client.get_by_role("link", name="Northwind Cloud").first.click()
    client.get_by_role("link", name="Negotiations", exact=True).first.click()
    title = f"Order management, {'live' if story.javascript else 'without scripts'}"
    provider.goto(client.url)
    provider.get_by_role("link", name="Open a negotiation").click()
    provider.get_by_label("Title").fill(title)
    provider.get_by_role("button", name="Open").click()
    story.room = provider.url.partition("#")[0].partition("?")[0]
    story.seen(
        client, lambda: expect(client.get_by_role("link", name=title, exact=True)).to_be_visible()
    )
    client.get_by_role("link", name=title, exact=True).click()
    provider.get_by_role("link", name="Make an offer").first.click()
    provider.get_by_text("Everything at once").click()
    provider.get_by_label("The terms, as YAML or JSON").fill(story.terms())
    provider.get_by_role("button", name="Use this").click()
    expect(provider.locator("#consequences")).to_contain_text("144,000.00")
    provider.get_by_label("Message to the other side").fill("as we discussed")
    provider.get_by_role("button", name="Make the offer").click()
    expect(provider.locator("#state")).to_contain_text("Your offer 1 is on the table")
    story.seen(
        client, lambda: expect(client.locator("#state")).to_contain_text("Offer 1 of Northwind")
    )


def _counter(story: Story, provider: Page, client: Page) -> None:
    client.get_by_role("link", name="Make a counter-offer").click()
    field = client.locator(f"[id='at/{AVAILABILITY}']")
    field.fill("99.9")
    if not story.javascript:
        client.get_by_role("button", name="Check", exact=True).click()
    means = client.locator(f"[id='note/{AVAILABILITY}']")
    expect(means).to_contain_text("43 min 12 s")
    field.fill("99,9")
    client.get_by_role("button", name="Send the answer").click()
    expect(means).to_contain_text("Not as it can stand")
    expect(field).to_have_value("99,9")
    field.fill("99.9")
    client.get_by_role("button", name="Send the answer").click()
    expect(client.get_by_role("alert")).to_contain_text("99.5")
    client.locator("[id$='/below']").first.fill("99.9")
    client.get_by_role("button", name="Send the answer").click()
    expect(client.locator("#state")).to_contain_text("Your offer 2 is on the table")
    story.seen(
        provider,
        lambda: expect(provider.locator("#state")).to_contain_text("Offer 2 of Brightwater"),
    )
    terms = provider.locator("#terms-part")
    expect(terms).to_contain_text("3 h 36 min 0 s → 43 min 12 s")
    provider.get_by_label("Comment", exact=True).fill("we can live with 99.9")
    provider.get_by_role("button", name="Comment", exact=True).click()
    story.seen(
        client,
        lambda: expect(client.locator("#comments-part")).to_contain_text("we can live with 99.9"),
    )
    hold = provider.locator(f"button[form=hold][value$='{AVAILABILITY}']")
    hold.first.click()
    expect(provider.get_by_text("You hold this term to be settled")).to_be_visible()
    story.seen(
        client,
        lambda: expect(client.locator("#terms-part")).to_contain_text("held by Northwind Cloud"),
    )
    client.get_by_role("button", name=re.compile("^Hold .* too$")).first.click()
    story.seen(provider, lambda: expect(provider.locator("#terms-part")).to_contain_text("locked"))


def _agree(story: Story, provider: Page, client: Page) -> None:
    provider.get_by_role("link", name="Make a counter-offer").click()
    provider.get_by_label("Firmness").select_option("firm")
    provider.get_by_role("button", name="Save as draft").click()
    _approve(story, "provider")
    provider.goto(f"{story.room}/offers/new?from=draft&answers={_tabled(provider, story)}")
    provider.get_by_label("Firmness").select_option("firm")
    provider.get_by_role("button", name="Send the answer").click()
    expect(provider.locator("#state")).to_contain_text("Your offer 3 is on the table, firm")
    client.goto(story.room)
    client.get_by_role("link", name="Accept", exact=True).click()
    expect(client.get_by_role("main")).to_contain_text("99.9 %")
    client.get_by_role("button", name="Accept these terms").click()
    expect(client.locator("#state")).to_contain_text("awaiting signatures")
    story.seen(
        provider, lambda: expect(provider.locator("#state")).to_contain_text("awaiting signatures")
    )


def _tabled(page: Page, story: Story) -> str:
    page.goto(story.room)
    answer = page.get_by_role("link", name="Make a counter-offer").get_attribute("href")
    assert answer is not None
    return answer.partition("answers=")[2]


def _approve(story: Story, side: str) -> None:
    for who in APPROVERS[side]:
        page = story.window(f"{side}-{who}")
        page.goto(f"{story.room}/our-side")
        page.get_by_role("button", name=re.compile("^Approve")).first.click()
        expect(page.locator("#private")).to_contain_text("given")
        page.context.close()


def _sign(story: Story) -> None:
    for side in SIDES:
        page = story.window(f"{side}-signatory")
        if story.javascript:
            give_device(page)
            register(page)
        page.goto(story.room)
        page.get_by_role("link", name="Read and sign").click()
        if story.javascript:
            page.get_by_role("button", name="Sign with your passkey").click()
        else:
            _sign_on_the_own_machine(story, side, page)
        expect(page.locator("#state")).to_contain_text("signed")
        if side == "client":
            expect(page.locator("#state")).to_contain_text("Both sides signed")
            page.get_by_role("link", name="Go to the contract").click()
            story.contract = page.url.partition("?")[0]
        page.context.close()


def _sign_on_the_own_machine(story: Story, side: str, page: Page) -> None:
    """Run the command that the page names, with the key that the example keeps for its people."""
    said = page.get_by_role("main").inner_text()
    command = re.search(r"parley (sign \S+ \S+) --key FILE", said)
    assert command is not None, said
    key = story.installed.home / "example" / f"{side}-signatory.pem"
    known = story.kept / f"{side}-known-keys"
    words = [*command[1].split(), "--key", str(key), "--known-keys", str(known), "--yes"]
    _parley(story, words, f"{side}-signatory")
    page.goto(story.room)


def _parley(story: Story, words: list[str], subject: str = "") -> str:
    told = {"PARLEY_URL": f"http://127.0.0.1:{story.installed.port}"}
    if subject:
        told["PARLEY_TOKEN"] = story.installed.token(subject)
    done = subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, "-m", "interfaces.cli.main", *words],
        env={**story.installed.environment, **told},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"parley {' '.join(words)}: {done.stdout}{done.stderr}"
    return done.stdout


def _take_the_paper(story: Story) -> None:
    page = story.window("client-legal")
    page.goto(f"{story.contract}/documents")
    page.get_by_role("link", name="Version 1", exact=True).click()
    paper = page.url
    until("a checkpoint covers both signatures", lambda: _made(page, paper))
    for side in SIDES:
        _sign_the_paper(story, side, paper)
    page.goto(paper)
    expect(page.get_by_role("main")).to_contain_text("nothing speaks against it")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the PDF").click()
    file = story.kept / "agreement.pdf"
    downloading.value.save_as(file)
    said = subprocess.run(  # noqa: S603 - the system's own
        ["pdfsig", "-nocert", str(file)],  # noqa: S607 - found as a lawyer would find it
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert said.count("Signature is Valid") == len(("the seal", *SIDES)), said
    page.context.close()


def _made(page: Page, paper: str) -> bool:
    """Ask for the document; it is made once the signer has signed the facts that it proves."""
    page.goto(paper)
    page.get_by_role("button", name="Make the document and seal it").click()
    return page.get_by_role("link", name="Download the PDF").count() == 1


def _sign_the_paper(story: Story, side: str, paper: str) -> None:
    """Declare a certificate on the page; sign on the own machine, as the page says how."""
    authority = Authority(story.installed.home / "authority").ensure()
    lies = authority.issue(f"{side}-{story.kept.name}", f"The {side}")
    (certificate,) = certificates_in(lies.certificate.read_bytes())[:1]
    page = story.window(f"{side}-signatory")
    page.goto("/party")
    page.get_by_text("Declare your certificate").click()
    page.get_by_label("SHA-256 fingerprint").fill(fingerprint(certificate))
    page.locator("#fold-certificate button").click()
    page.goto(paper)
    shown = page.get_by_label("The command to sign with").inner_text()
    told = shown.replace("signatory.pem", str(lies.certificate))
    words = told.replace("signatory.key", str(lies.key)).split()[1:]
    _parley(story, words, f"{side}-signatory")
    page.context.close()


def _live_a_month(story: Story) -> None:
    manager = story.window("provider-manager")
    manager.goto(f"{story.contract}/performance")
    manager.get_by_role("link", name=re.compile("figures", re.IGNORECASE)).first.click()
    begins, ends = story.month, add_months(story.month, 1)
    manager.get_by_label("Written as").select_option(label="CSV, a header first")
    manager.get_by_label("Source", exact=False).first.fill("monitor")
    manager.get_by_label("Name of the batch").fill(f"{story.month:%Y-%m}")
    manager.get_by_label("Speaks for time from, UTC").fill(f"{begins}T00:00")
    manager.get_by_label("until before, UTC").fill(f"{ends}T00:00")
    manager.get_by_label("Shape").select_option("outages")
    row = f"{begins}T10:00:00Z,{begins}T14:00:00Z"
    manager.locator("#hand-in-figures").fill(f"starts,ends\n{row}\nyesterday,today\n")
    manager.get_by_role("button", name="Hand in").click()
    expect(manager.locator("#hand-in-figures-wrong")).to_contain_text("yesterday")
    expect(manager.locator("#hand-in-figures")).to_have_value(re.compile("yesterday"))
    manager.locator("#hand-in-figures").fill(f"starts,ends\n{row}\n")
    manager.get_by_role("button", name="Hand in").click()
    expect(manager.locator("#batches")).to_contain_text("monitor")
    manager.get_by_role("button", name=re.compile(f"Report .*{begins:%B}")).click()

    finance = story.window("client-finance")
    _until_shown(finance, f"{story.contract}/performance", "missed")
    _until_shown(finance, f"{story.contract}/credits", "1,200.00")
    finance.get_by_role("link", name=re.compile("^Statement")).first.click()
    expect(finance.get_by_role("main")).to_contain_text("12,000.00")
    finance.goto(f"{story.contract}/credits")
    finance.get_by_label("What shows that it is due").first.fill("our own probes saw it too")
    finance.get_by_role("button", name=re.compile("^Claim 1,200.00")).click()
    theirs = story.window("provider-finance")
    theirs.goto(f"{story.contract}/credits")
    theirs.get_by_role("button", name="Admit the claim").click()
    expect(theirs.locator("#credits")).to_contain_text("Granted")
    story.seen(finance, lambda: expect(finance.locator("#credits")).to_contain_text("Granted"))


def _until_shown(page: Page, address: str, words: str) -> None:
    """Look again until the worker has done its part."""

    def look() -> bool:
        page.goto(address)
        return words in page.get_by_role("main").inner_text()

    until(f"{address} says {words}", look)


def _audit(story: Story) -> None:
    page = story.window("auditor-auditor")
    page.goto(story.contract.partition("/contracts/")[0] + "/audit")
    _, relationship, _, negotiation = story.room.rsplit("/", 3)
    page.goto(f"{page.url}?stream={relationship}/{negotiation}")
    page.get_by_label("What", exact=True).select_option("CounterOfferMade")
    page.get_by_role("button", name="Filter", exact=True).click()
    second = page.locator("#record-entries li").filter(has_text="counter-offer, indicative")
    second.get_by_role("link", name="as it stood then").click()
    offers = page.get_by_role("table").filter(has_text="What became of it")
    expect(offers.locator("tbody tr")).to_have_count(2)
    expect(page.get_by_role("main")).to_contain_text("99.9 %")
    until("the history is signed so far", lambda: _bundled(story, page))


def _bundled(story: Story, page: Page) -> bool:
    page.goto(f"{story.contract}/downloads")
    with page.expect_download() as downloading:
        page.get_by_role("link", name=re.compile("Audit bundle")).click()
    bundle = story.kept / "audit-bundle.zip"
    downloading.value.save_as(bundle)
    with page.expect_download() as drafting:
        page.get_by_role("link", name=re.compile("Draft of the pins")).click()
    pins = story.kept / "pins.json"
    drafting.value.save_as(pins)
    said = _parley(story, ["verify", str(bundle), "--pin", str(pins)])
    return "yes" in said.lower()
