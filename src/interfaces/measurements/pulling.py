"""Pulling by itself: what an installation is told to ask Prometheus for, asked for hour by hour.

A range that is not answered is asked for again later. Until it is, no figures speak for it, so no
period that holds it is closed by them; nothing is put in its place.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Final, Protocol

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, TypeAdapter, ValidationError

from application.access import Principal
from application.agreed import AgreedTerms
from application.desk import Request
from application.errors import NotFound, PartitionAway
from application.figures import Figures
from application.measuring import Handed, Measuring, promises
from application.ports import Clock
from domain.terms.part import Id
from domain.values.sides import Side
from interfaces.measurements.bound import Stretch, stretches
from interfaces.measurements.prometheus import Prometheus, PrometheusSilent, connected
from interfaces.measurements.pulled import NotBound, pull_of, pulled, source_of, whole_steps
from interfaces.settings import SettingsError
from interfaces.stopping import Stop

log = logging.getLogger(__name__)

NAME: Final = "service:pulling"
EVERY: Final = timedelta(hours=1)
BEHIND: Final = timedelta(minutes=5)
"""How far behind the clock is asked: what was scraped last may not be there yet."""
AT_ONCE: Final = timedelta(days=1)
"""How much is asked for in one batch, when there is more to catch up with."""
PAUSE: Final = 60.0


class Binding(BaseModel):
    """One objective that is pulled: from which server, on behalf of which side."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contract: Annotated[str, Field(pattern=r"^relationship-[0-9a-z]+/contract-[0-9a-z]+$")]
    objective: Id
    server: HttpUrl
    side: Side


def read_bindings(path: Path | None) -> tuple[Binding, ...]:
    """Read what is pulled out of a JSON file; raises SettingsError."""
    if path is None:
        return ()
    try:
        found = TypeAdapter(tuple[Binding, ...]).validate_json(path.read_bytes())
    except (OSError, ValidationError) as wrong:
        raise SettingsError(f"PARLEY_PULLS: {path}: {wrong}") from None
    return found


class Connects(Protocol):
    """Lends a server by its address."""

    def __call__(self, server: str) -> AbstractContextManager[Prometheus]:
        """Return the server, to be let go of after."""
        ...


class Pulling:
    """Asks for what was not asked for yet, and hands it in."""

    def __init__(
        self,
        bindings: Sequence[Binding],
        agreed: AgreedTerms,
        figures: Figures,
        measuring: Measuring,
        connects: Connects = connected,
    ) -> None:
        self.bindings = bindings
        self._agreed = agreed
        self._figures = figures
        self._measuring = measuring
        self._connects = connects

    def round(self, now: datetime) -> int:
        """Ask for everything once; return how many batches were handed in."""
        return sum(self._pull(binding, now) for binding in self.bindings)

    def _pull(self, binding: Binding, now: datetime) -> int:
        try:
            with self._connects(str(binding.server)) as server:
                return self._from(server, binding, now)
        except (PrometheusSilent, NotBound, NotFound, PartitionAway) as said:
            log.warning("%s of %s is not pulled: %s", binding.objective, binding.contract, said)
            return 0

    def _from(self, server: Prometheus, binding: Binding, now: datetime) -> int:
        agreed = self._agreed.of(binding.contract)
        promises(agreed, binding.objective)
        begins = agreed.versions[0].since
        until = now - BEHIND if agreed.ends is None else min(now - BEHIND, agreed.ends)
        asked = stretches(agreed.versions, binding.objective, agreed.ends, begins, until)
        for stretch in asked:
            over = stretch.ends < until or until == agreed.ends
            handed = self._next(server, binding, stretch, over=over)
            if handed is not None:
                self._hand_in(binding, handed, now)
                return 1
        if asked:
            pull_of(asked[-1].promised)  # says so while there is nothing to ask for
        return 0

    def _next(
        self, server: Prometheus, binding: Binding, stretch: Stretch, *, over: bool
    ) -> Handed | None:
        """Ask for what comes next of a stretch, if anything does."""
        if stretch.pull is None:
            return None
        source, until = source_of(server, stretch.promised), stretch.ends
        told = self._figures.received(binding.contract, binding.objective, stretch.starts, until)
        since = max((one.ends for _, one in told if one.source == source), default=stretch.starts)
        first, end = whole_steps(stretch.pull, since, until)
        if first >= end or (until - since < EVERY and not over):
            return None
        return pulled(server, stretch.promised, since, min(until, since + AT_ONCE))

    def _hand_in(self, binding: Binding, handed: Handed, now: datetime) -> None:
        key = f"{binding.contract}:{binding.objective}:{handed.source}:{handed.batch}"
        request = Request(Principal(NAME), now, key)
        self._measuring.receive_for(
            request, binding.contract, binding.objective, handed, binding.side
        )


def keep_pulling(pulling: Pulling, clock: Clock, stop: Stop) -> None:
    """Pull until told to stop: at once while there is something to catch up with."""
    while not stop.is_set():
        if not pulling.round(clock.now()):
            stop.wait(PAUSE)
