"""A table with an offer on it, and what it takes to accept and sign it over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agreements import simple_terms
from domain.negotiation.facts import AgreementSigned
from domain.signatures.statement import Statement
from domain.values.sides import Side
from http_answers import Json, done, problem
from http_cast import Cast, evidence, offer, open_negotiation, path_of
from http_world import World
from interfaces.signing_tool.statements import statement_of

TERMS = simple_terms()
EXACTLY = {"terms_digest": TERMS.digest}


@dataclass
class Table:
    """An offer of the provider's, and everybody at the table."""

    world: World
    cast: Cast
    negotiation: str
    offered: str

    @property
    def path(self) -> str:
        return f"{path_of(self.negotiation)}/offers/{self.offered}"

    @property
    def version(self) -> int:
        return len(self.world.house.ledger.history(self.negotiation))

    def accept(self, evidence: Json | None = None) -> Any:
        body = EXACTLY if evidence is None else {**EXACTLY, "evidence": evidence}
        return self.cast.client["negotiator"].post(f"{self.path}/acceptance", body, if_match="*")

    def prepared(self, side: str = "client", /, **changes: Any) -> Json:
        """Return a signatory's statement as the service would have it, signed, but for changes."""
        signatory = self.cast.on(side)["signatory"]
        return evidence(signatory, self.negotiation, self.offered, **changes)

    def statement(self, side: str = "client") -> Statement:
        """Return what a side's signatory would sign."""
        return statement_of(self.prepared(side)["statement"])

    def sign(self, evidence: Json | None, side: str = "client", **keys: Any) -> Any:
        body = EXACTLY if evidence is None else {**EXACTLY, "evidence": evidence}
        signatory = self.cast.on(side)["signatory"]
        return signatory.post(f"{self.path}/signatures", body, if_match="*", **keys)

    def recorded(self, kind: type) -> list[Any]:
        history = self.world.house.ledger.history(self.negotiation)
        return [event.fact for event in history if isinstance(event.fact, kind)]


def set_up(world: World, cast: Cast) -> Table:
    negotiation = open_negotiation(cast)["id"]
    return Table(world, cast, negotiation, offer(cast, Side.PROVIDER, negotiation, TERMS))


def refused(accepted: Table, answer: Any, rule: str, place: str | None = None) -> None:
    """Expect a refusal by this rule and place, after which both sides still have to sign."""
    assert problem(answer, 409, rule).get("place") == place
    assert accepted.recorded(AgreementSigned) == []
    assert done(accepted.cast.client["legal"].get(path_of(accepted.negotiation)))["signed"] == []
