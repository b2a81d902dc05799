"""Fifty writers with the same If-Match, again and again: one wins each time, nobody is misled."""

from __future__ import annotations

from typing import Final

import pytest

from domain.values.sides import Side
from faults.calling import Move
from faults.installation import Installation
from faults.pair import BECAUSE, Pair, offer_body
from faults.racing import Racers, racers
from faults.trying import Trial, often

pytestmark = [pytest.mark.postgres, pytest.mark.slow]

FIFTY: Final = 50
STALE: Final = 412


def test_of_fifty_writers_on_one_version_one_wins_each_time(
    installation: Installation, pair: Pair
) -> None:
    trial = Trial("fifty writers with the same If-Match", installation, pair)
    path = pair.negotiation()
    with racers(installation, FIFTY) as fifty, trial.load(tables=1):
        trial.until_acknowledged(lambda: race(trial, fifty, path), often(3))
    trial.settle()


def race(trial: Trial, fifty: Racers, path: str) -> None:
    """Table an offer and let fifty moves at it race from the same version."""
    lead = trial.pair.lead
    tabling = Move(lead[Side.PROVIDER], f"{path}/offers", offer_body())
    tabled = trial.installation.once(tabling)
    trial.books.note(tabling, tabled)
    offer, version = tabled.document["tabled"], f'"{tabled.version}"'
    at = f"{path}/offers/{offer}"
    no = {"reason": "other", "because": "not like this"}
    moves = [
        Move(lead[Side.PROVIDER], f"{at}/withdrawal", BECAUSE, version)
        if number % 2
        else Move(lead[Side.CLIENT], f"{at}/rejection", no, version)
        for number in range(FIFTY)
    ]
    answers = fifty.release(moves)
    assert len(answers) == FIFTY
    for move, answer in zip(moves, answers, strict=True):
        trial.books.note(move, answer)
    won = [answer for answer in answers if answer.yes]
    assert len(won) == 1, [answer.status for answer in answers]
    assert {answer.status for answer in answers if not answer.yes} == {STALE}
    assert {answer.version for answer in answers} == {won[0].version}
