"""What the decisions in ``docs/adr`` say of the whole, held here; each test names its decision."""

from __future__ import annotations

import ast
import inspect
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from uuid import UUID

import pytest
import rfc8785
from eventsourcing.persistence import IntegrityError
from fastapi.routing import APIRoute, iter_route_contexts

from agreements import simple_terms
from application.contracting import Promises
from application.errors import KeyReused, UnsafeConfiguration
from application.event_catalogue import CATALOGUE
from application.ledger import Act, Ledger, Step
from application.policies.base import Policy, PolicyRunner
from application.projections.contracts import ContractSpans, ContractVersions, SpanRow, VersionRow
from application.recorded import Recorded
from domain.bills.facts import BillFact
from domain.contract.facts import ContractFact
from domain.credits.facts import CreditFact
from domain.disputes.facts import DisputeFact
from domain.documents.facts import DocumentFact
from domain.exclusions.facts import ExclusionFact
from domain.improvement.facts import PlanFact
from domain.negotiation.facts import NegotiationFact
from domain.negotiation.position_facts import PositionFact
from domain.parties.facts import IdentityFact, PartyFact
from domain.parties.identity import IDENTITY, BindIdentity
from domain.performance.facts import MeasurementFact, PerformanceFact
from domain.relationships.facts import RelationshipFact
from domain.requirements.facts import RequirementsFact
from domain.reviews.facts import ReviewFact
from domain.services.facts import OfferingFact
from domain.values.ids import (
    PartyId,
    PersonId,
    private_side,
    relationship_of,
    typed_id,
    uuid_of,
    within,
)
from interfaces.clock import new_uuid7
from interfaces.files.terms import check_file
from interfaces.http.app import routed
from interfaces.memory.recorder import MEMORY_ENV
from interfaces.memory.views import MemoryRows
from served import description

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
NOW = datetime(2026, 3, 1, tzinfo=UTC)
RELATIONSHIP = "relationship-" + "0" * 26
CONTRACT = f"{RELATIONSHIP}/contract-{'0' * 26}"


def modules(*rooms: str) -> Iterator[tuple[Path, str]]:
    for room in rooms:
        for path in sorted((SOURCE / room).rglob("*.py")):
            yield path, path.read_text()


# 0004 The relationship is the unit, and ids are readable


def test_an_id_keeps_its_uuid_and_sorts_by_when_it_was_given() -> None:
    first = new_uuid7()
    time.sleep(0.002)
    second = new_uuid7()
    assert uuid_of(typed_id("offer", first)) == first
    assert typed_id("offer", first) < typed_id("offer", second)
    assert typed_id("offer", UUID(int=2**128 - 1)) == "offer-7" + "z" * 25


def test_whose_a_stream_is_stands_in_its_name() -> None:
    position = within(within(RELATIONSHIP, "negotiation-1"), "position-client")
    assert relationship_of(position) == RELATIONSHIP
    assert private_side(position) == "client"
    assert private_side(within(RELATIONSHIP, "negotiation-1")) is None
    assert relationship_of("party-1/offering-1") is None


# 0005 Stored names are explicit


@pytest.mark.parametrize(
    "facts",
    [
        PartyFact,
        IdentityFact,
        RelationshipFact,
        OfferingFact,
        RequirementsFact,
        NegotiationFact,
        PositionFact,
        ContractFact,
        DocumentFact,
        MeasurementFact,
        PerformanceFact,
        BillFact,
        ExclusionFact,
        CreditFact,
        DisputeFact,
        ReviewFact,
        PlanFact,
    ],
    ids=str,
)
def test_every_fact_that_a_decider_can_record_has_a_stored_name(facts: Any) -> None:
    named = {kind.fact for kind in CATALOGUE.types}
    assert [fact.__name__ for fact in get_args(facts) or (facts,) if fact not in named] == []


# 0006 One door to the ledger


def identity(person: str = "person-1") -> Step:
    return Step(IDENTITY, "identity-1", BindIdentity(PartyId("party-1"), PersonId(person)))


def act(key: str = "one", fingerprint: str = "request") -> Act:
    return Act("somebody", None, NOW, key, fingerprint)


def test_the_same_command_again_records_nothing_and_gets_the_first_answer() -> None:
    with Ledger(MEMORY_ENV) as ledger:
        first, again = ledger.perform(act(), identity()), ledger.perform(act(), identity())
        assert (again.stream, again.events) == (first.stream, first.events)
        assert (first.repeated, again.repeated) == (False, True)
        assert len(ledger.history("identity-1")) == 1


def test_a_key_stands_for_one_request() -> None:
    with Ledger(MEMORY_ENV) as ledger:
        ledger.perform(act(), identity())
        with pytest.raises(KeyReused):
            ledger.perform(act(fingerprint="another request"), identity("person-2"))


def test_a_conflict_after_a_lost_acknowledgement_is_answered_as_the_success_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Ledger(MEMORY_ENV) as ledger:
        insert = ledger.recorder.insert_events

        def insert_and_conflict(*events: Any, **more: Any) -> None:
            insert(*events, **more)
            raise IntegrityError

        monkeypatch.setattr(ledger.recorder, "insert_events", insert_and_conflict)
        outcome = ledger.perform(act(), identity())
        assert (outcome.stream.version, len(outcome.events)) == (1, 1)


def test_nothing_but_the_ledger_saves() -> None:
    savers = [
        str(path.relative_to(SOURCE))
        for path, text in modules("domain", "application", "interfaces")
        if re.search(r"\.insert_events\(|\b(ledger|self)\.save\(", text)
    ]
    # The recorder of partitions hands on to a database what a ledger saves.
    assert savers == ["application/ledger.py", "interfaces/partitions/recorder.py"]


# 0007 The table lock gives the order


def test_a_ledger_does_not_start_with_database_functions() -> None:
    with pytest.raises(UnsafeConfiguration):
        Ledger({**MEMORY_ENV, "POSTGRES_ENABLE_DB_FUNCTIONS": "y"})


def test_no_function_inserts_events_before_it_has_locked_them() -> None:
    inserting = [
        body
        for path in (SOURCE / "interfaces/postgres/migrations").glob("*.sql")
        for body in re.findall(r"CREATE FUNCTION.*?\$\$;", path.read_text(), flags=re.DOTALL)
        if "INSERT INTO public.ledger_events" in body
    ]
    assert len(inserting) == 1
    lock = "BEGIN\n    LOCK TABLE public.ledger_events IN EXCLUSIVE MODE;"
    assert inserting[0].index(lock) < inserting[0].index("INSERT INTO")


# 0008 Policies act exactly once


class Forgetful:
    """Keeps no position, so that every event is seen again at each round."""

    def policies_position(self) -> int:
        return 0

    def set_policies_position(self, position: int) -> None:
        del position


def test_a_policy_that_sees_an_event_again_records_nothing_again() -> None:
    def react(event: Recorded) -> list[Step]:
        if event.stream != "identity-1":
            return []
        bind = BindIdentity(PartyId("party-2"), PersonId("person-2"))
        return [Step(IDENTITY, "identity-2", bind)]

    with Ledger(MEMORY_ENV) as ledger:
        ledger.perform(act(), identity())
        runner = PolicyRunner(ledger, Forgetful(), [Policy("when-bound-bind-another", react)])
        runner.advance(10)
        runner.advance(10)
        assert len(ledger.history("identity-2")) == 1


# 0009 A follower of our own


def test_nothing_follows_with_the_librarys_runner() -> None:
    followers = [
        path.name
        for path, text in modules("application", "interfaces")
        if re.search(r"eventsourcing\.(projection|system)|ProjectionRunner", text)
    ]
    assert followers == []


# 0010 What falls due is recorded


def test_no_rule_no_use_case_and_no_view_reads_a_clock() -> None:
    clocks = re.compile(r"datetime\.now|utcnow|date\.today|time\.time|monotonic")
    readers = [path.name for path, text in modules("domain", "application") if clocks.search(text)]
    assert readers == []


# 0011 Synchronous endpoints; keys and versions

RECORDS_NO_FACT = {
    *("checkTerms", "compareTerms", "importTerms", "invitePasskey", "cosignCheckpoint"),
    *("readNotifications", "setNotificationWishes", "redeliverWebhook"),
    *("openCalendarAddress", "closeCalendarAddress"),
}
FITS_ANY_VERSION = {
    *("registerParty", "inviteToRelationship", "offerService"),
    *("openRequirements", "openNegotiation"),
    "assessRequirement",
    *("addWebhook", "testWebhook"),
    *("comment", "handInMeasurements", "openDispute", "callReview", "beginPlan"),
    *("issueDocument", "beginSigningDocument", "signDocument", "archiveDocument"),
}
"""What begins something new, or holds whatever was recorded meanwhile."""


def test_endpoints_are_synchronous() -> None:
    made = (found.original_route for found in iter_route_contexts(routed().routes))
    endpoints = [route.endpoint for route in made if isinstance(route, APIRoute)]
    assert endpoints
    written = [inspect.unwrap(one) for one in endpoints]  # some are tried on the loop first
    assert [one for one in written if inspect.iscoroutinefunction(one)] == []


def test_what_records_takes_a_key_and_what_changes_takes_a_version() -> None:
    taken = {
        operation["operationId"]: {parameter["name"] for parameter in operation["parameters"]}
        for path in description()["paths"].values()
        for method, operation in path.items()
        if method in {"post", "put", "delete"} and operation["operationId"] not in RECORDS_NO_FACT
    }
    assert [name for name, headers in taken.items() if "Idempotency-Key" not in headers] == []
    assert {
        name for name, headers in taken.items() if "If-Match" not in headers
    } == FITS_ANY_VERSION


# 0013 One canonical form


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda p: p.stem)
def test_our_canonical_json_is_that_of_rfc_8785(path: Path) -> None:
    terms = check_file(path).terms
    assert terms is not None
    assert terms.canonical() == rfc8785.dumps(terms.document())
    assert type(terms).model_validate_json(terms.canonical()).digest == terms.digest


# 0023 The parties sign

NEVER_IN_THE_SERVICE = ("PrivateKey", "load_pem", "signing_tool", ".sign_detached(")


def test_the_service_neither_holds_nor_uses_a_partys_private_key() -> None:
    # The signer's and the document seal's keys are the service's own, beside these rooms.
    rooms = [SOURCE / "domain", SOURCE / "application", SOURCE / "interfaces" / "http"]
    named = {
        (str(path.relative_to(SOURCE)), word)
        for room in rooms
        for path in room.rglob("*.py")
        for word in NEVER_IN_THE_SERVICE
        if word in path.read_text(encoding="utf-8")
    }
    assert named == set()


# 0015 As-of


def version(number: int, effective: datetime, recorded: datetime) -> VersionRow:
    terms = simple_terms()
    return VersionRow(
        contract=CONTRACT,
        relationship=RELATIONSHIP,
        version=number,
        effective_from=effective,
        recorded_at=recorded,
        negotiation="negotiation",
        offer="offer",
        terms_digest=terms.digest,
        terms=terms.document(),
    )


def promises(*versions: VersionRow) -> Promises:
    rows, spans = MemoryRows(ContractVersions()), MemoryRows(ContractSpans())
    for row in versions:
        rows.put(row)
    spans.put(
        SpanRow(
            contract=CONTRACT,
            relationship=RELATIONSHIP,
            known_since=1,
            begins_at=NOW,
            term_ends_at=None,
            ending_at=None,
            recorded_at=NOW,
        )
    )
    return Promises(rows, spans)


def test_the_greatest_version_that_is_recorded_and_effective_governs() -> None:
    days = [NOW + timedelta(days=day) for day in range(10)]
    asked = promises(
        version(1, days[0], days[0]), version(2, days[6], days[2]), version(3, days[4], days[3])
    )

    def governs(at: datetime, known_at: datetime) -> int:
        return asked.as_of(CONTRACT, at, known_at).version.version

    assert governs(days[7], days[1]) == 1
    assert governs(days[7], days[2]) == 2
    assert governs(days[7], days[9]) == 3
    assert governs(days[5], days[2]) == 1
    assert governs(days[5], days[9]) == 3
    assert governs(days[3], days[9]) == 1


# 0002 Three rooms


def test_only_the_composition_root_opens_the_database() -> None:
    openers = [
        str(path.relative_to(SOURCE))
        for path, text in modules("application", "interfaces")
        if any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in {"PostgresViewStore", "ledger_env"}
            for node in ast.walk(ast.parse(text))
        )
    ]
    assert openers == ["interfaces/composition.py"]
