"""The few kinds of block a document is made of, and the numbers of its paragraphs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from domain.values.money import Money


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``number`` is empty for one that carries none."""

    text: str
    number: str = ""
    kind: Literal["paragraph"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section."""

    text: str
    kind: Literal["heading"] = "heading"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, its width (``auto`` or a share), how it is aligned."""

    title: str
    share: int = 0
    align: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has a cell for each column."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    style: Literal["plain", "small"] = "plain"
    kind: Literal["table"] = "table"


Block = Paragraph | Heading | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the document: a clause or a schedule."""

    number: str
    title: str
    blocks: tuple[Block, ...] = field(default=())


def section(number: str, title: str, blocks: Iterable[Block | str]) -> Section:
    """Make a section; every bare text in it becomes a paragraph with the next number."""
    numbered: list[Block] = []
    count = 0
    for block in blocks:
        if isinstance(block, str):
            count += 1
            numbered.append(Paragraph(block, f"{number.rsplit(' ', 1)[-1]}.{count}"))
        else:
            numbered.append(block)
    return Section(number, title, tuple(numbered))


def table(
    columns: Sequence[Column], rows: Iterable[Sequence[str]], *, small: bool = False
) -> Table:
    """Make a table without the columns in which nothing stands."""
    filled = [tuple(row) for row in rows]
    kept = [n for n in range(len(columns)) if not filled or any(row[n] for row in filled)]
    return Table(
        tuple(columns[n] for n in kept),
        tuple(tuple(row[n] for n in kept) for row in filled),
        "small" if small else "plain",
    )


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def amount(money: Money) -> str:
    """Write money with its thousands parted: ``144,000.00 EUR``."""
    return f"{money.amount:,f} {money.currency}"


def day(value: date) -> str:
    """Write a day: ``1 January 2026``."""
    return f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def instant(value: datetime) -> str:
    """Write an instant to the second: ``1 January 2026, 08:30:00 UTC``."""
    return f"{day(value.date())}, {value:%H:%M:%S} UTC"


def short_instant(value: datetime) -> str:
    """Write an instant as a table does: ``2026-01-01 08:30:00 UTC``."""
    return f"{value:%Y-%m-%d %H:%M:%S} UTC"
