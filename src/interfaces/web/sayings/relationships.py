"""Facts of a relationship, of what auditors read, of services offered and requirements."""

from __future__ import annotations

from typing import assert_never

from domain.relationships import facts as relationship
from domain.relationships.facts import Grant, RecordsInspected, RelationshipFact
from domain.requirements import facts as requirements
from domain.requirements.facts import RequirementsFact
from domain.services import facts as offering
from domain.services.facts import OfferingFact
from interfaces.web.sayings.voice import (
    Saying,
    Voice,
    because,
    came,
    did,
    listed,
    many,
    quoted,
    when,
    words,
)


def of_relationship(fact: RelationshipFact, voice: Voice) -> Saying:
    """Say what happened between the two parties as such."""
    match fact:
        case relationship.RelationshipInvited(purpose=purpose, answer_by=limit):
            until = "" if limit is None else f", to be answered before {when(limit)}"
            pins = many(len(fact.keys), "signing key")
            return did(
                f"invited the other side to work together ({purpose}){until}; pinned {pins}."
            )
        case relationship.RelationshipJoined(keys=keys):
            return did(f"joined and pinned {many(len(keys), 'signing key')}.")
        case relationship.RelationshipDeclined(because=why):
            return did(f"declined the invitation{because(why)}.")
        case relationship.RelationshipInvitationWithdrawn(because=why):
            return did(f"took the invitation back{because(why)}.")
        case relationship.RelationshipInvitationLapsed():
            return came("The invitation lapsed: nobody answered it in time.")
        case relationship.AuditorAdmitted(auditor=auditor, grant=grant, until=until):
            ends = "" if until is None else f", until {when(until)}"
            return did(f"let {voice.party(auditor)} in as auditor of {_granted(grant)}{ends}.")
        case relationship.AuditorDismissed(because=why):
            return did(f"ended an auditor's admission{because(why)}.")
        case relationship.RelationshipEnded(because=why):
            return did(f"ended the relationship{because(why)}.")
        case _:
            assert_never(fact)


def of_inspection(fact: RecordsInspected, voice: Voice) -> Saying:
    """Say what an auditor read."""
    return did(f"read {_thing(fact.what)} as auditor for {voice.party(fact.auditor)}.")


def _thing(what: str) -> str:
    """Say what was read: ``the contract cwnxt0``, ``the document 2``, ``the audit trail``."""
    last = what.rpartition("/")[2]
    kind, _, which = last.rpartition("-")
    if last.startswith("relationship-"):
        return "the relationship"
    if "/" not in what or not kind:
        return f"the {words(last)}"
    if kind == "position":
        return f"the {which}'s own file"
    return f"the {words(kind)} {int(which) if which.isdecimal() else which[-6:]}"


def of_offering(fact: OfferingFact, voice: Voice) -> Saying:
    """Say what happened to a service of the catalogue."""
    del voice
    match fact:
        case offering.ServiceOffered(name=name, code=code):
            return did(f"put the service {name} ({code}) into the catalogue.")
        case offering.ServiceLevelOffered(name=name, indicator=indicator, promise=promise):
            price = "on request" if fact.charge is None else f"for {fact.charge}"
            return did(f"offered the level {name}: {words(indicator)} {promise}, {price}.")
        case offering.ServiceLevelWithdrawn(because=why):
            return did(f"no longer offers a level{because(why)}.")
        case offering.DependencyDeclared(on=on, availability=availability):
            return did(f"declared that the service depends on {on}, promised at {availability} %.")
        case offering.DependencyWithdrawn():
            return did("withdrew a dependency of the service.")
        case offering.ServiceRetired(because=why):
            return did(f"took the service out of the catalogue{because(why)}.")
        case _:
            assert_never(fact)


def of_requirements(fact: RequirementsFact, voice: Voice) -> Saying:
    """Say what happened to requirements."""
    match fact:
        case requirements.RequirementsOpened(title=title, need=need):
            return did(f"opened requirements, {quoted(title)}: {quoted(need)}.")
        case requirements.SlaTeamFormed(members=members):
            return did(f"formed an SLA team of {many(len(members), 'person', 'people')}.")
        case requirements.RequirementsEngineerAppointed(person=person):
            who = voice.known(person) or "one of the SLA team"
            return did(f"appointed {who} requirements engineer.")
        case requirements.RequirementsBaselined(baseline=number, requirements=held):
            kept = many(len(held), "requirement")
            return did(f"fixed baseline {number}, {kept}: a proposal has to answer them.")
        case requirements.RequirementsReopened(revision=revision, because=why):
            return did(f"reopened the requirements; the next baseline is {revision}{because(why)}.")
        case (
            requirements.RequirementStated()
            | requirements.RequirementWithdrawn()
            | requirements.RequirementMatched()
            | requirements.RequirementFoundFeasible()
            | requirements.RequirementFoundInfeasible()
        ):
            return _requirement(fact)
        case _:
            assert_never(fact)


def _requirement(
    fact: requirements.RequirementStated
    | requirements.RequirementWithdrawn
    | requirements.RequirementMatched
    | requirements.RequirementFoundFeasible
    | requirements.RequirementFoundInfeasible,
) -> Saying:
    match fact:
        case requirements.RequirementStated(subject=subject, wanted=wanted, priority=priority):
            return did(f"stated what is wanted of {subject}: {quoted(wanted)} ({priority}).")
        case requirements.RequirementWithdrawn(because=why):
            return did(f"withdrew a requirement{because(why)}.")
        case requirements.RequirementMatched(gap=gap):
            leaves = "leaves nothing open" if gap is None else f"leaves open: {quoted(gap)}"
            return did(f"matched a requirement with a service level, which {leaves}.")
        case requirements.RequirementFoundFeasible(conditions=conditions):
            given = f", given that {listed(conditions)}" if conditions else ""
            return did(f"found a requirement feasible{given}.")
        case requirements.RequirementFoundInfeasible(because=why, feasible_instead=instead):
            could = "" if instead is None else f"; feasible instead: {quoted(instead)}"
            return did(f"found a requirement infeasible{because(why)}{could}.")
        case _:
            assert_never(fact)


def _granted(grant: Grant) -> str:
    shared = "all that is shared" if grant.streams is None else many(len(grant.streams), "record")
    private = grant.private_side
    return shared if private is None else f"{shared}, and of the {private}'s own files on it"
