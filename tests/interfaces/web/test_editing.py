"""The offer editor: in place, looked through as one goes, nothing typed ever lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agreements import simple_terms
from domain.values.sides import Side
from http_cast import Cast, offer, open_negotiation, path_of
from web_world import Sheet, Visitor, WebWorld

TARGET = "t/objectives/availability/targets/always/at_least"
BELOW = "t/objectives/availability/remedy/tiers/always/from-0/below"
FEE = "t/charges/monthly-fee/amount"
SECRET = "we would go down to 98.765"


@pytest.fixture
def negotiation(cast: Cast) -> str:
    """Open a negotiation in which the provider made an offer; return its stream."""
    stream: str = open_negotiation(cast)["id"]
    offer(cast, Side.PROVIDER, stream, simple_terms())
    return stream


def editor(pages: WebWorld, subject: str, stream: str, query: str = "") -> Sheet:
    """Open the editor as somebody."""
    return pages.as_(subject).get(f"{path_of(stream)}/offers/new{query}")


def sent(sheet: Sheet, do: str, filled: dict[str, str] | None = None) -> Sheet:
    """Fill in the editor and press a button."""
    everything: dict[str, Any] = {**(filled or {}), "do": do}
    return sheet.submit("offer", **everything)


def answering(pages: WebWorld, cast: Cast, stream: str) -> tuple[Visitor, Sheet]:
    """Open the editor as the client, to answer the provider's offer."""
    found = cast.client["negotiator"].get(path_of(stream)).json()
    visitor = pages.as_("client-negotiator")
    return visitor, visitor.get(f"{path_of(stream)}/offers/new?answers={found['tabled']}")


def test_a_new_negotiation_begins_from_an_example_between_these_two(
    pages: WebWorld, cast: Cast
) -> None:
    stream = open_negotiation(cast)["id"]
    sheet = editor(pages, "client-negotiator", stream)
    assert sheet.status == 200
    assert "Begun from an example" in sheet.text
    assert sheet.form("offer").fields["t/provider"] == ["Provider"]


def test_every_value_has_a_field_with_their_value_beside_it(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    _, sheet = answering(pages, cast, negotiation)
    fields = sheet.form("offer").fields
    assert fields[TARGET] == ["99.5"]
    assert fields[FEE] == ["12000.00"]
    assert fields["t/objectives/availability/measured/missing"] == ["counts as down"]
    assert "3 h 36 min 0 s of downtime" in sheet.part("consequences")
    assert "0 changes to their offer" in sheet.part("consequences")


def test_a_change_is_told_in_downtime_and_money_before_it_is_sent(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    _, sheet = answering(pages, cast, negotiation)
    checked = sent(sheet, "check", {TARGET: "99.9", FEE: "13000.00"})
    assert checked.status == 200
    said = checked.part("consequences")
    assert "allowed downtime 3 h 36 min 0 s → 43 min 12 s" in said
    assert "156,000.00 EUR was 144,000.00 EUR" in said
    assert "at risk per calendar month 1200.00 EUR" in said
    assert "a result from 99.5 to under 99.9 misses the target" in said
    assert checked.form("offer").fields[TARGET] == ["99.9"]


def test_an_offer_is_made_and_stands_on_the_table(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    visitor, sheet = answering(pages, cast, negotiation)
    before = cast.client["negotiator"].get(path_of(negotiation)).json()["tabled"]
    made = visitor.send(
        sheet.form("offer"),
        sheet.path,
        {TARGET: "99.9", BELOW: "99.9", "message": "Make it three nines.", "do": "offer"},
    )
    assert made.path == path_of(negotiation)
    after = cast.client["negotiator"].get(path_of(negotiation)).json()
    assert after["tabled"] != before
    offered = cast.provider["negotiator"].get(f"{path_of(negotiation)}/offers/{after['tabled']}")
    assert offered.json()["answers"] == before
    terms = offered.json()["terms"]
    assert terms["objectives"][0]["targets"] == [{"at_least": "99.9"}]


def test_what_does_not_fit_is_said_beside_its_field_and_everything_is_kept(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    _, sheet = answering(pages, cast, negotiation)
    refused = sent(sheet, "offer", {TARGET: "lots", FEE: "13000.00"})
    assert refused.status == 422
    fields = refused.form("offer").fields
    assert fields[TARGET] == ["lots"]
    assert fields[FEE] == ["13000.00"]
    assert "a number such as 99.5" in refused.part(f"note/{TARGET.removeprefix('t/')}")
    mended = sent(refused, "check", {TARGET: "99.6"})
    assert mended.form("offer").fields[FEE] == ["13000.00"]
    assert "156,000.00" in mended.part("consequences")


def test_lint_is_said_beside_the_field_it_is_about(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    _, sheet = answering(pages, cast, negotiation)
    of = "t/objectives/availability/remedy/of"
    checked = sent(sheet, "check", {of: "no-such-charge"})
    assert "no-such-charge" in checked.part(f"note/{of.removeprefix('t/')}")
    assert "error" in checked.part("consequences")
    refused = sent(checked, "offer")
    assert refused.status == 409
    assert "terms-refused-by-lint" in refused.text


def test_parts_are_added_and_taken_out_with_nothing_lost(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    _, sheet = answering(pages, cast, negotiation)
    key = "objectives/availability/remedy/tiers/+Tier"
    opened = sent(sheet, f"open:{key}", {FEE: "13000.00"})
    fields = opened.form("offer").fields
    assert fields[FEE] == ["13000.00"]
    assert fields["open"] == [key]
    half = sent(opened, "check", {f"t/{key}/below": "95"})
    assert "a tier has either a credit in percent or an amount" in half.part(f"note/{key}")
    assert half.form("offer").fields[f"t/{key}/below"] == ["95"]
    added = sent(half, "check", {f"t/{key}/credit": "25"})
    tier = "objectives/availability/remedy/tiers/always/from-0~2"
    assert added.form("offer").fields[f"t/{tier}/credit"] == ["25"]
    without = sent(added, f"remove:{tier}")
    assert f"t/{tier}/credit" not in without.form("offer").fields
    copied = sent(without, "copy:objectives/availability")
    copy = "t/objectives/availability-2/targets/always/at_least"
    assert copied.form("offer").fields[copy] == ["99.5"]
    assert copied.form("offer").fields[FEE] == ["13000.00"]


def test_a_value_that_was_left_out_can_be_opened_and_given(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    _, sheet = answering(pages, cast, negotiation)
    opened = sent(sheet, "open:description")
    given = sent(opened, "check", {"t/description": "What it is."})
    assert given.form("offer").fields["t/description"] == ["What it is."]
    assert "open" not in given.form("offer").fields


def test_the_whole_can_be_given_as_data_or_as_a_file(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    visitor, sheet = answering(pages, cast, negotiation)
    data = sheet.form("offer").fields["data"][0]
    changed = sent(sheet, "check", {"data": data.replace("99.5", "99.7")})
    assert changed.form("offer").fields[TARGET] == ["99.7"]
    broken = sent(changed, "check", {"data": "title: ["})
    assert broken.form("offer").fields["data"] == ["title: ["]
    assert broken.has("note/data")
    assert broken.part("note/data")
    raw = Path("examples/claims-handling.yaml").read_bytes()
    fields = {name: values[0] for name, values in sheet.form("offer").fields.items()}
    answer = visitor.raw(
        "POST",
        sheet.form("offer").action,
        data={**fields, "do": "check"},
        files={"file": ("terms.yaml", raw)},
        headers={"Origin": "http://parley.example"},
    )
    assert answer.status_code == 200
    assert "Claims" in answer.text


def test_a_form_made_on_an_old_version_says_what_came_and_keeps_what_was_written(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    _, sheet = answering(pages, cast, negotiation)
    said = {"text": "One more thing."}
    assert cast.provider["negotiator"].post(f"{path_of(negotiation)}/comments", said).is_success
    checked = sent(sheet, "check", {TARGET: "99.9", BELOW: "99.9"})
    assert "after you began to write" in checked.text
    stale = sent(checked, "offer")
    assert stale.status == 412
    assert "Comment made" in stale.text
    assert stale.form("offer").fields[TARGET] == ["99.9"]
    assert sent(stale, "offer").path == path_of(negotiation)


def test_two_who_save_a_draft_see_each_others(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    _, mine = answering(pages, cast, negotiation)
    theirs = editor(pages, "client-legal", negotiation)
    saved = sent(theirs, "draft", {FEE: "11000.00", "note": SECRET})
    assert "Your draft is saved" in saved.text
    assert saved.form("offer").fields[FEE] == ["11000.00"]
    stale = sent(mine, "draft", {FEE: "10000.00"})
    assert stale.status == 412
    assert "A colleague saved the draft meanwhile" in stale.text
    assert "11000.00 EUR" in stale.text
    assert stale.form("offer").fields[FEE] == ["10000.00"]
    again = sent(stale, "draft")
    assert again.status == 200
    assert again.form("offer").fields[FEE] == ["10000.00"]


def test_a_firm_offer_says_which_approvals_it_lacks(
    pages: WebWorld, cast: Cast, negotiation: str
) -> None:
    _, sheet = answering(pages, cast, negotiation)
    checked = sent(sheet, "check", {FEE: "11500.00", "firmness": "firm"})
    assert "commercial, mandate approval" in checked.part("consequences")
    assert "approval-missing" in checked.part("consequences")
    refused = sent(checked, "offer")
    assert refused.status == 409
    assert "approval-missing" in refused.text


def test_the_other_side_never_sees_a_draft(pages: WebWorld, negotiation: str) -> None:
    sheet = editor(pages, "client-negotiator", negotiation)
    sent(sheet, "draft", {FEE: "9999.99", "note": SECRET})
    for path in ("/offers/new", "/offers/new?from=draft", "/our-side"):
        theirs = pages.as_("provider-negotiator").get(f"{path_of(negotiation)}{path}")
        assert "9999.99" not in theirs.html
        assert SECRET not in theirs.html


def test_it_is_no_place_for_auditors_strangers_and_people_without_a_role(
    pages: WebWorld, negotiation: str
) -> None:
    assert editor(pages, "auditor-auditor", negotiation).status == 404
    assert editor(pages, "auditor-negotiator", negotiation).status == 404
    assert editor(pages, "client-administrator", negotiation).status == 403


def test_somebody_who_may_not_negotiate_can_prepare_but_not_send(
    pages: WebWorld, negotiation: str
) -> None:
    sheet = editor(pages, "client-legal", negotiation)
    assert "offer" not in sheet.form("offer").buttons["do"]
    assert sent(sheet, "offer").status == 403
