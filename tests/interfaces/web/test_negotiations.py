"""The negotiation room: whose move it is, the terms side by side, and what is done there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from agreements import simple_terms
from domain.values.sides import Side
from http_cast import offer, open_negotiation, path_of
from http_world import Cast
from web_world import Sheet, WebWorld

TARGET = "objectives/availability/targets/always/at_least"
FEE = "charges/monthly-fee/amount"


class Table:
    """A negotiation in which the provider offered, and the client answered with less money."""

    def __init__(self, pages: WebWorld, cast: Cast) -> None:
        self.pages, self.cast = pages, cast
        self.negotiation = open_negotiation(cast)["id"]
        self.first = offer(cast, Side.PROVIDER, self.negotiation, simple_terms())
        self.second = offer(
            cast,
            Side.CLIENT,
            self.negotiation,
            simple_terms(availability="99.9", fee="11000.00"),
            answers=self.first,
            message="We need fewer outages for less.",
        )
        self.path = path_of(self.negotiation)

    def seen_by(self, subject: str, rest: str = "") -> Sheet:
        return self.pages.as_(subject).get(f"{self.path}{rest}")


@pytest.fixture
def table(pages: WebWorld, cast: Cast) -> Table:
    return Table(pages, cast)


def test_the_room_says_whose_move_it_is_and_until_when(table: Table) -> None:
    ours = table.seen_by("provider-negotiator")
    assert "your move" in ours.part("state")
    assert "Offer 2 of Client is on the table, firm" in ours.part("state")
    assert "in 10 d" in ours.part("state")
    assert {"Accept", "Make a counter-offer", "Reject", "Break off"} <= ours.links.keys()
    assert ours.links["Make a counter-offer"].endswith(f"/offers/new?answers={table.second}")
    theirs = table.seen_by("client-negotiator")
    assert "their move" in theirs.part("state")
    assert "Withdraw your offer" in theirs.links
    assert "Accept" not in theirs.links


def test_what_differs_stands_side_by_side_with_what_it_means(table: Table) -> None:
    sheet = table.seen_by("provider-negotiator")
    terms = sheet.part("terms-part")
    assert "99.9 % 99.5 % allowed downtime" in terms, "theirs, then yours"
    assert "allowed downtime 3 h 36 min 0 s → 43 min 12 s per 30-day month" in terms
    assert "at risk per calendar month 1200.00 EUR" in terms
    assert (
        "What a change means is said from yours (offer 1, countered) to theirs (offer 2)" in terms
    )
    assert "Order management, production" not in terms
    everything = table.seen_by("provider-negotiator", "?show=all").part("terms-part")
    assert "Order management, production" in everything
    assert "agreed" in everything


def test_a_first_offer_alone_shows_every_term(pages: WebWorld, cast: Cast) -> None:
    negotiation = open_negotiation(cast)["id"]
    empty = pages.as_("client-negotiator").get(path_of(negotiation))
    assert "No offer yet" in empty.text
    offer(cast, Side.PROVIDER, negotiation, simple_terms())
    sheet = pages.as_("client-negotiator").get(path_of(negotiation))
    assert "Every term" in sheet.part("terms-part")
    assert "12000.00 EUR per month" in sheet.part("terms-part")


def test_a_term_that_both_hold_is_locked_and_released_again(table: Table) -> None:
    held = table.seen_by("provider-negotiator").submit("hold", term=f"{table.second} {TARGET}")
    assert "You hold this term to be settled." in held.text
    assert "at 99.9" in held.part("locks-part")
    theirs = table.seen_by("client-negotiator")
    assert "held by Provider" in theirs.part("terms-part")
    both = theirs.submit("hold", term=f"{table.second} {TARGET}")
    assert "locked: binding" in both.part("locks-part")
    released = both.submit("release", term=TARGET)
    assert "held by Provider" in released.part("locks-part")


def test_a_lock_on_other_values_is_refused_and_said(table: Table) -> None:
    table.seen_by("provider-negotiator").submit("hold", term=f"{table.first} {FEE}")
    sheet = table.seen_by("client-negotiator").submit("hold", term=f"{table.second} {FEE}")
    assert sheet.status == 409
    assert "lock-differs" in sheet.part("trouble")


def test_a_hold_on_a_table_that_moved_is_not_done(table: Table) -> None:
    stale = table.seen_by("provider-negotiator")
    table.seen_by("client-negotiator").submit("say", text="Look at the fee.", about=f"term {FEE}")
    sheet = stale.submit("hold", term=f"{table.second} {FEE}")
    assert sheet.status == 412
    assert "Comment made" in sheet.part("trouble")
    assert "None." in sheet.part("locks-part")


def test_comments_stand_beside_their_term_and_in_order(table: Table) -> None:
    client = table.seen_by("client-legal")
    said = client.submit("say", text="Too dear.", about=f"term {FEE}")
    assert "Client Legal" in said.part("comments-part")
    assert "Too dear." in said.part("terms-part")
    table.seen_by("provider-finance").submit(
        "say", text="It is cost.", about=f"offer {table.first}"
    )
    sheet = table.seen_by("provider-negotiator")
    comments = sheet.part("comments-part")
    assert comments.index("Too dear.") < comments.index("It is cost.")
    assert "about offer 1" in comments
    shown = table.seen_by("provider-negotiator", f"/offers/{table.first}")
    assert "It is cost." in shown.text
    assert "Too dear." not in shown.text
    about = table.pages.as_("provider-negotiator").get(shown.links["Comment on it"])
    assert about.form("say").fields["about"] == [f"offer {table.first}"]


def test_an_empty_comment_is_refused_beside_its_field(table: Table) -> None:
    sheet = table.seen_by("client-negotiator").submit(
        "say", text="  ", about=f"offer {table.first}"
    )
    assert sheet.status == 422
    assert "Fill in what you want to say." in sheet.part("say-text-wrong")
    assert sheet.form("say").fields["about"] == [f"offer {table.first}"]


def test_a_limit_is_declared_seen_by_the_other_side_and_lifted(table: Table) -> None:
    wrong = table.seen_by("client-negotiator").submit(
        "limit", path=FEE, weight="required", at_most="cheap"
    )
    assert wrong.status == 409
    assert "decimal" in wrong.part("limit-at_most-wrong")
    assert wrong.form("limit").fields["at_most"] == ["cheap"]
    wrong.submit("limit", at_most="11500")
    theirs = table.seen_by("provider-negotiator").part("limits-part")
    assert "Monthly fee, amount at most 11500 required declared by Client" in theirs
    sheet = table.seen_by("client-negotiator")
    limit = done_limits(table)[0]["id"]
    assert "None declared." in sheet.submit("lift", limit=limit).part("limits-part")


def done_limits(table: Table) -> list[dict[str, Any]]:
    answer = table.cast.client["negotiator"].get(table.path).json()
    return list(answer["constraints"])


def test_the_tree_shows_who_answered_what_and_every_offer_opens(table: Table) -> None:
    sheet = table.seen_by("provider-negotiator")
    tree = sheet.part("offers-part")
    assert "Offer 1 Provider firm countered" in tree
    assert "We need fewer outages for less." in tree
    shown = table.seen_by("provider-negotiator", f"/offers/{table.second}")
    assert "Compared with" in shown.text
    assert "allowed downtime 3 h 36 min 0 s → 43 min 12 s" in shown.text
    assert simple_terms(availability="99.9", fee="11000.00").digest in shown.text
    assert "What it changes" in shown.text
    first = table.seen_by("provider-negotiator", f"/offers/{table.first}?since={table.second}")
    assert "43 min 12 s → 3 h 36 min 0 s" in first.text


def test_the_terms_of_an_offer_are_handed_out_as_they_are_signed(table: Table) -> None:
    visitor = table.pages.as_("client-negotiator")
    answer = visitor.raw("GET", f"{table.path}/offers/{table.first}/terms.json")
    assert answer.content == simple_terms().canonical()


def test_accepting_shows_exactly_what_and_takes_the_digest(table: Table) -> None:
    sheet = table.seen_by("provider-negotiator", f"/offers/{table.second}/acceptance")
    digest = simple_terms(availability="99.9", fee="11000.00").digest
    assert digest in sheet.text
    assert "What is promised" in sheet.text
    wrong = sheet.submit("accept", terms_digest=simple_terms().digest)
    assert wrong.status == 409
    assert "digest-mismatch" in wrong.part("trouble")
    done = wrong.submit("accept")
    assert "You accepted the offer" in done.text
    assert "not signed yet Provider" in done.part("state")


def test_an_offer_that_nobody_accepted_in_time_cannot_be_accepted_any_more(
    pages: WebWorld, cast: Cast
) -> None:
    negotiation = open_negotiation(cast)["id"]
    clock = pages.world.clock
    soon = (clock.now() + timedelta(minutes=5)).isoformat()
    made = offer(cast, Side.PROVIDER, negotiation, simple_terms(), valid_until=soon)
    page = f"{path_of(negotiation)}/offers/{made}/acceptance"
    asked = pages.as_("client-negotiator").get(page)
    clock.forward(minutes=6)
    room = pages.as_("client-negotiator").get(path_of(negotiation))
    assert "no longer valid" in room.part("state")
    assert "Accept" not in room.links
    late = asked.submit("accept")
    assert late.status == 409
    assert "offer-expired" in late.part("trouble")


def test_an_offer_is_rejected_with_a_reason_that_is_kept(table: Table) -> None:
    sheet = table.seen_by("provider-negotiator", f"/offers/{table.second}/rejection")
    wrong = sheet.submit("reject", reason="price", because=" ")
    assert wrong.status == 422
    assert "Fill in" in wrong.part("reject-because-wrong")
    assert wrong.form("reject").fields["reason"] == ["price"]
    done = wrong.submit("reject", because="below cost")
    assert "price: below cost" in done.part("offers-part")
    assert "open to both" in done.part("state")


def test_ones_own_offer_is_withdrawn_and_the_table_is_empty(table: Table) -> None:
    sheet = table.seen_by("client-negotiator", f"/offers/{table.second}/withdrawal")
    done = sheet.submit("withdraw", because="a mistake")
    assert "Nothing is on the table" in done.part("state")
    other = table.seen_by("provider-negotiator", f"/offers/{table.second}/rejection")
    assert "not yours to answer" in other.text


def test_a_negotiation_is_opened_and_broken_off(pages: WebWorld, cast: Cast) -> None:
    listed = pages.as_("client-negotiator").get(f"{cast.path}/negotiations")
    wrong = pages.as_("client-negotiator").get(listed.links["Open a negotiation"])
    wrong = wrong.submit("open", title="", signing_days="many")
    assert wrong.status == 422
    assert "Give a number of days" in wrong.part("open-signing_days-wrong")
    room = wrong.submit("open", title="Chat service", signing_days="7")
    assert "Nothing is on the table" in room.part("state")
    assert "within 7 days" in room.text
    asking = pages.as_("client-negotiator").get(room.links["Break off"])
    over = asking.submit("break-off", because="no budget")
    assert "broken off" in over.part("state")
    assert "no budget" in over.part("state")
    pages.settle()
    names = pages.as_("provider-legal").get(f"{cast.path}/negotiations").text
    assert "Chat service broken off" in names


def test_an_auditor_reads_everything_and_does_nothing(table: Table) -> None:
    sheet = table.seen_by("auditor-auditor")
    assert "Provider to move" in sheet.part("state")
    assert "said from Provider (offer 1, countered) to Client (offer 2)" in sheet.part("terms-part")
    assert sheet.forms.keys() == {"sign-out", "/search"}
    assert "Accept" not in sheet.links
    confirm = table.seen_by("auditor-auditor", f"/offers/{table.second}/acceptance")
    assert "cannot be accepted by you" in confirm.text
    assert "accept" not in confirm.forms


def test_strangers_find_nothing(table: Table, pages: WebWorld) -> None:
    other = pages.as_("nobody-special")
    for rest in ("", f"/offers/{table.first}", f"/offers/{table.first}/sign", "/breaking-off"):
        assert other.get(f"{table.path}{rest}").status == 404
    missing = table.seen_by("client-negotiator", f"/offers/{'offer-' + '0' * 26}")
    assert missing.status == 404


def test_whoever_may_not_negotiate_is_offered_nothing_and_refused(table: Table) -> None:
    legal = table.seen_by("client-legal")
    assert "hold" not in legal.forms
    assert "limit" not in legal.forms
    mine = table.seen_by("client-negotiator").form("hold").fields
    token = legal.form("say").fields["form_token"]
    sent = {**mine, "form_token": token, "term": f"{table.first} {FEE}"}
    answer = table.pages.as_("client-legal").raw(
        "POST", f"{table.path}/locks", data=sent, headers={"Origin": "http://parley.example"}
    )
    assert answer.status_code == 403
