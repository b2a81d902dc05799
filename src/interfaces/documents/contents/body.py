"""The clauses: parties and definitions, service, term, charges, and what the parties wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from application.document_inputs import DocumentInputs
from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates, ServiceHours
from domain.terms.commercial import Charge
from domain.terms.value import total_value
from domain.terms.words.rules import term_in_words
from domain.terms.words.spans import name, sentence
from domain.values.sides import Side
from interfaces.documents.contents.blocks import Block, Column, Section, amount, day, section, table

_BLANK_LINE = re.compile(r"\n[ \t]*\n+")


def clauses(inputs: DocumentInputs, schedules: dict[str, str]) -> tuple[Section, ...]:
    """Return the numbered clauses; ``schedules`` tells which schedule holds what."""
    terms = inputs.terms
    parts: list[tuple[str, list[Block | str]]] = [
        ("Parties", list(_parties(inputs))),
        ("Definitions", list(_definitions(terms))),
        ("The service", list(_service(terms, schedules))),
        ("Term, renewal and notice", list(term_in_words(terms))),
        ("Charges", list(_charges(terms))),
    ]
    parts += [(clause.heading, [*paragraphs(clause.text)]) for clause in terms.clauses]
    filled = [(title, blocks) for title, blocks in parts if blocks]
    return tuple(section(str(n), title, blocks) for n, (title, blocks) in enumerate(filled, 1))


def clause_numbers(inputs: DocumentInputs, body: tuple[Section, ...]) -> dict[str, str]:
    """Return under which number each clause of the terms stands."""
    own = body[len(body) - len(inputs.terms.clauses) :]
    return {clause.id: part.number for clause, part in zip(inputs.terms.clauses, own, strict=True)}


def paragraphs(text: str) -> Iterator[str]:
    """Yield a text's paragraphs, as blank lines part them, each to the letter."""
    for paragraph in _BLANK_LINE.split(text.strip("\n")):
        if paragraph.strip():
            yield paragraph.rstrip()


def _parties(inputs: DocumentInputs) -> Iterator[str]:
    for side, role, named in (
        (Side.PROVIDER, "Provider", inputs.terms.provider),
        (Side.CLIENT, "Client", inputs.terms.client),
    ):
        party = inputs.organisation(side)
        registered = f", registered as {party.name}" if party.name != named else ""
        yield (
            f"{named}{registered}, registration {party.registration}, country {party.country} "
            f"(the “{role}”)."
        )


def _definitions(terms: AgreementTerms) -> Iterator[Block | str]:
    rows = [("service", terms.service), *(_charge(terms, one) for one in terms.charges)]
    rows += [
        (name(one.id), _hours(one) if isinstance(one, ServiceHours) else _dates(one))
        for one in terms.calendars
    ]
    yield "In this agreement and its schedules:"
    yield table((Column("Term", 2), Column("Meaning", 5)), [(f"“{a}”", b) for a, b in rows])


def _charge(terms: AgreementTerms, charge: Charge) -> tuple[str, str]:
    about = ", an estimate of use" if charge.estimate else ""
    title = f", {charge.title}" if charge.title else ""
    return (
        name(charge.id),
        f"{charge.amount:,f} {terms.currency} per {charge.every}{title}{about}",
    )


def _hours(hours: ServiceHours) -> str:
    excepted = ", ".join(name(listed) for listed in hours.except_on)
    text = f"{', '.join(hours.open)}, on the clock of {hours.zone}"
    text += f", except on {excepted}" if excepted else ""
    if hours.on_clock_change == "nominal length":
        text += "; when the clock changes they keep their length"
    return text


def _dates(dates: Dates) -> str:
    source = f" (from {dates.source})" if dates.source else ""
    listed = ", ".join(day(one) for one in dates.dates)
    return f"{listed}, whole days in {dates.zone}{source}"


def _service(terms: AgreementTerms, schedules: dict[str, str]) -> Iterator[str]:
    yield f"The Provider provides {terms.service} to the Client."
    if terms.description:
        yield from paragraphs(terms.description)
    for what, words in (
        ("levels", "The service levels, how they are measured, and what does not count"),
        ("credits", "What a missed service level costs"),
        ("support", "How cases are answered and resolved"),
        ("people", "Escalation, those who speak for each side, reporting and reviews"),
        ("dependencies", "What the service rests on"),
    ):
        if what in schedules:
            stand = "stands" if words.startswith("What") else "stand"
            yield f"{words} {stand} in {schedules[what]}."


def _charges(terms: AgreementTerms) -> Iterator[Block | str]:
    if terms.charges:
        yield "The Client pays the following charges."
        yield table(
            (
                Column("Charge", 5),
                Column(f"Amount ({terms.currency})", 2, "right"),
                Column("Per", 2),
            ),
            [
                (
                    (charge.title or sentence(name(charge.id)))
                    + (" (an estimate of use)" if charge.estimate else ""),
                    f"{charge.amount:,f}",
                    charge.every,
                )
                for charge in terms.charges
            ],
        )
        yield f"Over the initial term they come to {amount(total_value(terms))}."
    if terms.budget is not None:
        yield (
            f"The Client spends at most {terms.budget.ceiling:,f} {terms.currency} "
            f"per {terms.budget.per}."
        )
