"""What is said outside of the service: ids, kinds, times, links, and nothing of the content."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final

from application.notices.store import Notice
from domain.notifications.kinds import NoticeKind

K: Final = NoticeKind
WORDS: Final[dict[NoticeKind, str]] = {
    K.RELATIONSHIP_INVITED: "You are invited to a relationship",
    K.RELATIONSHIP_JOINED: "Your invitation was accepted",
    K.RELATIONSHIP_DECLINED: "An invitation came to nothing",
    K.RELATIONSHIP_ENDED: "A relationship was ended",
    K.AUDITOR_ADMITTED: "The other side admitted an auditor",
    K.AUDITOR_DISMISSED: "The other side dismissed an auditor",
    K.REQUIREMENTS_OPENED: "Requirements were opened",
    K.REQUIREMENTS_SETTLED: "Requirements were settled",
    K.NEGOTIATION_OPENED: "A negotiation was opened",
    K.NEGOTIATION_BROKEN_OFF: "A negotiation was broken off",
    K.OFFER_RECEIVED: "You have received an offer",
    K.OFFER_WITHDRAWN: "An offer was withdrawn",
    K.OFFER_REJECTED: "Your offer was rejected",
    K.OFFER_EXPIRED: "An offer has expired",
    K.OFFER_ACCEPTED: "Your offer was accepted",
    K.COMMENT_MADE: "The other side commented",
    K.APPROVAL_REQUESTED: "Your approval is asked for",
    K.APPROVAL_ANSWERED: "An approval was answered",
    K.SIGNATURE_REQUESTED: "An agreement waits for signatures",
    K.SIGNATURE_GIVEN: "The other side has signed",
    K.SIGNATURE_DECLINED: "The other side declined to sign",
    K.SIGNING_PERIOD_EXPIRED: "An agreement was not signed in time",
    K.DOCUMENT_TO_SIGN: "A document waits for signatures",
    K.DOCUMENT_SIGNED: "The other side has signed a document",
    K.CONTRACT_CONCLUDED: "A contract was concluded",
    K.CONTRACT_IN_FORCE: "A contract came into force",
    K.CONTRACT_AMENDED: "A contract was amended",
    K.CONTRACT_RENEWED: "A contract was renewed",
    K.CONTRACT_RENEWAL_DECLINED: "The other side declined a renewal",
    K.CONTRACT_NOTICE: "A notice of termination was given or taken back",
    K.CONTRACT_ENDED: "A contract ended, or will by agreement",
    K.TERMINATION_RIGHT: "A right to end a contract has opened or lapsed",
    K.THRESHOLD_REACHED: "A threshold of concern was reached",
    K.PERIOD_MISSED: "A service level was missed",
    K.RESULT_RESTATED: "A result was restated",
    K.PERIOD_SET_ASIDE: "The figures of a period are in doubt, or no longer",
    K.ESCALATION: "Something has escalated to you",
    K.ESCALATION_OVER: "The other side is at what was missed",
    K.EXCLUSION_REQUESTED: "An exclusion waits for your answer",
    K.EXCLUSION_ANSWERED: "An exclusion was settled",
    K.STATEMENT_ISSUED: "A statement of credits was issued",
    K.BILL_RECORDED: "A bill was recorded",
    K.BILL_CONTESTED: "A bill of yours is contested",
    K.BILL_ANSWERED: "A bill was corrected, cancelled or agreed to",
    K.CLAIM_LODGED: "A claim waits for your answer",
    K.CLAIM_ANSWERED: "A claim was answered or taken back",
    K.CLAIM_LAPSED: "A credit was not claimed in time",
    K.CREDIT_GRANTED: "A credit was granted",
    K.CREDIT_APPLIED: "A credit was applied",
    K.DISPUTE_OPENED: "A dispute was opened",
    K.DISPUTE_ANSWERED: "A dispute was answered",
    K.DISPUTE_ESCALATED: "A dispute has escalated",
    K.DISPUTE_ENDED: "A dispute is over",
    K.SETTLEMENT_PROPOSED: "A settlement waits for your answer",
    K.REVIEW_CALLED: "A service review was called",
    K.REVIEW_CHANGED: "A service review was moved or cancelled",
    K.MINUTES_WRITTEN: "Minutes wait for your approval",
    K.MINUTES_ANSWERED: "Minutes were approved, or not",
    K.ACTION_OWED: "Your side owes an action",
    K.ACTION_DONE: "The other side says that an action is done",
    K.ACTION_ACCEPTED: "An action was accepted",
    K.ACTION_OVERDUE: "An action is overdue",
    K.PLAN_BEGUN: "An improvement plan is asked for",
    K.PLAN_PROPOSED: "An improvement plan waits for your answer",
    K.PLAN_ANSWERED: "An improvement plan was answered",
    K.PLAN_PROGRESSED: "There is progress on an improvement plan",
    K.PLAN_OVERDUE: "A measure of an improvement plan is overdue",
    K.PLAN_CLOSED: "An improvement plan was closed",
    K.DUE_SOON: "Something falls due soon",
    K.WEBHOOK_DISABLED: "A webhook was disabled",
    K.WEBHOOK_TEST: "A test",
}
"""What a kind is called; every kind has its words."""

_PLURAL: Final = {
    "negotiation": "negotiations",
    "contract": "contracts",
    "requirements": "requirements",
}


def place_of(stream: str) -> str:
    """Return the path, below the site or below ``/v1``, of the nearest thing that is shown."""
    first, *rest = stream.split("/")
    if first.startswith("party-"):
        return f"/parties/{first}"
    found = f"/relationships/{first}"
    if rest:
        kind = rest[0].rsplit("-", 1)[0]
        if kind in _PLURAL:
            found += f"/{_PLURAL[kind]}/{rest[0]}"
    return found


def payload(notice: Notice, site: str) -> bytes:
    """Return the body that a webhook is sent: the same bytes whenever the same is sent again."""
    document: dict[str, Any] = {
        "type": notice.kind,
        "timestamp": _instant(notice.at),
        "data": {
            "notice": notice.id,
            "party": notice.party,
            "relationship": notice.relationship,
            "about": notice.stream,
            "version": notice.version,
            "due": None if notice.due is None else _instant(notice.due),
            "what": notice.what,
            "links": {"api": f"{site}/v1{place_of(notice.stream)}", "web": _page(notice, site)},
        },
    }
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


def letter(notice: Notice, site: str) -> tuple[str, str]:
    """Return subject and text of a mail."""
    words = words_of(notice.kind)
    due = "" if notice.due is None else f"Due:  {_instant(notice.due)}"
    what = "" if notice.what is None else f"What: {notice.what.replace('-', ' ')}"
    lines = [f"{words}.", "", *filter(None, (what, due)), f"When: {_instant(notice.at)}"]
    lines += [f"See:  {_page(notice, site)}", "", "What this is about is shown there alone."]
    lines += [f"Which kinds you are sent by mail is yours to choose; this is {notice.kind}."]
    return words, "\n".join(lines) + "\n"


def words_of(kind: str) -> str:
    """Return what a kind is called; one that is no longer known by its name."""
    try:
        return WORDS[NoticeKind(kind)]
    except ValueError:
        return kind


def _page(notice: Notice, site: str) -> str:
    return f"{site}/" if notice.relationship is None else f"{site}{place_of(notice.stream)}"


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
