"""Term, charges, calendars, dependencies, exclusions, credits and reporting in words."""

from __future__ import annotations

from collections.abc import Iterator

from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates, ServiceHours
from domain.terms.clause import Dependency, Exclusion
from domain.terms.commercial import Charge, NoticePeriods, Renewal
from domain.terms.figures import length
from domain.terms.part import ALL_CHARGES
from domain.terms.value import total_value
from domain.terms.words.remedies import cap_in_words
from domain.terms.words.spans import name, sentence, span


def term_in_words(terms: AgreementTerms) -> Iterator[str]:
    """Yield from when to when, and how it goes on or ends."""
    until = f"to {terms.ends}, both included" if terms.ends else "until it is ended"
    yield f"From {terms.starts} {until}; days, periods and deadlines in {terms.zone}."
    if terms.term.renewal is not None:
        yield _renewal(terms.term.renewal)
    if terms.term.notice is not None:
        yield from _notice(terms.term.notice)
    if terms.amended_in_mid_period != "splits the period":
        yield f"An amendment in mid-period {terms.amended_in_mid_period}."


def _renewal(renewal: Renewal) -> str:
    if renewal.kind == "none":
        return "It is not renewed."
    text = "Renewed automatically" if renewal.kind == "automatic" else "Renewed by agreement"
    text += f" for {length(renewal.for_)} each time" if renewal.for_ else ""
    text += f", at most {renewal.at_most} times" if renewal.at_most else ""
    if renewal.decline_by:
        text += f", unless declined at least {length(renewal.decline_by)} before the end"
    return f"{text}."


def _notice(notice: NoticePeriods) -> Iterator[str]:
    for text, period in (
        ("The provider can end it for convenience with notice of", notice.by_provider),
        ("The client can end it for convenience with notice of", notice.by_client),
        ("Either side can end it for cause with notice of", notice.for_cause),
        ("A breach can be cured within", notice.to_cure),
        ("The right of chronic failure is used with notice of", notice.for_chronic_failure),
    ):
        if period is not None:
            yield f"{text} {length(period)}."


def charge_in_words(terms: AgreementTerms, charge: Charge) -> str:
    """Write one charge."""
    title = charge.title or sentence(name(charge.id))
    about = " (an estimate of use)" if charge.estimate else ""
    return f"{title}: {charge.amount:f} {terms.currency} per {charge.every}{about}."


def worth_in_words(terms: AgreementTerms) -> str:
    """Write the value of the initial term."""
    return str(total_value(terms))


def calendar_in_words(calendar: ServiceHours | Dates) -> str:
    """Write service hours, or a list of dates."""
    title = sentence(name(calendar.id))
    if isinstance(calendar, Dates):
        dates = ", ".join(day.isoformat() for day in calendar.dates)
        return f"{title}: {dates} ({calendar.zone})."
    excepted = ", ".join(name(listed) for listed in calendar.except_on)
    text = f"{title}: {', '.join(calendar.open)} ({calendar.zone})"
    text += f", except {excepted}" if excepted else ""
    if calendar.on_clock_change == "nominal length":
        text += "; when the clock changes they keep their length"
    return f"{text}."


def dependency_in_words(part: Dependency) -> str:
    """Write what something the service rests on is promised at."""
    per = f" per {part.per}" if part.per else ""
    return f"{part.title or sentence(name(part.id))}: {part.promises:f} % promised{per}."


def exclusion_in_words(part: Exclusion) -> str:
    """Write what is left out of the measurement, and its limits."""
    limits = []
    if part.during:
        limits.append(f"during {name(part.during)}")
    if part.notice is not None:
        limits.append(f"announced at least {span(part.notice)} ahead")
    if part.at_most is not None:
        limits.append(f"at most {length(part.at_most)}{f' per {part.per}' if part.per else ''}")
    if part.applies_to:
        limits.append(f"for {' and '.join(name(objective) for objective in part.applies_to)} only")
    counts = "left out of the measurement" if part.counts_as == "left out" else "counted as up"
    limits += [counts, f"granted {part.granted}"]
    text = f"{sentence(part.reason)}: {', '.join(limits)}."
    return f"{text} {part.details}" if part.details else text


def credits_in_words(terms: AgreementTerms) -> Iterator[str]:
    """Yield how credits are paid."""
    if not any(objective.remedy for objective in terms.objectives):
        return
    rules = terms.credits
    within = f", within {span(rules.paid_within)}" if rules.paid_within is not None else ""
    transfer = "" if rules.transferable else ", not transferable"
    yield f"Paid as {rules.paid_as}{within}{transfer}."
    for cap in rules.caps:
        text = cap_in_words(cap, cap.of or ALL_CHARGES, terms.currency)
        yield f"All objectives together: {text}."
    if rules.sole_remedy:
        yield "Credits are the client's sole remedy for a miss."


def reporting_in_words(terms: AgreementTerms) -> Iterator[str]:
    """Yield who reports by when."""
    rule = terms.reporting
    if rule is not None:
        yield (
            f"The {rule.by} reports within {span(rule.within)} after each period; without a "
            f"report {_missing(rule.missing_report)}."
        )


def _missing(rule: str) -> str:
    return f"the period {rule}" if rule.startswith("counts") else rule
