"""Fifty moves racing at one offer, on two web processes: one wins, the others learn how."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from domain.values.sides import Side
from faults.calling import Answer, Move
from faults.installation import Installation
from faults.pair import ACCEPTANCE, BECAUSE, Pair, offer_body, stream_of
from faults.racing import Racers, racers

pytestmark = pytest.mark.postgres

FIFTY: Final = 50
KINDS: Final = ("acceptance", "counter-offer", "withdrawal")

RECORDED: Final = {
    "acceptance": ["OfferAccepted", "SignatureRequested"],
    "counter-offer": ["CounterOfferMade"],
    "withdrawal": ["OfferWithdrawn"],
}

AFTER: Final = {
    "OfferAccepted": {
        "acceptance": (200, ""),  # the same side accepts the same offer: it is accepted
        "counter-offer": (409, "was accepted by the client"),
        "withdrawal": (409, "was accepted by the client"),
    },
    "CounterOfferMade": {
        "acceptance": (409, "was countered"),
        "counter-offer": (409, "is on the table"),
        "withdrawal": (409, "was countered"),
    },
    "OfferWithdrawn": {
        "acceptance": (409, "was withdrawn"),
        "counter-offer": (409, "is on the table"),  # apart from one: the table was empty
        "withdrawal": (200, ""),  # it is withdrawn
    },
}
"""What everybody else is told once this took the offer off the table, whatever version they saw."""


class Table:
    """A negotiation with the provider's firm offer on it."""

    def __init__(self, installation: Installation, pair: Pair) -> None:
        self._pair = pair
        self.path = pair.negotiation()
        made = installation.once(
            Move(pair.lead[Side.PROVIDER], f"{self.path}/offers", offer_body())
        )
        assert made.status == 201, made
        self.offer, self.version = made.document["tabled"], made.version

    def move(self, kind: str, if_match: str) -> Move:
        """Return one racer's move at the offer."""
        at, lead = f"{self.path}/offers/{self.offer}", self._pair.lead
        if kind == "acceptance":
            return Move(lead[Side.CLIENT], f"{at}/acceptance", ACCEPTANCE, if_match)
        if kind == "withdrawal":
            return Move(lead[Side.PROVIDER], f"{at}/withdrawal", BECAUSE, if_match)
        counter = offer_body("indicative", answers=self.offer)
        return Move(lead[Side.CLIENT], f"{self.path}/offers", counter, if_match)

    def since(self) -> list[str]:
        """Return what was recorded after the offer, by name."""
        history = self._pair.ledger.history(stream_of(self.path), after=self.version)
        return [type(event.fact).__name__ for event in history]


@pytest.fixture
def fifty(installation: Installation) -> Iterator[Racers]:
    """Lend fifty connections, 25 to each web process."""
    with racers(installation, FIFTY) as ready:
        yield ready


def raced(fifty: Racers, table: Table, if_match: str, first: int) -> list[tuple[str, Answer]]:
    """Let fifty moves race; ``first`` turns the order in which the kinds start."""
    kinds = [KINDS[(number + first) % len(KINDS)] for number in range(FIFTY)]
    answers = fifty.release([table.move(kind, if_match) for kind in kinds])
    return list(zip(kinds, answers, strict=True))


def test_of_fifty_moves_on_one_version_one_wins_and_the_others_learn_which(
    installation: Installation, pair: Pair, fifty: Racers
) -> None:
    for number in range(3):
        table = Table(installation, pair)
        told = raced(fifty, table, f'"{table.version}"', number)
        [(winner, won)] = [(kind, answer) for kind, answer in told if answer.yes]
        assert table.since() == RECORDED[winner]
        assert won.version == table.version + len(RECORDED[winner])
        for _, lost in told:
            if lost is not won:
                assert (lost.status, lost.document["rule"]) == (412, "stale-version"), lost
                meanwhile = [fact["name"] for fact in lost.document["meanwhile"]]
                assert meanwhile == RECORDED[winner]
                assert ", ".join(meanwhile) in lost.document["detail"]
                assert lost.version == lost.document["version"] == won.version
    assert installation.wrong() == []


def test_of_fifty_moves_on_any_version_one_takes_the_offer_and_the_others_are_told(
    installation: Installation, pair: Pair, fifty: Racers
) -> None:
    for number in range(3):
        table = Table(installation, pair)
        told = raced(fifty, table, "*", number)
        recorded = table.since()
        # A withdrawn offer can still be answered by another, once; nothing else can follow.
        assert recorded in (*RECORDED.values(), ["OfferWithdrawn", "CounterOfferMade"])
        countered = [answer for kind, answer in told if kind == "counter-offer" and answer.yes]
        assert len(countered) == recorded.count("CounterOfferMade")
        for kind, answer in told:
            status, words = AFTER[recorded[0]][kind]
            if answer not in countered:
                assert answer.status == status, (recorded, kind, answer)
                assert words in answer.document.get("detail", "")
    assert installation.wrong() == []


def test_fifty_comments_at_once_are_all_heard(
    installation: Installation, pair: Pair, fifty: Racers
) -> None:
    table = Table(installation, pair)
    comments = [
        Move(pair.lead[side], f"{table.path}/comments", {"text": f"point {number}"}, None)
        for number in range(FIFTY // 2)
        for side in Side
    ]
    answers = fifty.release(comments)
    assert sorted(answer.status for answer in answers) == [201] * FIFTY
    heard = sorted(answer.version for answer in answers)
    assert heard == list(range(table.version + 1, table.version + 1 + FIFTY))
    assert installation.wrong() == []
