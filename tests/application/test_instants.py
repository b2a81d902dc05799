"""A fact is recorded no earlier than what it follows from, and judged at that very instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from application.instants import SIGNED, last_signed
from application.ledger import Act, Ledger, Step
from domain.decider import Refused
from domain.negotiation.commands import AcceptOffer, Comment, MakeProposal, OpenNegotiation
from domain.negotiation.facts import NewAgreement
from domain.negotiation.negotiation import NEGOTIATION
from ledgers import FILE, OTHER_FILE, act, note
from negotiations import ADA, BO, CLIENT, FIRST, NOW, PROVIDER, VALID_UNTIL

TABLE = "relationship-one/negotiation-one"
LATER = VALID_UNTIL + timedelta(days=1)


def by(person: str, key: str, at: Any) -> Act:
    return Act(person, "party-northwind", at, key)


def step(command: Any) -> Step:
    return Step(NEGOTIATION, TABLE, command)


def opened(ledger: Ledger, at: Any) -> None:
    opening = OpenNegotiation(NewAgreement(), CLIENT, "Order management")
    ledger.perform(by(BO, "opened", at), step(opening))


class TestAClockThatIsBehindTheRecord:
    def test_does_not_date_a_fact_before_the_one_it_follows(self, ledger: Ledger) -> None:
        opened(ledger, LATER)
        said = ledger.perform(by(ADA, "said", NOW), step(Comment("comment-1", PROVIDER, "hello")))
        assert [event.at for event in said.events] == [LATER]

    def test_judges_by_the_instant_that_is_recorded(self, ledger: Ledger) -> None:
        opened(ledger, LATER)
        with pytest.raises(Refused) as refusal:
            ledger.perform(by(ADA, "offered", NOW), step(MakeProposal(FIRST, NOW)))
        assert "valid" in refusal.value.because

    def test_leaves_alone_what_it_does_not_follow_from(self, ledger: Ledger) -> None:
        first, other = act("k1"), replace(act("k2"), at=act("k2").at - timedelta(hours=3))
        ledger.perform(first, note("early"))
        (fact,) = ledger.perform(other, note("elsewhere", stream=OTHER_FILE)).events
        assert fact.at == other.at


class TestWhatWasLookedUpElsewhere:
    def test_is_not_later_than_what_was_decided_by_it(self, ledger: Ledger) -> None:
        since = act("k1").at + timedelta(hours=3)
        outcome = ledger.perform(act("k1"), replace(note("hello"), since=since))
        assert [event.at for event in outcome.events] == [since]
        assert ledger.load(note("").decider, FILE).at == since

    def test_dates_nothing_back(self, ledger: Ledger) -> None:
        earlier = act("k1").at - timedelta(hours=3)
        outcome = ledger.perform(act("k1"), replace(note("hello"), since=earlier))
        assert [event.at for event in outcome.events] == [act("k1").at]


class TestWhatSomebodySigned:
    def test_is_found_by_person_whatever_they_did_since(self, ledger: Ledger) -> None:
        opened(ledger, NOW)
        ledger.perform(by(ADA, "offered", NOW), step(MakeProposal(FIRST, NOW)))
        at = NOW + timedelta(hours=1)
        accepting = AcceptOffer(FIRST.id, FIRST.terms_digest, CLIENT, at)
        ledger.perform(by(BO, "accepted", at), step(accepting))
        later = at + timedelta(hours=1)
        ledger.perform(by(BO, "said", later), step(Comment("comment-1", CLIENT, "done")))
        assert last_signed(ledger, BO) == at
        assert last_signed(ledger, ADA) is None
        kinds = [type(event.fact).__name__ for event in ledger.acts_of(BO, SIGNED)]
        assert kinds == ["OfferAccepted"]
