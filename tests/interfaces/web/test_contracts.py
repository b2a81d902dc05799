"""The pages of a contract: what it promises, when; its versions; how a side ends it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

import pytest

from agreements import simple_terms
from domain.values.canonical import digest_of
from domain.values.sides import Side
from http_cast import Deal, agree, offer, open_negotiation
from http_world import Cast
from web_world import Visitor, WebWorld

STANDING_NOTICE = {
    "by_client": "P30D",
    "by_provider": "P60D",
}
TERM = {
    "starts": "2026-01-01",
    "ends": "2026-12-31",
    "renewal": {"kind": "automatic", "for": "P1Y", "decline_by": "P30D"},
    "notice": STANDING_NOTICE,
}


@dataclass(frozen=True)
class Amended:
    """A contract with two signed versions, the second from March on."""

    deal: Deal
    path: str

    @property
    def files(self) -> str:
        return f"{self.path}/downloads"


@pytest.fixture(scope="module")
def amended(pages: WebWorld, cast: Cast) -> Amended:
    world = pages.world
    deal = world.strike_a_deal(cast, simple_terms(term=TERM))
    better = simple_terms(availability="99.9", term=TERM)
    talks = open_negotiation(cast, kind="amendment", contract=deal.contract)["id"]
    offered = offer(cast, Side.PROVIDER, talks, better, effective_from="2026-03-01T00:00:00Z")
    agree(cast, talks, offered, better, by=Side.CLIENT)
    world.settle()
    world.sign()
    return Amended(deal, deal.contract_path)


def of(pages: WebWorld, cast: Cast, side: str, role: str = "negotiator") -> Visitor:
    return pages.as_(f"{getattr(cast, side).name}-{role}")


def test_the_list_leads_to_the_contract(pages: WebWorld, cast: Cast, amended: Amended) -> None:
    sheet = of(pages, cast, "client").get(f"{cast.path}/contracts")
    assert amended.path in sheet.links.values()
    assert "in force" in sheet.part("contracts")


def test_terms_are_read_in_words_and_as_data(pages: WebWorld, cast: Cast, amended: Amended) -> None:
    sheet = of(pages, cast, "client", "legal").get(amended.path)
    assert "Version 1 governs now" in sheet.text
    assert "99.5" in sheet.part("promised")
    assert amended.deal.terms.digest in sheet.text
    assert "Version 2 is signed and governs from later on" in sheet.text
    legal = of(pages, cast, "client", "legal")
    files = f"{amended.files}/versions/1/terms"
    canonical = legal.raw("GET", f"{files}?format=canonical").content
    assert digest_of(json.loads(canonical)) == amended.deal.terms.digest
    laid_out = legal.raw("GET", f"{files}?format=json").json()
    assert laid_out == amended.deal.terms.document()
    assert b"99.5" in legal.raw("GET", f"{files}?format=yaml").content


def test_what_was_promised_when_is_told_on_both_axes(
    pages: WebWorld, cast: Cast, amended: Amended
) -> None:
    reader = of(pages, cast, "provider", "legal")
    in_april = reader.get(f"{amended.path}?as_of=2026-04-01T12:00")
    assert "Version 2 governed" in in_april.part("promised")
    assert "99.9" in in_april.part("promised")
    before = reader.get(f"{amended.path}?as_of=2026-04-01T12:00&known_at=2025-11-30T00:00")
    assert "Version 1 governed" in before.part("promised")
    unknown = reader.get(f"{amended.path}?known_at=2020-01-01T00:00")
    assert "Nothing was known of this contract then." in unknown.part("promised")
    wrong = reader.get(f"{amended.path}?as_of=soon")
    assert wrong.status == 422
    assert wrong.part("as-of-wrong").startswith("Give a day and a time")
    assert wrong.form(amended.path).fields["as_of"] == ["soon"]


def test_versions_say_who_signed_and_what_became_of_the_receipt(
    pages: WebWorld, cast: Cast, amended: Amended
) -> None:
    sheet = of(pages, cast, "client").get(f"{amended.path}/versions")
    said = sheet.part("versions")
    assert "Version 2" in said
    assert "Version 1" in said
    assert "Client Signatory" in said, "one's own people by name"
    assert "Provider Signatory of Provider" in said, "the other side's with their party's"
    assert "committed" in said
    proof = next(to for to in sheet.links.values() if "/downloads/proof?" in to)
    answer = of(pages, cast, "client").raw("GET", proof)
    assert answer.text.startswith("c2sp.org/tlog-proof@v1")


def test_any_two_versions_are_held_against_each_other(
    pages: WebWorld, cast: Cast, amended: Amended
) -> None:
    reader = of(pages, cast, "provider")
    sheet = reader.get(f"{amended.path}/versions/compare?since=1&to=2")
    assert sheet.path == f"{amended.path}/versions/2/redline"
    assert "<del>99.5" in sheet.html
    assert "<ins>99.9" in sheet.html
    for form, begins in (("pdf", b"%PDF-"), ("docx", b"PK"), ("html", b"<!doctype html>")):
        answer = reader.raw("GET", f"{amended.files}/versions/2/redline?format={form}")
        assert answer.content.startswith(begins)
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_version_has_a_page_with_its_summary(
    pages: WebWorld, cast: Cast, amended: Amended
) -> None:
    reader = of(pages, cast, "client", "finance")
    sheet = reader.get(f"{amended.path}/versions/2")
    assert "In short" in sheet.text
    assert reader.get(f"{amended.path}/versions/3").status == 404
    summary = reader.raw("GET", f"{amended.files}/versions/2/summary?format=text")
    assert "in plain words" in summary.text


def test_other_tools_get_their_files_and_the_page_says_what_is_left_out(
    pages: WebWorld, cast: Cast, amended: Amended
) -> None:
    reader = of(pages, cast, "client", "service-manager")
    sheet = reader.get(amended.files)
    assert "that it does not say, or says only nearly" in sheet.text
    for to, within in (("prometheus", "groups:"), ("openslo", "apiVersion"), ("tmf651", '"id"')):
        assert within in reader.raw("GET", f"{amended.files}/export?to={to}").text


def test_bundles_and_packages_are_handed_out_over_the_session(
    pages: WebWorld, cast: Cast, amended: Amended
) -> None:
    pages.world.sign()
    reader = of(pages, cast, "provider", "legal")
    bundle = reader.raw("GET", f"{amended.files}/bundle")
    with ZipFile(BytesIO(bundle.content)) as archive:
        assert "manifest.json" in archive.namelist()
    packed = reader.raw("GET", f"{amended.files}/versions/2/package")
    with ZipFile(BytesIO(packed.content)) as archive:
        assert "SHA256SUMS" in archive.namelist()
    pins = reader.raw("GET", f"{cast.path}/downloads/pins")
    assert "\nlog " in pins.text


def test_changing_it_opens_a_negotiation(pages: WebWorld, cast: Cast, amended: Amended) -> None:
    sheet = of(pages, cast, "client").get(amended.path)
    for said, kind in (
        ("Amend", "amendment"),
        ("Renew", "renewal"),
        ("End by agreement", "mutual-termination"),
    ):
        assert sheet.links[said].endswith(f"&kind={kind}")
        assert sheet.links[said].startswith(f"{cast.path}/negotiations/new?contract=")
    assert "Amend" not in of(pages, cast, "client", "finance").get(amended.path).links


def test_a_side_declines_a_renewal_gives_notice_and_takes_it_back(
    pages: WebWorld, cast: Cast
) -> None:
    deal = pages.world.strike_a_deal(cast, simple_terms(term=TERM))
    ours, path = of(pages, cast, "client"), f"{deal.contract_path}/ending"
    refused = ours.get(path).submit("decline-renewal", because="  ")
    assert refused.status == 422
    assert "Fill in why it shall not go on." in refused.text
    declined = ours.get(path).submit("decline-renewal", because="we tender anew")
    assert "will not go on by itself" in declined.text
    early = ours.get(path).submit(
        "give-notice", ground="convenience", because="we move house", last_day="2026-01-02"
    )
    assert early.status == 409
    assert "notice-too-short" in early.text
    assert early.form("give-notice").fields["because"] == ["we move house"]
    assert early.form("give-notice").fields["ground"] == ["convenience"]
    given = ours.get(path).submit("give-notice", ground="convenience", because="we move house")
    assert "Client gave notice" in given.text
    theirs = of(pages, cast, "provider").get(path)
    assert "withdraw-notice" not in theirs.forms
    assert "Only Client can take it back." in theirs.text
    withdrawn = given.submit("withdraw-notice")
    assert "Your notice is withdrawn" in withdrawn.text
    assert "give-notice" in withdrawn.forms


def test_whoever_has_no_business_there_finds_nothing_or_no_form(
    pages: WebWorld, cast: Cast, amended: Amended
) -> None:
    auditor = of(pages, cast, "auditor", "auditor")
    ending = auditor.get(f"{amended.path}/ending")
    assert not {"give-notice", "decline-renewal"} & ending.forms.keys()
    others = pages.world.cast("other-")
    stranger = pages.as_(f"{others.provider.name}-negotiator")
    for page in ("", "/versions", "/versions/1", "/ending", "/documents", "/downloads"):
        assert stranger.get(f"{amended.path}{page}").status == 404
    for file in ("bundle", "export?to=openslo", "versions/1/terms", "versions/1/package"):
        assert stranger.raw("GET", f"{amended.files}/{file}").status_code == 404
