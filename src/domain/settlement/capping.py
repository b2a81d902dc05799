"""Caps applied: an objective's own first, then those over all objectives together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from domain.settlement.caps import Books, Capped, Credited, Room, TermDays, in_order, span_order
from domain.settlement.charges import Charges
from domain.settlement.pricing import Priced
from domain.settlement.statement import Line, Step
from domain.terms.figures import decimal
from domain.terms.part import ALL_CHARGES
from domain.terms.paths import TermPath
from domain.terms.remedy import Cap
from domain.values.periods import Days, Period

ByObjective = Mapping[str, Sequence[Priced]]


Ceiling = tuple[tuple[int, ...], Fraction]
"""Some parts of an objective, and the most that a cap of its own lets through of them together."""


@dataclass(frozen=True, slots=True)
class UnderCaps:
    """The parts of each objective under every cap, and the ceilings of its own caps.

    ``slack`` is how far all together stay under the tightest cap over all objectives; None: there
    is none.
    """

    parts: dict[str, list[Priced]]
    ceilings: dict[str, list[Ceiling]]
    slack: Fraction | None

    def slack_of(self, objective: str) -> Fraction | None:
        """Return how far an objective stays under the tightest of its own caps; None: no cap."""
        parts = self.parts[objective]
        return min(
            (
                most - sum((parts[index].credit for index in indexes), Fraction(0))
                for indexes, most in self.ceilings[objective]
            ),
            default=None,
        )


def under_caps(
    priced: ByObjective,
    days: Days,
    charges: Charges,
    term: TermDays,
    credited: Sequence[Credited],
) -> UnderCaps:
    """Bring the parts of each objective under every cap, with a line for each that bit.

    Each part is under the caps of its own version, and earlier parts take room from later ones;
    under one and the same cap, each gives up the same share.
    """
    books = Books(charges, term, [one for one in credited if not _anew(one, days, priced)])
    own = {name: _under_own(name, parts, days, books) for name, parts in priced.items()}
    found, slack = _under_common({name: parts for name, (parts, _) in own.items()}, days, books)
    return UnderCaps(found, {name: ceilings for name, (_, ceilings) in own.items()}, slack)


def _anew(one: Credited, days: Days, priced: ByObjective) -> bool:
    """Tell whether a credit is of what is being settled again, so that it takes no room."""
    return one.days == days and one.objective in priced


def _under_own(
    name: str, parts: Sequence[Priced], days: Days, books: Books
) -> tuple[list[Priced], list[Ceiling]]:
    mine = replace(books, credited=[one for one in books.credited if one.objective == name])
    found, ceilings = list(parts), []
    for cap, of in _caps_of(parts):
        under = [index for index, one in enumerate(parts) if (cap, of) in _own(one)]
        # A cap per period bounds each part by its own time; over a longer span, parts under the
        # same cap share its room, and those before them have taken theirs.
        for group in [[index] for index in under] if cap.per == "period" else [under]:
            before = (found[index].credit for index in range(group[-1]) if index not in group)
            taken = Fraction(0) if cap.per == "period" else sum(before, Fraction(0))
            room = mine.room(cap, of, _about(found[group[-1]], days), taken)
            if room is None:
                continue
            place = f"objectives/{name}/remedy/caps/{cap.key()}"
            capped, _ = _shared_out([found[index] for index in group], cap, room, place)
            for index, one in zip(group, capped, strict=True):
                found[index] = one
            ceilings.append((cap.per, (tuple(group), room.left)))
    return found, _joined(ceilings, len(parts))


def _joined(ceilings: Sequence[tuple[str, Ceiling]], count: int) -> list[Ceiling]:
    """Return the ceilings that rounding is held against: those per period, part by part, as one.

    Where a part is under no cap per period, rounding may be its own.
    """
    found = [ceiling for per, ceiling in ceilings if per != "period"]
    by_part: dict[int, Fraction] = {}
    for per, ((index, *_), most) in ceilings:
        if per == "period":
            by_part[index] = min(by_part.get(index, most), most)
    if by_part and len(by_part) == count:
        found.append((tuple(range(count)), sum(by_part.values(), Fraction(0))))
    return found


def _own(one: Priced) -> list[tuple[Cap, str]]:
    remedy = one.objective.remedy
    return [] if remedy is None else [(cap, cap.of or remedy.of) for cap in in_order(remedy.caps)]


def _caps_of(parts: Sequence[Priced]) -> list[tuple[Cap, str]]:
    """Return the caps that any part is under, each once, in the order they are applied."""
    found: list[tuple[Cap, str]] = []
    for one in parts:
        found += [each for each in _own(one) if each not in found]
    return sorted(found, key=lambda each: span_order(each[0]))


def _about(one: Priced, days: Days) -> Capped:
    return Capped(one.part.terms, one.part.period, days, one.objective.period)


def _shared_out(
    parts: Sequence[Priced], cap: Cap, room: Room, place: str
) -> tuple[list[Priced], Fraction]:
    """Bring credits under a cap together, each by the same share, and tell how far under it."""
    total = sum((one.credit for one in parts), Fraction(0))
    if total <= room.left:
        return list(parts), room.left - total
    share = room.left / total
    return [_cut(one, one.credit * share, cap, room, place) for one in parts], Fraction(0)


@dataclass(slots=True)
class _Taken:
    """What credits have taken of the caps over all objectives, and how much those left.

    ``in_period`` are those of other statements on this period, ``here`` those of this statement.
    ``slacks`` are what caps over longer spans left; ``in_part`` what those per period did, by
    version.
    """

    in_period: Fraction
    here: Fraction = Fraction(0)
    slacks: list[Fraction] = field(default_factory=list)
    in_part: dict[int, Fraction] = field(default_factory=dict)

    def note(self, cap: Cap, version: int, slack: Fraction) -> None:
        """Keep in mind what a cap left."""
        if cap.per == "period":
            self.in_part[version] = min(self.in_part.get(version, slack), slack)
        else:
            self.slacks.append(slack)

    def slack(self, versions: int) -> Fraction | None:
        """Return how far all credits stay under the tightest cap, those per period as one."""
        whole = [sum(self.in_part.values(), Fraction(0))] if len(self.in_part) == versions else []
        return min([*self.slacks, *whole], default=None)


def _under_common(
    own: ByObjective, days: Days, books: Books
) -> tuple[dict[str, list[Priced]], Fraction | None]:
    found = {name: list(parts) for name, parts in own.items()}
    others = (Fraction(one.amount) for one in books.credited if one.days == days)
    taken = _Taken(sum(others, Fraction(0)))
    versions = _versions(own)
    for version in versions:
        group = [
            (name, index)
            for name, parts in found.items()
            for index, part in enumerate(parts)
            if part.part.version.number == version
        ]
        parts = [found[name][index] for name, index in group]
        capped = _group_under_common(parts, days, books, taken)
        for (name, index), part in zip(group, capped, strict=True):
            found[name][index] = part
    return found, taken.slack(len(versions))


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
        found, slack = _shared_out(found, cap, room, f"credits/caps/{cap.key()}")
        taken.note(cap, parts[0].part.version.number, slack)
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
