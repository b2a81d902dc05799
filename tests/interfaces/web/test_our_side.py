"""Our side: the private file, shown to one side's own people and to nobody else."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from application.desk import Request
from domain.values.sides import Side
from http_answers import done
from http_cast import offer, open_negotiation, path_of
from interfaces.backtest.picture import STYLE
from interfaces.http.following import visible
from interfaces.identity.development_issuer import ISSUER
from interfaces.web.rendering import STATIC
from measured import Measured, measured_terms, month_of_outages, outage
from web_world import ORIGIN, Sheet, WebWorld

STRICTER = measured_terms(availability="99.9")
OUTAGES = b"starts,ends\n2026-01-10T00:00:00Z,2026-01-10T01:00:00Z\n"
THREE_HOURS = outage("2026-01-10T00:00", "2026-01-10T03:00")
RESERVE = "98.7654"
NOTE = "They need this before the audit in May."


class Table:
    """A negotiation on which both sides have something of their own."""

    def __init__(self, pages: WebWorld) -> None:
        self.pages = pages
        self.cast = pages.world.cast()
        deal = pages.world.strike_a_deal(self.cast, measured_terms())
        self.service = Measured(pages.world, self.cast, deal)
        # The clock goes first: a session ends while nobody asks for anything.
        self.service.at("2026-03-01T08:00")
        self.service.hand_in(month_of_outages("2026-01", THREE_HOURS))
        self.service.hand_in(month_of_outages("2026-02"))
        self.stream: str = open_negotiation(self.cast)["id"]
        self.path = path_of(self.stream)
        offer(self.cast, Side.CLIENT, self.stream, measured_terms(availability="99.8"))
        draft = {"document": STRICTER.document(), "note": "for a firm offer"}
        negotiator = self.cast.provider["negotiator"]
        done(negotiator.put(f"{self.path}/position/draft", draft, if_match="*"))
        pages.settle()

    def seen_by(self, role: str, query: str = "") -> Sheet:
        """Open our side as somebody."""
        return self.pages.as_(role).get(f"{self.path}/our-side{query}")


@pytest.fixture(scope="module")
def table(pages: WebWorld) -> Table:
    """Lend one table to all the tests of this module."""
    return Table(pages)


def test_the_file_shows_the_draft_and_which_approvals_it_lacks(table: Table) -> None:
    sheet = table.seen_by("provider-negotiator")
    assert sheet.status == 200
    assert "for a firm offer" in sheet.text
    assert "Technical not asked for by requirements engineer or service manager" in sheet.text
    assert "The other side never sees any of it" in sheet.text


def test_approvals_are_asked_for_refused_and_given_by_the_roles_they_take(table: Table) -> None:
    asked = table.seen_by("provider-negotiator").submit("ask-commercial")
    assert "Commercial requested" in asked.text
    finance = table.seen_by("provider-finance")
    name = f"approve-commercial-{STRICTER.digest[-6:]}"
    silent = finance.submit(name, answer="refuse")
    assert silent.status == 422
    assert "Fill in why not." in silent.text
    refused = silent.submit(name, answer="refuse", because="Too little margin.")
    assert "Commercial refused" in refused.text
    given = refused.submit(name, answer="give")
    assert "Commercial given" in given.text
    assert not any(one.startswith("approve") for one in table.seen_by("provider-legal").forms)


def test_a_reserve_value_stands_beside_the_draft_and_theirs(table: Table) -> None:
    path = "objectives/availability/targets/always/at_least"
    kept = table.seen_by("provider-negotiator").submit(
        "reserve", path=path, value=RESERVE, because="what the network can do"
    )
    said = kept.part("reserves-list")
    assert [one for one in (RESERVE, "99.9", "99.8", "what the network can do") if one in said] == [
        RESERVE,
        "99.9",
        "99.8",
        "what the network can do",
    ]


def test_a_note_needs_words_and_what_was_chosen_is_kept(table: Table) -> None:
    refused = table.seen_by("provider-legal").submit("note", text=" ", path="zone")
    assert refused.status == 422
    assert "Fill in what is to be kept in mind." in refused.text
    kept = refused.submit("note", text=NOTE, path="")
    assert NOTE in kept.part("private")


def test_what_was_recorded_meanwhile_is_said_and_the_note_kept(table: Table) -> None:
    mine, theirs = table.seen_by("provider-legal"), table.seen_by("provider-finance")
    theirs.submit("note", text="Mine came first.")
    stale = mine.submit("note", text="Mine came second.")
    assert stale.status == 412
    assert "Note made" in stale.text
    assert stale.form("note").fields["text"] == ["Mine came second."]
    assert "Mine came second." in stale.submit("note").part("private")


def test_an_assessment_is_on_file(table: Table) -> None:
    kept = table.seen_by("provider-service-manager").submit(
        "assessment", technical="feasible with conditions", commercial="feasible", findings="Two."
    )
    assert "technically feasible with conditions, commercially feasible · Two." in kept.text
    assert "assessment" not in table.seen_by("provider-negotiator").forms


def backtested(table: Table, role: str, files: dict[str, Any], **fields: str) -> httpx.Response:
    """Run a back-test as somebody, with a file or without."""
    form = table.seen_by(role).form("backtest")
    shown = {name: values[0] for name, values in form.fields.items()}
    return table.pages.as_(role).raw(
        "POST",
        form.action,
        data={**shown, **fields},
        files=files or {"none": ("", b"")},
        headers={"Origin": ORIGIN},
    )


def test_a_backtest_of_a_file_is_drawn_and_kept_without_any_style_of_its_own(
    table: Table,
) -> None:
    days = {"past": "file", "first": "2026-01-01", "last": "2026-02-28"}
    file = {"file": ("outages.csv", OUTAGES)}
    answer = backtested(table, "provider-service-manager", file, **days)
    assert answer.status_code == 200
    assert "<svg" in answer.text
    assert "style" not in answer.text.partition("<svg")[2].partition("</svg>")[0]
    assert "The back-test is on file." in answer.text
    kept = table.seen_by("provider-negotiator").part("backtests-list")
    assert "1 of 2" in kept
    assert "99.865591 met in 2 of 2, proposed at least 99.9" in kept
    again = table.seen_by("provider-service-manager", "?draw=0")
    assert "cannot be drawn again" in again.text


def test_a_backtest_against_the_contracts_own_record_can_be_drawn_again(table: Table) -> None:
    contract = table.service.deal.contract
    days = {"past": contract, "first": "2026-01-01", "last": "2026-02-28"}
    answer = backtested(table, "provider-requirements-engineer", {}, **days)
    assert answer.status_code == 200, answer.text
    assert "<svg" in answer.text
    position = done(table.cast.provider["negotiator"].get(f"{table.path}/position"))
    last = len(position["backtests"]) - 1
    drawn = table.seen_by("provider-service-manager", f"?draw={last}")
    assert "<svg" in drawn.html


def test_a_past_that_cannot_be_read_is_refused_beside_the_file(table: Table) -> None:
    days = {"past": "file", "first": "2026-01-01", "last": "2026-02-28"}
    answer = backtested(table, "provider-service-manager", {}, **days)
    assert answer.status_code == 422
    assert "Choose a file." in answer.text
    broken = {"file": ("outages.csv", b"when\nyesterday\n")}
    answer = backtested(table, "provider-service-manager", broken, **days)
    assert answer.status_code == 422
    assert "starts" in answer.text
    assert 'value="2026-02-28"' in answer.text


def test_the_page_has_the_style_that_the_picture_leaves_out() -> None:
    rules = [line.strip() for line in (STATIC / "picture.css").read_text().splitlines()]
    assert rules == [".chart {", *map(str.strip, STYLE.strip().splitlines()), "}"]


@pytest.mark.parametrize("role", ["negotiator", "finance", "service-manager", "legal"])
def test_the_other_side_sees_nothing_of_it_on_any_page(table: Table, role: str) -> None:
    table.pages.settle()
    subject = f"client-{role}"
    pages = ["/our-side", "/our-side?draw=0", "/offers/new", "/offers/new?from=draft", ""]
    shown = [table.pages.as_(subject).get(f"{table.path}{page}").html for page in pages]
    shown.append(table.pages.as_(subject).get("/").html)
    shown.append(table.pages.as_(subject).get(table.cast.path).html)
    for html in shown:
        for secret in (RESERVE, NOTE, "99.865591", "for a firm offer", STRICTER.digest):
            assert secret not in html


def test_the_other_sides_live_stream_tells_nothing_of_it(table: Table) -> None:
    table.pages.settle()
    told = {side: streams_told(table, f"{side}-negotiator") for side in Side}
    assert f"{table.stream}/position-provider" in told[Side.PROVIDER]
    assert not any("position-provider" in stream for stream in told[Side.CLIENT])


def streams_told(table: Table, subject: str) -> set[str]:
    """Return the streams of everything that a live stream would tell somebody."""
    house, now = table.pages.world.house, table.pages.world.clock.now()
    asked = Request(house.directory.resolve(ISSUER, subject), now, key="")
    after, streams = 0, set()
    while found := visible(house, asked, table.cast.relationship, after):
        streams |= {row.stream for row in found}
        after = found[-1].position
    return streams


def test_auditors_and_strangers_find_no_such_page(table: Table) -> None:
    assert table.seen_by("auditor-auditor").status == 404
    assert table.seen_by("auditor-negotiator").status == 404
    assert table.seen_by("client-administrator").status == 403
