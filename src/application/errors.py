"""Why a request cannot be answered with a yes, apart from the rules of the trade (``Refused``)."""

from __future__ import annotations

from typing import Any


class NotFound(Exception):  # noqa: N818 - the name says what is answered
    """The thing does not exist, or the asker may not know that it does."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there is no {what} here")
        self.what = what


class NotAllowed(Exception):  # noqa: N818 - as above
    """The asker may see the thing but lacks the role for this move."""

    def __init__(self, action: str, needed: tuple[str, ...]) -> None:
        super().__init__(f"to {action} takes the role {' or '.join(needed)}")
        self.action = action
        self.needed = needed


class OutOfDate(Exception):  # noqa: N818 - as above
    """The asker decided on a version that is no longer the latest.

    ``meanwhile`` holds what was recorded since, oldest first (``Recorded`` events).
    """

    def __init__(self, expected: int, actual: int, meanwhile: tuple[Any, ...]) -> None:
        super().__init__(f"this is at version {actual}, not {expected} any more")
        self.expected = expected
        self.actual = actual
        self.meanwhile = meanwhile


class KeyReused(Exception):  # noqa: N818 - as above
    """An idempotency key came back with another request than the one it stands for."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the idempotency key {key!r} was used for another request: take a fresh one"
        )
        self.key = key


class OutcomeUnknown(Exception):  # noqa: N818 - as above
    """The record may or may not be durable; asking again with the same key tells.

    Raised when a synchronous commit was cancelled while it waited for a standby, or when the
    database was lost in mid-commit. It is never a refusal.
    """


class Unavailable(Exception):  # noqa: N818 - as above
    """No connection to the database could be had for a while."""


class PartitionAway(Unavailable):
    """The database that a relationship lives in does not answer, and others do."""

    def __init__(self, partition: str) -> None:
        super().__init__(f"the partition {partition} does not answer")
        self.partition = partition


class Contended(Exception):  # noqa: N818 - as above
    """Others kept changing the thing until the attempts ran out; nothing was recorded."""

    def __init__(self, stream: str) -> None:
        super().__init__(f"others keep changing {stream}; nothing was recorded")
        self.stream = stream


class Moving(Contended):
    """The relationship is being moved to another place, and takes nothing for a moment."""

    def __str__(self) -> str:
        """Say so."""
        return f"{self.stream} is being moved to another place"


class HistoryBroken(Exception):  # noqa: N818 - as above
    """The recorded history of a log and its facts do not agree: one of them is gone.

    What is said names the leaf and no stream, which may be one that the asker knows nothing of.
    """

    def __init__(self, log: str, index: int) -> None:
        super().__init__(
            f"the recorded history of {log} and its facts do not agree: leaf {index} or its fact"
            " is gone. The operator's `parley fsck` tells where"
        )
        self.log = log
        self.index = index


class UnsafeConfiguration(Exception):  # noqa: N818 - as above
    """A setting under which facts could be lost or skipped; nothing starts with it."""


class KeyDestroyed(Exception):  # noqa: N818 - as above
    """A person's data were erased, so that nothing can be sealed for them any more."""


class AuthorityUnavailable(Exception):  # noqa: N818 - as above
    """An authority outside (a timestamp's, a list of revoked certificates') gave no good answer.

    Nothing was recorded; the same request can be sent again.
    """
