"""The verifiable history: the signer's key, checkpoints, proofs, receipts, cosignatures.

Notes and proofs are text in the public formats (C2SP), so that other people's tools read them.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from fastapi.responses import PlainTextResponse

from domain.history.checkpoint import LARGEST
from interfaces.http.conventions import (
    LONGEST_STREAM,
    STREAM,
    Reading,
    RelationshipPath,
    TheHouse,
)
from interfaces.http.schemas.history import CosignatureBody, ProvenAnswer, proven_answer
from interfaces.routing import Routes

router = Routes(tags=["history"])

Size = Annotated[
    int | None, Query(ge=1, le=LARGEST, description="The checkpoint's size; the latest if not said")
]
Old = Annotated[int, Query(ge=0, le=LARGEST, description="The size of the checkpoint you hold")]
Index = Annotated[int, Path(ge=0, le=LARGEST, description="The leaf's place in the log, from 0")]
Stream = Annotated[
    str, Query(pattern=STREAM, max_length=LONGEST_STREAM, description="The fact's stream")
]
Version = Annotated[int, Query(ge=1, le=LARGEST, description="The fact's version in the stream")]


@router.get("/history/key", operation_id="getHistoryKey", response_class=PlainTextResponse)
def get_key(house: TheHouse, _asked: Reading) -> str:
    """Return the key that checkpoints are signed with, under the service-wide log's name.

    For a relationship's own log it is the same key under that log's name.
    """
    return f"{house.witnessing.key()}\n"


@router.get(
    "/history/checkpoint", operation_id="getServiceCheckpoint", response_class=PlainTextResponse
)
def get_service_checkpoint(house: TheHouse, _asked: Reading) -> str:
    """Return the latest checkpoint of the service-wide log, whose leaves are checkpoints."""
    return house.witnessing.service_checkpoint()


@router.get(
    "/history/consistency",
    operation_id="proveServiceConsistency",
    response_class=PlainTextResponse,
)
def prove_service_consistency(house: TheHouse, _asked: Reading, old: Old, size: Size = None) -> str:
    """Prove that a checkpoint of the service-wide log continues the one you hold."""
    return str(house.witnessing.service_consistency(old, size))


@router.get(
    "/relationships/{relationship}/checkpoint",
    operation_id="getCheckpoint",
    response_class=PlainTextResponse,
)
def get_checkpoint(
    house: TheHouse, asked: Reading, relationship: RelationshipPath, size: Size = None
) -> str:
    """Return a relationship's checkpoint: a signed note, with what witnesses put under it."""
    return house.witnessing.checkpoint(asked, relationship, size)


@router.get(
    "/relationships/{relationship}/checkpoint/consistency",
    operation_id="proveConsistency",
    response_class=PlainTextResponse,
)
def prove_consistency(
    house: TheHouse, asked: Reading, relationship: RelationshipPath, old: Old, size: Size = None
) -> str:
    """Prove that a relationship's checkpoint continues the one you hold."""
    return str(house.witnessing.consistency(asked, relationship, old, size))


@router.get(
    "/relationships/{relationship}/checkpoint/inclusion",
    operation_id="proveCheckpoint",
    response_class=PlainTextResponse,
)
def prove_checkpoint(
    house: TheHouse, asked: Reading, relationship: RelationshipPath, size: Size = None
) -> str:
    """Prove that a relationship's checkpoint is a leaf of the service-wide log."""
    return str(house.witnessing.in_service_log(asked, relationship, size))


@router.get(
    "/relationships/{relationship}/leaves/{index}/inclusion",
    operation_id="proveLeaf",
    response_class=PlainTextResponse,
)
def prove_leaf(
    house: TheHouse,
    asked: Reading,
    relationship: RelationshipPath,
    index: Index,
    size: Size = None,
) -> str:
    """Prove that a leaf is in a relationship's checkpoint."""
    return str(house.witnessing.inclusion(asked, relationship, index, size))


@router.get("/relationships/{relationship}/receipts", operation_id="getReceipt")
def get_receipt(
    house: TheHouse,
    asked: Reading,
    relationship: RelationshipPath,
    stream: Stream,
    version: Version,
) -> ProvenAnswer:
    """Say whether a fact is recorded, signed or witnessed, with the proof."""
    return proven_answer(house.witnessing.proven(asked, relationship, stream, version))


@router.post(
    "/relationships/{relationship}/cosignatures",
    operation_id="cosignCheckpoint",
    response_class=PlainTextResponse,
)
def cosign_checkpoint(
    house: TheHouse, asked: Reading, relationship: RelationshipPath, body: CosignatureBody
) -> str:
    """Put your party's witness's line under a checkpoint; the same line again is the same.

    It is no fact of the log that it is about, and takes no key and no version.
    """
    return house.witnessing.cosign(asked, relationship, body.note)
