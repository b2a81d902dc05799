"""Installations to measure on: two parties who know each other, and as much history as asked for.

Histories are recorded as facts, many at once: deciding every step would only take longer.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from application.access import Principal
from application.desk import Request
from application.directory import identity_stream
from application.recorded import Recorded
from application.registering import Organisation, Person
from domain.contract.facts import ContractAmended, ContractCameIntoForce, ContractConcluded
from domain.contract.standing import begins_at, ends_at
from domain.negotiation.facts import CommentMade, NegotiationOpened, NewAgreement
from domain.parties.facts import Role
from domain.relationships.facts import RelationshipInvited, RelationshipJoined
from domain.terms.agreement import AgreementTerms
from domain.values.ids import NegotiationId, OfferId, PartyId
from domain.values.sides import Side
from interfaces.composition import House, open_house
from interfaces.files.terms import check_file
from interfaces.identity.development_issuer import ISSUER
from interfaces.postgres.embedded import EmbeddedPostgres
from interfaces.postgres.migrate import migrate

EXAMPLES: Final = Path(__file__).parents[1] / "examples"
SUBJECT: Final = "client-negotiator"
SETTINGS: Final = {"max_connections": "400"}
"""Several sides keep their connections open at once, with as many as 64 callers each."""
CHUNK: Final = 500
"""How many made-up events are saved at once."""


@dataclass(frozen=True)
class World:
    """One installation on a database of its own, and the relationship it is about.

    ``SUBJECT`` signs in as the client's negotiator.
    """

    conninfo: str
    house: House
    relationship: str
    provider: PartyId
    client: PartyId
    terms: tuple[AgreementTerms, AgreementTerms]
    """Two versions of one agreement that are in force now, for amendments to alternate between."""

    def contract(self, events: int) -> str:
        """Make up a contract in force with this many events, all but two of them amendments."""
        stream = self.house.desk.new("contract", self.relationship)
        self._record(self._life(stream, events))
        return stream

    def others(self, contracts: int) -> None:
        """Make up other contracts in force; every second one between the same two parties."""
        new = self.house.desk.new
        homes = (
            self.relationship if number % 2 else new("relationship") for number in range(contracts)
        )
        streams = (new("contract", home) for home in homes)
        self._record(event for stream in streams for event in self._life(stream, 2))

    def negotiation(self, events: int) -> str:
        """Make up an open negotiation with this many events, all but one of them comments."""
        stream = self.house.desk.new("negotiation", self.relationship)
        opened = NegotiationOpened(NewAgreement(), Side.CLIENT, "Compute, region level", 14)
        said = (
            CommentMade(self.house.desk.new("comment"), Side.CLIENT, f"Point {number}.")
            for number in range(1, events)
        )
        self._record(self._envelopes(stream, [opened, *said]))
        return stream

    def _life(self, stream: str, events: int) -> Iterator[Recorded]:
        first = self.terms[0]
        begins, ends = begins_at(first), ends_at(first)
        negotiation, offer = NegotiationId("negotiation-made-up"), OfferId("offer-made-up")
        facts: list[Any] = [
            ContractConcluded(
                self.provider, self.client, negotiation, offer, first, first.digest, begins, ends
            ),
            ContractCameIntoForce(),
        ]
        for version in range(2, events):
            terms = self.terms[(version - 1) % 2]
            facts.append(
                ContractAmended(version, negotiation, offer, terms, terms.digest, begins, ends)
            )
        return self._envelopes(stream, facts)

    def _envelopes(self, stream: str, facts: Iterable[Any]) -> Iterator[Recorded]:
        begins = begins_at(self.terms[0])
        for version, fact in enumerate(facts, start=1):
            at = begins + timedelta(seconds=version)
            yield Recorded(stream, version, at, "service:benchmark", None, "made-up", fact)

    def _record(self, events: Iterator[Recorded]) -> None:
        while chunk := tuple(islice(events, CHUNK)):
            self.house.ledger.save(*chunk)


@contextmanager
def database_server() -> Iterator[EmbeddedPostgres]:
    """Lend a durable embedded server in a directory that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="parley-benchmarks-") as home:
        Path(home).chmod(0o711)  # the server's account passes through, when root runs this
        server = EmbeddedPostgres(Path(home) / "postgres", settings=SETTINGS)
        try:
            yield server.start()
        finally:
            server.discard()


@contextmanager
def open_world(server: EmbeddedPostgres, name: str) -> Iterator[World]:
    """Lend an installation with a provider and a client in it, on a fresh database."""
    conninfo = server.ensure_database(name)
    migrate(conninfo)
    with peopled(conninfo) as world:
        yield world


@contextmanager
def peopled(conninfo: str) -> Iterator[World]:
    """Lend the same on a migrated database with nothing in it."""
    with open_house(conninfo) as house:
        now = house.clock.now()
        provider = register(house, now, "provider-negotiator", "Amazon Web Services")
        client = register(house, now, SUBJECT, "Alpine Retail")
        relationship = house.desk.new("relationship")
        facts = [
            RelationshipInvited(provider, client, Side.PROVIDER, "Compute", (), None),
            RelationshipJoined(Side.CLIENT, (), ()),
        ]
        world = World(conninfo, house, relationship, provider, client, _terms(now))
        house.ledger.save(
            *(
                Recorded(relationship, version, now, "service:benchmark", None, "made-up", fact)
                for version, fact in enumerate(facts, start=1)
            )
        )
        yield world


def register(house: House, now: datetime, subject: str, name: str) -> PartyId:
    """Register a party whose one representative negotiates for it."""
    stranger = Principal(identity_stream(ISSUER, subject))
    organisation = Organisation(name, f"made up: {subject}", "US", None)
    someone = Person("A. Negotiator", f"{subject}@example.com", "Negotiator")
    house.registering.register(Request(stranger, now, "register"), organisation, someone)
    principal = house.directory.resolve(ISSUER, subject)
    if principal.person is None or principal.party is None:
        raise RuntimeError(f"{subject} was registered and is nobody")
    ask = Request(principal, now, "assign")
    house.registering.assign(ask, principal.party, principal.person, Role.NEGOTIATOR)
    return principal.party


def _terms(now: datetime) -> tuple[AgreementTerms, AgreementTerms]:
    """Return the region agreement and its amendment, for a year that began a month ago."""
    starts = (now - timedelta(days=30)).date()
    ends = starts + timedelta(days=364)
    return (
        _dated("aws-ec2-region.yaml", starts.isoformat(), ends.isoformat()),
        _dated("aws-ec2-region-amended.yaml", starts.isoformat(), ends.isoformat()),
    )


def _dated(file: str, starts: str, ends: str) -> AgreementTerms:
    terms = check_file(EXAMPLES / file).terms
    if terms is None:
        raise RuntimeError(f"{file} is no agreement")
    document = terms.document()
    term = {**document["term"], "starts": starts, "ends": ends}
    return AgreementTerms.model_validate({**document, "term": term})
