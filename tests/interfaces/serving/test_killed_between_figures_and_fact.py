"""Kill -9 after a batch's figures were kept and before its fact was: sent again, it counts once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
import pytest

from application.directory import Directory
from application.ledger import Ledger
from contracts import concluding
from domain.contract.contract import CONTRACT
from domain.contract.facts import ContractExpired
from domain.parties.commands import AssignRole
from domain.parties.facts import Role
from domain.parties.party import PARTY
from domain.performance.facts import MeasurementsReceived, ResultEstablished
from domain.values.ids import within
from domain.values.sides import Side
from faults.calling import Answer, Lost, Move
from faults.installation import Installation, until
from faults.pair import Pair, fresh
from interfaces.identity.development_issuer import ISSUER
from interfaces.postgres.persistence import ledger_env
from measured import measured_terms

pytestmark = pytest.mark.postgres

OBJECTIVE: Final = "availability"
TODAY: Final = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
MONDAY: Final = TODAY - timedelta(days=TODAY.weekday() + 14)
"""The first day of the week that the contract is for, which is well past."""


class Shop:
    """A contract over a week that is past, in an installation of real processes."""

    def __init__(self, installation: Installation, pair: Pair) -> None:
        self.house = installation
        self.manager = pair.lead[Side.PROVIDER]
        week = {
            "starts": f"{MONDAY:%Y-%m-%d}",
            "ends": f"{MONDAY + timedelta(days=6):%Y-%m-%d}",
        }
        terms = measured_terms(term=week, reporting=None, objective={"period": "calendar week"})
        known = Directory(pair.ledger).resolve(ISSUER, self.manager)
        assert known.party is not None
        assert known.person is not None
        become = AssignRole(known.person, known.person, Role.SERVICE_MANAGER)
        pair.record(PARTY, known.party, become)
        self.contract = within(pair.relationship, fresh("contract"))
        pair.record(CONTRACT, self.contract, concluding(terms))
        self.objective = within(self.contract, f"objective-{OBJECTIVE}")
        self.path = f"/relationships/{self.contract}".replace("/contract-", "/contracts/contract-")

    def batch(self) -> Move:
        """Return a batch that speaks for the week: an hour down."""
        begin = MONDAY + timedelta(days=1, hours=9)
        body = {
            "source": "probe",
            "batch": "the week",
            "from": written(MONDAY),
            "until": written(MONDAY + timedelta(days=7)),
            "outages": [{"starts": written(begin), "ends": written(begin + timedelta(hours=1))}],
        }
        return Move(self.manager, f"{self.path}/objectives/{OBJECTIVE}/measurements", body)

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Lend the ledger, read anew."""
        with Ledger(ledger_env(self.house.dsn)) as ledger:
            yield ledger

    def facts(self, stream: str) -> list[Any]:
        """Return the facts of a stream."""
        with self.ledger() as ledger:
            return [event.fact for event in ledger.history(stream)]

    def received(self) -> list[Any]:
        """Return the facts of batches that came in about now."""
        now = datetime.now(UTC)
        months = {f"{at:%Y%m}" for at in (now, now - timedelta(hours=1))}
        names = [within(self.objective, f"measurements-{month}") for month in months]
        return [fact for name in names for fact in self.facts(name)]

    def results(self) -> list[Any]:
        """Return the facts of results."""
        return self.facts(within(self.objective, "results"))

    def is_over(self) -> bool:
        """Tell whether the contract has expired, so that nothing more of it falls due."""
        return any(isinstance(fact, ContractExpired) for fact in self.facts(self.contract))

    def kept(self) -> int:
        """Return how many batches of figures are kept, whatever counts of them."""
        with psycopg.connect(self.house.dsn) as connection:
            found = connection.execute(
                "SELECT count(*) FROM measurement_batches WHERE contract = %s", (self.contract,)
            ).fetchone()
        assert found is not None
        return int(found[0])

    def killed_before_the_fact(self, move: Move) -> None:
        """Hold the ledger, let the batch come in until its figures are kept, and kill -9.

        What was sent to the database whole is recorded though the sender dies. So whoever waits
        there for the ledger is ended too, as if it had not been sent yet.
        """
        victims = self.house.web()
        with ThreadPoolExecutor(1) as caller, psycopg.connect(self.house.dsn) as holder:
            holder.execute("LOCK TABLE ledger_events IN EXCLUSIVE MODE")
            sent = caller.submit(self._is_lost, move)
            until("the figures are kept", lambda: self.kept() == 1)
            for victim in victims:
                os.kill(victim, signal.SIGKILL)
            assert sent.result() is True
            holder.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks"
                " WHERE relation = 'ledger_events'::regclass AND NOT granted"
            )
            holder.rollback()
        until("the service is back", lambda: self.house.answers() and len(self.house.web()) == 2)
        assert not set(victims) & set(self.house.web())

    def _is_lost(self, move: Move) -> bool:
        try:
            self.house.once(move)
        except Lost:
            return True
        return False


def written(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def test_a_batch_whose_fact_was_lost_to_kill_9_is_sent_again_and_counts_once(
    installation: Installation, pair: Pair
) -> None:
    shop = Shop(installation, pair)
    until("the contract is over", shop.is_over)
    batch = shop.batch()
    shop.killed_before_the_fact(batch)
    assert (shop.kept(), shop.received(), shop.results()) == (1, [], [])

    def again(move: Move) -> Answer:
        answer = shop.house.once(move)
        assert answer.yes, answer
        return answer

    first = again(batch)
    assert again(batch).body == first.body, "the same request"
    again(shop.batch())  # the same batch under another key
    [fact] = shop.received()
    assert isinstance(fact, MeasurementsReceived)
    assert shop.kept() == 1

    found = until("the week is closed", shop.results)
    [result] = [one.result for one in found if isinstance(one, ResultEstablished)]
    # one hour of 168, counted once, is 1/168: 99.40…
    assert result.parts[0].targets[0].value == "4175/42"
