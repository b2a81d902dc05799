"""One side's private file as it travels, to that side only."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, StringConstraints

from application.ledger import Stream
from domain.negotiation.position import Position
from domain.negotiation.position_facts import ApprovalKind, Verdict
from domain.terms.paths import TermPath
from domain.values.canonical import canonical_json
from domain.values.ids import id_pattern
from domain.values.sides import Side
from interfaces.http.schemas.backtests import BacktestAnswer, backtest_answer
from interfaces.http.schemas.base import Answer, Body, DigestText, PathText, Said, no_null

DEEPEST = 30


def _storable(document: dict[str, Any]) -> dict[str, Any]:
    """Refuse what has no one exact spelling, and what is too deep to be terms."""
    _look_through(document, DEEPEST)
    canonical_json(document)
    return document


def _look_through(value: object, levels: int) -> None:
    if levels == 0:
        raise ValueError(f"a document has at most {DEEPEST} levels")
    match value:
        case str():
            no_null(value)
        case dict():
            for name, part in value.items():
                no_null(name)
                _look_through(part, levels - 1)
        case list():
            for part in value:
                _look_through(part, levels - 1)
        case _:
            return


Draft = Annotated[dict[str, Any], AfterValidator(_storable)]
AboutText = Annotated[
    str, StringConstraints(pattern=f"{id_pattern('requirement')}|^sha256:[0-9a-f]{{64}}$")
]
"""A requirement's id, or the digest of terms."""


class DraftBody(Body):
    """Terms you are still working on; they need not hold together yet."""

    document: Draft
    note: Annotated[str, StringConstraints(max_length=4000), AfterValidator(no_null)] = ""


class NoteBody(Body):
    """An internal note, about a term or the whole."""

    text: Said
    path: PathText | None = None


class ReserveBody(Body):
    """The value beyond which you would rather walk away."""

    path: PathText
    value: Annotated[Said, StringConstraints(max_length=300)]
    because: Annotated[str, StringConstraints(max_length=4000), AfterValidator(no_null)] = ""


class FoundBody(Body):
    """Whether something can be provided, as you found out yourself."""

    of: AboutText
    technical: Verdict
    commercial: Verdict
    findings: Annotated[tuple[Said, ...], Field(max_length=50)] = ()


class ApprovalRequestBody(Body):
    """Which terms are to be approved, and in which respect."""

    kind: ApprovalKind
    terms_digest: DigestText


class ApprovalBody(Body):
    """Which terms are approved."""

    terms_digest: DigestText


class ApprovalRefusalBody(ApprovalBody):
    """Which terms are not approved, and why."""

    because: Said


class NoteAnswer(Answer):
    """An internal note."""

    id: str
    text: str
    path: str | None


class ReserveAnswer(Answer):
    """A value beyond which one would rather walk away."""

    path: str
    value: str
    because: str


class FoundAnswer(Answer):
    """What was found out about a requirement or about terms."""

    of: str
    technical: Verdict
    commercial: Verdict
    findings: list[str]


class ApprovalAnswer(Answer):
    """How an approval stands."""

    kind: ApprovalKind
    terms_digest: str
    stands: Literal["requested", "given", "refused"]


class PositionAnswer(Answer):
    """Your own side's private file; ``version`` is the ETag, 0 while there is nothing in it."""

    about: str
    side: Side
    version: int
    draft: dict[str, Any] | None
    draft_note: str
    notes: list[NoteAnswer]
    reserves: list[ReserveAnswer]
    found: list[FoundAnswer]
    backtests: list[BacktestAnswer]
    approvals: list[ApprovalAnswer]
    released: list[str]
    """The digests of terms that left the house as a firm offer."""


def position_answer(stream: Stream, side: Side) -> PositionAnswer:
    """Show a private file to its own side."""
    position: Position = stream.state
    return PositionAnswer(
        about=stream.id.rsplit("/", 1)[0],
        side=side,
        version=stream.version,
        draft=None if position.draft is None else dict(position.draft),
        draft_note=position.draft_note,
        notes=[NoteAnswer(id=n.id, text=n.text, path=n.path) for n in position.notes],
        reserves=[
            ReserveAnswer(path=one.path, value=one.value, because=one.because)
            for one in position.reserves.values()
        ],
        found=[
            FoundAnswer(
                of=one.of,
                technical=one.technical,
                commercial=one.commercial,
                findings=list(one.findings),
            )
            for one in position.assessed.values()
        ],
        backtests=[backtest_answer(one) for one in position.backtests],
        approvals=[
            ApprovalAnswer.model_validate({"kind": kind, "terms_digest": digest, "stands": stands})
            for (kind, digest), stands in position.approvals.items()
        ],
        released=sorted(position.released),
    )


def term_path(path: str | None) -> TermPath | None:
    """Read the path of a term, if one was named."""
    return None if path is None else TermPath(path)
