"""Receipts and cosignatures as they travel; notes and proofs travel as the text they are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints

from application.history import Cosigned
from application.witnessing import Proven, Receipt
from interfaces.http.schemas.base import Answer, Body, no_null
from interfaces.http.schemas.negotiations import NegotiationAnswer

NoteText = Annotated[
    str, StringConstraints(min_length=1, max_length=50_000), AfterValidator(no_null)
]


class CosignatureBody(Body):
    """A checkpoint's note, as it was served, with your witness's line under it."""

    note: NoteText


class ReceiptAnswer(Answer):
    """Where a fact's leaf stands in its log: keep it, and ask for its proof later."""

    log: str
    leaf_index: int
    leaf: str
    """The leaf hash, in hex."""
    stream: str
    version: int


class SettledAnswer(NegotiationAnswer):
    """A negotiation after an acceptance or a signature, with the receipt of that fact."""

    receipt: ReceiptAnswer | None
    """None when nothing was recorded, because it was so already."""


class CosignedAnswer(Answer):
    """Which witness cosigned, and when by its own clock."""

    witness: str
    at: datetime


class ProvenAnswer(Answer):
    """What a receipt has become: recorded, in a checkpoint, or cosigned by witnesses as well."""

    receipt: ReceiptAnswer
    standing: Literal["recorded", "signed", "witnessed"]
    checkpoint: int | None
    """The size of the checkpoint that the proof is for."""
    witnesses: list[CosignedAnswer]
    proof: str | None
    """The proof as text (C2SP tlog-proof), with the checkpoint and what witnesses put under it."""


def receipt_answer(receipt: Receipt) -> ReceiptAnswer:
    """Show a receipt."""
    return ReceiptAnswer(
        log=receipt.log,
        leaf_index=receipt.leaf_index,
        leaf=receipt.leaf,
        stream=receipt.stream,
        version=receipt.version,
    )


def settled_answer(answer: NegotiationAnswer, receipt: Receipt | None) -> SettledAnswer:
    """Show a negotiation with the receipt of what was just recorded in it."""
    shown = None if receipt is None else receipt_answer(receipt)
    return SettledAnswer(**dict(answer), receipt=shown)


def proven_answer(proven: Proven) -> ProvenAnswer:
    """Show what a receipt has become."""
    signed: Literal["signed", "witnessed"] = "witnessed" if proven.cosigned else "signed"
    return ProvenAnswer(
        receipt=receipt_answer(proven.receipt),
        standing="recorded" if proven.proof is None else signed,
        checkpoint=proven.checkpoint,
        witnesses=[_cosigned_answer(one) for one in proven.cosigned],
        proof=None if proven.proof is None else str(proven.proof),
    )


def _cosigned_answer(cosigned: Cosigned) -> CosignedAnswer:
    return CosignedAnswer(witness=cosigned.witness, at=cosigned.at)
