"""Working together: inviting, comparing keys, joining, auditors in and out, parting."""

from __future__ import annotations

import re

import pytest

from http_cast import Cast
from web_world import Sheet, WebWorld


@pytest.fixture(scope="module")
def other(pages: WebWorld) -> Cast:
    """Bring on another three parties, who know nothing of the first."""
    return pages.world.cast("other-")


def invited(pages: WebWorld, cast: Cast, other: Cast, purpose: str) -> str:
    """Let the provider invite the other client; return the relationship's path."""
    sheet = pages.as_("provider-negotiator").get("/relationships")
    sent = sheet.submit("invite", other=other.client.id, our_side="provider", purpose=purpose)
    assert sent.status == 200, sent.text
    assert cast.provider.id != other.client.id
    pages.settle()
    return sent.path


def rows(sheet: Sheet) -> str:
    """Return what the list says."""
    return sheet.part("relationships")


def test_a_party_is_invited_by_its_id_compares_keys_and_joins(
    pages: WebWorld, cast: Cast, other: Cast
) -> None:
    path = invited(pages, cast, other, "carry parcels")
    ours = pages.as_("provider-negotiator").get(path)
    assert "waits for Other-Client" in ours.text
    assert "waits for them" in rows(pages.as_("provider-negotiator").get("/relationships"))
    theirs = pages.as_("other-client-negotiator")
    assert "waits for you" in rows(theirs.get("/relationships"))
    assert "Provider invites you, as the client" in theirs.get(path).text
    joining = theirs.get(f"{path}/joining")
    [key] = cast.provider.keys
    assert " ".join(re.findall(r".{1,4}", key)) in joining.text
    hasty = joining.submit("join")
    assert hasty.status == 422
    assert "Compare the keys first" in hasty.text
    joined = theirs.get(f"{path}/joining").submit("join", compared="yes")
    assert joined.path == path
    assert "You work together from now on" in joined.text
    assert theirs.get(f"{path}/joining").status == 404


def test_keys_other_than_those_invited_with_are_refused(
    pages: WebWorld, cast: Cast, other: Cast
) -> None:
    path = invited(pages, cast, other, "tamper with keys")
    visitor = pages.as_("other-client-negotiator")
    form = visitor.get(f"{path}/joining").form("join")
    form.fields["their_keys"] = ["A" * 43]
    refused = visitor.send(form, path, {"compared": "yes"})
    assert refused.status == 409
    assert "keys-differ" in refused.text


def test_an_invitation_is_declined_or_withdrawn_with_a_reason(
    pages: WebWorld, cast: Cast, other: Cast
) -> None:
    path = invited(pages, cast, other, "be declined")
    theirs = pages.as_("other-client-negotiator")
    assert theirs.get(path).submit("decline").status == 422
    declined = theirs.get(path).submit("decline", because="we have a carrier")
    assert "came to nothing" in declined.text
    path = invited(pages, cast, other, "be withdrawn")
    withdrawn = pages.as_("provider-negotiator").get(path).submit("withdraw", because="too early")
    assert "came to nothing" in withdrawn.text
    late = theirs.get(path)
    assert "join" not in late.forms


def test_an_id_that_nobody_has_is_said_beside_its_field(pages: WebWorld, cast: Cast) -> None:
    sheet = pages.as_("provider-negotiator").get("/relationships")
    for wrong, said in (
        ("Northwind", "A party id looks like"),
        (f"party-{'0' * 26}", "No party has this id"),
    ):
        refused = sheet.submit("invite", other=wrong, our_side="client", purpose="anything")
        assert refused.status == 422
        assert said in refused.text
        assert refused.form("invite").fields["purpose"] == ["anything"]
        assert refused.form("invite").fields["our_side"] == ["client"]
    assert cast.provider.id in sheet.text


def test_an_auditor_is_admitted_to_a_part_and_dismissed(
    pages: WebWorld, cast: Cast, other: Cast
) -> None:
    opened = pages.as_("client-negotiator").get(f"{cast.path}/negotiations/new")
    opened.submit("open", title="Backups", signing_days="14")
    pages.settle()
    legal = pages.as_("client-legal")
    sheet = legal.get(f"{cast.path}/auditors")
    assert "admitted by Client to everything shared" in sheet.text
    form = sheet.form("admit")
    nothing = sheet.submit("admit", auditor=other.auditor.id, scope="parts")
    assert nothing.status == 422
    assert "Choose at least one" in nothing.text
    [stream] = re.findall(r'name="streams" value="([^"]+)"', sheet.html)
    admitted = legal.get(f"{cast.path}/auditors").submit(
        "admit", auditor=other.auditor.id, scope="parts", streams=stream
    )
    assert "Negotiation: Backups" in admitted.part("auditors")
    reads = pages.as_("other-auditor-auditor").get(f"{cast.path}/auditors")
    assert reads.status == 200
    assert "admit" not in reads.forms
    assert "everything shared" not in reads.part("auditors"), "of another auditor nothing is told"
    [dismiss] = [
        name
        for name in admitted.forms
        if name.startswith("dismiss-") and cast.admission not in name
    ]
    gone = admitted.submit(dismiss, because="the audit is done")
    assert "Other-Auditor" not in gone.part("auditors")
    assert pages.as_("other-auditor-auditor").get(cast.path).status == 404
    assert form.action.endswith("/auditors")


def test_a_relationship_is_ended_and_stays_readable(
    pages: WebWorld, cast: Cast, other: Cast
) -> None:
    path = invited(pages, cast, other, "part again")
    theirs = pages.as_("other-client-negotiator")
    theirs.get(f"{path}/joining").submit("join", compared="yes")
    ended = pages.as_("provider-negotiator").get(path).submit("end", because="moved on")
    assert "what you shared stays readable" in ended.text
    assert theirs.get(path).status == 200


def test_strangers_find_nothing(pages: WebWorld, cast: Cast, other: Cast) -> None:
    stranger = pages.as_(f"{other.provider.name}-negotiator")
    for path in ("", "/auditors", "/joining"):
        assert stranger.get(f"{cast.path}{path}").status == 404
