"""A real agreement lived through: figures handed in, reported, worked out, settled, claimed.

What a running service does, by its own policies, without anybody's rights and in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

from application.access import Principal
from application.closing import results_of
from application.desk import Request
from application.ledger import Act, Ledger, Step
from application.measuring import Handed
from attainments import example
from charged import CONTRACT_ID, Counter, day
from contracts import amending
from domain.attainment.records import Records
from domain.attainment.spans import instant
from domain.contract.contract import CONTRACT
from domain.credits.account import Standing
from domain.credits.facts import Kind, StatementIssued, StatementRestated
from domain.exclusions.exclusions import EXCLUSIONS, ExclusionCommand, GrantExclusion
from domain.exclusions.exclusions import RequestExclusion as Ask
from domain.performance.counting import measuring_sides, reporting_sides
from domain.performance.facts import Result, ResultEstablished, ResultRestated
from domain.performance.results import RESULTS, ReportPeriod
from domain.terms.agreement import AgreementTerms
from domain.values.ids import within
from domain.values.periods import Days, Period
from domain.values.sides import Side
from interfaces.memory.recorder import MEMORY_ENV
from settlements import objective_of

LATER = timedelta(hours=1)


class Lived(Counter):
    """A contract in force on one of the agreements."""

    def __init__(self, ledger: Ledger, terms: AgreementTerms) -> None:
        super().__init__(ledger)
        self.terms = terms
        self.sign(terms)

    def amend(self, terms: AgreementTerms, since: datetime) -> None:
        """Have other terms govern from an instant on."""
        self._step(Step(CONTRACT, CONTRACT_ID, amending(terms, since)), since - timedelta(days=1))

    def measured(
        self, run: Days, records: Records, objective: str | None = None, *, report: bool = True
    ) -> None:
        """Hand in the figures of a period just after it, report it, and let follow what follows."""
        found = objective_of(self.terms, objective)
        period = self.period(run)
        now = period.ends + LATER
        side = min(measuring_sides(self.terms, found))
        self.hand_in(period, records, found.id, side, now)
        if report:
            by = min(reporting_sides(self.terms, found))
            command = ReportPeriod(run.first, period.ends, by, "", now)
            self._step(Step(RESULTS, results_of(CONTRACT_ID, found.id), command), now)
            self.follow()

    def hand_in(
        self, period: Period, records: Records, objective: str, side: Side, now: datetime
    ) -> None:
        """Hand in figures that speak for a period."""
        name = f"{now:%Y-%m-%dT%H:%M}"
        handed = Handed("probe", name, period.starts, period.ends, records)
        request = Request(Principal("identity-1"), now, str(uuid4()))
        self.measuring.receive_for(request, CONTRACT_ID, objective, handed, side)
        self.follow()

    def excuse(
        self, exclusion: str, starts: int, ends: int, *, announced: int, granted: bool = False
    ) -> None:
        """Let the provider announce that a stretch (µs) is excluded, and the client grant it."""
        now = instant(announced)
        span = instant(starts), instant(ends)
        asked = Ask("case-1", exclusion, Side.PROVIDER, *span, "planned", "", self.terms, now)
        commands: list[ExclusionCommand] = [asked]
        if granted:
            commands.append(GrantExclusion("case-1", Side.CLIENT))
        for one in commands:
            self._step(Step(EXCLUSIONS, within(CONTRACT_ID, "exclusions"), one), now)
        self.follow()

    def closing_at(self, when: str) -> list[Decimal]:
        """Let an instant (UTC) come at which periods may be closed; return what is stated then."""
        for one in self.terms.objectives:
            self.closing.close(CONTRACT_ID, one.id, day(when))
        self.follow()
        return self.amounts()

    def period(self, run: Days) -> Period:
        """Return when local days are, by the agreement's zone."""
        return run.instants(self.terms.zone)

    def result(self, objective: str | None = None) -> Result:
        """Return the latest result of an objective."""
        stream = results_of(CONTRACT_ID, objective_of(self.terms, objective).id)
        facts = [event.fact for event in self.ledger.history(stream)]
        return [
            fact.result for fact in facts if isinstance(fact, ResultEstablished | ResultRestated)
        ][-1]

    def reached(self, objective: str | None = None) -> list[Fraction | None]:
        """Return what each target of the latest result came to, exactly, part by part."""
        parts = self.result(objective).parts
        values = [target.value for part in parts for target in part.targets]
        return [None if value is None else Fraction(value) for value in values]

    def amounts(self, kind: Kind = Kind.CREDIT) -> list[Decimal]:
        """Return the amounts of a kind that are stated, in the order they were."""
        entries = self.account.entries.values()
        return [entry.stated for entry in entries if entry.kind is kind]

    def standing(self) -> Standing:
        """Return how the latest credit stands."""
        entries = self.account.entries.values()
        return [one.standing for one in entries if one.kind is Kind.CREDIT][-1]

    def statements(self) -> list[StatementIssued | StatementRestated]:
        """Return what was stated."""
        wanted = (StatementIssued, StatementRestated)
        return [fact for fact in self.facts() if isinstance(fact, wanted)]

    def _step(self, step: Step, now: datetime) -> None:
        self.ledger.perform(Act("person-ada", None, now, str(uuid4())), step)


@contextmanager
def living(terms: AgreementTerms | str, since: str | None = None) -> Iterator[Lived]:
    """Lend a contract on terms, or on one of the real agreements by its name.

    ``since`` is another first day than the agreement's: no period before it is missed for want of
    a report.
    """
    known = example(terms) if isinstance(terms, str) else terms
    if since is not None:
        document = known.document()
        document["term"]["starts"] = since
        known = AgreementTerms.model_validate(document)
    with Ledger(MEMORY_ENV) as ledger:
        yield Lived(ledger, known)
