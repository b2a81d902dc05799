"""A back-test as a table of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from domain.backtest.outcome import Backtest, Composed, ObjectiveReplayed, PeriodReplayed
from domain.performance.outcomes import shown
from domain.terms.agreement import AgreementTerms
from domain.terms.words.legible import legible
from interfaces.backtest.labels import (
    best_lines,
    money,
    period_label,
    promised,
    rounded,
    total_line,
    window,
)

MOST_ROWS: Final = 60
"""Of more periods than this only those that were missed are listed."""
_GAP: Final = "  "


def as_table(terms: AgreementTerms, found: Backtest) -> str:
    """Write a back-test for a terminal."""
    lines = [f"{terms.title}: {found.days.first} to {found.days.last}"]
    for one in found.objectives:
        lines += ["", *_objective(one, found.currency)]
    lines += ["", f"In all: {total_line(found)}", "", "Assumed:"]
    lines += [f"  - {line}" for line in found.assumed]
    return legible("\n".join(lines))


def _objective(one: ObjectiveReplayed, currency: str) -> Iterator[str]:
    objective = one.objective
    yield f"{objective.name} ({objective.period})"
    listed = one.periods
    if len(listed) > MOST_ROWS:
        listed = tuple(period for period in listed if period.missed)
        yield f"  of {len(one.periods)} periods, the {len(listed)} missed:"
    yield from _aligned(_rows(one, listed, currency))
    for line in best_lines(one):
        yield f"  Best target: {line}"
    if one.right is not None:
        yield f"  Right to {one.right.right}: {one.right.because}"
    if one.composed is not None:
        yield f"  Dependencies: {_composed(one.composed)}"


def _rows(
    one: ObjectiveReplayed, periods: Sequence[PeriodReplayed], currency: str
) -> list[list[str]]:
    objective = one.objective
    columns = [
        _pointed([shown(period.reached[place], objective) for period in periods])
        for place in range(len(objective.targets))
    ]
    credits_ = [money(period.settled.credit.amount) for period in periods]
    rows = [
        ["", *(window(target) for target in objective.targets), "", ""],
        ["period", *(promised(target, objective) for target in objective.targets), "", currency],
    ]
    rows += [
        [period_label(period.days, objective.period), *values, _verdict(period), credit]
        for period, credit, *values in zip(periods, credits_, *columns, strict=True)
    ]
    verdict = f"{one.misses} of {len(one.periods)} missed"
    rows.append(["total", *("" for _ in objective.targets), verdict, money(one.credit)])
    return rows if any(map(window, objective.targets)) else rows[1:]


def _verdict(period: PeriodReplayed) -> str:
    return {True: "MISSED", False: "met", None: "not judged"}[period.missed]


def _pointed(texts: Sequence[str]) -> list[str]:
    """Pad figures so that their decimal points stand under each other; words are left.

    The unit stands in the head of the column.
    """
    bare = [text.removesuffix(" %") for text in texts]
    longest = max((len(_tail(text)) for text in bare), default=0)
    return [
        text + " " * (longest - len(_tail(text)))
        if text[:1].isdigit() and " " not in text
        else text
        for text in bare
    ]


def _tail(text: str) -> str:
    _, point, digits = text.partition(".")
    return point + digits if text[:1].isdigit() and " " not in text else ""


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        first, *others, verdict, credit = row
        cells = [first.ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(others, widths[1:-2], strict=True)]
        cells += [verdict.ljust(widths[-2]), credit.rjust(widths[-1])]
        yield (_GAP + _GAP.join(cells)).rstrip()


def _composed(composed: Composed) -> str:
    each = ", ".join(f"{name} {rounded(share, 6)} %" for name, share in composed.entries)
    verdict = "which is enough" if composed.kept else "which is not enough"
    return (
        f"together they allow {rounded(composed.allows, 6)} %, {verdict} for "
        f"{rounded(composed.promised, 6)} % ({each})"
    )
