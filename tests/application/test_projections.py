"""Every view, in memory and on PostgreSQL: the rows events lead to, however they arrive."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from application.follower import Follower
from application.ledger import Ledger
from application.policies.base import PolicyRunner
from application.projections.audit_trail import AuditTrail
from application.projections.base import SERVICE, SHARED, Projection, Query, R, ViewStore
from application.projections.contracts import ContractRegister, ContractSpans, ContractVersions
from application.projections.due_dates import DueDates, DueKind
from application.projections.negotiation_board import NegotiationBoard
from application.projections.relationships import Relationships
from application.projections.requirements_board import RequirementsBoard
from application.projections.service_catalogue import ServiceCatalogue
from domain.contract.standing import begins_at, ends_at
from domain.negotiation.facts import OfferRejected, RejectionReason
from domain.relationships.facts import RelationshipEnded
from domain.requirements.facts import RequirementsReopened
from domain.services.facts import ServiceRetired
from histories import (
    ADA,
    ALPINE,
    AMENDED,
    AUDITOR,
    CATALOGUE,
    CLIENT,
    CONCLUDED,
    CONTRACT,
    COULD,
    ENDED,
    EVERYTHING,
    IN_FORCE,
    JANUARY,
    LAST_INSTANT,
    LATE_NOTICE,
    MEASURED,
    MUST,
    NEGOTIATION,
    NORTHWIND,
    NOTICE,
    OFFERING,
    OFFERS,
    PEOPLE,
    POSITION,
    PROVIDER,
    RELATIONSHIP,
    REQUIREMENTS,
    SECOND,
    SHEET,
    SIGNATURES,
    SINCE_MARCH,
    TERMS,
    VALID_UNTIL,
    WITHDRAWN,
    Fact,
    minute,
    positioned,
    save,
)
from interfaces.composition import projections
from interfaces.memory.recorder import MEMORY_ENV
from interfaces.memory.views import MemoryViewStore

EVERYBODY = (SHARED, SERVICE, PROVIDER, CLIENT, NORTHWIND, ALPINE)


def every_projection() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("projection", projections().all(), ids=lambda one: one.name)


def rows(store: ViewStore, projection: Projection[R], **query: Any) -> list[R]:
    """Return a view's rows, those it keeps for itself among them unless asked otherwise."""
    everything = not {"relationship", "stream"} & query.keys()
    asked = Query(**{"audiences": EVERYBODY, "limit": 1000, "everybodys": everything, **query})
    return store.view(projection).find(asked)


def folded(store: ViewStore, projection: Projection[R], facts: list[Fact]) -> list[R]:
    """Return the rows that a history leads to."""
    store.advance(projection, positioned(facts))
    return rows(store, projection)


class TestEveryView:
    @every_projection()
    def test_has_the_same_rows_wherever_it_is_kept(
        self, store: ViewStore, projection: Projection[Any]
    ) -> None:
        expected = folded(MemoryViewStore(), projection, EVERYTHING)
        assert expected
        assert folded(store, projection, EVERYTHING) == expected

    @every_projection()
    def test_comes_to_the_same_rows_event_by_event(
        self, store: ViewStore, projection: Projection[Any]
    ) -> None:
        for event in positioned(EVERYTHING):
            store.advance(projection, [event])
        assert rows(store, projection) == folded(MemoryViewStore(), projection, EVERYTHING)

    @every_projection()
    def test_is_not_changed_by_a_batch_that_comes_twice(
        self, store: ViewStore, projection: Projection[Any]
    ) -> None:
        events = positioned(EVERYTHING)
        for begin in range(0, len(events), 5):
            batch = events[begin : begin + 5]
            store.advance(projection, batch)
            before, position = rows(store, projection), store.position(projection)
            store.advance(projection, batch)
            assert rows(store, projection) == before
            assert store.position(projection) == position == batch[-1].position

    @every_projection()
    def test_rebuilt_equals_what_it_was(
        self, store: ViewStore, projection: Projection[Any]
    ) -> None:
        with Ledger(MEMORY_ENV) as ledger:
            save(ledger, EVERYTHING)
            tracking = MemoryViewStore()
            follower = Follower(ledger, store, [projection], PolicyRunner(ledger, tracking, []))
            follower.catch_up()
            before, told = rows(store, projection), list[tuple[int, int]]()
            applied = follower.rebuild([projection], lambda *progress: told.append(progress))
            assert rows(store, projection) == before
            assert (applied, told[-1]) == (len(EVERYTHING), (ledger.head(), ledger.head()))
            assert store.position(projection) == ledger.head()

    @every_projection()
    def test_of_an_older_version_is_renewed_beside_the_old_rows(
        self, store: ViewStore, projection: Projection[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Ledger(MEMORY_ENV) as ledger:
            save(ledger, EVERYTHING)
            follower = Follower(
                ledger, store, [projection], PolicyRunner(ledger, MemoryViewStore(), [])
            )
            follower.catch_up()
            before = rows(store, projection)
            monkeypatch.setattr(projection, "version", projection.version + 1)
            assert store.is_outdated(projection)
            follower.renew()
            assert not store.is_outdated(projection)
            assert store.position(projection) == ledger.head()
            assert rows(store, projection) == before

    @every_projection()
    def test_of_an_older_version_is_built_anew(
        self, store: ViewStore, projection: Projection[Any], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = folded(store, projection, EVERYTHING)
        monkeypatch.setattr(projection, "version", projection.version + 1)
        assert store.position(projection) == 0
        assert folded(store, projection, EVERYTHING) == before

    @every_projection()
    def test_reads_on_after_a_row_in_both_directions(
        self, store: ViewStore, projection: Projection[Any]
    ) -> None:
        expected = folded(store, projection, EVERYTHING)
        for descending in (False, True):
            read: list[Any] = []
            after = None
            while page := rows(store, projection, limit=1, after=after, descending=descending):
                read += page
                place = projection.place(page[0])
                after = (place.sort, place.key)
            assert read == (expected[::-1] if descending else expected)


class TestTheAuditTrail:
    def test_holds_every_fact_of_a_relationship_in_order(self, store: ViewStore) -> None:
        trail = folded(store, AuditTrail(), EVERYTHING)
        shared = [fact for fact in EVERYTHING if fact[0].startswith(RELATIONSHIP)]
        assert [(row.stream, row.name) for row in trail] == [
            (stream, type(fact).__name__) for stream, fact in shared
        ]
        assert (trail[0].by, trail[0].party, trail[0].at) == (ADA, NORTHWIND, minute(2))
        assert trail[0].fact["purpose"] == "hosting"

    def test_keeps_a_private_fact_for_its_side(self, store: ViewStore) -> None:
        folded(store, AuditTrail(), EVERYTHING)
        private = rows(store, AuditTrail(), audiences=(PROVIDER,))
        assert [row.stream for row in private] == [POSITION]
        assert rows(store, AuditTrail(), audiences=(CLIENT,)) == []
        assert POSITION not in {
            row.stream for row in rows(store, AuditTrail(), audiences=(SHARED,))
        }

    def test_can_be_searched_by_stream_and_name(self, store: ViewStore) -> None:
        folded(store, AuditTrail(), EVERYTHING)
        found = rows(store, AuditTrail(), stream=CONTRACT, matching=(("name", "ContractAmended"),))
        assert [row.version for row in found] == [3]


class TestRelationships:
    def test_are_found_by_both_sides_and_the_auditor(self, store: ViewStore) -> None:
        folded(store, Relationships(), PEOPLE)
        for party, seat in ((NORTHWIND, "provider"), (ALPINE, "client"), (AUDITOR, "auditor")):
            (row,) = rows(store, Relationships(), stream=party)
            assert (row.seat, row.status, row.version) == (seat, "joined", 3)

    def test_are_over_for_everybody_when_they_end(self, store: ViewStore) -> None:
        folded(store, Relationships(), [*PEOPLE, (RELATIONSHIP, RelationshipEnded(CLIENT, "so"))])
        assert {row.status for row in rows(store, Relationships())} == {"ended"}


class TestTheServiceCatalogue:
    def test_shows_what_is_on_offer_now(self, store: ViewStore) -> None:
        (row,) = folded(store, ServiceCatalogue(), CATALOGUE)
        assert (row.offering, row.party, row.status, row.version) == (
            OFFERING,
            NORTHWIND,
            "offered",
            7,
        )
        assert [(level.level, str(level.promise)) for level in row.levels] == [
            ("level-gold", "at least 99.5 %")
        ]
        assert row.dependencies == ("dependency-network",)

    def test_offers_nothing_of_a_retired_service(self, store: ViewStore) -> None:
        (row,) = folded(
            store, ServiceCatalogue(), [*CATALOGUE, (OFFERING, ServiceRetired("replaced"))]
        )
        assert (row.status, row.levels) == ("retired", ())


class TestTheRequirementsBoard:
    def test_counts_by_need_and_by_answer(self, store: ViewStore) -> None:
        (row,) = folded(store, RequirementsBoard(), SHEET)
        assert (row.title, row.engineer, row.status, row.baseline) == (
            "Orders",
            ADA,
            "baselined",
            1,
        )
        assert set(row.items) == {MUST, COULD}
        assert row.by_priority() == {"could": 1, "must": 1}
        assert row.by_answer() == {"infeasible": 1, "matched": 1}

    def test_is_open_again_after_reopening(self, store: ViewStore) -> None:
        again = (REQUIREMENTS, RequirementsReopened(2, "nights matter"))
        (row,) = folded(store, RequirementsBoard(), [*SHEET, again])
        assert (row.status, row.baseline, row.digest) == ("open", None, None)

    def test_of_a_requirement_stated_anew_knows_no_answer(self, store: ViewStore) -> None:
        (row,) = folded(store, RequirementsBoard(), [*SHEET, SHEET[2]])
        assert row.by_answer() == {"infeasible": 1, "open": 1}


class TestTheNegotiationBoard:
    def test_shows_the_offer_on_the_table_and_whose_move_it_is(self, store: ViewStore) -> None:
        (row,) = folded(store, NegotiationBoard(), OFFERS)
        assert (row.status, row.turn, row.offers, row.comments) == ("open", PROVIDER, 2, 1)
        assert row.tabled is not None
        assert (row.tabled.id, row.tabled.by, row.version) == (SECOND, CLIENT, 4)

    def test_clears_the_table_after_a_rejection(self, store: ViewStore) -> None:
        rejected = OfferRejected(SECOND, PROVIDER, RejectionReason.PRICE, "too little")
        (row,) = folded(store, NegotiationBoard(), [*OFFERS, (NEGOTIATION, rejected)])
        assert (row.tabled, row.turn, row.status) == (None, None, "open")

    def test_awaits_the_missing_signature(self, store: ViewStore) -> None:
        (row,) = folded(store, NegotiationBoard(), [*OFFERS, *SIGNATURES[:3]])
        assert (row.status, row.turn, row.signed) == ("awaiting-signatures", PROVIDER, (CLIENT,))
        assert row.sign_by == VALID_UNTIL

    def test_is_done_when_both_have_signed(self, store: ViewStore) -> None:
        (row,) = folded(store, NegotiationBoard(), [*OFFERS, *SIGNATURES])
        assert (row.status, row.turn, row.version) == ("concluded", None, 9)


class TestTheContractRegister:
    def test_shows_how_a_contract_stands(self, store: ViewStore) -> None:
        (row,) = folded(store, ContractRegister(), [*CONCLUDED, *IN_FORCE])
        assert (row.contract, row.status, row.version) == (CONTRACT, "in-force", 2)
        assert (row.terms_digest, row.declined) == (AMENDED.digest, (CLIENT,))
        assert (row.begins_at, row.ends_at) == (begins_at(TERMS), ends_at(AMENDED))

    def test_shows_an_early_end_on_its_way_and_that_it_came(self, store: ViewStore) -> None:
        (row,) = folded(store, ContractRegister(), [*CONCLUDED, *IN_FORCE, *NOTICE])
        assert (row.status, row.ending_at, row.ground) == ("in-force", LAST_INSTANT, "convenience")
        (row,) = folded(store, ContractRegister(), [*CONCLUDED, *IN_FORCE, *NOTICE, *ENDED])
        assert (row.status, row.ends_at, row.ending_at) == ("ended", LAST_INSTANT, None)


class TestContractVersions:
    def test_keep_since_when_they_govern_and_since_when_that_is_known(
        self, store: ViewStore
    ) -> None:
        first, second = folded(store, ContractVersions(), [*CONCLUDED, *IN_FORCE])
        assert (first.effective_from, first.recorded_at) == (begins_at(TERMS), minute(1))
        assert (second.effective_from, second.recorded_at) == (SINCE_MARCH, minute(3))
        assert (first.terms, second.terms) == (TERMS.document(), AMENDED.document())


class TestContractSpans:
    def test_keep_every_end_that_was_ever_known(self, store: ViewStore) -> None:
        folded(store, ContractSpans(), [*CONCLUDED, *IN_FORCE, *NOTICE, *WITHDRAWN])
        spans = rows(store, ContractSpans(), stream=CONTRACT, audiences=(SHARED,))
        assert [(span.known_since, span.ends_at) for span in spans] == [
            (1, ends_at(TERMS)),
            (3, ends_at(TERMS)),
            (5, LAST_INSTANT),
            (6, ends_at(TERMS)),
        ]

    def test_a_notice_ends_a_contract_earlier_and_never_later(self, store: ViewStore) -> None:
        folded(store, ContractSpans(), [*CONCLUDED, *LATE_NOTICE])
        spans = rows(store, ContractSpans(), stream=CONTRACT, audiences=(SHARED,))
        assert [span.ends_at for span in spans] == [ends_at(TERMS), ends_at(TERMS)]


def due(store: ViewStore, facts: list[Fact]) -> dict[str, Any]:
    """Return what falls due after a history."""
    folded(store, DueDates(), facts)
    found = store.next_due(DueDates(), LAST_INSTANT.replace(year=2040), 100)
    return {str(row.kind): row.due for row in found if row.kind is not DueKind.REPORT_DUE}


def reports(store: ViewStore, facts: list[Fact]) -> list[tuple[Any, ...]]:
    """Return the reports that a history leaves due."""
    folded(store, DueDates(), facts)
    found = store.next_due(DueDates(), LAST_INSTANT.replace(year=2040), 100)
    return [(one.subject, one.due) for one in found if one.kind is DueKind.REPORT_DUE]


class TestDueDates:
    def test_an_invitation_is_due_until_it_is_answered(self, store: ViewStore) -> None:
        assert due(store, PEOPLE[:2]) == {DueKind.INVITATION_LAPSES: VALID_UNTIL}
        assert due(store, PEOPLE) == {}

    def test_an_offer_is_due_until_it_is_answered(self, store: ViewStore) -> None:
        assert due(store, OFFERS) == {DueKind.OFFER_EXPIRES: VALID_UNTIL}
        assert due(store, [*OFFERS, *SIGNATURES[:2]]) == {DueKind.SIGNING_PERIOD_ENDS: VALID_UNTIL}
        assert due(store, [*OFFERS, *SIGNATURES]) == {}

    def test_a_contract_begins_and_ends(self, store: ViewStore) -> None:
        begins, ends = begins_at(TERMS), ends_at(TERMS)
        assert due(store, CONCLUDED) == {
            DueKind.CONTRACT_BEGINS: begins,
            DueKind.CONTRACT_ENDS: ends,
        }

    def test_a_contract_in_force_begins_no_more_whatever_follows(self, store: ViewStore) -> None:
        for event in positioned([*CONCLUDED, *IN_FORCE]):
            store.advance(DueDates(), [event])
        assert due(store, [*CONCLUDED, *IN_FORCE]) == {DueKind.CONTRACT_ENDS: ends_at(AMENDED)}

    def test_a_notice_moves_the_end(self, store: ViewStore) -> None:
        history = [*CONCLUDED, *IN_FORCE, *NOTICE]
        assert due(store, history) == {DueKind.CONTRACT_ENDS: LAST_INSTANT}
        assert due(store, [*history, *WITHDRAWN]) == {DueKind.CONTRACT_ENDS: ends_at(TERMS)}

    def test_a_late_notice_does_not_move_it(self, store: ViewStore) -> None:
        assert due(store, [*CONCLUDED, *IN_FORCE, *LATE_NOTICE]) == {
            DueKind.CONTRACT_ENDS: ends_at(TERMS)
        }

    def test_nothing_of_an_ended_contract_is_due_but_reports(self, store: ViewStore) -> None:
        assert due(store, [*CONCLUDED, *IN_FORCE, *NOTICE, *ENDED]) == {}
        assert {row.kind for row in rows(store, DueDates())} == {DueKind.REPORT_DUE, None}

    def test_come_up_when_their_time_has_come(self, store: ViewStore) -> None:
        begins = begins_at(TERMS)
        folded(store, DueDates(), CONCLUDED)
        assert [row.kind for row in store.next_due(DueDates(), begins, 10)] == [
            DueKind.CONTRACT_BEGINS
        ]
        assert store.next_due(DueDates(), begins.replace(year=2025), 10) == []

    def test_the_first_period_of_each_objective_is_due_until_it_is_closed(
        self, store: ViewStore
    ) -> None:
        # No report was agreed, so the period is looked at as soon as it is over.
        february = (f"availability {JANUARY.ends:%Y-%m-%d}", datetime(2026, 3, 1, tzinfo=UTC))
        assert reports(store, CONCLUDED) == [("availability 2026-01-01", JANUARY.ends)]
        assert reports(store, [*CONCLUDED, *IN_FORCE, *MEASURED]) == [february]

    def test_the_last_period_is_due_after_the_contract_has_ended(self, store: ViewStore) -> None:
        assert reports(store, [*CONCLUDED, *IN_FORCE, *MEASURED, *NOTICE, *ENDED]) == [
            ("availability 2026-02-01", datetime(2026, 3, 1, tzinfo=UTC))
        ]
