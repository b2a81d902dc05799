"""Caps applied: an objective's own first, then those over all objectives together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from domain.settlement.caps import Books, Capped, Credited, Room, TermDays, in_order
from domain.settlement.charges import Charges
from domain.settlement.pricing import Priced
from domain.settlement.statement import Line, Step
from domain.terms.figures import decimal
from domain.terms.part import ALL_CHARGES
from domain.terms.paths import TermPath
from domain.terms.remedy import Cap
from domain.values.periods import Days, Period

ByObjective = Mapping[str, Sequence[Priced]]


@dataclass(frozen=True, slots=True)
class UnderCaps:
    """The parts of each objective under every cap.

    ``slack`` is how far all together stay under the tightest cap over all objectives; None: there
    is none.
    """

    parts: dict[str, list[Priced]]
    slack: Fraction | None


def under_caps(
    priced: ByObjective,
    days: Days,
    charges: Charges,
    term: TermDays,
    credited: Sequence[Credited],
) -> UnderCaps:
    """Bring the parts of each objective under every cap, with a line for each that bit.

    Each part is under the caps of its own version; earlier parts take room from later ones.
    """
    books = Books(charges, term, [one for one in credited if not _anew(one, days, priced)])
    own = {name: _under_own(name, parts, days, books) for name, parts in priced.items()}
    return _under_common(own, days, books)


def _anew(one: Credited, days: Days, priced: ByObjective) -> bool:
    """Tell whether a credit is of what is being settled again, so that it takes no room."""
    return one.days == days and one.objective in priced


def _under_own(name: str, parts: Sequence[Priced], days: Days, books: Books) -> list[Priced]:
    mine = replace(books, credited=[one for one in books.credited if one.objective == name])
    taken, found = Fraction(0), []
    for part in parts:
        capped = _one_under_own(part, days, mine, taken)
        taken += capped.credit
        found.append(capped)
    return found


def _one_under_own(one: Priced, days: Days, books: Books, taken: Fraction) -> Priced:
    remedy = one.objective.remedy
    if remedy is None:
        return one
    about = Capped(one.part.terms, one.part.period, days, one.objective.period)
    for cap in in_order(remedy.caps):
        before = Fraction(0) if cap.per == "period" else taken
        room = books.room(cap, cap.of or remedy.of, about, before)
        if room is not None:
            place = f"objectives/{one.objective.id}/remedy/caps/{cap.key()}"
            most = room.left if one.most is None else min(one.most, room.left)
            one = replace(_cut(one, min(one.credit, room.left), cap, room, place), most=most)
    return one


@dataclass(slots=True)
class _Taken:
    """What credits have taken of the caps over all objectives, and the least they left.

    ``in_period`` are those of other statements on this period, ``here`` those of this statement.
    """

    in_period: Fraction
    here: Fraction = Fraction(0)
    slack: Fraction | None = None


def _under_common(own: ByObjective, days: Days, books: Books) -> UnderCaps:
    found = {name: list(parts) for name, parts in own.items()}
    others = (Fraction(one.amount) for one in books.credited if one.days == days)
    taken = _Taken(sum(others, Fraction(0)))
    for version in _versions(own):
        group = [
            (name, index)
            for name, parts in found.items()
            for index, part in enumerate(parts)
            if part.part.version.number == version
        ]
        parts = [found[name][index] for name, index in group]
        for (name, index), part in zip(
            group, _group_under_common(parts, days, books, taken), strict=True
        ):
            found[name][index] = part
    return UnderCaps(found, taken.slack)


def _versions(own: ByObjective) -> list[int]:
    """Return the versions of all parts, in the order in which they governed."""
    begun = {
        part.part.version.number: part.part.period.starts
        for parts in own.values()
        for part in parts
    }
    return sorted(begun, key=lambda number: (begun[number], number))


def _group_under_common(
    parts: Sequence[Priced], days: Days, books: Books, taken: _Taken
) -> list[Priced]:
    """Apply one version's caps over all objectives; each gives up the same share of its credit."""
    terms, rule = parts[0].part.terms, parts[0].objective.period
    periods = [one.part.period for one in parts]
    whole = Period(min(one.starts for one in periods), max(one.ends for one in periods))
    about, found = Capped(terms, whole, days, rule), list(parts)
    for cap in in_order(terms.credits.caps):
        before = taken.in_period if cap.per == "period" else taken.here
        room = books.room(cap, cap.of or ALL_CHARGES, about, before)
        if room is None:
            continue
        if cap.per == "period":
            taken.in_period = max(taken.in_period - room.limit, Fraction(0))
        total = sum((one.credit for one in found), Fraction(0))
        slack = max(room.left - total, Fraction(0))
        taken.slack = slack if taken.slack is None else min(taken.slack, slack)
        if total > room.left:
            share, place = room.left / total, f"credits/caps/{cap.key()}"
            found = [_cut(one, one.credit * share, cap, room, place) for one in found]
    taken.here += sum((one.credit for one in found), Fraction(0))
    return found


def _cut(one: Priced, credit: Fraction, cap: Cap, room: Room, place: str) -> Priced:
    if credit == one.credit:
        return one
    before = f", of which {decimal(room.taken)} are credited already" if room.taken else ""
    says = f"at most {decimal(room.limit)} {one.part.terms.currency} per {cap.per}{before}"
    version, cites = one.part.version.number, one.part.cites
    line = Line(Step.CAP, TermPath(place), version, cites, says, credit - one.credit)
    return replace(one, credit=credit, lines=(*one.lines, line))
