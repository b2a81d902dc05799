"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from interfaces.composition import House
from interfaces.http.conventions import TheHouse
from interfaces.http.problems import answer
from interfaces.http.schemas.base import Answer
from interfaces.routing import Routes

router = Routes(tags=["health"])

_WORDS: Final = {"text/plain": {"schema": {"type": "string"}}}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"description": "It can be read in two ways: a length, and chunks", "content": _WORDS},
    413: {"description": "Too large", "content": _WORDS},
    429: {"description": "Too many requests: come again", "content": _WORDS},
}
"""What is refused before anybody looks what it is for."""


class SignerHealth(Answer):
    """When the signer signed last, and how many logs it refuses: 0 but when something is wrong."""

    signed_at: datetime | None
    refused: int


class ReplicaHealth(Answer):
    """What became of the listings that this process asked a replica for, since it began.

    ``answered`` by the replica; ``elsewhere``: it was not where the primary is, so the primary
    answered; ``unanswered``: it was away, and is left alone while it is ``resting``.
    """

    resting: bool
    answered: int
    elsewhere: int
    unanswered: int


class Health(Answer):
    """``position`` is the ledger's latest; ``lag`` how many positions each view is behind."""

    status: str
    position: int | None = None
    lag: dict[str, int] | None = None
    signer: SignerHealth | None = None
    replica: ReplicaHealth | None = None


@router.get("/health/live", operation_id="live", responses=_ANSWERS)
def live() -> Health:
    """Tell that the process answers."""
    return Health(status="ok")


@router.get(
    "/health/ready",
    operation_id="ready",
    responses={**_ANSWERS, 503: answer("The database does not answer")},
)
def ready(house: TheHouse) -> Health:
    """Tell whether the database answers, how far the views are behind, what is not signed."""
    standing = house.shelf.signer()
    signer = SignerHealth(signed_at=standing.signed_at, refused=standing.refused)
    lag = _lag(house)
    replica = None
    if house.replica is not None:
        replica = ReplicaHealth.model_validate(asdict(house.replica.standing()))
    position = sum(one.ledger.head() for one in house.everywhere)
    return Health(status="ok", position=position, lag=lag, signer=signer, replica=replica)


def _lag(house: House) -> dict[str, int]:
    """Return how far each view is behind, where it is furthest behind."""
    lags = [one.follower.lag() for one in house.everywhere]
    return {name: max(lag[name] for lag in lags) for name in lags[0]}
