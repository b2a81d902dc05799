"""A published price-and-credit table as the draft of an agreement.

Such a table names the provider, the service, the objective with its target and period, the tiers of
credit, the least credit paid, by when it is claimed, and what does not count, mostly in words. What
cannot be understood is listed and never guessed. Figures are text: a bare number is refused.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from domain.terms.agreement import SCHEMA
from domain.terms.lint import Finding
from domain.terms.part import Bound, magnitude
from interfaces.bridges.draft import (
    Draft,
    Given,
    assumed,
    drafted,
    left_open,
    misshapen,
    parties,
    unreadable,
)
from interfaces.bridges.table_model import ObjectiveRow, Row, Table, TierRow
from interfaces.bridges.table_words import cap_span, deadline, exclusion, measured, paid_as
from interfaces.bridges.telling import Unsaid, slug
from interfaces.files.positions import Placed, Unreadable
from interfaces.files.terms import Problem
from interfaces.files.yaml import read_yaml

RULE: Final = "table-rule"
PLACE: Final = re.compile(r"\d+")


def from_table(raw: bytes, file: str, given: Given, only: str | None = None) -> Draft:
    """Return the draft of an agreement that a published table makes.

    ``raw`` is YAML: one table, or a list of them of which ``only`` names one by its id. Never
    raises: what is wrong is a problem of the draft.
    """
    try:
        placed = _one(read_yaml(raw), only)
    except Unreadable as error:
        return Draft(None, problems=(unreadable(error, file),))
    try:
        table = Table.model_validate(placed.plain())
    except ValidationError as error:
        return Draft(
            None, problems=tuple(_in_quotes(p, placed) for p in _wrong(error, placed, file))
        )
    rows = [row for row in (table.objective, *table.objectives, table.secondary) if row is not None]
    if not rows:
        because = "a table has an objective, or objectives"
        problem = Problem(file, placed.line, placed.column, "objective", RULE, because)
        return Draft(None, problems=(problem,))
    return _Reader(table, rows, given).drafted(file)


def _one(placed: Placed, only: str | None) -> Placed:
    if placed.items is None:
        return placed
    named = [one for one in placed.items if only is None or _id(one) == only]
    if len(named) != 1:
        ids = ", ".join(str(_id(one)) for one in placed.items)
        raise Unreadable("which-table", f"the file holds several; name one: {ids[:200]}")
    return named[0]


def _id(placed: Placed) -> object:
    ident = (placed.entries or {}).get("id")
    return ident.value if ident is not None else None


def _wrong(error: ValidationError, placed: Placed, file: str) -> list[Problem]:
    return list(misshapen(error, placed, file, RULE))


def _in_quotes(problem: Problem, placed: Placed) -> Problem:
    """Say of a bare number why it is refused."""
    steps = tuple(int(step) if PLACE.fullmatch(step) else step for step in problem.place.split("/"))
    found = placed.find(steps)
    if found is None or isinstance(found.value, bool) or not isinstance(found.value, int | float):
        return problem
    because = f'write it in quotes, "{found.written}": a bare number may lose its exact value'
    return Problem(
        problem.file, problem.line, problem.column, problem.place, "float-refused", because
    )


class _Reader:
    def __init__(self, table: Table, rows: list[ObjectiveRow], given: Given) -> None:
        self.table = table
        self.rows = rows
        self.given = given
        self.findings: list[Finding] = []
        self.lost: list[Unsaid] = []

    def drafted(self, file: str) -> Draft:
        table = self.table
        named = {"provider": table.provider, "client": table.client}
        sides, findings = parties(self.given, named)
        self.findings += findings
        self.findings.append(assumed(f"it begins on {self.given.starts}", "term/starts"))
        document: dict[str, Any] = {
            "schema": SCHEMA,
            "title": table.service,
            **sides,
            "service": table.service,
            "term": {"starts": self.given.starts.isoformat()},
            "currency": self._currency(),
            "objectives": self._objectives(),
            "credits": self._credits(),
            "exclusions": self._exclusions(),
        }
        zones = [row.time_zone for row in self.rows if row.time_zone is not None]
        if zones:
            document["zone"] = zones[0]
        else:
            self.findings.append(left_open("no zone is named: days are taken in UTC", "zone"))
        charge = f" ({table.credit_percent_of})" if table.credit_percent_of else ""
        because = f"credits are a percentage of charges{charge} that the table does not name"
        self.findings.append(left_open(because, "charges"))
        self.findings.append(left_open("nothing says who reports the figures", "reporting"))
        self._overlooked("", table)
        return drafted(document, self.findings, self.lost, file)

    def _currency(self) -> str:
        minimum = self.table.minimum_credit
        written = self.table.currency or (minimum and minimum.currency)
        found = written or self.given.currency
        if written and self.given.currency not in (None, written):
            self.findings.append(left_open(f"the table is in {written}", "currency"))
        if found is None:
            self.findings.append(left_open("no currency is named", "currency"))
        return found or "XXX"

    def _objectives(self) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        ids: set[str] = set()
        for row in self.rows:
            ident = slug(row.indicator, "objective")
            while ident in ids:
                ident = f"{ident[:55]}-{len(ids) + 1}"
            ids.add(ident)
            made.append(self._objective(ident, row, first=not made))
        return made

    def _objective(self, ident: str, row: ObjectiveRow, *, first: bool) -> dict[str, Any]:
        path = f"objectives/{ident}"
        indicator, method, because = measured(row.indicator, row.measured_as)
        self.findings.append(assumed(because, f"{path}/measured"))
        if "missing" in method:
            open_ = "the table does not say how missing data counts: it is left out"
            self.findings.append(left_open(open_, f"{path}/measured/missing"))
        if row.period is None:
            self.findings.append(left_open("no period is named: a month", f"{path}/period"))
        side = "at_most" if row.comparison == "at most" else "at_least"
        tiers = row.tiers or (self.table.tiers if first else ())
        target = self._target(f"{path}/targets", row, tiers)
        objective: dict[str, Any] = {
            "id": ident,
            "title": row.indicator,
            "indicator": indicator,
            "measured": method,
            "period": row.period or "calendar month",
            "targets": [{side: target}],
        }
        if tiers:
            objective["remedy"] = self._remedy(path, tiers)
        else:
            self.findings.append(left_open("no credit is named for a miss", path))
        return objective

    def _target(self, path: str, row: ObjectiveRow, tiers: tuple[TierRow, ...]) -> Bound:
        """Return the target; the bound of the best tier where none is named."""
        if row.target is not None:
            return row.target
        bounds = [
            bound
            for tier in tiers
            if (bound := tier.above if row.comparison == "at most" else tier.below) is not None
        ]
        if not bounds:
            self.findings.append(left_open("no target is named: 99.9", path))
            return Decimal("99.9")
        self.findings.append(assumed("no target is named: where credits begin is taken", path))
        best = min if row.comparison == "at most" else max
        return best(bounds, key=magnitude)

    def _remedy(self, path: str, tiers: tuple[TierRow, ...]) -> dict[str, Any]:
        fields = ("at_least", "below", "above", "at_most")
        remedy: dict[str, Any] = {
            "of": "all-charges",
            "tiers": [
                {
                    **{
                        name: bound for name in fields if (bound := getattr(tier, name)) is not None
                    },
                    "credit": tier.credit_percent,
                }
                for tier in tiers
            ],
        }
        minimum = self.table.minimum_credit
        if minimum is not None:
            remedy["minimum"] = {"amount": minimum.amount}
            if minimum.rule is not None and "strictly above" not in minimum.rule:
                self.lost.append(Unsaid("minimum_credit/rule", "it is taken as strictly above"))
        claim = self._claim(path)
        if claim is not None:
            remedy["claim"] = claim
        return remedy

    def _claim(self, path: str) -> dict[str, Any] | None:
        claim = self.table.claim
        if claim is None:
            because = "nothing says whether a credit must be claimed: it is automatic"
            self.findings.append(left_open(because, f"{path}/remedy/claim"))
            return None
        if not claim.required and claim.deadline is None:
            return None
        within = deadline(claim.deadline) if isinstance(claim.deadline, str) else claim.deadline
        if within is None:
            if claim.deadline is not None:
                self.lost.append(Unsaid("claim/deadline", "the words name no length of time"))
            because = "no deadline for claims is understood: 30 days are taken"
            self.findings.append(left_open(because, f"{path}/remedy/claim/within"))
            within = "P30D"
        of_incident = isinstance(claim.deadline, str) and "incident" in claim.deadline
        after = {"after": "incident"} if of_incident else {}
        return {"required": claim.required, "within": within, **after}

    def _credits(self) -> dict[str, Any]:
        caps = self.table.cap if isinstance(self.table.cap, tuple) else (self.table.cap,)
        credits_: dict[str, Any] = {}
        if caps:
            credits_["caps"] = [{"per": cap_span(cap.of), "percent": cap.percent} for cap in caps]
            because = "what a cap is a percentage of is taken as all charges of its span"
            self.findings.append(assumed(because, "credits/caps"))
        if self.table.credit_paid_as is not None:
            found = paid_as(self.table.credit_paid_as)
            credits_ |= found
            if "paid_as" not in found:
                self.lost.append(Unsaid("credit_paid_as", "the words name no form of credit"))
        else:
            because = "nothing says how a credit is paid: from future charges"
            self.findings.append(left_open(because, "credits/paid_as"))
        return credits_

    def _exclusions(self) -> list[dict[str, Any]]:
        made: list[dict[str, Any]] = []
        for reason in self.table.exclusions:
            ident = slug(reason, "exclusion")
            if any(one["id"] == ident for one in made):
                ident = f"{ident[:55]}-{len(made) + 1}"
            made.append({"id": ident, "reason": reason, "kind": exclusion(reason)})
            because = f"it is taken as {made[-1]['kind']}, granted on request"
            self.findings.append(assumed(because, f"exclusions/{ident}"))
        return made

    def _overlooked(self, place: str, row: Row) -> None:
        for name in row.model_extra or {}:
            self.lost.append(Unsaid(f"{place}{name}", "a table of ours has no such field"))
        for name in type(row).model_fields:
            value = getattr(row, name)
            inside = value if isinstance(value, tuple) else (value,)
            for number, part in enumerate(inside):
                if isinstance(part, Row):
                    here = f"{place}{name}/{number}/" if value is inside else f"{place}{name}/"
                    self._overlooked(here, part)
