"""Facts of an improvement plan, seen by both sides. Stored names: change with care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.decider import fact
from domain.values.sides import Side


@dataclass(frozen=True, slots=True)
class Measure:
    """Something to be done by a local day; ``owner`` is a role or a name on the side's part."""

    measure: str
    what: str
    side: Side
    owner: str
    due: date


@dataclass(frozen=True, slots=True)
class CitedResult:
    """A period's result by which a plan is judged: where it stands on record, and how it was."""

    period: date
    stream: str
    version: int
    missed: bool


@fact
class PlanBegun:
    """A side says that an objective needs a plan: after a miss, repeated ones, or in a review.

    ``about`` is the stream of the event that shows it, ``about_version`` its place there.
    """

    by: Side
    objective: str
    because: str
    about: str | None = None
    about_version: int | None = None


@fact
class PlanProposed:
    """A side proposes a plan, or a later edition of it; ``target`` is to be reached by a day."""

    by: Side
    edition: int
    cause: str
    target: str
    reach_by: date
    measures: tuple[Measure, ...]


@fact
class PlanChangesAsked:
    """The other side does not agree to an edition, and says what it would have otherwise."""

    by: Side
    edition: int
    because: str


@fact
class PlanAgreed:
    """The other side agrees to an edition: from now on its measures are owed."""

    by: Side
    edition: int


@fact
class MeasureProgressed:
    """The side that owes a measure says how far it is; ``done`` that it is done."""

    measure: str
    by: Side
    note: str
    done: bool


@fact
class MeasureOverdue:
    """A measure was not done by its day."""

    measure: str


@fact
class PlanClosed:
    """The side that the plan was proposed to says whether it helped, and by which results."""

    by: Side
    effective: bool
    because: str
    cited: tuple[CitedResult, ...]


@fact
class PlanWithdrawn:
    """The side that began it does not ask for a plan any more."""

    by: Side
    because: str


PlanFact = (
    PlanBegun
    | PlanProposed
    | PlanChangesAsked
    | PlanAgreed
    | MeasureProgressed
    | MeasureOverdue
    | PlanClosed
    | PlanWithdrawn
)
"""What happens around an improvement plan."""
