"""Use case: erase somebody's personal details for good.

First the fact, then the key: that order can be taken up again wherever it stopped. Once the fact is
recorded, every process lets go of the details when it reads on, a key that is gone reads as erased,
and the worker destroys the key if whoever recorded the fact did not get to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from application.access import Action, authorise_party
from application.desk import Desk, Request
from application.errors import NotFound
from application.event_catalogue import CATALOGUE
from application.faults import Fault
from application.ledger import Ledger, Outcome, Step
from application.sealing import personal_fields
from domain.decider import Refused
from domain.parties.commands import ErasePersonalDetails
from domain.parties.facts import PersonalDetailsErased
from domain.parties.party import PARTY
from domain.values.ids import PersonId

BATCH: Final = 500
ERASURES: Final = CATALOGUE.topics(PersonalDetailsErased)
SEALED: Final = tuple(
    topic
    for kind in CATALOGUE.types
    if personal_fields(kind.fact)
    for topic in CATALOGUE.topics(kind.fact)
)


class Erasing:
    """Erases, and finishes what was begun."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._ledger = desk.ledger

    def erase(self, request: Request, party: str, person: PersonId) -> Outcome:
        """Erase the details of somebody who no longer represents the asker's own party.

        Raises Refused by the party's rules and by ``details-in-the-clear``.
        """
        own = authorise_party(request.principal, Action.ADMINISTER, party)
        by = request.principal.person
        if by is None:
            raise NotFound("such party")
        step = Step(PARTY, own, ErasePersonalDetails(by, person), request.expected)
        check = partial(self._refuse_if_in_the_clear, own, person)
        outcome = self._desk.record(request, step, check=check)
        self._ledger.keys.destroy(person)
        return outcome

    def finish(self) -> None:
        """Destroy every key that the facts say is destroyed.

        Nothing is left to do, unless a key ring was restored from a copy made before.
        """
        for person in self._erased():
            self._ledger.keys.destroy(person)

    def _refuse_if_in_the_clear(self, party: str, person: PersonId) -> None:
        if self._ledger.holds_in_the_clear(party, person):
            raise Refused(
                "details-in-the-clear",
                "this person was appointed before details were sealed, and what is recorded is "
                "never changed; whoever runs the service has to retire the record as a whole",
                place="person",
            )

    def _erased(self) -> Iterator[PersonId]:
        position = 0
        while events := self._ledger.follow(position, BATCH, topics=ERASURES):
            yield from (one.event.fact.person for one in events)
            position = events[-1].position


class Forgetting:
    """Lets go of what this process remembers of parties of whom somebody was erased since.

    A state is brought up to date before it is used, so nobody is ever shown such details; this is
    for those that nobody uses.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._position = ledger.head()

    def heed(self) -> None:
        """Look at what was recorded since the last time."""
        head = self._ledger.head()
        position = self._position
        while events := self._ledger.follow(position, BATCH, topics=ERASURES):
            for one in events:
                self._ledger.forget(one.event.stream)
            position = events[-1].position
        self._position = max(position, head)


def check_seals(ledger: Ledger) -> Iterator[Fault]:
    """Open everything sealed, and see that of whom was erased there is no key: ``fsck``."""
    for place, fact in ledger.each((*SEALED, *ERASURES)):
        if isinstance(fact, Exception):
            yield Fault(place, str(fact.__cause__ or fact))
        elif isinstance(fact, PersonalDetailsErased) and ledger.keys.find(fact.person) is not None:
            yield Fault(place, f"{fact.person} was erased, and their key is still there")
