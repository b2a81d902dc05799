"""Our party: registering it as a newcomer, its people, mandates and keys, and erasing details."""

from __future__ import annotations

from typing import Final

from domain.parties.facts import Role
from http_cast import Cast
from signing import own_key
from web_world import Sheet, WebWorld

AN_ORGANISATION: Final[dict[str, str | list[str]]] = {
    "name": "Harbour Freight",
    "registration": "HRB 777, Kiel",
    "country": "de",
    "person": "Ines Holm",
    "email": "ines@harbour.example",
    "function": "director",
}


def newcomers_party(pages: WebWorld, subject: str) -> Sheet:
    """Register a party as somebody new."""
    return pages.as_(subject).get("/party").submit("register", having=None, **AN_ORGANISATION)


def appointed(sheet: Sheet, subject: str, name: str) -> Sheet:
    """Appoint somebody to the party of a sheet."""
    return sheet.submit(
        "appoint",
        person=name,
        email=f"{subject}@harbour.example",
        function="lawyer",
        subject=subject,
    )


def test_a_newcomer_registers_a_party_and_is_its_administrator(pages: WebWorld) -> None:
    visitor = pages.as_("ines")
    assert "represent nobody yet" in visitor.get("/party").text
    shown = newcomers_party(pages, "ines")
    assert shown.path == "/party"
    assert "Your party is registered" in shown.text
    assert "Ines Holm" in shown.text
    assert "administrator" in shown.text
    assert visitor.get("/party").form("appoint").action == "/party/people"


def test_what_does_not_fit_is_said_beside_its_field_and_the_rest_is_kept(pages: WebWorld) -> None:
    wrong = (
        pages.as_("olaf")
        .get("/party")
        .submit("register", having=None, **{**AN_ORGANISATION, "country": "Germany"})
    )
    assert wrong.status == 422
    assert "Give two letters" in wrong.text
    assert wrong.form("register").fields["name"] == ["Harbour Freight"]


def test_an_administrator_appoints_gives_roles_and_takes_them(pages: WebWorld) -> None:
    sheet = appointed(newcomers_party(pages, "nora"), "petra", "Petra Voss")
    assert "Petra Voss" in sheet.part("people-list")
    [form] = [name for name in sheet.forms if name.startswith("assign-") and "legal" in name] or [
        name for name in sheet.forms if name.startswith("assign-")
    ][-1:]
    given = sheet.submit(form, role="legal")
    assert given.status == 200
    petra = form.removeprefix("assign-")
    assert f"relieve-{petra}-legal" in given.forms
    assert "represent nobody" not in pages.as_("petra").get("/party").text
    taken = given.submit(f"relieve-{petra}-legal")
    assert f"relieve-{petra}-legal" not in taken.forms


def test_the_last_administrator_cannot_be_relieved(pages: WebWorld) -> None:
    sheet = newcomers_party(pages, "vera")
    [form] = [name for name in sheet.forms if name.startswith("relieve-")]
    refused = sheet.submit(form)
    assert refused.status == 409
    assert "This was not done" in refused.text


def test_a_form_made_before_another_change_says_what_happened_meanwhile(pages: WebWorld) -> None:
    before = newcomers_party(pages, "karl")
    appointed(pages.as_("karl").get("/party"), "lena", "Lena Busch")
    stale = appointed(before, "mona", "Mona Busch")
    assert stale.status == 412
    assert "Somebody moved before you" in stale.text
    assert "Representative appointed" in stale.text
    assert stale.form("appoint").fields["person"] == ["Mona Busch"]


def test_a_mandate_is_granted_with_a_limit_and_revoked_with_a_reason(
    pages: WebWorld, cast: Cast
) -> None:
    visitor = pages.as_("provider-administrator")
    sheet = visitor.get("/party")
    neither = sheet.submit("mandate")
    assert neither.status == 422
    assert "tick that there is no limit" in neither.text
    granted = sheet.submit("mandate", amount="250000.00", currency="EUR")
    assert granted.status == 200
    assert "250,000.00 EUR" in granted.text
    [mandate] = [name for name in granted.forms if name.startswith("revoke-mandate-")][1:]
    bare = granted.submit(mandate)
    assert bare.status == 422
    assert "Fill in the reason" in bare.text
    revoked = granted.submit(mandate, because="a smaller one takes its place")
    assert "250,000.00 EUR" not in revoked.text
    assert cast.provider.persons[Role.SIGNATORY]


def test_a_witness_key_and_a_certificate_are_declared(pages: WebWorld, cast: Cast) -> None:
    sheet = pages.as_("client-administrator").get("/party")
    assert sheet.submit("witness", x="short").status == 422
    shown = sheet.submit("witness", x=own_key("client-witness").jwk["x"])
    assert shown.status == 200
    colons = ":".join(["AB"] * 32)
    declared = pages.as_("client-legal").get("/party").submit("certificate", fingerprint=colons)
    assert declared.status == 200
    assert "abab abab" in declared.text
    gone = declared.submit("certificate-1", because="the card is lost")
    assert "abab abab" not in gone.text
    assert cast.client.id in shown.text


def test_only_an_administrator_is_offered_to_change_anything(pages: WebWorld, cast: Cast) -> None:
    sheet = pages.as_("client-newcomer").get("/party")
    assert sheet.status == 200
    assert "appoint" not in sheet.forms
    assert "mandate" not in sheet.forms
    forged = pages.as_("client-administrator").get("/party").form("appoint")
    token = sheet.form("certificate").fields["form_token"]
    forged.fields["form_token"] = token
    named: dict[str, str | list[str]] = {
        "person": "X",
        "email": "x@x.example",
        "function": "x",
        "subject": "x",
    }
    refused = pages.as_("client-newcomer").send(forged, "/party", named)
    assert refused.status == 403
    assert cast.client.id in refused.text


def test_details_are_erased_after_a_plain_warning_and_do_not_come_back(pages: WebWorld) -> None:
    sheet = appointed(newcomers_party(pages, "oona"), "pelle", "Pelle Krantz")
    [form] = [name for name in sheet.forms if name.startswith("withdraw-")][1:]
    shown = sheet.submit(form)
    assert "Pelle Krantz" in shown.text, "until it is erased, an administrator sees who it was"
    [link] = [to for to in shown.links.values() if to.endswith("/erasure")]
    assert pages.as_("pelle").get(link).status == 404
    warning = pages.as_("oona").get(link)
    assert "This cannot be undone" in warning.text
    assert warning.submit("erase").status == 422
    erased = warning.submit("erase", understood="yes")
    assert "Pelle Krantz" not in erased.text
    assert "gone for good" in erased.text
    assert pages.as_("oona").get(link).status == 404
