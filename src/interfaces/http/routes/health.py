"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from psycopg import OperationalError

from application.errors import PartitionAway
from interfaces.composition import House
from interfaces.http.conventions import TheHouse
from interfaces.http.problem_documents import answer
from interfaces.http.schemas.base import Answer
from interfaces.partitions.routes import HOME
from interfaces.routing import Routes

router = Routes(tags=["health"])

_WORDS: Final = {"text/plain": {"schema": {"type": "string"}}}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    400: {
        "description": "It can be read in two ways: a length and chunks, or not one host",
        "content": _WORDS,
    },
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
    """``position`` is the ledger's latest; ``lag`` how many positions each view is behind.

    ``away`` are the partitions that do not answer: what lives elsewhere goes on, and is counted.
    """

    status: str
    position: int | None = None
    lag: dict[str, int] | None = None
    signer: SignerHealth | None = None
    replica: ReplicaHealth | None = None
    away: list[str] | None = None


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
    replica = None
    if house.replica is not None:
        replica = ReplicaHealth.model_validate(asdict(house.replica.standing()))
    found = [(one.partition, _standing(one)) for one in house.everywhere]
    there = [each for _, each in found if each is not None]
    return Health(
        status="ok",
        position=sum(each.position for each in there),
        lag={name: max(each.lag[name] for each in there) for name in there[0].lag},
        signer=signer,
        replica=replica,
        away=[str(name) for name, each in found if each is None] or None,
    )


@dataclass(frozen=True)
class _Standing:
    """How far a partition's ledger is, and how far each view is behind it."""

    position: int
    lag: dict[str, int]


def _standing(house: House) -> _Standing | None:
    """Return how a partition stands, None for one besides home that is away."""
    try:
        return _Standing(house.ledger.head(), house.follower.lag())
    except (PartitionAway, OperationalError):
        if house.partition in {None, HOME}:
            raise
        return None
