"""A service offering: a service of the provider's catalogue, its levels and its dependencies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from fractions import Fraction
from typing import assert_never

from domain.decider import Decider, Refused, command, state
from domain.services.facts import (
    Charge,
    DependencyDeclared,
    DependencyId,
    DependencyWithdrawn,
    LevelId,
    OfferingFact,
    ServiceLevelOffered,
    ServiceLevelWithdrawn,
    ServiceOffered,
    ServiceRetired,
)
from domain.values.composition import Part, composed
from domain.values.exact import Percentage
from domain.values.figures import Figure
from domain.values.ids import OfferingId
from domain.values.words import Name, Words


@command
class OfferService:
    """Put a service into the catalogue."""

    code: Name
    name: Name
    description: Words


@command
class OfferServiceLevel:
    """Offer the service at a level (see ServiceLevelOffered)."""

    level: LevelId
    name: Name
    indicator: Name
    promise: Figure
    window: Name
    charge: Charge | None


@command
class WithdrawServiceLevel:
    """Offer a level no longer."""

    level: LevelId
    because: Words


@command
class DeclareDependency:
    """Say what the service depends on (see DependencyDeclared)."""

    dependency: DependencyId
    on: Name
    offering: OfferingId | None
    availability: Percentage
    group: Name | None


@command
class WithdrawDependency:
    """Say that the service no longer depends on something."""

    dependency: DependencyId


@command
class RetireService:
    """Take the service out of the catalogue."""

    because: Words


Command = (
    OfferService
    | OfferServiceLevel
    | WithdrawServiceLevel
    | DeclareDependency
    | WithdrawDependency
    | RetireService
)


@state
class NotOffered:
    """There is no such service."""


@state
class Offered:
    """A service with the levels offered now, those offered before, and its dependencies."""

    service: ServiceOffered
    levels: Mapping[LevelId, ServiceLevelOffered] = field(default_factory=dict)
    withdrawn: frozenset[LevelId] = frozenset()
    dependencies: Mapping[DependencyId, DependencyDeclared] = field(default_factory=dict)
    retired: bool = False


State = NotOffered | Offered


def decide(command: Command, state: State) -> list[OfferingFact]:
    """Decide what a command does to an offering. Raises Refused by the rule broken."""
    match state, command:
        case NotOffered(), OfferService(code, name, description):
            return [ServiceOffered(code, name, description)]
        case NotOffered(), _:
            raise Refused("not-offered", "no such service; offer it first")
        case Offered(service=service), OfferService(code, name, description):
            if not state.retired and service == ServiceOffered(code, name, description):
                return []
            raise Refused("already-offered", f"{service.name} is in the catalogue already")
        case Offered(retired=True), RetireService():
            return []
        case Offered(retired=True), _:
            raise Refused("service-retired", f"{state.service.name} was retired; offer it anew")
        case Offered(), _:
            return _while_offered(command, state)
        case _:
            assert_never(state)


def _while_offered(command: Command, state: Offered) -> list[OfferingFact]:
    match command:
        case OfferServiceLevel():
            return _offer_level(command, state)
        case WithdrawServiceLevel(level, because):
            if level in state.withdrawn:
                return []
            if level not in state.levels:
                raise Refused("unknown-level", "the service has no such level", place="level")
            return [ServiceLevelWithdrawn(level, because)]
        case DeclareDependency(dependency, on, offering, availability, group):
            declared = DependencyDeclared(dependency, on, offering, availability, group)
            return [] if state.dependencies.get(dependency) == declared else [declared]
        case WithdrawDependency(dependency):
            return [DependencyWithdrawn(dependency)] if dependency in state.dependencies else []
        case RetireService(because):
            return [ServiceRetired(because)]
        case OfferService():
            raise Refused("already-offered", f"{state.service.name} is in the catalogue already")
        case _:
            assert_never(command)


def _offer_level(command: OfferServiceLevel, state: Offered) -> list[OfferingFact]:
    offered = ServiceLevelOffered(
        command.level,
        command.name,
        command.indicator,
        command.promise,
        command.window,
        command.charge,
    )
    if state.levels.get(command.level) == offered:
        return []
    if command.level in state.levels or command.level in state.withdrawn:
        # Requirements and agreements name a level: under its id it must stay what it was.
        raise Refused("level-exists", "a level is not changed; offer another one", place="level")
    if not command.promise.possible():
        raise Refused(
            "not-a-percentage", "a percentage lies between 0 and 100", place="promise.value"
        )
    return [offered]


def evolve(state: State, fact: OfferingFact) -> State:
    """Replay one fact; a fact about a service never offered changes nothing."""
    match state, fact:
        case NotOffered(), ServiceOffered():
            return Offered(fact)
        case Offered(), ServiceLevelOffered(level=level):
            return replace(state, levels={**state.levels, level: fact})
        case Offered(), ServiceLevelWithdrawn(level):
            left = {one: offered for one, offered in state.levels.items() if one != level}
            return replace(state, levels=left, withdrawn=state.withdrawn | {level})
        case Offered(), DependencyDeclared(dependency=dependency):
            return replace(state, dependencies={**state.dependencies, dependency: fact})
        case Offered(), DependencyWithdrawn(dependency):
            kept = {one: d for one, d in state.dependencies.items() if one != dependency}
            return replace(state, dependencies=kept)
        case Offered(), ServiceRetired():
            return replace(state, retired=True)
        case _:
            return state


OFFERING: Decider[Command, State, OfferingFact] = Decider("offering", decide, evolve, NotOffered())


def best_promise(state: State) -> Fraction:
    """Return the availability the declared dependencies allow, as an exact share from 0 to 1.

    Composed in series and parallel (see ``domain.values.composition``, which names the source);
    1 where nothing is declared, since nothing then limits the promise.
    """
    if isinstance(state, NotOffered):
        return Fraction(1)
    return composed(Part(one.availability, one.group) for one in state.dependencies.values())


def levels_on_offer(state: State) -> tuple[ServiceLevelOffered, ...]:
    """Return the levels that can be had now, oldest first; none of a retired service."""
    if isinstance(state, NotOffered) or state.retired:
        return ()
    return tuple(state.levels.values())
