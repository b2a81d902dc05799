"""Settlements, written the way a test tells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from domain.attainment.attainment import Attainment, Observed, Reached, attainment
from domain.attainment.records import Records
from domain.attainment.result import Measurement
from domain.settlement.caps import Credited, TermDays
from domain.settlement.charges import Billed, Charges
from domain.settlement.deadlines import Happened, Report
from domain.settlement.governing import Version, parts_of
from domain.settlement.pricing import MeasuredPart
from domain.settlement.settlement import Case, Judged, settle
from domain.settlement.statement import Citation, ObjectiveSettled, Settlement
from domain.settlement.uncharged import uncharged
from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective
from domain.values.durations import add_months
from domain.values.periods import Days, Period, midnight

CONTRACT: Final = "relationship-" + "0" * 26 + "/contract-" + "0" * 26
Result = str | None
"""A value as people write it; None is worse than any."""


def days(text: str, months: int = 1) -> Days:
    """Return a calendar month such as ``2026-03``, or several from it on, as local days."""
    first = date.fromisoformat(f"{text}-01")
    return Days(first, add_months(first, months))


def signed(terms: AgreementTerms, *amendments: tuple[AgreementTerms, str]) -> list[Version]:
    """Return the versions of a contract: each amendment with the instant (UTC) it governs from."""
    first = Version(1, terms, midnight(terms.starts, terms.zone))
    later = [
        Version(number, changed, datetime.fromisoformat(since).replace(tzinfo=UTC))
        for number, (changed, since) in enumerate(amendments, 2)
    ]
    return [first, *later]


def changed(terms: AgreementTerms, **fields: Any) -> AgreementTerms:
    """Return terms with whole fields of the document replaced."""
    document = terms.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return AgreementTerms.model_validate({**document, **fields})


def with_remedy(terms: AgreementTerms, **fields: Any) -> AgreementTerms:
    """Return terms with fields of the first objective's remedy replaced."""
    document = terms.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    document["objectives"][0]["remedy"].update(fields)
    return AgreementTerms.model_validate(document)


def objective_of(terms: AgreementTerms, name: str | None = None) -> Objective:
    """Return an objective by its id, or the first."""
    found = terms.objectives[0] if name is None else terms.objective(name)
    assert found is not None
    return found


def cites(objective: str, run: Days, version: int = 3) -> Citation:
    """Return the event that would hold the result."""
    return Citation(f"{CONTRACT}/objective-{objective}/period-{run.first:%Y%m%d}", version)


def reached(objective: Objective, period: Period, values: Sequence[Result]) -> Attainment:
    """Return an attainment that came to these values, target by target."""
    found = []
    for target, text in zip(objective.targets, values, strict=True):
        value = None if text is None else Fraction(text)
        measured = Measurement(value, worst=text is None)
        found.append(Reached(target, measured, measured.meets(target)))
    return Attainment(objective.id, period, tuple(found))


def judged(
    versions: Sequence[Version],
    run: Days,
    *values: Any,
    objective: str | None = None,
    report: Report = Report.IN_TIME,
    happened: Happened = Happened(),  # noqa: B008 - frozen
) -> Judged:
    """Judge a period by values: one for each target, or for each part one or a tuple of them."""
    name = objective_of(versions[0].terms, objective).id
    parts = parts_of(versions, name, run, versions[0].terms.zone)
    by_part = [values] if len(parts) == 1 else values
    measured = tuple(
        MeasuredPart(
            part.version,
            reached(objective_of(part.version.terms, name), part.period, _sequence(each)),
            cites(name, run),
        )
        for part, each in zip(parts, by_part, strict=True)
    )
    return Judged(name, measured, report, happened)


def _sequence(values: Any) -> Sequence[Result]:
    return values if isinstance(values, tuple) else (values,)


def measured(
    versions: Sequence[Version],
    run: Days,
    records: Records,
    *,
    objective: str | None = None,
    report: Report = Report.IN_TIME,
) -> Judged:
    """Judge a period by records, each part by its own version."""
    name = objective_of(versions[0].terms, objective).id
    observed, parts = Observed(records), []
    for part in parts_of(versions, name, run, versions[0].terms.zone):
        terms = part.version.terms
        found = objective_of(terms, name)
        result = attainment(terms, found, part.period, observed)
        off = uncharged(terms, found, part.period, observed)
        parts.append(MeasuredPart(part.version, result, cites(name, run), off))
    return Judged(name, tuple(parts), report)


def case_of(
    versions: Sequence[Version],
    run: Days,
    *objectives: Judged,
    billed: Sequence[Billed] = (),
    credited: Sequence[Credited] = (),
) -> Case:
    """Return what a settlement depends on; the term is that of the last version."""
    terms = versions[-1].terms
    ends = None if terms.ends is None else terms.ends + timedelta(days=1)
    stop = None if ends is None else midnight(ends, terms.zone)
    charges = Charges(tuple(versions), tuple(billed), stop)
    term = TermDays(versions[0].terms.starts, ends)
    return Case(CONTRACT, run.first, run, objectives, charges, term, tuple(credited))


def settled(
    terms: AgreementTerms, run: Days, *values: Result, report: Report = Report.IN_TIME
) -> ObjectiveSettled:
    """Settle a period of one version and its first objective, that came to these values."""
    versions = signed(terms)
    return only(settle(case_of(versions, run, judged(versions, run, *values, report=report))))


def only(settlement: Settlement) -> ObjectiveSettled:
    """Return what the one objective of a settlement costs."""
    (one,) = settlement.objectives
    return one


def stands(settlement: Settlement) -> list[Credited]:
    """Return the credits of a settlement, as a later one holds them against its caps."""
    return [
        Credited(one.objective, settlement.days, one.credit.amount) for one in settlement.objectives
    ]


def money(text: str) -> Decimal:
    """Return an amount."""
    return Decimal(text)


def other_event(one: Judged, version: int) -> Judged:
    """Return the same result, as a later event of its stream holds it."""
    parts = tuple(replace(part, cites=replace(part.cites, version=version)) for part in one.parts)
    return replace(one, parts=parts)
