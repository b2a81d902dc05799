"""The parts of a request, and where in the service what it names is to be found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from domain.values.sides import Side
from isolation.things import Negotiated, Service, Sheet, Things

AVAILABILITY: Final = "objectives/availability/targets/always/at_least"
BECAUSE: Final = {"because": "so we decided"}
PERSON: Final = {"name": "Ada", "email": "ada@parley.example", "function": "negotiates"}
FIGURE: Final = {"bound": "at least", "value": "99.5", "unit": "%"}
REQUIREMENT: Final = {
    "subject": "the shop",
    "indicator": "availability",
    "wanted": "open all day",
    "figure": FIGURE,
    "window": "24 x 7",
    "priority": "must",
    "rationale": "orders come at night",
}
DEPENDENCY: Final = {"on": "cooling", "availability": "99.95"}


@dataclass(frozen=True, slots=True)
class Ask:
    """The parts of a request: what stands in the path, the body, the query.

    ``inside`` is the stream it is about, where it is one of the relationship's.
    """

    path: dict[str, str]
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    inside: str | None = None


Asking = Callable[[Things], Ask]


def within(stream: str, body: Any = None, query: Any = None, **path: str) -> Ask:
    """Ask for something in a stream of the relationship."""
    relationship, child = stream.split("/")
    kind = child.split("-", 1)[0]
    return Ask({"relationship": relationship, kind: child, **path}, body, query or {}, stream)


def here(things: Things, body: Any = None, **path: str) -> Ask:
    return Ask({"relationship": things.stage.relationship, **path}, body)


def theirs(things: Things, body: Any = None, **path: str) -> Ask:
    """Ask the provider's party for something."""
    return Ask({"party": things.stage.parties[Side.PROVIDER].id, **path}, body)


def of_service(made: Service, body: Any = None, **path: str) -> Ask:
    party, offering = made.id.split("/")
    return Ask({"party": party, "offering": offering, **path}, body)


def at_offer(made: Negotiated, body: Any = None) -> Ask:
    return within(made.id, body, offer=made.offer)


def on_sheet(sheet: Sheet, body: Any = None) -> Ask:
    return within(sheet.id, body, requirement=sheet.requirement)


def digest_in(made: Negotiated) -> dict[str, str]:
    return {"terms_digest": made.digest}
