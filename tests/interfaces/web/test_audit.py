"""The audit pages: every fact in words, how things stood then, and how far the record is proven."""

from __future__ import annotations

import json
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote
from zipfile import ZipFile

import psycopg
import pytest

from agreements import simple_terms
from domain.history.proof import ConsistencyProof, InclusionProof
from domain.values.sides import Side
from http_cast import Deal, agree, offer, open_negotiation
from http_world import Cast, done
from interfaces.verifier.command import main as verify
from web_world import Visitor, WebWorld

FIRST = simple_terms(availability="99.0")
SECOND = simple_terms(availability="99.5")


@pytest.fixture(scope="module")
def deal(pages: WebWorld, cast: Cast) -> Deal:
    """Bring about a contract whose negotiation took two offers and a note of the provider's."""
    talks = open_negotiation(cast)["id"]
    note = {"text": "we could go to 99.7"}
    position = f"{cast.path}/negotiations/{talks.split('/')[1]}/position"
    done(cast.provider["negotiator"].post(f"{position}/notes", note, if_match="*"), 201)
    proposed = offer(cast, Side.PROVIDER, talks, FIRST)
    answered = offer(cast, Side.CLIENT, talks, SECOND, answers=proposed)
    agree(cast, talks, answered, SECOND, by=Side.PROVIDER)
    pages.settle()
    contract = talks.replace("negotiation-", "contract-")
    pages.world.sign()
    return Deal(talks, answered, SECOND, contract)


def of(pages: WebWorld, cast: Cast, side: str, role: str = "negotiator") -> Visitor:
    return pages.as_(f"{getattr(cast, side).name}-{role}")


def audit(cast: Cast) -> str:
    return f"{cast.path}/audit"


def test_facts_are_told_in_words_by_whom_and_when(pages: WebWorld, cast: Cast, deal: Deal) -> None:
    ours = of(pages, cast, "client").get(f"{audit(cast)}?area=negotiation")
    said = ours.part("record-entries")
    assert "Client Negotiator made a counter-offer, firm, valid until" in said
    assert "Provider Negotiator of Provider made an offer, firm" in said
    assert "3 Nov 2025, 09:00 UTC" in said
    assert deal.offer in ours.html, "the whole fact is there as data"
    theirs = of(pages, cast, "provider").get(f"{audit(cast)}?area=negotiation")
    assert "Provider Negotiator made an offer" in theirs.part("record-entries")


def test_a_sides_own_file_is_marked_and_never_shown_to_the_other(
    pages: WebWorld, cast: Cast, deal: Deal
) -> None:
    ours = of(pages, cast, "provider").get(f"{audit(cast)}?area=position")
    assert "99.7" in ours.part("record-entries")
    assert "your side's alone" in ours.part("record-entries")
    for reader in (of(pages, cast, "client"), of(pages, cast, "auditor", "auditor")):
        for question in ("", "?area=position", "?name=NoteMade", "?side=provider"):
            sheet = reader.get(f"{audit(cast)}{question}")
            assert "99.7" not in sheet.html
            assert "position-provider" not in sheet.html
        private = quote(f"{deal.negotiation}/position-provider")
        for page in ("audit/then", "downloads/proof"):
            assert reader.get(f"{cast.path}/{page}?stream={private}&version=1").status == 404


def test_the_record_is_filtered_by_what_who_and_day(
    pages: WebWorld, cast: Cast, deal: Deal
) -> None:
    reader = of(pages, cast, "client")
    by_name = reader.get(f"{audit(cast)}?name=OfferAccepted").part("record-entries")
    assert "accepted the offer" in by_name
    assert "made an offer" not in by_name
    by_side = reader.get(f"{audit(cast)}?area=negotiation&side=client").part("record-entries")
    assert "made a counter-offer" in by_side
    assert "of Provider made" not in by_side
    on_the_day = reader.get(f"{audit(cast)}?since=2025-11-03&until=2025-11-03")
    assert "made an offer" in on_the_day.part("record-entries")
    for elsewhere in ("since=2025-11-04", "until=2025-11-02"):
        sheet = reader.get(f"{audit(cast)}?{elsewhere}")
        assert "Nothing that fits was recorded." in sheet.part("record-entries")
    about = reader.get(f"{audit(cast)}?stream={quote(deal.contract)}").part("record-entries")
    assert "is concluded: it binds both" in about
    assert "made an offer" not in about
    assert reader.get(f"{audit(cast)}?stream=../etc").status == 404


def test_the_record_is_read_page_by_page_without_losing_a_fact(pages: WebWorld, cast: Cast) -> None:
    reader, seen = of(pages, cast, "client"), list[str]()
    talks = open_negotiation(cast)["id"]
    comments = f"{cast.path}/negotiations/{talks.split('/')[1]}/comments"
    for number in range(60):
        text = {"text": f"remark {number}"}
        done(cast.client["negotiator"].post(comments, text, if_match="*"), 201)
    pages.settle()
    path = f"{audit(cast)}?area=negotiation"
    while path:
        sheet = reader.get(path)
        seen += sheet.html.split('id="fact-')[1:]
        more = sheet.links.get("Show more")
        path = f"{audit(cast)}{more}" if more else ""
        assert not more or "area=negotiation" in more
    positions = [int(part.partition('"')[0]) for part in seen]
    assert positions == sorted(set(positions), reverse=True)
    assert sum("remark " in part.partition("</p>")[2] for part in seen) >= 60


def test_the_auditor_replays_to_the_second_offer(pages: WebWorld, cast: Cast, deal: Deal) -> None:
    auditor = of(pages, cast, "auditor", "auditor")
    timeline = auditor.get(f"{audit(cast)}?name=CounterOfferMade&stream={quote(deal.negotiation)}")
    then = next(to for to in timeline.links.values() if "/audit/then?" in to)
    sheet = auditor.get(unescape(then))
    assert "Offer 2, by the client, on the table" in sheet.text
    assert "99.5" in sheet.text
    assert "State open" in sheet.text.replace("Stateopen", "State open")
    assert "signed the terms" not in sheet.text, "that came later"
    before = sheet.links["The fact before"]
    assert "Offer 1" in auditor.get(before).text
    last = auditor.get(f"{audit(cast)}/then?stream={quote(deal.contract)}&version=1")
    assert "Version 1, the latest signed by then" in last.text
    beyond = auditor.get(f"{audit(cast)}/then?stream={quote(deal.contract)}&version=999")
    assert beyond.status == 404
    pages.settle()
    read = done(cast.client["legal"].get(f"{cast.path}/audit-trail", name="RecordsInspected"))
    assert deal.negotiation in json.dumps(read), "what an auditor reads is on record"


@pytest.mark.usefixtures("deal")
def test_everything_is_shown_as_it_stood_at_an_instant(pages: WebWorld, cast: Cast) -> None:
    reader = of(pages, cast, "provider", "legal")
    later = reader.get(f"{audit(cast)}/at?at=2025-11-03T09:00")
    assert "Contract" in later.part("stood")
    assert "concluded" in later.part("stood")
    before = reader.get(f"{audit(cast)}/at?at=2025-11-03T08:59")
    assert "There was no negotiation and no contract yet." in before.text
    wrong = reader.get(f"{audit(cast)}/at?at=yesterday")
    assert wrong.status == 422
    assert "Give a day and a time" in wrong.part("stood-at-wrong")


@pytest.mark.usefixtures("deal")
def test_the_page_says_how_far_the_record_is_signed(pages: WebWorld, cast: Cast) -> None:
    pages.world.sign()
    reader = of(pages, cast, "client", "legal")
    signed = reader.get(audit(cast))
    assert "not signed yet" not in signed.part("record-entries")
    assert "No witness has cosigned it" in signed.part("verification")
    open_negotiation(cast)
    pages.settle()
    tail = reader.get(audit(cast))
    assert tail.part("record-entries").count("not signed yet") == 1
    proof = next(to for to in tail.links.values() if "/downloads/proof?" in to)
    InclusionProof.parse(reader.raw("GET", proof).text)
    checkpoint = reader.raw("GET", tail.links["Checkpoint"]).text
    size = checkpoint.split("\n")[1]
    continued = reader.raw("GET", f"{cast.path}/downloads/consistency?old={size}").text
    assert ConsistencyProof.parse(continued).old == int(size)
    refused = reader.get(f"{cast.path}/downloads/consistency?old={int(size) + 99}")
    assert refused.status == 409
    assert "continues none of" in refused.text


def test_a_bundle_downloaded_over_the_session_verifies_offline(
    pages: WebWorld, cast: Cast, deal: Deal, tmp_path: Path
) -> None:
    pages.world.sign()
    auditor = of(pages, cast, "auditor", "auditor")
    sheet = auditor.get(audit(cast))
    assert f"parley verify {deal.contract.split('/')[1]}.parley.zip --pin pins" in sheet.text
    bundle = auditor.raw("GET", f"{deal.contract_path}/downloads/bundle").content
    with ZipFile(BytesIO(bundle)) as archive:
        assert "manifest.json" in archive.namelist()
    (tmp_path / "contract.zip").write_bytes(bundle)
    (tmp_path / "pins").write_bytes(auditor.raw("GET", f"{cast.path}/downloads/pins").content)
    assert verify([str(tmp_path / "contract.zip"), "--pin", str(tmp_path / "pins")]) == 0


def test_strangers_find_nothing(pages: WebWorld, cast: Cast, deal: Deal) -> None:
    others = pages.world.cast("elsewhere-")
    stranger = pages.as_(f"{others.client.name}-auditor")
    then = f"then?stream={quote(deal.contract)}&version=1"
    for page in ("audit", "audit/at", f"audit/{then}", "downloads/pins", "downloads/checkpoint"):
        assert stranger.get(f"{cast.path}/{page}").status == 404
    own = of(pages, cast, "client")
    assert own.get(f"/relationships/{others.relationship}/audit/{then}").status == 404


def test_a_bundle_of_a_history_that_is_not_whole_is_not_begun(pages: WebWorld) -> None:
    cast = pages.world.cast("lossy-")
    deal = pages.world.strike_a_deal(cast, in_force=False)
    pages.world.sign()
    with psycopg.connect(pages.world.database) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(
            "DELETE FROM ledger_events WHERE originator_id = %s AND originator_version = 2",
            (deal.negotiation,),
        )
    legal = of(pages, cast, "client", "legal")
    sheet = legal.get(f"{deal.contract_path}/downloads/bundle")
    assert sheet.status == 500
    assert "What is recorded is not whole" in sheet.text
    assert "The operator's parley fsck tells where" in sheet.text.replace("`", "")
