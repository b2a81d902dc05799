"""Audit bundles and the pins to check them with."""

from __future__ import annotations

from fastapi.responses import PlainTextResponse, StreamingResponse

from interfaces.downloads import ZIP, sent_zip
from interfaces.http.conventions import ContractStream, Reading, RelationshipPath, TheHouse
from interfaces.http.problem_documents import answer
from interfaces.routing import Routes

router = Routes(prefix="/relationships/{relationship}", tags=["history"])


@router.get(
    "/contracts/{contract}/audit",
    operation_id="exportBundle",
    response_class=StreamingResponse,
    responses={
        200: {"content": {ZIP: {"schema": {"type": "string", "format": "binary"}}}},
        500: answer("The recorded history and the facts do not agree"),
    },
)
def export_bundle(house: TheHouse, asked: Reading, stream: ContractStream) -> StreamingResponse:
    """Export a contract's audit bundle: its history as you may see it, to be checked offline."""
    return sent_zip(house.bundling.export(asked, stream, house.papers))


@router.get("/pins", operation_id="draftPins", response_class=PlainTextResponse)
def draft_pins(house: TheHouse, asked: Reading, relationship: RelationshipPath) -> str:
    """Draft the pins of a relationship: worth nothing before each line was compared elsewhere."""
    return house.bundling.draft_pins(asked, relationship, house.documenting.seal())
