"""The floor under the service: the same server and middleware, the same answer, and no ledger.

Nobody is asked who they are, nothing is read of what was sent, nothing is looked up or recorded;
the answer was prepared, and is written out by the same models as the service's own.
``python -m benchmarks.floor DESCRIPTOR FOLDER`` serves what lies in the folder. With ``reading``
after it, an offer that was sent is read and checked, as by the service, and then forgotten.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Response
from starlette.types import ASGIApp

from interfaces.http import problems
from interfaces.http.bodies import OnceRoute
from interfaces.http.conventions import ContractPath, NegotiationPath, RelationshipPath, tag
from interfaces.http.limits import BodyLimit
from interfaces.http.schemas.contracts import TermsAnswer
from interfaces.http.schemas.negotiations import NegotiationAnswer, OfferBody, RehearsalAnswer
from interfaces.serving.doors import Doors
from interfaces.serving.rates import RateLimit
from interfaces.serving.web import main

COUNTERED: Final = "countered.json"
TERMS: Final = "terms.json"


def floor(prepared: Path, *, reading: bool = False) -> ASGIApp:
    """Return the application that answers with what was prepared."""
    countered = NegotiationAnswer.model_validate_json((prepared / COUNTERED).read_bytes())
    current = TermsAnswer.model_validate_json((prepared / TERMS).read_bytes())
    app = FastAPI()
    app.router.route_class = OnceRoute
    problems.install(app)
    app.add_middleware(BodyLimit)

    def make_offer(
        relationship: RelationshipPath,  # noqa: ARG001 - read from the path, as the service does
        negotiation: NegotiationPath,  # noqa: ARG001 - as above
        response: Response,
    ) -> NegotiationAnswer:
        tag(response, countered.version)
        return countered

    def read_offer(
        relationship: RelationshipPath,
        negotiation: NegotiationPath,
        response: Response,
        body: OfferBody,  # noqa: ARG001 - as above
    ) -> NegotiationAnswer:
        return make_offer(relationship, negotiation, response)

    app.add_api_route(
        "/v1/relationships/{relationship}/negotiations/{negotiation}/offers",
        read_offer if reading else make_offer,
        methods=["POST"],
        status_code=201,
        response_model=NegotiationAnswer | RehearsalAnswer,
    )

    @app.get("/v1/relationships/{relationship}/contracts/{contract}/terms")
    def get_terms(
        relationship: RelationshipPath,  # noqa: ARG001 - as above
        contract: ContractPath,  # noqa: ARG001 - as above
    ) -> TermsAnswer:
        return current

    @app.get("/health/ready")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    return RateLimit(Doors(app, app), 0)


if __name__ == "__main__":
    main(int(sys.argv[1]), lambda: floor(Path(sys.argv[2]), reading="reading" in sys.argv[3:]))
