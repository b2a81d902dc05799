"""Rows of what is to be done, as minutes and plans have them in a form."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from application.improving import Todo
from application.reviewing import Plan
from domain.improvement.facts import Measure
from domain.reviews.facts import Planned
from domain.values.sides import Side
from interfaces.web.forms import Form
from interfaces.web.trouble import Trouble

FEWEST: Final = 3
SPARE: Final = 1
MOST: Final = 50
LINE: Final = 200
_ROW: Final = re.compile(r"what-([0-9]{1,2})")


@dataclass(frozen=True)
class Row:
    """One row of what is to be done, as the form shows it to begin with."""

    number: int
    what: str = ""
    side: str = Side.PROVIDER
    owner: str = ""
    due: str = ""
    improves: str = ""


def rows(earlier: Sequence[Planned | Measure], trouble: Trouble | None, form: str) -> list[Row]:
    """Return the rows to fill in: those of the earlier edition, those just sent, and spare ones."""
    known = [
        Row(number, one.what, one.side, one.owner, one.due.isoformat(), _improves(one))
        for number, one in enumerate(earlier)
    ]
    sent = 0
    if trouble is not None and trouble.form.name == form:
        sent = len(_numbers(trouble.form))
    wanted = min(max(len(known) + SPARE, sent, FEWEST), MOST)
    return known + [Row(number) for number in range(len(known), wanted)]


def plans(form: Form) -> list[Plan]:
    """Read what is to be done; a row without words is none, and every other is whole."""
    found = []
    for number in _numbers(form):
        if not form.given(f"what-{number}").strip():
            continue
        found.append(
            Plan(
                form.text(f"what-{number}"),
                form.one_of(f"side-{number}", Side),
                form.text(f"owner-{number}", most=LINE, what="who does it"),
                form.day(f"due-{number}"),
                form.optional(f"improves-{number}", most=LINE),
            )
        )
    return found


def todos(form: Form) -> list[Todo]:
    """Read the measures of a plan; as ``plans``, but none is for want of another."""
    found = [Todo(one.what, one.side, one.owner, one.due) for one in plans(form)]
    if not found:
        form.wrong.setdefault("what-0", "A plan has at least one measure.")
    return found


def _improves(one: Planned | Measure) -> str:
    return (one.improves or "") if isinstance(one, Planned) else ""


def _numbers(form: Form) -> list[int]:
    found = (_ROW.fullmatch(name) for name in form.values)
    return sorted(int(one[1]) for one in found if one is not None)[:MOST]
