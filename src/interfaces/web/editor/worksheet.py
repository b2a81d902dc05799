"""A worksheet: terms on which somebody works, with what was typed and does not fit yet.

A form carries the terms its fields stand on. What fits is taken over; as long as something does
not, the fields go on standing on the same terms, and every text stays as it was typed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from domain.terms.agreement import AgreementTerms
from domain.terms.editing import NEW, Misfits, Places, add, copy, edit, remove
from domain.terms.fields import Sort
from domain.terms.part import Part
from domain.terms.paths import TermPath, covers
from domain.terms.typed import typed
from interfaces.bridges.draft import Given
from interfaces.bridges.languages import read_draft
from interfaces.bridges.writing import as_yaml
from interfaces.files.terms import check_bytes
from interfaces.web.forms import Form

TERM: Final = "t/"
"""What the name of every field for a term begins with."""
BASE: Final = "base"
DATA: Final = "data"
FILE: Final = "file"
OPEN: Final = "open"
DO: Final = "do"
_NO_BASE: Final = "the form does not hold the terms it was made on: load the page again"


@dataclass(frozen=True)
class Worksheet:
    """What the fields stand on (``base``), what comes of them (``terms``), and what is kept.

    ``typed`` are the texts that differ from the base, by path; ``wrong`` says by path what would
    fit. ``open`` are the places that are not in the terms and offered to be filled in.
    """

    base: AgreementTerms
    terms: AgreementTerms
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    open: tuple[str, ...] = ()
    data: str | None = None
    """The whole as data, where it was typed and cannot be read."""

    @cached_property
    def places(self) -> Places:
        """Where everything stands in the base."""
        return Places(self.base)

    @property
    def stands_on(self) -> str:
        """The base as the form carries it."""
        return json.dumps(self.base.document(), ensure_ascii=False)

    def as_data(self) -> str:
        """Return the whole as data, to be changed there."""
        return as_yaml(self.base.document()) if self.data is None else self.data


def fresh(terms: AgreementTerms) -> Worksheet:
    """Return the worksheet of somebody who begins."""
    return Worksheet(terms, terms)


def from_form(
    form: Form, given: Given, instead: AgreementTerms, *, keep: bool = False
) -> Worksheet:
    """Return the worksheet that a form holds, its one deed on the structure done.

    ``keep`` leaves the fields on the terms they stand on, though everything fits. A form that holds
    no terms to stand on stands on those ``instead``, and is wrong.
    """
    base = check_bytes(form.given(BASE).encode(), "base.json").terms
    if base is None:
        return replace(fresh(instead), wrong={"": _NO_BASE})
    try:
        started, data = _replaced(form, base, given)
    except Misfits as misfits:
        typed_in = _texts(form, base)
        kept = None if DATA not in form.values else form.given(DATA)
        return _worked(base, typed_in, tuple(form.all(OPEN)), misfits.at, kept)
    verb, _, path = form.given(DO).partition(":")
    texts, opened = _texts(form, base), dict.fromkeys(form.all(OPEN))
    wrong: dict[str, str] = {}
    if verb == "open":
        opened[path] = None
    elif verb == "close":
        opened.pop(path, None)
        texts = {one: text for one, text in texts.items() if not covers(path, one)}
    elif verb in _DEEDS:
        try:
            started = _DEEDS[verb](started, path)
        except Misfits as misfits:
            wrong = misfits.at
        else:
            gone = path if verb == "remove" else None
            texts = {one: text for one, text in texts.items() if not gone or not covers(gone, one)}
    found = _worked(started, texts, tuple(opened), wrong, data)
    return replace(found, base=base, typed=texts, open=tuple(opened)) if keep else found


def _replaced(form: Form, base: AgreementTerms, given: Given) -> tuple[AgreementTerms, str | None]:
    """Return the terms given as a whole, by a file or as data; the base where they are not."""
    sent = form.files.get(FILE)
    if sent is not None:
        return _imported(sent, given), None
    text = form.given(DATA)
    if not text.strip() or text == as_yaml(base.document()):
        return base, None
    checked = check_bytes(text.encode(), DATA)
    if checked.terms is None:
        raise Misfits({DATA: "; ".join(_said(problem) for problem in checked.problems[:5])})
    return checked.terms, None


def _imported(raw: bytes, given: Given) -> AgreementTerms:
    """Read a file: terms, or a document of another tool that can be read as a draft of them."""
    name = "terms.json" if raw.lstrip()[:1] == b"{" else "terms.yaml"
    checked = check_bytes(raw, name)
    if checked.terms is not None:
        return checked.terms
    for language in ("openslo", "table"):
        draft = read_draft(language, raw, name, given, None)
        if draft.terms is not None:
            return draft.terms
    raise Misfits({FILE: "; ".join(_said(problem) for problem in checked.problems[:5])})


def _said(problem: object) -> str:
    return str(problem).partition(":")[2]


def _texts(form: Form, base: AgreementTerms) -> dict[str, str]:
    """Return what was typed and is not what stands there, by path."""
    places = Places(base)
    found = {}
    for name in form.values:
        if name.startswith(TERM):
            path, text = name.removeprefix(TERM), form.given(name)
            if f"/{NEW}" in path or text != typed(places.value(path)).replace("\r\n", "\n"):
                found[path] = text
    return found


def _worked(
    base: AgreementTerms,
    texts: Mapping[str, str],
    opened: tuple[str, ...],
    wrong: Mapping[str, str],
    data: str | None,
) -> Worksheet:
    """Take over what fits; keep everything as typed as long as something does not."""
    wrong = dict(wrong)
    values = {path: text for path, text in texts.items() if f"/{NEW}" not in path}
    terms = _edited(base, values, wrong)
    still: list[str] = []
    for place in opened:
        if f"/{NEW}" not in place:
            if not texts.get(place, "").strip() or wrong:
                still.append(place)
            continue
        inside = {
            path.rpartition("/")[2]: text for path, text in texts.items() if covers(place, path)
        }
        if not any(text.strip() for text in inside.values()):
            still.append(place)
            continue
        try:
            terms = _added(terms, place, inside)
        except Misfits as misfits:
            wrong.update(misfits.at)
            still.append(place)
    if wrong:
        return Worksheet(base, terms, texts, wrong, opened, data)
    return Worksheet(terms, terms, {}, {}, tuple(still), data)


def _edited(
    base: AgreementTerms, values: Mapping[str, str], wrong: dict[str, str]
) -> AgreementTerms:
    """Return the terms with every change that fits, noting those that do not."""
    listed = {path: _as_list(base, path, text) for path, text in values.items()}
    try:
        return edit(base, listed)
    except Misfits as misfits:
        wrong.update(misfits.at)
    fitting = {
        path: text for path, text in listed.items() if not any(covers(bad, path) for bad in wrong)
    }
    try:
        return edit(base, fitting)
    except Misfits as misfits:
        wrong.update(misfits.at)
        return base


def _as_list(base: AgreementTerms, path: str, text: str) -> str:
    """End a list's last line, so that a comma in its only item does not part it."""
    found = Places(base).field(path) if "\n" not in text and ", " in text else None
    return f"{text}\n" if found is not None and found[1].sort is Sort.LIST else text


def _added(terms: AgreementTerms, place: str, values: Mapping[str, str]) -> AgreementTerms:
    """Add an open part; refusals are at the fields it was filled in by."""
    path, _, kind = place.rpartition(f"/{NEW}")
    try:
        return add(terms, path, values, kind)
    except Misfits as misfits:
        at = {
            (place + one.removeprefix(path).removeprefix(f"/{NEW}")): said
            for one, said in misfits.at.items()
        }
        raise Misfits(at) from None


def _copied(terms: AgreementTerms, path: str) -> AgreementTerms:
    node = Places(terms).nodes.get(TermPath(path))
    siblings = path.rpartition("/")[0]
    own = node.value.key() if node is not None and isinstance(node.value, Part) else "part"
    taken = {str(one) for one in Places(terms).nodes}
    number = 2
    while f"{siblings}/{own}-{number}" in taken:
        number += 1
    return copy(terms, path, f"{own}-{number}")


_DEEDS: Final[dict[str, Callable[[AgreementTerms, str], AgreementTerms]]] = {
    "remove": remove,
    "copy": _copied,
}
