"""An agreement as OpenSLO v1 documents: the service, an SLO for each promise, whom alerts tell.

OpenSLO has one window for all hours: a promise for some hours only is listed, because saying it
for all hours would be a target that nobody agreed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from domain.terms.agreement import AgreementTerms
from domain.terms.objective import Objective, Target
from domain.terms.part import ALWAYS
from domain.terms.support import EscalationLevel
from interfaces.bridges.openslo.indicators import Said, indicator, shorthand
from interfaces.bridges.openslo.model import LONGEST_DESCRIPTION, VERSION
from interfaces.bridges.openslo.reasons import REASONS
from interfaces.bridges.telling import Origin, Telling, Translation, slug

_DURATIONS: Final = {
    "calendar week": "1w",
    "calendar month": "1M",
    "calendar quarter": "1Q",
    "calendar year": "1Y",
}
LOOKBACK: Final = "1h"
EVEN: Final = 1
"""The burn rate that just uses up the budget: any faster is an alert."""
REMARKS: Final = ("OpenSLO v1, written from agreed terms; do not edit, write it again.",)


def to_openslo(terms: AgreementTerms, origin: Origin | None = None) -> Translation:
    """Return an agreement as OpenSLO documents, and every term they do not say."""
    return _Exporter(terms, origin).exported()


class _Exporter:
    def __init__(self, terms: AgreementTerms, origin: Origin | None) -> None:
        self.terms = terms
        self.origin = origin
        self.telling = Telling(terms)
        self.service = slug(terms.service, "service")[:50].strip("-")

    def exported(self) -> Translation:
        steps = list(self._steps())
        slos = list(self._slos([f"{self.service}-level-{step.level}" for _, step in steps]))
        alerting = steps if slos else []
        told = [document for path, step in alerting for document in self._told(path, step)]
        documents = (self._service(), *slos, *told)
        remarks = (*REMARKS, *([f"From {self.origin}."] if self.origin is not None else []))
        return Translation(documents, self.telling.rest(REASONS), remarks)

    def _service(self) -> dict[str, Any]:
        terms = self.terms
        labels = {"agreement": terms.title, "provider": terms.provider, "client": terms.client}
        self.telling.say("title", "provider", "client", "service")
        spec: dict[str, Any] = {}
        if terms.description is not None and len(terms.description) <= LONGEST_DESCRIPTION:
            spec["description"] = terms.description
            self.telling.say("description")
        return _document("Service", self.service, spec, terms.service, labels)

    def _slos(self, policies: list[str]) -> Iterator[dict[str, Any]]:
        seen: set[str] = set()
        for path, objective in self.telling.parts(Objective):
            if objective.id in seen:
                self.telling.leave(path, "another objective has the same id")
                continue
            seen.add(objective.id)
            for target_path, target in self.telling.parts(Target, path):
                because = _unsayable(objective, target, target_path)
                said = indicator(objective, target) if because is None else because
                if isinstance(said, str):
                    self.telling.leave(target_path, said)
                else:
                    self._say(path, objective, target_path, said)
                    yield self._slo(objective, said, policies)

    def _say(self, path: str, objective: Objective, target_path: str, said: Said) -> None:
        say, leave = self.telling.say, self.telling.leave
        say(f"{path}/id", f"{path}/title", f"{path}/indicator", f"{path}/kind", f"{path}/period")
        say(target_path, *(f"{path}/measured/{field}" for field in said.fields))
        if objective.measured.query is None:
            leave(f"{path}/measured", "OpenSLO wants a query; without one it is said in words")
        if getattr(objective.measured, "down_above", None) == 0:
            leave(f"{path}/measured/down_above", "the same as leaving it out")
        if objective.period.kind != "rolling":
            say("zone")
            leave("term/starts", "only the first day of the first period is said")

    def _slo(self, objective: Objective, said: Said, policies: list[str]) -> dict[str, Any]:
        labels = {"indicator": objective.indicator, "kind": objective.kind}
        spec = {
            "service": self.service,
            "indicator": {"metadata": {"name": objective.id}, "spec": said.indicator},
            "timeWindow": [self._window(objective)],
            "budgetingMethod": said.budgeting,
            "objectives": [said.target],
        }
        if policies:
            spec["alertPolicies"] = [{"alertPolicyRef": name} for name in policies]
        return _document("SLO", objective.id, spec, objective.title, labels)

    def _window(self, objective: Objective) -> dict[str, Any]:
        period = objective.period
        if period.kind == "rolling":
            return {"duration": f"{period.days}d", "isRolling": True}
        first = period.around(self.terms.starts).first
        calendar = {"startTime": f"{first} 00:00:00", "timeZone": self.terms.zone}
        return {"duration": _DURATIONS[period.kind], "calendar": calendar, "isRolling": False}

    def _steps(self) -> Iterator[tuple[str, EscalationLevel]]:
        seen: set[int] = set()
        for path, step in self.telling.parts(EscalationLevel):
            if step.level in seen:
                self.telling.leave(path, "another step has the same level")
            else:
                seen.add(step.level)
                yield path, step

    def _told(self, path: str, step: EscalationLevel) -> Iterator[dict[str, Any]]:
        name = f"{self.service}-level-{step.level}"
        after = shorthand(step.after)
        self.telling.say(f"{path}/level", f"{path}/role")
        if after is None:
            self.telling.leave(f"{path}/after", "OpenSLO counts in whole minutes")
        else:
            self.telling.say(f"{path}/after")
            because = "it runs from when the budget burns too fast, not from the breach"
            self.telling.leave(f"{path}/after", because)
        condition = {
            "kind": "burnrate",
            "threshold": EVEN,
            "lookbackWindow": LOOKBACK,
            "alertAfter": after or "0m",
        }
        inline = {
            "kind": "AlertCondition",
            "metadata": {"name": name},
            "spec": {"severity": f"level-{step.level}", "condition": condition},
        }
        policy = {
            "alertWhenBreaching": True,
            "alertWhenResolved": False,
            "alertWhenNoData": False,
            "conditions": [inline],
            "notificationTargets": [{"targetRef": name}],
        }
        yield _document("AlertPolicy", name, policy)
        target = {"description": step.role, "target": "role"}
        yield _document("AlertNotificationTarget", name, target)


def _document(
    kind: str,
    name: str,
    spec: dict[str, Any],
    title: str | None = None,
    labels: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": name}
    if title is not None:
        metadata["displayName"] = title
    if labels is not None:
        metadata["labels"] = dict(labels)
    return {"apiVersion": VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def _unsayable(objective: Objective, target: Target, path: str) -> str | None:
    if target.severity is not None:
        return "OpenSLO has no severities of a service"
    if target.window != ALWAYS:
        return "OpenSLO has one window for all hours"
    if path.endswith(tuple(f"~{n}" for n in range(2, len(objective.targets) + 1))):
        return "another target has the same window"
    return None
