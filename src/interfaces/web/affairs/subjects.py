"""What a dispute can be about: events of a contract, named in words, with the page they are on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from application.agreed import Agreed
from application.closing import results_of
from application.excluding import exclusions_of
from application.measuring import promises
from application.recorded import Recorded
from application.settling import credits_of
from domain.credits.facts import ClaimRejected, StatementIssued, StatementRestated
from domain.exclusions.facts import ExclusionRefused, ExclusionRequested
from domain.performance.facts import ResultEstablished, ResultRestated
from domain.terms.words.spans import name, sentence
from interfaces.composition import House
from interfaces.web.performance.credits import slug_of
from interfaces.web.saying import deed

LATEST: Final = 24


@dataclass(frozen=True)
class Subject:
    """An event that one can disagree with; ``key`` names it in a form."""

    stream: str
    version: int
    says: str
    to: str

    @property
    def key(self) -> str:
        """Return its version and its stream."""
        return f"{self.version} {self.stream}"


def read_key(text: str) -> tuple[str, int]:
    """Return the stream and version that a form names; raises ValueError."""
    version, _, stream = text.partition(" ")
    if not version.isdecimal() or len(version) > 9 or not stream:  # noqa: PLR2004 - none is higher
        raise ValueError(text)
    return stream, int(version)


def subjects(house: House, agreed: Agreed, to: str) -> list[Subject]:
    """Return what can be disputed of a contract, the latest first; ``to`` is its own page."""
    streams = [results_of(agreed.contract, one) for one in agreed.objectives()]
    streams += [credits_of(agreed.contract), exclusions_of(agreed.contract)]
    events = [event for stream in streams for event in house.ledger.history(stream)]
    events.sort(key=lambda event: (event.at, event.version), reverse=True)
    found = (subject for event in events for subject in _of(event, agreed, to))
    return [subject for subject, _ in zip(found, range(LATEST), strict=False)]


def subject(house: House, agreed: Agreed, to: str, about: tuple[str, int]) -> Subject:
    """Return what a dispute is about; events of other kinds are named by what they are."""
    stream, version = about
    for event in house.ledger.history(stream, after=version - 1, limit=1):
        for found in _of(event, agreed, to):
            return found
        return Subject(stream, version, deed(type(event.fact).__name__), to)
    return Subject(stream, version, f"event {version}", to)


def _of(event: Recorded, agreed: Agreed, to: str) -> Iterator[Subject]:
    """Yield the event as a subject, if it is one that people disagree with."""
    match event.fact:
        case ResultEstablished(result=result) | ResultRestated(result=result):
            objective = event.stream.split("/")[-2].removeprefix("objective-")
            called = promises(agreed, objective)[-1].name
            said = "missed" if result.missed else "met"
            page = f"{to}/performance/{objective}/{result.period}"
            says = f"{called} of the period from {result.period}: {said}"
        case StatementIssued(statement=number) | StatementRestated(statement=number):
            page, says = f"{to}/credits/statements/{number}", f"Statement {number}"
        case ClaimRejected(credit=credit):
            page, says = f"{to}/credits#{slug_of(credit)}", f"Claim of {credit} rejected"
        case ExclusionRequested(case=case, exclusion=exclusion):
            page = f"{to}/performance/exclusions#{case}"
            says = f"{sentence(name(exclusion))} from {event.fact.starts:%Y-%m-%d %H:%M} UTC"
        case ExclusionRefused(case=case):
            page, says = f"{to}/performance/exclusions#{case}", "Exclusion refused"
        case _:
            return
    yield Subject(event.stream, event.version, says, page)
