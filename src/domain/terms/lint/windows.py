"""Windows: those of an objective cover all time exactly once."""

from __future__ import annotations

from collections.abc import Iterator

from domain.terms.agreement import AgreementTerms
from domain.terms.calendar import Dates, ServiceHours
from domain.terms.lint.finding import Finding, error, warning
from domain.terms.objective import Objective
from domain.terms.part import ALWAYS, OTHERWISE
from domain.terms.tiling import tiling

_NAMED_GAPS = 3


def windows_tile(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse windows that leave a gap or overlap, with the stretch named."""
    for objective in terms.objectives:
        for severity in dict.fromkeys(target.severity for target in objective.targets):
            yield from _tiles(terms, objective, severity)


def _tiles(terms: AgreementTerms, objective: Objective, severity: str | None) -> Iterator[Finding]:
    windows = {t.window: t.key() for t in objective.targets if t.severity == severity}
    known = {calendar.id for calendar in terms.calendars} | {ALWAYS, OTHERWISE}
    if not known.issuperset(windows):
        return
    targets = f"objectives/{objective.id}/targets"
    found = tiling(terms, tuple(windows))
    if found.gaps:
        named = "; ".join(found.gaps[:_NAMED_GAPS])
        more = len(found.gaps) - _NAMED_GAPS
        yield error(
            "windows-do-not-tile",
            f"{named}{f' (and {more} more)' if more > 0 else ''} "
            f"{'is' if len(found.gaps) == 1 else 'are'} covered by no window; "
            "a target for window otherwise would cover the rest",
            targets,
        )
    seen: set[frozenset[str]] = set()
    for overlap in found.overlaps:
        pair = frozenset((overlap.first, overlap.second))
        if pair not in seen:
            seen.add(pair)
            yield error(
                "windows-overlap",
                f"{overlap.when} is covered by both {overlap.first} and {overlap.second}",
                *(f"{targets}/{windows[name]}" for name in sorted(pair)),
            )
    if OTHERWISE in windows and ALWAYS in windows:
        yield error(
            "windows-overlap",
            "always leaves nothing for otherwise",
            f"{targets}/{windows[ALWAYS]}",
            f"{targets}/{windows[OTHERWISE]}",
        )


def one_zone(terms: AgreementTerms) -> Iterator[Finding]:
    """Refuse windows of one objective in several zones, or that no clock change leaves tiled."""
    for objective in terms.objectives:
        used = [c for c in terms.calendars if c.id in {t.window for t in objective.targets}]
        zones = dict.fromkeys(calendar.zone for calendar in used)
        if len(zones) > 1:
            yield error(
                "windows-in-different-zones",
                f"the windows of {objective.id} are in {' and '.join(zones)}; windows that tile "
                "time share a zone",
                *(f"calendars/{calendar.id}/zone" for calendar in used),
            )
        nominal = [
            calendar
            for calendar in used
            if isinstance(calendar, ServiceHours) and calendar.on_clock_change != "wall clock"
        ]
        if nominal and len(used) > 1:
            yield error(
                "nominal-length-needs-otherwise",
                f"on the night the clock changes {nominal[0].id} keeps its nominal length, and the "
                "other windows would overlap it or leave a gap; only otherwise goes with it",
                f"calendars/{nominal[0].id}/on_clock_change",
            )


def dates_reach_the_end(terms: AgreementTerms) -> Iterator[Finding]:
    """Point out lists of dates that cover no day of the term, or stop before its last year."""
    for calendar in terms.calendars:
        if not isinstance(calendar, Dates):
            continue
        place = f"calendars/{calendar.id}/dates"
        first, last = min(calendar.dates), max(calendar.dates)
        if last < terms.starts or (terms.ends is not None and first > terms.ends):
            yield warning("dates-outside-term", f"no date of {calendar.id} lies in the term", place)
    yield from _exceptions_run_out(terms)


def _exceptions_run_out(terms: AgreementTerms) -> Iterator[Finding]:
    for hours in terms.calendars:
        if not isinstance(hours, ServiceHours) or not hours.except_on or terms.ends is None:
            continue
        lists = [terms.calendar(name) for name in hours.except_on]
        years = {day.year for listed in lists if isinstance(listed, Dates) for day in listed.dates}
        bare = [y for y in range(terms.starts.year, terms.ends.year + 1) if y not in years]
        if years and bare:
            yield warning(
                "holidays-run-out",
                f"the lists that {hours.id} excepts have no date in "
                f"{', '.join(str(year) for year in bare)}, although the term does",
                f"calendars/{hours.id}/except",
                "term/ends",
            )


RULES = (windows_tile, one_zone, dates_reach_the_end)
