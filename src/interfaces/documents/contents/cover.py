"""The cover: who agrees with whom, on what, and the facts that a reader looks for first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from application.document_inputs import DocumentInputs, Organisation
from domain.terms.agreement import AgreementTerms
from domain.terms.clause import Clause
from domain.terms.figures import length
from domain.terms.value import total_value
from domain.terms.words.spans import name, sentence
from domain.values.sides import Side
from interfaces.documents.contents.blocks import amount, day, instant

SHORT = 160
"""Letters of a clause that still fit among the key facts."""

LAW = frozenset({"law", "governing-law", "applicable-law", "choice-of-law"})


@dataclass(frozen=True, slots=True)
class CoverParty:
    """A party on the cover."""

    role: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """The first page."""

    title: str
    service: str
    edition: str
    parties: tuple[CoverParty, ...]
    facts: tuple[tuple[str, str], ...]


def cover(inputs: DocumentInputs, clause_numbers: dict[str, str]) -> Cover:
    """Return the cover; ``clause_numbers`` tells under which number each clause stands."""
    terms = inputs.terms
    edition = f"Version {inputs.version}, recorded on {day(inputs.recorded_at.date())}"
    return Cover(
        terms.title,
        terms.service,
        edition,
        (
            _party("Provider", terms.provider, inputs.organisation(Side.PROVIDER)),
            _party("Client", terms.client, inputs.organisation(Side.CLIENT)),
        ),
        tuple(_facts(inputs, clause_numbers)),
    )


def _party(role: str, named: str, registered: Organisation) -> CoverParty:
    lines = [f"Registration {registered.registration}", f"Country {registered.country}"]
    if registered.name != named:
        lines.insert(0, f"registered as {registered.name}")
    return CoverParty(role, named, tuple(lines))


def _facts(inputs: DocumentInputs, clause_numbers: dict[str, str]) -> Iterator[tuple[str, str]]:
    terms = inputs.terms
    yield "Term", _term(terms)
    if inputs.version > 1:
        yield "Governs from", instant(inputs.effective_from)
    if terms.term.renewal is not None:
        yield "Renewal", _renewal(terms)
    notice = "; ".join(_notice(terms))
    if notice:
        yield "Notice", notice
    charges = [
        f"{charge.title or sentence(name(charge.id))}: {charge.amount:,f} {terms.currency} "
        f"per {charge.every}{' (estimate)' if charge.estimate else ''}"
        for charge in terms.charges
    ]
    if charges:
        yield "Charges", "\n".join(charges)
        yield "Value of the initial term", amount(total_value(terms))
    law = next((one for one in terms.clauses if _is_law(one)), None)
    if law is not None:
        text = f"{law.text} " if len(law.text) <= SHORT else ""
        yield "Governing law", f"{text}(clause {clause_numbers[law.id]})"
    yield "Days and deadlines", f"in the time zone {terms.zone}"


def _term(terms: AgreementTerms) -> str:
    if terms.ends is None:
        return f"from {day(terms.starts)} until it is ended"
    return f"from {day(terms.starts)} to {day(terms.ends)}, both included"


def _renewal(terms: AgreementTerms) -> str:
    renewal = terms.term.renewal
    if renewal is None or renewal.kind == "none":
        return "none"
    often = f" for {length(renewal.for_)} each time" if renewal.for_ else ""
    decline = (
        f", unless declined at least {length(renewal.decline_by)} before the end"
        if renewal.decline_by
        else ""
    )
    word = "automatic" if renewal.kind == "automatic" else "by agreement"
    return f"{word}{often}{decline}"


def _notice(terms: AgreementTerms) -> Iterator[str]:
    notice = terms.term.notice
    if notice is None:
        return
    for words, period in (
        ("by the provider", notice.by_provider),
        ("by the client", notice.by_client),
        ("for cause", notice.for_cause),
        ("for chronic failure", notice.for_chronic_failure),
    ):
        if period is not None:
            yield f"{words} {length(period)}"


def _is_law(clause: Clause) -> bool:
    return clause.id in LAW or "governing law" in clause.heading.lower()
