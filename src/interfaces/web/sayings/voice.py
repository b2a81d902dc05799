"""What sentences are made of: who is spoken of by which name, and how times and words are put."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Protocol

from domain.terms.words.legible import legible
from domain.terms.words.spans import name as unhyphenated
from domain.values.sides import Side

LONGEST: Final = 240
"""How many characters of somebody's own words a sentence takes; the fact itself has them all."""


class Voice(Protocol):
    """The names that a reader knows people, parties and sides by."""

    def person(self, person: str, party: str | None) -> str:
        """Return a person's name, or their party's."""
        ...

    def on(self, side: Side | str, person: str) -> str:
        """Return the name of somebody who acted for a side."""
        ...

    def known(self, person: str) -> str | None:
        """Return a person's name if the reader knows them: if they are the reader's own."""
        ...

    def party(self, party: str) -> str:
        """Return a party's name."""
        ...

    def side(self, side: Side | str) -> str:
        """Return the name of the party on a side."""
        ...


@dataclass(frozen=True, slots=True)
class Saying:
    """A fact in words; ``alone`` where it is nobody's doing and the sentence is whole by itself."""

    text: str
    alone: bool = False

    def by(self, who: str) -> str:
        """Return the whole sentence."""
        return self.text if self.alone else f"{who} {self.text}"


def did(text: str) -> Saying:
    """Say what somebody did: ``made an offer``."""
    return Saying(text)


def came(text: str) -> Saying:
    """Say what came about by itself: ``The offer lapsed.``."""
    return Saying(text, alone=True)


def when(instant: datetime) -> str:
    """Write an instant in a sentence: ``22 Nov 2026, 14:05 UTC``."""
    local = instant.astimezone(UTC)
    exact = f":{local:%S}" if local.second else ""
    return f"{on(local.date())}, {local:%H:%M}{exact} UTC"


def on(day: date) -> str:
    """Write a day in a sentence: ``22 Nov 2026``."""
    return f"{day.day} {day:%b} {day.year}"


def quoted(text: str) -> str:
    """Put somebody's own words in quotation marks, cut short where they are long."""
    words = " ".join(legible(text).split())
    cut = f"{words[:LONGEST].rstrip()}…" if len(words) > LONGEST else words
    return f"“{cut}”"


def because(text: str) -> str:
    """Add the reason somebody gave, if they gave one."""
    return f", because {quoted(text)}" if text.strip() else ""


def words(name: object) -> str:
    """Write a hyphenated name as people say it."""
    return unhyphenated(str(name))


def listed(names: tuple[str, ...], otherwise: str = "nothing") -> str:
    """List names in a sentence."""
    if len(names) < 2:  # noqa: PLR2004 - two take an "and"
        return names[0] if names else otherwise
    return f"{', '.join(names[:-1])} and {names[-1]}"


def many(number: int, noun: str, nouns: str | None = None) -> str:
    """Count things: ``1 day``, ``3 days``."""
    return f"{number:,} {noun if number == 1 else nouns or f'{noun}s'}"
