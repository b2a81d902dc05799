"""The offer editor: terms edited in place, looked through as one goes, kept as a draft, offered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Query, Response

from application.access import Action
from application.desk import Request
from application.negotiating import OfferDraft
from domain.negotiation.facts import Firmness
from domain.terms.differences import differences
from domain.values.ids import id_pattern
from interfaces.bridges.draft import Given
from interfaces.bridges.writing import as_yaml
from interfaces.http.conventions import NegotiationStream
from interfaces.routing import Routes
from interfaces.web.editor.around import ANSWERED, DRAFT, Around, around
from interfaces.web.editor.consequences import Consequences, consequences
from interfaces.web.editor.sheet import Writer, names_in
from interfaces.web.editor.worksheet import DO, TERM, Worksheet, fresh, from_form
from interfaces.web.forms import Form, WrongFields, fields
from interfaces.web.notices import Notice
from interfaces.web.rendering import page
from interfaces.web.trouble import Trouble, do
from interfaces.web.visits import AVisit, Submitted, Visit

router = Routes(
    prefix="/relationships/{relationship}/negotiations/{negotiation}/offers/new",
    include_in_schema=False,
)

FORM: Final = "offer"
DRAFT_VERSION: Final = "draft_version"
VALID_FOR: Final = timedelta(days=14)
OUT_OF_DATE: Final = 412
Answers = Annotated[str | None, Query(pattern=id_pattern("offer"))]
From = Annotated[str | None, Query(alias="from", max_length=20)]


@dataclass(frozen=True)
class Work:
    """One look at the editor: what is edited, on what, by which form, under which versions."""

    around: Around
    sheet: Worksheet
    form: Form | None = None
    trouble: Trouble | None = None

    def kept(self, name: str, otherwise: str) -> str:
        """Return what a field of the form held, or what it begins with."""
        return otherwise if self.form is None else self.form.given(name)

    @property
    def stale(self) -> bool:
        """Whether the form was refused because somebody moved; it has been told of it by now."""
        return self.trouble is not None and self.trouble.status == OUT_OF_DATE

    @property
    def version(self) -> int:
        """The version of the table that the writer has seen."""
        seen = None if self.form is None or self.stale else self.form.version
        return self.around.stream.version if seen is None else seen

    @property
    def draft_version(self) -> int:
        """The version of the private file that the writer has seen."""
        seen = "" if self.form is None or self.stale else self.form.given(DRAFT_VERSION)
        return int(seen) if seen.isdecimal() else self.around.file.stream.version


@router.get("")
def offer_editor(
    visit: AVisit, stream: NegotiationStream, answers: Answers = None, start: From = None
) -> Response:
    """Show the terms to be edited: the offer answered, one's own draft, or an example."""
    found = around(visit, stream, answers)
    starts = found.starts()
    begin = start if start in starts else next(iter(starts))
    sheet = fresh(starts[begin])
    if begin == DRAFT or (start is None and ANSWERED not in starts):
        sheet = _with_rough_draft(found, sheet)
    return _show(visit, Work(found, sheet), begin=begin)


@router.post("")
def edit_offer(
    visit: AVisit, stream: NegotiationStream, form: Submitted, answers: Answers = None
) -> Response:
    """Check terms, change their structure, keep them as a draft, or make them an offer."""
    found = around(visit, stream, answers)
    sheet = from_form(form, _given(visit, found), next(iter(found.starts().values())))

    def show(trouble: Trouble) -> Response:
        return _show(visit, Work(around(visit, stream, answers), sheet, form, trouble))

    match form.given(DO):
        case "offer":
            act = partial(_offer, visit, found, sheet, form)
            return do(form, act, show, Notice.OFFER_MADE)
        case "draft":
            return do(form, partial(_save, visit, found, sheet, form), show, Notice.DRAFT_SAVED)
        case _:
            return _show(visit, Work(found, sheet, form))


@router.post("/check")
def check_offer(
    visit: AVisit, stream: NegotiationStream, form: Submitted, answers: Answers = None
) -> Response:
    """Look terms through without taking anything over: the same page, for its findings."""
    found = around(visit, stream, answers)
    first = next(iter(found.starts().values()))
    sheet = from_form(form, _given(visit, found), first, keep=True)
    return _show(visit, Work(found, sheet, form))


def _offer(visit: Visit, found: Around, sheet: Worksheet, form: Form) -> str:
    _refuse_wrong(sheet)
    draft = _draft(found, sheet, form)
    visit.house.negotiating.offer(visit.command(form), found.stream.id, draft, found.answers)
    return found.to


def _save(visit: Visit, found: Around, sheet: Worksheet, form: Form) -> str:
    _refuse_wrong(sheet)
    note = form.given("note")[:4000]
    seen = form.given(DRAFT_VERSION)
    command: Request = visit.command(form)
    command = replace(command, expected=int(seen) if seen.isdecimal() else 0)
    document = sheet.terms.document()
    visit.house.preparing.save_draft(command, found.stream.id, document, note)
    answers = "" if found.answers is None else f"&answers={found.answers}"
    return f"{found.to}/offers/new?from={DRAFT}{answers}"


def _refuse_wrong(sheet: Worksheet) -> None:
    """Refuse to go on with terms that are not what the writer typed."""
    if sheet.wrong:
        raise WrongFields({f"{TERM}{path}": said for path, said in sheet.wrong.items()})


def _draft(found: Around, sheet: Worksheet, form: Form) -> OfferDraft:
    """Read everything about an offer but its terms; raises WrongFields."""
    with fields(form):
        firmness = form.one_of("firmness", Firmness)
        until = form.instant("valid_until")
        since = form.instant("effective_from") if found.amends else None
        message = form.optional("message") or ""
    return OfferDraft(sheet.terms, firmness, until, since, message)


def _rehearsal(found: Around, sheet: Worksheet, form: Form | None) -> OfferDraft | None:
    """Return the offer that would be made now, if the form holds one."""
    if form is None or sheet.wrong:
        return None
    seen = Form(form.name, form.key, form.version, form.values)
    try:
        return _draft(found, sheet, seen)
    except WrongFields:
        return None


def _with_rough_draft(found: Around, sheet: Worksheet) -> Worksheet:
    """Show a draft that has not the shape of terms yet as the data that it is."""
    document = found.file.position.draft
    if document is None or found.draft is not None:
        return sheet
    said = {"data": "your side's draft does not have the shape of terms yet: mend it here"}
    return replace(sheet, wrong=said, data=as_yaml(dict(document)))


def _given(visit: Visit, found: Around) -> Given:
    """Return what a document of another tool does not say."""
    relationship = found.relationship
    return Given(visit.asked.at.date(), relationship.provider, relationship.client)


def _show(visit: Visit, work: Work, **more: Any) -> Response:
    found, sheet = work.around, work.sheet
    known: Consequences = consequences(
        visit, found, sheet.terms, _rehearsal(found, sheet, work.form)
    )
    writer = Writer(sheet, found.versions)
    sections = writer.sections()
    blocks = [block for one in sections for block in one.blocks]
    shown = {row.path for block in blocks for row in block.rows}
    shown |= {block.path for block in blocks if block.level}
    return page(
        visit,
        "offer_editor.html",
        trouble=work.trouble,
        relationship=found.relationship,
        live=found.relationship.live,
        work=work,
        around=found,
        sheet=sheet,
        sections=sections,
        loose={path: said for path, said in sheet.wrong.items() if path not in shown},
        shown=shown,
        known=known,
        at=known.at(),
        meanings=known.meanings(),
        names=names_in(sheet.base),
        starts=tuple(found.starts()),
        begin=more.get("begin"),
        saved=_saved_meanwhile(work),
        moved=work.version != found.stream.version,
        valid_until=_in(visit.asked.at, VALID_FOR),
        may_offer=visit.may(Action.NEGOTIATE),
        may_save=visit.may(Action.PREPARE),
    )


def _saved_meanwhile(work: Work) -> tuple[object, ...]:
    """Return what a colleague's draft, saved meanwhile, has otherwise than this one."""
    form, draft = work.form, work.around.draft
    if form is None or draft is None or form.given(DRAFT_VERSION) == "":
        return ()
    if int(form.given(DRAFT_VERSION)) == work.around.file.stream.version:
        return ()
    return differences(draft, work.sheet.terms)


def _in(now: datetime, span: timedelta) -> datetime:
    return (now + span).replace(minute=0, second=0, microsecond=0)
