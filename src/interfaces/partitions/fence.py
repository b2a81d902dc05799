"""What a database says when a relationship's facts are not taken there, now or any more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from psycopg import DatabaseError

from application.errors import Moving

FENCED: Final = "PF001"

P = ParamSpec("P")
T = TypeVar("T")


def is_fenced(error: BaseException | None) -> bool:
    """Tell whether an error, or what it was raised from, is a fence's."""
    while error is not None:
        if isinstance(error, DatabaseError) and error.sqlstate == FENCED:
            return True
        error = error.__cause__
    return False


def unless_moving(stream: str, write: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Write something; raises Moving where a fence says no."""
    try:
        return write(*given, **named)
    except DatabaseError as error:
        if is_fenced(error):
            raise Moving(stream.partition("/")[0]) from error
        raise
