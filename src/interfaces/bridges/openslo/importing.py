"""OpenSLO v1 documents as the draft of an agreement: a skeleton, and all it leaves open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from domain.terms.agreement import SCHEMA
from domain.terms.lint import Finding
from interfaces.bridges.draft import (
    Draft,
    Given,
    assumed,
    drafted,
    exactly,
    left_open,
    misshapen,
    parties,
    unreadable,
)
from interfaces.bridges.openslo.model import (
    DOCUMENT,
    AlertCondition,
    AlertNotificationTarget,
    AlertPolicy,
    AnyDocument,
    ConditionSpec,
    DataSource,
    Indicator,
    Loose,
    Service,
    Sli,
    Slo,
    SloSpec,
)
from interfaces.bridges.openslo.promises import Lost, Taken, promise, short
from interfaces.bridges.telling import Unsaid, slug
from interfaces.files.positions import Placed, Unreadable
from interfaces.files.terms import Problem
from interfaces.files.yaml import read_yaml_documents

RULE = "openslo-rule"
_OPEN = (
    ("charges", "OpenSLO has no charges"),
    ("objectives", "OpenSLO does not say what a miss costs: no objective has a remedy"),
    ("exclusions", "OpenSLO has no exclusions, such as planned maintenance"),
    ("reporting", "OpenSLO does not say who reports the figures, by when"),
    ("term/ends", "OpenSLO has no last day"),
)


def from_openslo(raw: bytes, file: str, given: Given) -> Draft:
    """Return the draft of an agreement that OpenSLO documents make.

    ``raw`` is YAML of one or more documents. Never raises: what is wrong is a problem of the draft.
    """
    try:
        placed = read_yaml_documents(raw)
        plain = [exactly(document) for document in placed]
    except Unreadable as error:
        return Draft(None, problems=(unreadable(error, file),))
    problems: list[Problem] = []
    documents: list[AnyDocument | None] = []
    for document, values in zip(placed, plain, strict=True):
        try:
            documents.append(DOCUMENT.validate_python(values))
        except ValidationError as error:
            problems += misshapen(error, document, file, RULE)
    if problems:
        return Draft(None, problems=tuple(problems))
    whole = [document for document in documents if document is not None]
    if not any(isinstance(document, Slo) for document in whole):
        problem = _problem(placed[0], file, "no-objective", "there is no SLO in the file")
        return Draft(None, problems=(problem,))
    return _Importer(whole, given).drafted(file, placed)


def _problem(placed: Placed, file: str, rule: str, because: str) -> Problem:
    return Problem(file, placed.line, placed.column, "", rule, because)


class _Importer:
    def __init__(self, documents: Sequence[AnyDocument], given: Given) -> None:
        self.documents = documents
        self.given = given
        self.findings: list[Finding] = []
        self.lost: list[Unsaid] = []
        self.ids: set[str] = set()
        self.zone: str | None = None

    def drafted(self, file: str, placed: Sequence[Placed]) -> Draft:
        objectives = [
            objective
            for number, document in enumerate(self.documents)
            if isinstance(document, Slo)
            for objective in self._objectives(number, document)
        ]
        for number, document in enumerate(self.documents):
            self._overlooked(f"{number}", document)
        if not objectives:
            because = "; ".join(item.because for item in self.lost)
            return Draft(None, problems=(_problem(placed[0], file, "no-objective", because),))
        made: dict[str, Any] = {
            "schema": SCHEMA,
            **self._heading(),
            "term": {"starts": self.given.starts.isoformat()},
            "currency": self.given.currency or "XXX",
            "objectives": objectives,
            "escalation": self._escalation(),
        }
        if self.zone is not None:
            made["zone"] = self.zone
        self._leave_open()
        return drafted(made, self.findings, self.lost, file)

    def _heading(self) -> dict[str, Any]:
        services = [one for one in self.documents if isinstance(one, Service)]
        slos = [one for one in self.documents if isinstance(one, Slo)]
        service = services[0] if services else None
        labels = service.metadata.labels if service is not None else {}
        name = slos[0].spec.service
        if service is not None:
            name = service.metadata.display_name or service.metadata.name
        for other in services[1:]:
            place = f"{self.documents.index(other)}"
            self.lost.append(Unsaid(place, "an agreement has one service"))
        known = {key: text for key, text in labels.items() if isinstance(text, str) and text}
        fields, findings = parties(self.given, known)
        self.findings += findings
        heading = {
            "title": short(known.get("agreement", name)),
            "service": short(name),
            **{side: short(text) for side, text in fields.items()},
        }
        if service is not None and service.spec.description:
            heading["description"] = service.spec.description
        return heading

    def _leave_open(self) -> None:
        self.findings.append(assumed(f"it begins on {self.given.starts}", "term/starts"))
        if self.given.currency is None:
            self.findings.append(left_open("OpenSLO has no currency", "currency"))
        self.findings += [left_open(because, place) for place, because in _OPEN]

    # The promises

    def _objectives(self, number: int, document: Slo) -> Iterator[dict[str, Any]]:
        place = f"{number}/spec"
        indicator = self._indicator(document.spec)
        if indicator is None:
            because = "its indicator is not in the file, or it is composite"
            self.lost.append(Unsaid(place, because))
            return
        for at, target in enumerate(document.spec.objectives):
            ident = self._id(document.metadata.name)
            found = promise(document, indicator, target, f"{place}/objectives/{at}")
            if isinstance(found, Lost):
                self.lost.append(Unsaid(found.place, found.because))
                continue
            yield self._objective(ident, document, found, target.display_name)

    def _objective(
        self, ident: str, document: Slo, taken: Taken, named: str | None
    ) -> dict[str, Any]:
        self.lost += taken.lost
        path = f"objectives/{ident}"
        self.findings += [assumed(because, f"{path}/{field}") for field, because in taken.assumed]
        zone = taken.zone
        if zone is not None and self.zone is None:
            self.zone = zone
        elif zone is not None and zone != self.zone:
            self.findings.append(assumed(f"its zone {zone} is taken as {self.zone}", "zone"))
        labels = document.metadata.labels
        objective = {"id": ident, **taken.objective}
        title = document.metadata.display_name or named
        if title:
            objective["title"] = short(title)
        if labels.get("kind") == "proactive":
            objective["kind"] = "proactive"
        return objective

    def _id(self, name: str) -> str:
        wanted = slug(name, "objective")
        ident, number = wanted, 1
        while ident in self.ids:
            number += 1
            ident = f"{wanted[:55]}-{number}"
        self.ids.add(ident)
        return ident

    def _indicator(self, spec: SloSpec) -> Indicator | None:
        if spec.indicator is not None:
            return spec.indicator
        for document in self.documents:
            if isinstance(document, Sli) and document.metadata.name == spec.indicator_ref:
                return Indicator(metadata=document.metadata, spec=document.spec)
        return None

    # Whom alerts tell

    def _escalation(self) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = []
        used = {
            policy.alert_policy_ref
            for document in self.documents
            if isinstance(document, Slo)
            for policy in document.spec.alert_policies
        }
        for number, policy in enumerate(self.documents):
            if not isinstance(policy, AlertPolicy):
                continue
            condition = self._condition(policy)
            if policy.metadata.name not in used or condition is None:
                self.lost.append(Unsaid(f"{number}", "no objective uses it with a condition"))
                continue
            for target in policy.spec.notification_targets:
                step = {
                    "level": len(steps) + 1,
                    "role": short(self._role(target.target_ref or "somebody")),
                    "after": _length(condition.condition.alert_after),
                }
                steps.append(step)
            self._rate(number, condition)
        return steps

    def _rate(self, number: int, spec: ConditionSpec) -> None:
        condition = spec.condition
        if (condition.threshold, condition.lookback_window) != (1, "1h"):
            because = "an agreement escalates a breach, not a burn rate"
            self.lost.append(Unsaid(f"{number}/spec/conditions/0", because))

    def _condition(self, policy: AlertPolicy) -> ConditionSpec | None:
        (condition,) = policy.spec.conditions
        if condition.spec is not None:
            return condition.spec
        for document in self.documents:
            named = condition.condition_ref
            if isinstance(document, AlertCondition) and document.metadata.name == named:
                return document.spec
        return None

    def _role(self, name: str) -> str:
        for document in self.documents:
            if isinstance(document, AlertNotificationTarget) and document.metadata.name == name:
                return document.spec.description or document.metadata.display_name or name
        return name

    # What is lost

    def _overlooked(self, place: str, document: AnyDocument) -> None:
        if isinstance(document, DataSource):
            self.lost.append(Unsaid(place, "an agreement does not say how a source is reached"))
            return
        if document.metadata.annotations:
            self.lost.append(Unsaid(f"{place}/metadata/annotations", "they are for other tools"))
        if isinstance(document, Slo) and document.spec.description:
            because = "an objective of ours has a title, and no description"
            self.lost.append(Unsaid(f"{place}/spec/description", because))
        known = {"agreement", "provider", "client", "indicator", "kind"}
        for label in document.metadata.labels.keys() - known:
            self.lost.append(Unsaid(f"{place}/metadata/labels/{label}", "there are no labels"))
        for field in _unknown(document, place):
            self.lost.append(Unsaid(field, "OpenSLO v1 has no such field"))


def _unknown(part: Loose, place: str) -> Iterator[str]:
    """Yield the fields of a document that the specification does not name."""
    yield from (f"{place}/{field}" for field in part.model_extra or {})
    for name, field in type(part).model_fields.items():
        value = getattr(part, name)
        here = f"{place}/{field.alias or name}"
        if isinstance(value, Loose):
            yield from _unknown(value, here)
        elif isinstance(value, list):
            for number, inside in enumerate(value):
                if isinstance(inside, Loose):
                    yield from _unknown(inside, f"{here}/{number}")


def _length(shorthand: str) -> str:
    """Return a shorthand as a duration of fixed length: a month has 30 days, a year 365."""
    number, unit = int(shorthand[:-1]), shorthand[-1]
    if unit in "mh":
        return f"PT{number}{unit.upper()}"
    days = {"d": 1, "w": 7, "M": 30, "Q": 91, "Y": 365}[unit]
    return f"P{number * days}D"
