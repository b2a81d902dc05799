"""An inbox: what waits for whom, the soonest first, a page at a time, and for nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from application.access import Principal
from application.desk import Desk
from application.inbox import Inbox, Inboxes, Part
from application.ledger import Ledger
from application.projections.base import ViewStore
from application.projections.due_dates import DueDates, DueKind, DueRow
from application.projections.due_rows import COSTLY
from application.projections.open_matters import MatterKind, OpenMatter, OpenMatters
from domain.bills.facts import (
    BillCancelled,
    BillContested,
    BillCorrected,
    BillFact,
    BillRecorded,
    ContestWithdrawn,
)
from domain.parties.facts import Role
from domain.values.ids import PartyId
from histories import (
    ALPINE,
    AUDITOR,
    CLAIMED,
    CLIENT,
    CONCLUDED,
    CONTRACT,
    DISPUTED,
    FIRST_DAY,
    LAST_DAY,
    NORTHWIND,
    OFFERS,
    PEOPLE,
    PROVIDER,
    REVIEWED,
    SETTLED,
    SIGNATURES,
    Fact,
    positioned,
    save,
)
from interfaces.clock import new_uuid7
from interfaces.memory.recorder import MEMORY_ENV
from interfaces.web.agenda.waiting import ACTING

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BILLS = f"{CONTRACT}/bills"
LIVED = [*PEOPLE, *OFFERS, *CONCLUDED, *SETTLED, *CLAIMED, *DISPUTED, *REVIEWED]


def inbox(store: ViewStore, facts: list[Fact], party: PartyId, *roles: Role) -> Inbox:
    """Return the inbox of somebody of a party after a history."""
    for projection in (DueDates(), OpenMatters()):
        store.advance(projection, positioned(facts))
    ledger = Ledger(MEMORY_ENV)
    save(ledger, facts)
    principal = Principal("identity-1", None, party, frozenset(roles or (Role.NEGOTIATOR,)))
    return Inboxes(Desk(ledger, new_uuid7), store).of(principal, NOW)


def parts(found: Inbox) -> dict[str, list[str | None]]:
    """Return what is in an inbox: in each part that holds something, the kinds."""
    kinds = {str(part): [one.row.kind for one in found.part(part, 100)] for part in Part}
    return {part: [str(kind) for kind in each] for part, each in kinds.items() if each}


def test_an_offer_is_in_the_inbox_of_each_side_and_in_another_part(store: ViewStore) -> None:
    facts = [*PEOPLE, *OFFERS]
    assert parts(inbox(store, facts, NORTHWIND)) == {
        "yours": ["negotiation"],
        "due": ["offer-expires"],
    }
    assert parts(inbox(store, facts, ALPINE)) == {
        "theirs": ["negotiation"],
        "due": ["offer-expires"],
    }


def test_whoever_has_signed_waits_for_the_other(store: ViewStore) -> None:
    facts = [*PEOPLE, *OFFERS, *SIGNATURES[:3]]
    assert parts(inbox(store, facts, NORTHWIND))["sign"] == ["negotiation"]
    assert parts(inbox(store, facts, ALPINE))["theirs"] == ["negotiation"]


def test_what_is_over_is_in_nobodys_inbox(store: ViewStore) -> None:
    facts = [*PEOPLE, *OFFERS, *SIGNATURES]
    assert parts(inbox(store, facts, NORTHWIND)) == parts(inbox(store, facts, ALPINE)) == {}


def test_a_claim_is_at_risk_for_the_side_that_has_to_answer(store: ViewStore) -> None:
    facts = [*PEOPLE, *CONCLUDED, *SETTLED, *CLAIMED]
    assert parts(inbox(store, facts, NORTHWIND))["risk"] == ["claim-answer-due"]
    theirs = parts(inbox(store, facts, ALPINE))
    assert "risk" not in theirs
    assert "claim-answer-due" in theirs["due"]


BILL = "bill-1"
CONTESTED: list[Fact] = [
    (
        BILLS,
        BillRecorded(
            *(BILL, PROVIDER, "monthly-fee", FIRST_DAY, LAST_DAY),
            *(Decimal("11500.00"), "EUR", "R-2026-01"),
        ),
    ),
    (BILLS, BillContested(BILL, CLIENT, "storage is on it twice")),
]


def test_a_contested_bill_is_at_risk_for_the_side_that_recorded_it(store: ViewStore) -> None:
    facts = [*PEOPLE, *CONTESTED]
    theirs = inbox(store, facts, NORTHWIND)
    (one,) = theirs.part(Part.RISK, 100)
    assert isinstance(one.row, OpenMatter)
    assert (one.row.kind, one.row.awaits) == (MatterKind.CONTESTED_BILL, "provider")
    assert one.row.about == "storage is on it twice"
    assert parts(theirs) == {"risk": ["contested-bill"]}
    assert parts(inbox(store, facts, ALPINE)) == {"theirs": ["contested-bill"]}


@pytest.mark.parametrize(
    "answer",
    [
        ContestWithdrawn(BILL, CLIENT),
        BillCorrected(BILL, PROVIDER, Decimal("11000.00"), "R-2026-01a", "you are right"),
        BillCancelled(BILL, PROVIDER, "never sent"),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_an_answered_bill_waits_for_nobody(store: ViewStore, answer: BillFact) -> None:
    facts = [*PEOPLE, *CONTESTED, (BILLS, answer)]
    assert parts(inbox(store, facts, NORTHWIND)) == parts(inbox(store, facts, ALPINE)) == {}


def test_of_several_bills_each_waits_for_itself(store: ViewStore) -> None:
    second = BillContested("bill-2", PROVIDER, "not this much")
    facts = [*PEOPLE, *CONTESTED, (BILLS, second), (BILLS, BillCancelled(BILL, PROVIDER, "so"))]
    assert parts(inbox(store, facts, ALPINE)) == {"risk": ["contested-bill"]}
    assert parts(inbox(store, facts, NORTHWIND)) == {"theirs": ["contested-bill"]}


@pytest.mark.parametrize("party", [AUDITOR, PartyId("party-stranger")])
def test_whoever_stands_on_no_side_finds_nothing(store: ViewStore, party: PartyId) -> None:
    assert parts(inbox(store, LIVED, party, Role.AUDITOR, Role.NEGOTIATOR)) == {}


def test_whoever_has_no_role_finds_nothing(store: ViewStore) -> None:
    found = inbox(store, LIVED, NORTHWIND)
    assert parts(found)
    principal = Principal("identity-1", None, NORTHWIND, frozenset())
    nobody = Inboxes(Desk(Ledger(MEMORY_ENV), new_uuid7), store).of(principal, NOW)
    assert parts(nobody) == {}


@pytest.mark.parametrize("part", [Part.RISK, Part.DUE])
def test_a_part_of_two_lists_is_read_a_page_at_a_time_in_one_order(
    store: ViewStore, part: Part
) -> None:
    found = inbox(store, LIVED, NORTHWIND)
    whole = [one.cursor for one in found.part(part, 100)]
    assert len(whole) > 2
    assert all(one < other for one, other in pairwise(whole))
    read: list[tuple[str, str]] = []
    while page := found.part(part, 1, read[-1] if read else None):
        read += [one.cursor for one in page]
    assert read == whole


def test_of_the_due_dates_those_up_to_an_instant_are_read(store: ViewStore) -> None:
    found = inbox(store, LIVED, NORTHWIND)
    until = NOW + timedelta(days=14)
    soon = [one.row for one in found.part(Part.DUE, 100, until=until)]
    dates = [row.due for row in soon if isinstance(row, DueRow)]
    assert dates == sorted(date for date in dates if date and date <= until)
    assert 0 < len(dates) < len(found.part(Part.DUE, 100))


def test_of_everything_costly_it_is_known_who_may_act() -> None:
    assert ACTING.keys() >= COSTLY
    assert {DueKind(kind) for kind in ACTING if kind in set(DueKind)} == COSTLY
