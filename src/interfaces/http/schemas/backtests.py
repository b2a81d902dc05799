"""Back-tests as they travel, to the side that made them only."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints, model_validator

from application.backtesting import Asked
from domain.backtest.past import Past
from domain.negotiation.position_facts import BacktestRecorded
from domain.terms.agreement import AgreementTerms
from domain.terms.part import Id
from domain.values.canonical import Digest
from domain.values.ids import id_pattern
from interfaces.backtest.sources import NoPast, past_of
from interfaces.http.schemas.base import Answer, Body, DigestText
from interfaces.http.schemas.contracts import Day
from interfaces.http.schemas.figures import BatchBody
from interfaces.measurements.unreadable import UnreadableFigures

ContractText = Annotated[str, StringConstraints(pattern=id_pattern("contract"))]


class PastBatchBody(BatchBody):
    """A batch of figures that is held against terms and not kept."""

    objective: Id


class StoredPastBody(Body):
    """What is on record of a contract between the same parties, over whole days."""

    contract: ContractText
    first: Day
    last: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("the last day is not before the first")
        return self


class BacktestBody(Body):
    """Terms on your own file or on the table, and the past they are held against."""

    terms_digest: DigestText
    k: Annotated[int | None, Field(ge=1, le=800)] = None
    """In how many periods the best target is met; in all of them when left out."""
    recorded: StoredPastBody | None = None
    """Figures of a contract, as they were handed in."""
    data: Annotated[tuple[PastBatchBody, ...], Field(max_length=100)] = ()
    """Or figures sent along."""

    @model_validator(mode="after")
    def _one_past(self) -> Self:
        if (self.recorded is None) == (not self.data):
            raise ValueError("a past is either recorded or sent along as data")
        return self

    def asked(self) -> Asked:
        """Return which terms are asked about."""
        return Asked(Digest(self.terms_digest), self.k)

    def past(self, terms: AgreementTerms) -> Past:
        """Read the figures sent along; raises UnreadableFigures."""
        batches = [(one.objective, _document(one)) for one in self.data]
        try:
            return past_of(terms, batches)
        except NoPast as no:
            raise UnreadableFigures("no-past", str(no)) from no


def _document(batch: PastBatchBody) -> dict[str, Any]:
    found = batch.model_dump(mode="json", by_alias=True, exclude_none=True)
    found.pop("objective")
    return found


class BestAnswer(Answer):
    """The best a target could have been, in so many of so many periods."""

    target: str
    promised: str
    met_in: int
    of: int
    found: str
    best: str | None
    value: str | None


class ObjectiveBacktestAnswer(Answer):
    """What an objective's past came to."""

    objective: str
    periods: int
    misses: int
    credit: str
    targets: list[BestAnswer]
    allows: str | None


class BacktestAnswer(Answer):
    """A back-test as it is on file."""

    terms_digest: str
    data_digest: str
    first: date
    last: date
    currency: str
    charged: str
    objectives: list[ObjectiveBacktestAnswer]


class BacktestedAnswer(Answer):
    """What a back-test came to, period by period; ``version`` is the file's ETag."""

    version: int
    outcome: dict[str, Any]


def backtest_answer(found: BacktestRecorded) -> BacktestAnswer:
    """Show a back-test to its own side."""
    return BacktestAnswer(
        terms_digest=found.terms_digest,
        data_digest=found.data_digest,
        first=found.first,
        last=found.last,
        currency=found.currency,
        charged=found.charged,
        objectives=[
            ObjectiveBacktestAnswer(
                objective=one.objective,
                periods=one.periods,
                misses=one.misses,
                credit=one.credit,
                allows=one.allows,
                targets=[
                    BestAnswer(
                        target=best.target,
                        promised=best.promised,
                        met_in=best.met_in,
                        of=best.of,
                        found=best.found,
                        best=best.best,
                        value=best.value,
                    )
                    for best in one.targets
                ],
            )
            for one in found.objectives
        ],
    )
