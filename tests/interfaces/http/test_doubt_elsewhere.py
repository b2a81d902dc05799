"""A command that was tried on the event loop, and goes on in a thread with the database gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from threading import current_thread, main_thread

import pytest

from application.at_hand import NotAtHand
from application.doubt import in_doubt
from application.errors import OutcomeUnknown, Unavailable
from interfaces.http.at_hand import decided_or_waiting


def before_it_was_sent() -> None:
    """Need something that has to be waited for, with nothing sent yet."""
    raise NotAtHand


def while_its_key_is_looked_up() -> None:
    """Need a connection to find out what came of a commit that was sent."""
    with in_doubt():
        raise NotAtHand


@pytest.mark.parametrize(
    ("held_up", "told"),
    [(before_it_was_sent, Unavailable), (while_its_key_is_looked_up, OutcomeUnknown)],
)
def test_is_told_to_be_unknown_where_something_was_sent(
    held_up: Callable[[], None], told: type[Exception]
) -> None:
    def command() -> None:
        if current_thread() is main_thread():
            held_up()
        raise Unavailable("the database is gone")

    with pytest.raises(told):
        asyncio.run(decided_or_waiting(command))
