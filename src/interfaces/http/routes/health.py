"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from fastapi import APIRouter

from interfaces.http.conventions import TheHouse
from interfaces.http.schemas.base import Answer

router = APIRouter(tags=["health"])


class Health(Answer):
    """``position`` is the ledger's latest; ``lag`` how many positions each view is behind."""

    status: str
    position: int | None = None
    lag: dict[str, int] | None = None


@router.get("/health/live", operation_id="live")
def live() -> Health:
    """Tell that the process answers."""
    return Health(status="ok")


@router.get("/health/ready", operation_id="ready")
def ready(house: TheHouse) -> Health:
    """Tell whether the database answers, and how far the views are behind."""
    return Health(status="ok", position=house.ledger.head(), lag=house.follower.lag())
