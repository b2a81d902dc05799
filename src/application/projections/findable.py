"""What can be found by its words: one short row a negotiation, contract or sheet of requirements.

A row holds titles, services, the names of objectives and what is required, and nothing private:
what only one side may read is in no row.
"""

from __future__ import annotations

from application.projections.base import Place, Projection, Row, Rows
from application.recorded import Positioned, Recorded
from domain.contract.facts import ContractAmended, ContractConcluded
from domain.negotiation.facts import CounterOfferMade, NegotiationOpened, ProposalMade
from domain.requirements.facts import RequirementsOpened, RequirementStated, RequirementWithdrawn
from domain.terms.agreement import AgreementTerms


class FindableRow(Row):
    """Something to find: what it is called, and by part what it can be found by."""

    stream: str
    relationship: str
    title: str
    words: dict[str, str]


class Findable(Projection[FindableRow]):
    """One row a thing; who may see it is decided by its stream."""

    name = "findable"
    version = 1
    row = FindableRow

    def place(self, row: FindableRow) -> Place:
        """In the order in which things were begun: ids sort by when they were given."""
        return Place(row.stream, row.stream, row.relationship, row.stream)

    def process(self, recorded: Positioned, rows: Rows[FindableRow]) -> None:
        """Write down what a fact adds to what its thing can be found by."""
        event = recorded.event
        match event.fact:
            case NegotiationOpened(title=title):
                rows.put(_begun(event, title))
            case ProposalMade(offer=offer) | CounterOfferMade(offer=offer):
                _found_by(event, {"terms": _said(offer.terms)}, rows)
            case ContractConcluded(terms=terms):
                begun = _begun(event, terms.title)
                rows.put(begun.model_copy(update={"words": {"terms": _said(terms)}}))
            case ContractAmended(terms=terms):
                _found_by(event, {"terms": _said(terms)}, rows, terms.title)
            case RequirementsOpened(title=title, need=need):
                rows.put(_begun(event, title).model_copy(update={"words": {"need": need}}))
            case RequirementStated() as stated:
                said = f"{stated.subject}, {stated.indicator}: {stated.wanted}"
                _found_by(event, {stated.requirement: said}, rows)
            case RequirementWithdrawn(requirement=requirement):
                _found_by(event, {requirement: ""}, rows)
            case _:
                return


def _begun(event: Recorded, title: str) -> FindableRow:
    return FindableRow(
        stream=event.stream, relationship=str(event.relationship), title=title, words={}
    )


def _found_by(
    event: Recorded,
    words: dict[str, str],
    rows: Rows[FindableRow],
    title: str | None = None,
) -> None:
    known = rows.get(event.stream)
    if known is None:
        return
    said = {part: text for part, text in {**known.words, **words}.items() if text}
    rows.put(known.model_copy(update={"words": said, "title": title or known.title}))


def _said(terms: AgreementTerms) -> str:
    names = ", ".join(objective.name for objective in terms.objectives)
    return f"{terms.title}: {terms.service}; {names}"
