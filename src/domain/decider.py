"""The shape of every aggregate: two functions and a beginning.

``decide(command, state) -> facts`` holds the rules and runs once, when a command arrives.
``evolve(state, fact) -> state`` holds no rule and runs at every replay, so tightening a rule later
never makes an old history unloadable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Generic, TypeVar, dataclass_transform

Command = TypeVar("Command")
State = TypeVar("State")
Fact = TypeVar("Fact")
_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def fact(cls: type[_T]) -> type[_T]:
    """Mark a class as a fact: frozen, past tense, stored for ever under its catalogue name."""
    return dataclass(frozen=True, slots=True)(cls)


@dataclass_transform(frozen_default=True)
def command(cls: type[_T]) -> type[_T]:
    """Mark a class as a command: frozen, imperative, never stored."""
    return dataclass(frozen=True, slots=True)(cls)


@dataclass_transform(frozen_default=True)
def state(cls: type[_T]) -> type[_T]:
    """Mark a class as one of a decider's states: frozen, rebuilt from facts, never stored."""
    return dataclass(frozen=True, slots=True)(cls)


class Refused(Exception):  # noqa: N818 - a refusal is an answer, not a failure
    """A rule of the trade says no.

    ``rule`` is the rule's stable name (kebab-case, part of the API); ``because`` says, in one
    sentence, what is wrong and, where there is such a thing, what would have been accepted.
    ``place`` names the term or field concerned, if it is a single one; ``findings`` lists them,
    each with its own ``rule``, ``place`` and ``because``, when one move breaks several rules.
    """

    def __init__(
        self,
        rule: str,
        because: str,
        *,
        place: str | None = None,
        findings: tuple[dict[str, str], ...] = (),
    ) -> None:
        super().__init__(because)
        self.rule = rule
        self.because = because
        self.place = place
        self.findings = findings

    def __repr__(self) -> str:
        return f"Refused({self.rule!r}, {self.because!r})"


@dataclass(frozen=True, slots=True)
class Decider(Generic[Command, State, Fact]):
    """One aggregate: its rules, its replay, and the state before anything happened.

    ``kind`` is the word its stream ids begin with (``negotiation`` in ``negotiation-01jd...``).
    """

    kind: str
    decide: Callable[[Command, State], list[Fact]]
    evolve: Callable[[State, Fact], State]
    initial: State

    def replay(self, facts: Iterable[Fact], since: State | None = None) -> State:
        """Fold ``facts`` into a state, from the beginning or ``since`` a state reached before."""
        return reduce(self.evolve, facts, self.initial if since is None else since)
