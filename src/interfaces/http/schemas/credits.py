"""Statements, credits and claims as they travel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, assert_never

from pydantic import Field, StringConstraints

from application.ledger import Stream
from application.recorded import Recorded
from domain.credits.account import (
    Account,
    Claimable,
    Claimed,
    Entry,
    Granted,
    Lapsed,
    NothingDue,
    Rejected,
)
from domain.credits.facts import Kind, StatementRestated
from domain.terms.figures import decimal
from domain.values.exact import Amount, Exact
from interfaces.http.schemas.base import Answer, Body, Named, Said

CREDIT_PATTERN = r"^[a-z0-9][a-z0-9-]{0,99}/[0-9]{8}(/(not-charged|bonus))?$"
StandingName = Literal["nothing due", "claimable", "claimed", "lapsed", "rejected", "granted"]


class ClaimBody(Body):
    """Asking for a credit."""

    evidence: Said
    """What shows that it is due."""


class GrantBody(Body):
    """Giving a credit after all."""

    amount: Amount
    because: Said


class ApplicationBody(Body):
    """Recording what was deducted, paid or given otherwise."""

    amount: Exact
    """Negative where it takes back what a restatement has shown to be too much."""
    how: Annotated[
        Literal["deducted", "paid", "extension of the term"], Field(examples=["deducted"])
    ]
    reference: Named
    """Such as the number of the invoice; each can be used once for a credit."""


class AppliedAnswer(Answer):
    """What was applied under a reference."""

    reference: str
    amount: Amount | Exact


class CreditAnswer(Answer):
    """One amount of a contract, and how it stands."""

    credit: str
    objective: str
    kind: Kind
    first: date
    last: date
    statement: int
    """The statement that named it last."""
    stated: Exact
    standing: StandingName
    amount: Exact | None
    """What can be claimed, is claimed, lapsed, was rejected, or is granted."""
    claim_until: datetime | None
    """The first instant that is too late to claim it."""
    answer_by: datetime | None
    """When the provider's answer is due."""
    because: str | None
    """Why the claim was rejected."""
    open: Exact | None
    """What is granted and not applied yet; negative: owed back."""
    applied: list[AppliedAnswer]


class CreditsAnswer(Answer):
    """The credits of a contract; ``stream_version`` is the ETag."""

    stream_version: int
    currency: str | None
    credits: list[CreditAnswer]


class SettledLineAnswer(Answer):
    """One step of the arithmetic, and what it rests on: a term, its version, and an event."""

    objective: str
    step: str
    place: str
    version: int
    stream: str
    stream_version: int
    says: str
    amount: str | None
    """An exact fraction; None where the step is not about money."""
    words: str


class StatementSummary(Answer):
    """A statement as a list shows it; ``restates`` is the one that it follows."""

    statement: int
    restates: int | None
    period: date
    first: date
    last: date
    currency: str
    credit: Exact
    """The credits of all its objectives together."""
    because: str | None
    issued_at: datetime
    digest: str


class StatementAnswer(StatementSummary):
    """A statement with its working, and the document that its digest is of."""

    lines: list[SettledLineAnswer]
    document: dict[str, Any]


CreditText = Annotated[str, StringConstraints(pattern=CREDIT_PATTERN)]


def credits_answer(stream: Stream) -> CreditsAnswer:
    """Show the credits of a contract."""
    account: Account = stream.state
    return CreditsAnswer(
        stream_version=stream.version,
        currency=account.currency,
        credits=[credit_answer(entry) for entry in account.entries.values()],
    )


def credit_answer(entry: Entry) -> CreditAnswer:
    """Show one amount."""
    plain: dict[str, Any] = {
        "credit": entry.credit,
        "objective": entry.objective,
        "kind": entry.kind,
        "first": entry.first,
        "last": entry.last,
        "statement": entry.statement,
        "stated": entry.stated,
    }
    nothing = dict.fromkeys(("amount", "claim_until", "answer_by", "because", "open"))
    return CreditAnswer.model_validate({**plain, **nothing, "applied": [], **_standing(entry)})


def _standing(entry: Entry) -> dict[str, Any]:
    match entry.standing:
        case NothingDue():
            return {"standing": "nothing due"}
        case Claimable(amount=amount, until=until):
            return {"standing": "claimable", "amount": amount, "claim_until": until}
        case Claimed(amount=amount, until=until, answer_by=by):
            found = {"standing": "claimed", "amount": amount}
            return {**found, "claim_until": until, "answer_by": by}
        case Lapsed(amount=amount):
            return {"standing": "lapsed", "amount": amount}
        case Rejected(amount=amount, because=because):
            return {"standing": "rejected", "amount": amount, "because": because}
        case Granted() as granted:
            applied = [
                AppliedAnswer(reference=name, amount=amount)
                for name, amount in granted.references.items()
            ]
            found = {"standing": "granted", "amount": granted.amount}
            return {**found, "open": granted.open, "applied": applied}
        case _:
            assert_never(entry.standing)


def statement_summary(event: Recorded) -> StatementSummary:
    """Show a statement as a list does."""
    return StatementSummary.model_validate(_summary(event, json.loads(event.fact.document)))


def statement_answer(event: Recorded) -> StatementAnswer:
    """Show a statement with its working in words."""
    document = json.loads(event.fact.document)
    lines = list(_lines(document))
    return StatementAnswer.model_validate(
        {**_summary(event, document), "lines": lines, "document": document}
    )


def _summary(event: Recorded, document: dict[str, Any]) -> dict[str, Any]:
    fact = event.fact
    again = isinstance(fact, StatementRestated)
    return {
        "statement": fact.statement,
        "restates": fact.restates if again else None,
        "period": fact.period,
        "first": fact.first,
        "last": fact.last,
        "currency": fact.currency,
        "credit": Decimal(document["credit"]),
        "because": fact.because if again else None,
        "issued_at": event.at,
        "digest": fact.digest,
    }


def _lines(document: dict[str, Any]) -> Iterator[SettledLineAnswer]:
    currency = document["currency"]
    for objective in document["objectives"]:
        for line in objective["lines"]:
            amount, event = line.get("amount"), line["event"]
            money = "" if amount is None else f" ({decimal(Fraction(amount))} {currency})"
            yield SettledLineAnswer(
                objective=objective["objective"],
                step=line["step"],
                place=line["place"],
                version=line["version"],
                stream=event["stream"],
                stream_version=event["version"],
                says=line["says"],
                amount=amount,
                words=f"{line['step']}: {line['says']}{money}; by {line['place']} of version "
                f"{line['version']}, on event {event['version']} of {event['stream']}",
            )
