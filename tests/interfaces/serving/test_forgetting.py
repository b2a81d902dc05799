"""What a web process remembers of a party it drops, when somebody was erased elsewhere."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from application.ledger import Act, Ledger, Step
from domain.parties.commands import (
    AppointRepresentative,
    ErasePersonalDetails,
    RegisterParty,
    WithdrawRepresentative,
)
from domain.parties.party import PARTY
from domain.values.ids import PersonId, StreamId
from in_memory import held
from interfaces.postgres.persistence import ledger_env
from interfaces.serving.forgetting import forgetting

PARTY_ID, ADA, BO = "party-1", PersonId("person-ada"), PersonId("person-bo")
BEFORE = [
    RegisterParty(
        "N", "HRB 1", "DE", None, ADA, "Ada", "ada@x.example", "head", StreamId("identity-1")
    ),
    AppointRepresentative(ADA, BO, "Bo Lind", "bo@x.example", "clerk", StreamId("identity-2")),
]
AFTER = [WithdrawRepresentative(ADA, BO), ErasePersonalDetails(ADA, BO)]

pytestmark = pytest.mark.postgres


def perform(ledger: Ledger, *commands: object) -> None:
    for command in commands:
        key = type(command).__name__
        act = Act(ADA, PARTY_ID, datetime(2026, 3, 1, tzinfo=UTC), key)
        ledger.perform(act, Step(PARTY, PARTY_ID, command))


def test_a_state_that_nobody_uses_is_dropped_with_the_details_in_it(database: str) -> None:
    with Ledger(ledger_env(database)) as idle, Ledger(ledger_env(database)) as busy:
        perform(busy, *BEFORE)
        idle.load(PARTY, PARTY_ID)
        assert held("Bo Lind", idle.remembered)
        with forgetting(idle, interval=0.02):
            perform(busy, *AFTER)
            end = time.monotonic() + 10
            while held("Bo Lind", idle.remembered) and time.monotonic() < end:
                time.sleep(0.02)
        assert not held("Bo Lind", idle.remembered)
