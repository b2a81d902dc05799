"""Figures handed in by a form: a file or pasted text, read like those that come over the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from application.measuring import Handed
from domain.attainment.attainment import SHAPES
from domain.performance.facts import Shape
from domain.terms.objective import Objective
from interfaces.measurements.formats import (
    ALL_SHAPES,
    CSV,
    FORMATS,
    JSON,
    LARGEST,
    LINES,
    read_batch,
    shape_for,
)
from interfaces.measurements.shapes import form_of
from interfaces.measurements.unreadable import UnreadableFigures
from interfaces.web.forms import Form, WrongFields

CALLED: Final = {CSV: "CSV, a header first", LINES: "JSON, one object a line", JSON: "JSON, whole"}
LABEL: Final = ("source", "batch", "from", "until", "shape")
KEPT: Final = 200_000
"""A file of no more bytes is shown to be mended where it was refused."""
LINE: Final = 200


@dataclass(frozen=True)
class ShapeShown:
    """A shape of figures that an objective takes, with its columns."""

    shape: Shape
    needed: tuple[str, ...]
    optional: tuple[str, ...]


def shapes_of(promised: Objective) -> list[ShapeShown]:
    """Return the shapes that an objective takes, the usual one first."""
    taken = {kind.__name__.lower() for kind in SHAPES[promised.measured.by]}
    first = shape_for(promised)
    shapes = sorted((one for one in ALL_SHAPES if one in taken), key=lambda one: one != first)
    forms = [(one, form_of(one, promised)) for one in shapes]
    return [ShapeShown(one, tuple(form.needed), tuple(form.optional)) for one, form in forms]


def handed_in(form: Form, promised: Objective) -> Handed:
    """Read the batch that a form holds; raises WrongFields, with the row's place by its field."""
    media = form.one_of("format", _media)
    raw = form.files.get("file")
    if raw is None:
        raw = form.text("figures", most=LARGEST, what="figures, or choose a file").encode()
    else:
        _keep(form, raw)
    if len(raw) > LARGEST:
        form.wrong["file"] = f"A batch has at most {LARGEST:,} bytes."
    label = _label(form, whole=media == JSON)
    form.refuse_if_wrong()
    try:
        return read_batch(media, raw, label, promised)
    except UnreadableFigures as bad:
        raise WrongFields(form.wrong | {_field(bad): _said(bad)}) from None


def _label(form: Form, *, whole: bool) -> dict[str, str]:
    """Return what the form says of the batch; a whole JSON batch says it itself."""
    found: dict[str, str] = {}
    for name in LABEL:
        if whole and not form.given(name).strip():
            continue
        if name in ("from", "until"):
            found[name] = form.instant(name).isoformat()
        else:
            found[name] = form.text(name, most=LINE)
    return found


def _media(text: str) -> str:
    if text not in FORMATS:
        raise ValueError(text)
    return text


def _keep(form: Form, raw: bytes) -> None:
    if len(raw) <= KEPT:
        form.values["figures"] = [raw.decode("utf-8-sig", "replace")]


def _field(bad: UnreadableFigures) -> str:
    return bad.column if bad.row is None and bad.column in LABEL else "figures"


def _said(bad: UnreadableFigures) -> str:
    because = f"{bad.because[0].upper()}{bad.because[1:]}."
    return because if bad.row is None else f"{bad.place}: {bad.because}.".capitalize()
