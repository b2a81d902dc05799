"""What is said where a commit was sent, and the database was lost before anybody was told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from eventsourcing.persistence import InterfaceError, OperationalError

from application.at_hand import NotAtHand
from application.errors import OutcomeUnknown, Unavailable


@contextmanager
def in_doubt() -> Iterator[None]:
    """Turn the loss of the database into OutcomeUnknown; whoever goes on elsewhere is to know."""
    try:
        yield
    except (InterfaceError, OperationalError, Unavailable) as error:
        raise OutcomeUnknown("the database was lost in mid-commit") from error
    except NotAtHand as elsewhere:
        elsewhere.in_doubt = True
        raise
