"""Notices: one line on the next page that says what was just done.

The cookie names a notice and holds no words, so nobody can put any into it.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from fastapi import Request as HttpRequest
from fastapi import Response

COOKIE: Final = "parley-notice"
SECONDS: Final = 60


class Notice(StrEnum):
    """What was done, as it is said."""

    SIGNED_OUT = "You are signed out."
    SIGNED_OUT_EVERYWHERE = "You are signed out on every machine."
    EXAMPLE_MADE = "An example provider and client are ready; sign in as any of their people."
    SAVED = "Saved."
    DONE = "Done."
    OFFER_MADE = "Your offer is on the table."
    OFFER_ACCEPTED = "You accepted the offer; both sides sign next."
    OFFER_REJECTED = "You rejected the offer; the other side sees your reason."
    OFFER_WITHDRAWN = "Your offer is withdrawn."
    AGREEMENT_SIGNED = "You signed."
    SIGNATURE_DECLINED = "You declined to sign; the table is open again."
    NEGOTIATION_OPENED = "The negotiation is open: make the first offer."
    NEGOTIATION_BROKEN_OFF = "The negotiation is broken off."
    TERM_LOCKED = "You hold this term to be settled."
    TERM_UNLOCKED = "The term is open again."
    COMMENT_MADE = "Your comment is there for the other side to read."
    LIMIT_DECLARED = "Your limit stands; offers have to keep to it."
    LIMIT_LIFTED = "Your limit is lifted."
    PASSKEY_REGISTERED = "Your passkey is registered: what you sign with it counts as yours."
    KEY_REVOKED = "The key is revoked: what it signs from now on does not count."
    PARTY_REGISTERED = "Your party is registered. Appoint your people, then invite a partner."
    PERSON_APPOINTED = "They can sign in for your party now; give them a role."
    PERSON_WITHDRAWN = "They no longer act for the party."
    DETAILS_ERASED = "Name and address are erased, for good."
    MANDATE_GRANTED = "The mandate is granted."
    MANDATE_REVOKED = "The mandate is revoked."
    CERTIFICATE_REVOKED = "The certificate is revoked."
    INVITATION_SENT = "Your invitation is out. Read your keys to them over another channel."
    INVITATION_DECLINED = "You declined the invitation."
    INVITATION_WITHDRAWN = "Your invitation is withdrawn."
    RELATIONSHIP_JOINED = "You work together from now on."
    RELATIONSHIP_ENDED = "The relationship is ended; what you shared stays readable."
    AUDITOR_ADMITTED = "The auditor may see it from now on."
    AUDITOR_DISMISSED = "The auditor sees nothing more."
    REQUIREMENTS_OPENED = "The sheet is open: state what is wanted."
    REQUIREMENT_STATED = "The requirement is stated."
    REQUIREMENTS_BASELINED = "The baseline stands: a proposal answers it."
    VERDICT_TOLD = "The client sees your verdict."
    ASSESSED = "What came out is in your side's own file."
    NOTE_MADE = "The note is kept, for your side's eyes alone."
    CALENDAR_CLOSED = "The address of your calendar leads nowhere now."
    NOTICES_READ = "Marked as read."
    SERVICE_OFFERED = "The service is in your catalogue: offer a level of it next."
    DRAFT_SAVED = "Your draft is saved, for your side's eyes alone."
    NOTICE_GIVEN = "Your notice is given: the contract ends as it says."
    NOTICE_WITHDRAWN = "Your notice is withdrawn; the contract goes on."
    RENEWAL_DECLINED = "You declined the renewal: the contract will not go on by itself."
    DOCUMENT_MADE = "The document is made and sealed; both sides can sign it."
    DOCUMENT_ARCHIVED = "The document is archived: its signatures outlive their certificates."
    FIGURES_RECEIVED = "The figures are received."
    PERIOD_REPORTED = "The period is reported as complete."
    EXCLUSION_REQUESTED = "The exclusion is asked for."
    EXCLUSION_ANSWERED = "Your answer to the exclusion is on record."
    BILL_RECORDED = "The bill is on record; statements on its days are restated by it."
    BILL_ANSWERED = "Your answer to the bill is on record."
    CLAIM_LODGED = "Your claim is lodged; the provider answers by the deadline shown."
    CLAIM_WITHDRAWN = "Your claim is withdrawn."
    CLAIM_ANSWERED = "Your answer to the claim is on record."
    CREDIT_GRANTED = "The credit is granted."
    CREDIT_APPLIED = "What was deducted or paid is on record."
    DISPUTE_OPENED = "The dispute is open."
    DISPUTE_ENDED = "The dispute is over."
    REVIEW_CALLED = "The review is called."
    MINUTES_WRITTEN = "The minutes wait for the other side's approval."
    MINUTES_APPROVED = "The minutes are approved; what they say is to be done is owed."

    @property
    def key(self) -> str:
        """Return what the cookie says."""
        return self.name.lower().replace("_", "-")


_BY_KEY: Final = {notice.key: notice for notice in Notice}


def tell(response: Response, notice: Notice) -> None:
    """Have a notice shown on the page that comes next."""
    response.set_cookie(COOKIE, notice.key, max_age=SECONDS, httponly=True, samesite="lax")


def told(http: HttpRequest) -> Notice | None:
    """Return the notice to show, if there is one."""
    return _BY_KEY.get(http.cookies.get(COOKIE, ""))


def forget(response: Response) -> None:
    """Show the notice once."""
    response.delete_cookie(COOKIE, httponly=True, samesite="lax")
