"""The version of a contract that governs, in another tool's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from application.contracting import AsOf
from domain.contract.standing import ContractState, Ended, InForce, Pending
from domain.terms.agreement import AgreementTerms
from interfaces.bridges.languages import EXPORTS
from interfaces.bridges.telling import Origin, Unsaid
from interfaces.bridges.tmf651 import Concluded, to_tmf651

Target = Literal["prometheus", "openslo", "tmf651"]
JSON: Final = "application/json"
YAML: Final = "application/yaml"


@dataclass(frozen=True, slots=True)
class Written:
    """A file in another tool's language, and all that it does not say."""

    to: Target
    media_type: str
    text: str
    unsaid: tuple[Unsaid, ...]


def written(contract: str, state: ContractState, found: AsOf, to: Target) -> Written:
    """Write what governs in a target's language; ``state`` is the contract as it stands."""
    terms = AgreementTerms.model_validate(found.version.terms)
    origin = Origin(contract, found.version.version, found.version.terms_digest)
    if to != "tmf651":
        translation = EXPORTS[to](terms, origin)
        return Written(to, YAML, translation.yaml, translation.unsaid)
    if not isinstance(state, Pending | InForce | Ended):
        raise AssertionError("a version that governs is of a contract that was concluded")
    concluded = Concluded(
        origin=origin,
        href=f"/v1/relationships/{contract.replace('/', '/contracts/')}",
        provider=str(state.standing.provider),
        client=str(state.standing.client),
        binding=found.binding,
        signed_at=found.version.recorded_at,
        effective_from=found.version.effective_from,
        begins_at=found.span.begins_at,
        ends_at=found.span.ends_at,
    )
    translation = to_tmf651(terms, concluded)
    return Written(to, JSON, translation.json, translation.unsaid)
