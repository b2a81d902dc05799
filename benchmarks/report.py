"""What a run measured: the aims at its end, and a document of all of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks.table import Judged, Table


@dataclass
class Report:
    """The machine, what was measured on it, and what could not be."""

    machine: str
    tables: list[tuple[str, Table]] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    def judged(self) -> Iterator[Judged]:
        """Yield every aim in order."""
        for _, table in self.tables:
            yield from table.judged

    def summary(self) -> str:
        """Return the aims and whether they were reached, for a terminal."""
        found = list(self.judged())
        lines = [
            f"  {each.verdict:<11}  {each.ratio:>7.3f}  ({each.low:.3f} to {each.high:.3f})"
            f"  {each.wanted:<14}  {each.aim.what}"
            for each in found
        ]
        reached = sum(each.reached for each in found)
        lines += [f"  not measured: {each}" for each in self.absent]
        return "\n".join([f"{reached} of {len(found)} aims reached", *lines, ""])

    def document(self) -> str:
        """Return everything as Markdown."""
        day = datetime.now(UTC).strftime("%-d %B %Y")
        parts = [
            "# What was measured\n",
            f"Written by `python -m benchmarks --report` on {day}; only ratios within it count.\n",
            *(f"- {line}" for line in self.machine.splitlines() if line),
            "",
            *self._aims(),
            *self._not_measured(),
        ]
        for name, table in self.tables:
            parts += [f"## {name}: {table.title}\n", *_rows(table), ""]
            parts += [f"- {note}" for note in table.notes] + [""]
        taken = ", ".join(f"{name} {spent:,.0f} s" for name, spent in self.seconds.items())
        return "\n".join([*parts, f"The parts took: {taken}.\n"])

    def _aims(self) -> Iterator[str]:
        yield "| aim | wanted | measured | half of the rounds | |"
        yield "|---|---|---:|---|---|"
        for each in self.judged():
            between = f"{each.low:.3f} to {each.high:.3f}"
            yield (
                f"| {each.aim.what} | {each.wanted} | {each.ratio:.3f} | {between} |"
                f" {each.verdict} |"
            )
        yield ""

    def _not_measured(self) -> list[str]:
        return [*(f"Not measured: {each}." for each in self.absent), ""] if self.absent else []


def _rows(table: Table) -> Iterator[str]:
    ratio = "speed" if table.rate else "ratio"
    yield f"| case | median | {ratio} | half of the rounds | quickest |"
    yield "|---|---:|---:|---|---:|"
    for line in table.lines:
        figure = table.figure(line).strip()
        between = f"{line.low:.2f} to {line.high:.2f}"
        yield f"| {line.name} | {figure} | {line.ratio:.2f} | {between} | {line.best:.2f} |"
