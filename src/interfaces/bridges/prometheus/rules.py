"""An agreement as one file of Prometheus rules: a group for each target that a query can show."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import MINUTES_PER_WEEK, Dates, ServiceHours
from domain.terms.measurement import Scale
from domain.terms.objective import Objective, Target
from domain.terms.part import ALWAYS, OTHERWISE, Bound
from domain.terms.support import EscalationLevel
from domain.values.durations import Duration
from domain.values.periods import PeriodRule
from interfaces.bridges.prometheus.alerting import Watched, budget, watch
from interfaces.bridges.prometheus.promql import Series, milliseconds, span, untemplated
from interfaces.bridges.prometheus.reasons import REASONS
from interfaces.bridges.prometheus.recording import OPEN, Rule, record, recording
from interfaces.bridges.prometheus.windows import calendars_in, horizon, inside, week_second
from interfaces.bridges.telling import Origin, Telling, Translation, slug

_DAY: Final = 86_400_000
_DAYS: Final = {
    "calendar week": 7,
    "calendar month": 30,
    "calendar quarter": 91,
    "calendar year": 365,
}
_FULL: Final = 100
WEEK_SECOND: Final = "parley:week_second"
MOST_CHARACTERS: Final = 4_000_000
"""How long all expressions of a file may be together: windows of many dates repeat in each rule."""
REMARKS: Final = (
    "Rules for Prometheus, written from agreed terms; do not edit, write them again.",
    "They warn early. What is owed is worked out from the terms, exactly, and not from here.",
)


def to_prometheus(terms: AgreementTerms, origin: Origin | None = None) -> Translation:
    """Return the rules for an agreement, and every term they do not say."""
    return _Compiler(terms, origin).compiled()


class _Compiler:
    def __init__(self, terms: AgreementTerms, origin: Origin | None) -> None:
        self.terms = terms
        self.origin = origin
        self.telling = Telling(terms)
        self.written = 0
        self.agreement = origin.contract if origin is not None else slug(terms.title, "agreement")

    def compiled(self) -> Translation:
        groups = [
            group for path, objective in self._objectives() for group in self._of(path, objective)
        ]
        if groups:
            self.telling.say("title", "provider", "client", "service")
            for path, step in self.telling.parts(EscalationLevel):
                self._tell(path, step)
        remarks = (*REMARKS, *([f"From {self.origin}."] if self.origin is not None else []))
        return Translation(({"groups": groups},), self.telling.rest(REASONS), remarks)

    def _objectives(self) -> Iterator[tuple[str, Objective]]:
        seen: set[str] = set()
        for path, objective in self.telling.parts(Objective):
            if objective.id in seen:
                self.telling.leave(path, "another objective has the same id")
            else:
                seen.add(objective.id)
                yield path, objective

    def _tell(self, path: str, step: EscalationLevel) -> None:
        self.telling.say(f"{path}/level", f"{path}/role")
        if milliseconds(step.after)[1]:
            self.telling.say(f"{path}/after")
        else:
            self.telling.leave(f"{path}/after", "Prometheus counts in milliseconds")

    def _of(self, path: str, objective: Objective) -> Iterator[dict[str, Any]]:
        if objective.measured.query is None:
            self.telling.leave(path, "no query says where Prometheus has its figures")
            return
        seen: set[str] = set()
        for target_path, target in self.telling.parts(Target, path):
            because = self._unwatchable(objective, target, seen)
            watched = self._watched(objective, target) if because is None else because
            if isinstance(watched, str):
                self.telling.leave(target_path, watched)
                continue
            group = self._group(watched)
            self.written += sum(len(rule["expr"]) for rule in group["rules"])
            if self.written > MOST_CHARACTERS:
                self.telling.leave(target_path, "the file is full: its windows take too many words")
                continue
            seen.add(target.window)
            self._say(path, objective, target_path, watched)
            yield group

    def _unwatchable(self, objective: Objective, target: Target, seen: set[str]) -> str | None:
        if target.severity is not None:
            return "the query does not tell one severity from another"
        if target.window in seen:
            return "another target has the same window"
        if not _comparable(objective, target.bound):
            return "the bound cannot be compared with the result"
        return None

    def _watched(self, objective: Objective, target: Target) -> Watched | str:
        series = Series(self.agreement, objective.id, target.window)
        zones: set[str] = set()

        def clock(zone: str) -> str:
            zones.add(zone)
            return zone

        if inside(self.terms, objective, target, clock) is None:
            return "hours that begin by the clock and last their nominal length: PromQL has none"
        if len(zones) > 1:
            return "its hours are of several zones"
        recorded = recording(objective, series, masked=target.window != ALWAYS)
        if isinstance(recorded, str):
            return recorded
        steps = sorted(self.terms.escalation, key=lambda step: step.level)
        return Watched(
            objective,
            target,
            series,
            recorded,
            _days(objective.period) * _DAY,
            self._covered(objective, target),
            tuple(steps),
            self._annotations(objective),
        )

    def _covered(self, objective: Objective, target: Target) -> Fraction:
        """Return the share of an ordinary week that a target's window covers."""
        names = {target.window}
        if target.window == OTHERWISE:
            names = {one.window for one in objective.targets} - {OTHERWISE}
        minutes = sum(self._minutes(name) for name in names)
        share = Fraction(min(minutes, MINUTES_PER_WEEK), MINUTES_PER_WEEK)
        return 1 - share if target.window == OTHERWISE else share

    def _minutes(self, window: str) -> int:
        if window == ALWAYS:
            return MINUTES_PER_WEEK
        calendar = self.terms.calendar(window)
        return calendar.minutes_per_week() if isinstance(calendar, ServiceHours) else 0

    def _annotations(self, objective: Objective) -> dict[str, str]:
        said = {
            "agreement": self.terms.title,
            "service": self.terms.service,
            "provider": self.terms.provider,
            "client": self.terms.client,
            "measured": f"{objective.indicator}, by {objective.measured.by}",
        }
        if self.origin is not None:
            said["terms"] = str(self.origin)
        return {name: untemplated(text) for name, text in said.items()}

    def _group(self, watched: Watched) -> dict[str, Any]:
        return {
            "name": "/".join(("parley", *watched.series.labels.values())),
            "interval": span(watched.recording.interval),
            "rules": [*self._hours(watched), *watch(watched)],
        }

    def _hours(self, watched: Watched) -> Iterator[Rule]:
        """Yield what records the clock on the wall and whether the window is open."""
        if watched.target.window == ALWAYS:
            return
        zones: list[str] = []

        def clock(zone: str) -> str:
            zones.append(zone)
            return f"scalar({watched.series.of(WEEK_SECOND)})"

        mask = inside(self.terms, watched.objective, watched.target, clock)
        for zone in dict.fromkeys(zones):
            expression = f"vector({week_second(self.terms, zone)})"
            yield record(WEEK_SECOND, expression, watched.series.labels)
        yield record(OPEN, f"vector({mask})", watched.series.labels)

    def _say(self, path: str, objective: Objective, target_path: str, watched: Watched) -> None:
        say, leave = self.telling.say, self.telling.leave
        say(f"{path}/id", f"{path}/title", f"{path}/indicator", f"{path}/kind", f"{path}/period")
        say(target_path, *(f"{path}/measured/{field}" for field in watched.recording.said))
        if objective.period.kind != "rolling":
            days = _days(objective.period)
            leave(f"{path}/period", f"a {objective.period} is taken as the last {days} days")
        if watched.recording.good_share is not None and budget(watched.target):
            say(f"{path}/concern_at")
        for name in calendars_in(self.terms, objective, watched.target):
            self._say_calendar(name)

    def _say_calendar(self, name: str) -> None:
        calendars = (found for kind in (ServiceHours, Dates) for found in self.telling.parts(kind))
        path = next((path for path, found in calendars if found.id == name), None)
        if path is None:
            return  # a name that leads nowhere
        fields = ("id", "zone", "open", "except", "dates")
        self.telling.say(*(f"{path}/{field}" for field in fields))
        until = horizon(self.terms)
        if self.terms.ends is None or self.terms.ends >= until:
            self.telling.leave(
                f"{path}/zone", f"changes of the clock are written down until {until} only"
            )


def _days(period: PeriodRule) -> int:
    return _DAYS.get(period.kind, period.days)


def _comparable(objective: Objective, bound: Bound) -> bool:
    is_time = isinstance(bound, Duration)
    if objective.measured.scale is Scale.PERCENT:
        return not is_time and 0 <= bound <= _FULL  # type: ignore[operator]
    return is_time == (objective.measured.scale is Scale.TIME)
