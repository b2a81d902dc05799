"""Questions of many callers on one event loop, answered in one go (batching, as data loaders do).

A trip to the database, or to the disk, costs more than most questions do. Who asks while others are
being answered is answered with all who come meanwhile. Answering is plain code: it is parked where
it waits, and goes to a thread if it must (``interfaces.parking``).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextvars import Context
from copy import copy
from dataclasses import dataclass, field
from typing import Final, Generic, TypeVar

from anyio import CapacityLimiter, to_thread

from application.at_hand import NotAtHand, others_going_on
from interfaces.parking import LoopSignal, parkable

Q = TypeVar("Q")
A = TypeVar("A")

Answers = Callable[[Sequence[Q]], Sequence[A | BaseException]]
"""Answers questions, each with its answer or with what it is refused for.

Raises NotAtHand where it would have to wait otherwise than parked; it is then called again in a
thread.
"""

Choice = Callable[[Sequence[Q]], tuple[list[Q], list[Q]]]
"""Returns which of the questions that wait are answered together next, and the rest."""


@dataclass(slots=True, eq=False)
class Asked(Generic[Q, A]):
    """A question, until it is answered."""

    question: Q
    answer: asyncio.Future[A] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def tell(self, answer: A | BaseException) -> None:
        """Answer, unless nobody waits any more."""
        if self.answer.done():
            return
        if isinstance(answer, BaseException):
            # Several callers may be given one error, and each raises its own.
            mine = copy(answer)
            mine.__cause__ = answer
            self.answer.set_exception(mine)
        else:
            self.answer.set_result(answer)


class Together(Generic[Q, A]):
    """The questions of one loop to which ``answers`` knows the answers; all at once, or a choice.

    Nobody who asked after a trip began is answered by it.
    """

    def __init__(self, answers: Answers[Q, A], choice: Choice[Asked[Q, A]] | None = None) -> None:
        self._answers = answers
        self._choice = choice or _everybody
        self._waiting: list[Asked[Q, A]] = []
        self._task: asyncio.Task[None] | None = None
        # Of its own, so that nobody waits for those who wait for something else.
        self._limiter: Final = CapacityLimiter(1)

    def ask(self, question: Q) -> asyncio.Future[A]:
        """Return what will be the answer, or raise what answering raised, when it is awaited.

        Who gives up takes nobody along.
        """
        asked: Asked[Q, A] = Asked(question)
        self._waiting.append(asked)
        if self._task is None:
            # It begins when all who are ready by now have asked, and in a context of its own: how
            # the first of them may wait is no matter of the others.
            self._task = asyncio.create_task(self._answer_all(), context=Context())
        return asked.answer

    async def _answer_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._choice(self._waiting)
                await self._answer(batch)
        finally:
            self._task = None
            for asked in self._waiting:  # none, but on a loop that is being closed
                asked.answer.cancel()

    async def _answer(self, batch: Sequence[Asked[Q, A]]) -> None:
        answers: Sequence[A | BaseException]
        try:
            questions = [asked.question for asked in batch]
            answers = await self._answered(questions)
        except asyncio.CancelledError:
            for asked in batch:
                asked.answer.cancel()
            raise
        except BaseException as error:  # noqa: BLE001 - whatever it is, each of them has to know it
            answers = [error] * len(batch)
        for asked, answer in zip(batch, answers, strict=True):
            asked.tell(answer)

    async def _answered(self, questions: Sequence[Q]) -> Sequence[A | BaseException]:
        try:
            with others_going_on(LoopSignal):
                return await parkable(self._answers, questions)
        except NotAtHand:
            return await to_thread.run_sync(self._answers, questions, limiter=self._limiter)


def _everybody(waiting: Sequence[Asked[Q, A]]) -> tuple[list[Asked[Q, A]], list[Asked[Q, A]]]:
    return list(waiting), []
