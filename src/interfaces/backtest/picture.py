"""A back-test as a picture: hand-written SVG, light and dark, without a script.

Each target is a line; each period a stem from it to what was reached, upwards for more. A miss is a
cross, so that nobody needs to see colours to tell. Credits stand below, from nothing up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from html import escape
from typing import Final

from domain.attainment.attainment import Reached
from domain.backtest.outcome import Backtest, ObjectiveReplayed
from domain.performance.outcomes import shown
from domain.terms.agreement import AgreementTerms
from domain.terms.figures import result
from domain.terms.objective import Target
from domain.terms.part import magnitude, written
from domain.terms.words.legible import legible
from interfaces.backtest.labels import (
    best_lines,
    money,
    period_label,
    promised,
    rounded,
    total_line,
    unit_of,
    window,
)

WIDTH: Final = 920
LEFT: Final = 116
RIGHT: Final = 24
PLOT: Final = 132
CREDITS: Final = 54
HEAD: Final = 78
_SLOT_FOR_WORDS: Final = 62
_FEW: Final = 40
_PLACES: Final = 3
_LINE: Final = 14
_LETTER: Final = 7
STYLE: Final = """
svg { color-scheme: light dark; --ink: #1d2530; --soft: #5d6875; --rule: #dfe3e8;
  --paper: #ffffff; --band: #f5f7f9; --met: #2f7d5b; --missed: #c2362b; --target: #30548c;
  --credit: #d9972f; }
@media (prefers-color-scheme: dark) { svg { --ink: #e8ecf1; --soft: #9aa6b4; --rule: #333d49;
  --paper: #151b23; --band: #1c242e; --met: #62c295; --missed: #ff8177; --target: #8fb4ee;
  --credit: #e5b155; } }
text { font: 12px system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; fill: var(--ink);
  font-variant-numeric: tabular-nums; }
.paper { fill: var(--paper); } .band { fill: var(--band); }
.title { font-size: 18px; font-weight: 600; } .name { font-size: 14px; font-weight: 600; }
.soft { fill: var(--soft); } .end { text-anchor: end; } .mid { text-anchor: middle; }
.rule { stroke: var(--rule); stroke-width: 1; }
.target { stroke: var(--target); stroke-width: 1.5; stroke-dasharray: 6 3; }
.bound { fill: var(--target); font-weight: 600; }
.met { stroke: var(--met); stroke-width: 2; fill: none; } .dot { fill: var(--met); }
.missed { stroke: var(--missed); stroke-width: 2.5; fill: none; stroke-linecap: round; }
.worse { fill: var(--missed); font-weight: 600; }
.open { fill: var(--paper); stroke: var(--soft); stroke-width: 1.5; }
.credit { fill: var(--credit); }
"""


def as_picture(terms: AgreementTerms, found: Backtest, *, styled: bool = True) -> str:
    """Draw a back-test; one that is not ``styled`` stands in a page that has the style itself."""
    body: list[str] = []
    y = HEAD
    for one in found.objectives:
        drawn = _Drawing(one, found.currency, y)
        body += drawn.lines()
        y = drawn.bottom
    words = f"{found.days.first} to {found.days.last}: {total_line(found)}"
    heading = [
        f'<title id="title">{_text(f"Back-test of {terms.title}")}</title>',
        f'<desc id="desc">{_text(f"{words}. {_told(found)}")}</desc>',
        *([f"<style>{STYLE}</style>"] if styled else []),
        f'<rect class="paper" width="{WIDTH}" height="{y}"/>',
        f'<text class="title" x="24" y="34">{_text(_cut(terms.title, 90))}</text>',
        f'<text class="soft" x="24" y="56">{_text(words)}</text>',
    ]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" '
        f'height="{y}" role="img" aria-labelledby="title desc">'
    )
    return "\n".join([svg, *heading, *body, "</svg>", ""])


def _told(found: Backtest) -> str:
    """Say in words what the picture shows, for whoever does not see it."""
    said = []
    for one in found.objectives:
        missed = [period for period in one.periods if period.missed]
        named = ", ".join(
            f"{period_label(period.days, one.objective.period)} "
            f"(credit {money(period.settled.credit.amount)} {found.currency})"
            for period in missed[:_FEW]
        )
        more = f" and {len(missed) - _FEW} more" if len(missed) > _FEW else ""
        said.append(f"{one.objective.name}: missed in {named}{more}." if missed else "")
        said += [f"Best target: {line}." for line in best_lines(one)]
    return " ".join(part for part in said if part)


@dataclass(slots=True)
class _Drawing:
    """One objective: a plot for each target, credits below, names of the periods at the foot."""

    one: ObjectiveReplayed
    currency: str
    top: int
    bottom: int = 0

    def lines(self) -> list[str]:
        one, line = self.one, self.top + 18
        tally = f"{one.objective.period}, {one.misses} of {len(one.periods)} missed"
        drawn = [
            _words("name", Fraction(24), Fraction(line), _cut(one.objective.name, 80)),
            _words("soft end", Fraction(WIDTH - RIGHT), Fraction(line), tally),
        ]
        y = self.top + 36
        for place, target in enumerate(self.one.objective.targets):
            drawn += self._plot(place, target, y)
            y += PLOT + 34
        if self.one.credit:
            drawn += self._credits(y)
            y += CREDITS + 16
        drawn += self._names(y)
        y += 26
        for best in best_lines(self.one):
            drawn.append(_words("soft", Fraction(LEFT), Fraction(y + 14), f"Best target: {best}"))
            y += 18
        self.bottom = y + 22
        return drawn

    @property
    def slot(self) -> Fraction:
        """How wide a period is."""
        return Fraction(WIDTH - LEFT - RIGHT, len(self.one.periods))

    def x(self, index: int) -> Fraction:
        """Return the middle of a period."""
        return LEFT + self.slot * index + self.slot / 2

    def _plot(self, place: int, target: Target, top: int) -> Iterator[str]:
        reached = [period.reached[place] for period in self.one.periods]
        scale = _Scale.of(reached, target, top + 26)
        name = window(target)
        label = f"{f'{name}: ' if name else ''}{promised(target, self.one.objective)}"
        yield (
            f'<rect class="band" x="{LEFT}" y="{top + 14}" width="{WIDTH - LEFT - RIGHT}" '
            f'height="{PLOT}" rx="4"/>'
        )
        yield _words("bound", Fraction(LEFT), Fraction(top + 8), label)
        bound = magnitude(target.bound)
        at, ticks = scale.y(bound), Fraction(LEFT - 8)
        for value in (scale.low, scale.high):
            if abs(scale.y(value) - at) > _LINE:
                yield _words("soft end", ticks, scale.y(value) + 4, self._axis(value, target))
        yield f'<line class="target" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{_n(at)}" y2="{_n(at)}"/>'
        yield _words("bound end", ticks, at + 4, self._axis(bound, target))
        for index, each in enumerate(reached):
            yield from self._mark(index, each, scale)

    def _axis(self, value: Fraction, target: Target) -> str:
        unit = unit_of(self.one.objective)
        if unit == "":
            return result(value, target.bound).removesuffix(" 0 s")
        places = len(written(target.bound).partition(".")[2])
        return f"{rounded(value, max(places, _PLACES)).removeprefix('about ')}{unit}"

    def _mark(self, index: int, each: Reached, scale: _Scale) -> Iterator[str]:
        period, objective = self.one.periods[index], self.one.objective
        x, base = self.x(index), scale.y(magnitude(each.target.bound))
        value = each.measurement.value
        said = f"{period_label(period.days, objective.period)}: {shown(each, objective)}"
        yield f"<g><title>{_text(said)}</title>"
        if value is None and not each.measurement.worst:
            yield f'<circle class="open" cx="{_n(x)}" cy="{_n(base)}" r="4"/></g>'
            return
        y = scale.worst if value is None else scale.y(value)
        size = min(Fraction(5), self.slot * 2 / 5)
        style = "missed" if each.met is False else "met"
        yield f'<path class="{style}" d="M{_n(x)} {_n(base)}V{_n(y)}"/>'
        if each.met is False:
            yield (
                f'<path class="missed" d="M{_n(x - size)} {_n(y - size)}L{_n(x + size)} '
                f'{_n(y + size)}M{_n(x - size)} {_n(y + size)}L{_n(x + size)} {_n(y - size)}"/>'
            )
            if self.slot >= _SLOT_FOR_WORDS:
                yield from self._figure(index, y, size + 5, shown(each, objective))
        else:
            yield f'<circle class="dot" cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}"/>'
        yield "</g>"

    def _figure(self, index: int, y: Fraction, gap: Fraction, text: str) -> Iterator[str]:
        """Write a figure beside its mark, or over it, wherever there is room."""
        x, wide = self.x(index), Fraction(len(text) * _LETTER)
        beside = [one.missed for one in self.one.periods[max(index - 1, 0) : index + 2]]
        if gap + wide <= self.slot and x + gap + wide <= WIDTH - RIGHT:
            yield _words("worse", x + gap, y + 4, text)
        elif gap + wide <= self.slot:
            yield _words("worse end", x - gap, y + 4, text)
        elif beside.count(True) == 1 and wide <= self.slot * 2:
            yield _words("worse mid", x, y - gap, text)

    def _credits(self, top: int) -> Iterator[str]:
        amounts = [period.settled.credit.amount for period in self.one.periods]
        most, foot = Fraction(max(amounts)), top + CREDITS
        yield _words("soft end", Fraction(LEFT - 8), Fraction(foot), f"credit {self.currency}")
        yield f'<line class="rule" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{foot}" y2="{foot}"/>'
        wide = min(self.slot * 3 / 5, Fraction(34))
        for index, amount in enumerate(amounts):
            if not amount:
                continue
            high, x = Fraction(amount) * (CREDITS - 20) / most, self.x(index)
            yield (
                f'<rect class="credit" x="{_n(x - wide / 2)}" y="{_n(foot - high)}" '
                f'width="{_n(wide)}" height="{_n(high)}"><title>{money(amount)} {self.currency}'
                "</title></rect>"
            )
            if self.slot >= _SLOT_FOR_WORDS or amounts.index(max(amounts)) == index:
                yield _words("mid", x, foot - high - 5, money(amount))

    def _names(self, top: int) -> Iterator[str]:
        periods, rule = self.one.periods, self.one.objective.period
        wide = 7 * len(period_label(periods[0].days, rule)) + 12
        every = -(-Fraction(wide) // self.slot)
        for index in range(0, len(periods), max(every, 1)):
            label = period_label(periods[index].days, rule)
            yield _words("soft mid", self.x(index), Fraction(top + 8), label)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From results to places: the plot holds the target and every result, with some room."""

    low: Fraction
    high: Fraction
    top: int

    @classmethod
    def of(cls, reached: list[Reached], target: Target, top: int) -> _Scale:
        values = [one.measurement.value for one in reached if one.measurement.value is not None]
        bound = magnitude(target.bound)
        low, high = min([*values, bound]), max([*values, bound])
        if low == high:
            room = abs(bound) / 10 or Fraction(1)
            return cls(low - room, high + room, top)
        return cls(low, high, top)

    def y(self, value: Fraction) -> Fraction:
        """Return where a value is; upwards is more."""
        return self.top + (PLOT - 24) * (self.high - value) / (self.high - self.low)

    @property
    def worst(self) -> Fraction:
        """Where a result is drawn that is worse than any value."""
        return Fraction(self.top + PLOT - 22)


def _words(kind: str, x: Fraction, y: Fraction, text: str) -> str:
    return f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}">{_text(text)}</text>'


def _n(value: Fraction) -> str:
    return f"{Decimal(round(value * 10)).scaleb(-1):f}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _text(text: str) -> str:
    return escape(legible(text))
